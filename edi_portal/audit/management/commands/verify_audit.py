"""`manage.py verify_audit [--known FINGERPRINT]`: look through the audit chain."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from edi_portal.audit.chain import verify_chain


class Command(BaseCommand):
    """Find audit events that were altered, removed, swapped or slipped in past the portal."""

    help = "Look through the audit chain; ends with an error when an event is altered, missing, out of place or slipped in."

    def add_arguments(self, parser: CommandParser) -> None:
        """A fingerprint noted elsewhere, such as in the log of an earlier night."""
        parser.add_argument("--known", default="", help="A fingerprint from the log of an earlier night: it must still be there.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what is wrong, then how long the chain is and its last fingerprint."""
        report = verify_chain(known=options["known"])
        for problem in report.problems:
            self.stderr.write(problem)
        if report.problems:
            raise CommandError("The audit trail was changed past the portal.")
        self.stdout.write(f"{report.length} events, each as it was written. Last fingerprint: {report.head or 'none'}")
