"""`manage.py prepare_load FOLDER`: the hour before a deadline, for `make load`. Only in a demonstration that is thrown away."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from edi_portal.exceptions import NotAllowed
from kpis.demonstration.deadline_hour import prepare


class Command(BaseCommand):
    """Makes drafts and people, and writes who does what to load.json."""

    help = "Prepare the demonstration for make load (only with PORTAL_DEMONSTRATION=1): changes every return of the open quarter."

    def add_arguments(self, parser: CommandParser) -> None:
        """The folder for the plan and the workbook."""
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare."""
        folder: Path = options["folder"]
        try:
            plan = prepare(folder)
        except NotAllowed as refusal:
            raise CommandError(str(refusal)) from refusal
        (folder / "load.json").write_text(json.dumps(plan), encoding="utf-8")
        self.stdout.write(f"{len(plan['returns'])} returns can be sent")
