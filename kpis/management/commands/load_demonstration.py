"""`manage.py load_demonstration`: synthetic returns and releases. Running it again is quick and changes nothing."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from edi_portal.exceptions import NotAllowed
from kpis.demonstration.jobs import queue_next_release
from kpis.demonstration.loading import load_returns
from kpis.demonstration.publishing import publish_newest, summary


class Command(BaseCommand):
    """Load the demonstration: the newest release at once, older ones by the worker."""

    help = "Load the demonstration's synthetic data (only with PORTAL_DEMONSTRATION=1)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load what is missing, say what is done, end with one line of what there is."""
        began = time.monotonic()

        def say(text: str) -> None:
            self.stdout.write(f"  {time.monotonic() - began:5.1f} s  {text}")
            self.stdout.flush()

        try:
            load_returns(say=say)
        except NotAllowed as refusal:
            raise CommandError(str(refusal)) from refusal
        publish_newest(say=say)
        queue_next_release()
        self.stdout.write(f"{summary()}, in {time.monotonic() - began:.1f} s")
