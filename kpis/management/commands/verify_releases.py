"""`manage.py verify_releases [number]`: check published releases again, one line each."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kpis.services.release_checks import check_releases


class Command(BaseCommand):
    """Add up the certificates of published releases from scratch, and make each release again byte for byte."""

    help = "Check one published release, or all of them: certificates by adding up, content by making it again."

    def add_arguments(self, parser: CommandParser) -> None:
        """The number of one release; all when it is left out."""
        parser.add_argument("number", nargs="?", type=int, help="Number of the release; all published ones when left out.")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line a release; ends with an error when a fault was found."""
        checked = faulty = 0
        for check in check_releases(options["number"]):
            self.stdout.write(str(check))
            checked += 1
            faulty += bool(check.faults)
        if not checked:
            gone = "There is no such published release, or returns that it was made from were deleted in time."
            raise CommandError(gone if options["number"] else "Nothing is published yet.")
        if faulty:
            raise CommandError(f"{faulty} of {checked} releases have a fault.")
