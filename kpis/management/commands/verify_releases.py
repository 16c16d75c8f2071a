"""`manage.py verify_releases [number]`: check published releases again, one line each."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from edi_portal.forks import MOST_PROCESSES, usable_processes
from kpis.services.release_checks import check_in_processes, releases_to_check


class Command(BaseCommand):
    """Add up the certificates of published releases from scratch, and make each release again byte for byte."""

    help = "Check one published release, or all of them: certificates by adding up, content by making it again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which releases, how much of them, and by how many processes."""
        parser.add_argument("number", nargs="?", type=int, help="Number of the release; all published ones when left out.")
        parser.add_argument(
            "--figures",
            action="store_true",
            help="Only make the figures again from the counts as they are stored: seconds for all releases, after an upgrade.",
        )
        parser.add_argument(
            "--processes",
            type=int,
            choices=range(1, MOST_PROCESSES + 1),
            metavar="N",
            help=f"So many releases at a time, 1 to {MOST_PROCESSES}; as many as there are cores when left out.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """One line a release; ends with an error when a fault was found."""
        releases = releases_to_check(options["number"])
        if not releases:
            gone = "There is no such published release, or returns that it was made from were deleted in time."
            raise CommandError(gone if options["number"] else "Nothing is published yet.")
        processes = min(options["processes"] or usable_processes(len(releases)), len(releases))
        faulty = 0
        for check in check_in_processes(releases, processes=processes, figures_alone=options["figures"]):
            self.stdout.write(str(check))
            faulty += bool(check.faults)
        if faulty:
            raise CommandError(f"{faulty} of {len(releases)} releases have a fault.")
