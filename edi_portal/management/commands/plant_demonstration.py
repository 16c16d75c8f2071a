"""`manage.py plant_demonstration`: synthetic content of the apps above the returns. Running it again changes nothing.

It prints nothing: the last line of the preparation is the summary of the returns.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from edi_portal.exceptions import NotAllowed
from strategies.services.demonstration import plant_operating_model


class Command(BaseCommand):
    """Plant what `load_demonstration` cannot know of; runs after it."""

    help = "Plant the demonstration's synthetic content of strategies and governance (only with PORTAL_DEMONSTRATION=1)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Plant what is missing."""
        try:
            plant_operating_model()
        except NotAllowed as refusal:
            raise CommandError(str(refusal)) from refusal
