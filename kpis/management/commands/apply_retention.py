"""`manage.py apply_retention [--really]`: delete what has been kept long enough."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kpis.services.retention import delete_what_is_due, due_for_deletion


class Command(BaseCommand):
    """Counts by rule what would be deleted; deletes it with --really. Beat does the same every night."""

    help = "Count what has been kept long enough; with --really delete it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to do it."""
        parser.add_argument("--really", action="store_true", help="Delete. Without this nothing is changed.")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line a rule."""
        counts = delete_what_is_due() if options["really"] else due_for_deletion()
        for words, number in counts.items():
            self.stdout.write(f"{number:6} {words}")
        if not options["really"]:
            self.stdout.write("Nothing was deleted. Add --really to delete.")
