"""`manage.py restore folder`: a backup into an empty database, held against its manifest."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from edi_portal.backups.programs import NoPrograms
from edi_portal.backups.services import BackupFailed, restore


class Command(BaseCommand):
    """Restore into the empty database of DATABASE_URL and the empty folder of PORTAL_MEDIA_ROOT; anything else is refused."""

    help = "Restore a backup into an empty database, and compare every table, migration and release with what was saved."
    requires_system_checks: list[str] = []  # some of them read tables, which are not there yet

    def add_arguments(self, parser: CommandParser) -> None:
        """The folder that `backup` made."""
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """One line about what was compared, one about what is left to do."""
        try:
            done = restore(options["folder"])
        except (BackupFailed, NoPrograms) as reason:
            raise CommandError(str(reason)) from reason
        self.stdout.write(
            f"Restored and equal to what was saved: {done.rows:,} rows, every table compared, {done.seconds:.1f} s."
        )
        if done.to_migrate:
            self.stdout.write(f"This version has {len(done.to_migrate)} migrations more: run 'manage.py migrate' next.")
