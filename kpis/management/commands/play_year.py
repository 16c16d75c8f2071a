"""`manage.py play_year`: a simulated year, for `make soak`. Only in a demonstration that is thrown away."""

import logging
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from edi_portal.bench.report import failures, table, write_json
from kpis.demonstration.year.play import play_year


class Command(BaseCommand):
    """Plays the days, prints the table and keeps it; ends with an error when something did not hold."""

    help = "Play a year on the demonstration (only with PORTAL_DEMONSTRATION=1): steps its clock and changes its returns."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where the portal listens, how many days, whose memory is watched, where the table is kept."""
        parser.add_argument("--port", type=int, required=True)
        parser.add_argument("--days", type=int, default=366)
        parser.add_argument("--watch", action="append", default=[], metavar="NAME=PROCESS")
        parser.add_argument("--table", type=Path, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Play."""
        if not settings.DEMONSTRATION:
            raise CommandError("A year is played only with PORTAL_DEMONSTRATION=1.")
        logging.getLogger("celery.app.trace").setLevel(logging.WARNING)  # what beat rings is done here, six times a day
        watched = {name: int(number) for name, number in (word.split("=") for word in options["watch"])}
        found = play_year(port=options["port"], days=options["days"], watched=watched, say=self._say)
        self._say("\n" + table(found))
        write_json(found, options["table"])
        broken = failures(found)
        if broken:
            raise CommandError(f"{len(broken)} limits do not hold.")
        self._say("\nAll limits hold.")

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
