"""`manage.py list_parts`: the software bill of materials (CycloneDX, JSON) of this installation."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from edi_portal.parts import bill_of_parts, browser_parts, installed_parts


class Command(BaseCommand):
    """Prints every Python distribution that is installed here and every package of the browser's files."""

    help = "Print the software bill of materials: CycloneDX 1.6, JSON."

    def handle(self, *args: Any, **options: Any) -> None:
        """Works without a network."""
        lock = (Path(settings.BASE_DIR) / "package-lock.json").read_text(encoding="utf-8")
        self.stdout.write(json.dumps(bill_of_parts(installed_parts(), browser_parts(lock)), indent=1))
