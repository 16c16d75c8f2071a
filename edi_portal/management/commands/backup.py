"""`manage.py backup [folder]`: database and uploaded files into one folder, with a manifest that a restore is held against."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from edi_portal.backups.programs import NoPrograms
from edi_portal.backups.services import BackupFailed, back_up, forget_old


class Command(BaseCommand):
    """Make one backup; old ones go when `--keep` says how many stay."""

    help = "Back up database and uploaded files into a new folder below PORTAL_BACKUP_FOLDER, or below the one named."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to, and how many stay."""
        parser.add_argument("folder", nargs="?", type=Path, default=Path(settings.BACKUP_FOLDER))
        parser.add_argument("--keep", type=int, default=0, help="Delete all but the newest so many; none when left out.")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line: where it lies, how much it is, how long it took."""
        try:
            done = back_up(options["folder"])
        except (BackupFailed, NoPrograms) as reason:
            raise CommandError(str(reason)) from reason
        gone = forget_old(options["folder"], options["keep"])
        more = f" {gone} older ones deleted." if gone else ""
        self.stdout.write(f"{done.folder}: {done.rows:,} rows, {done.size / 1e6:.1f} MB, {done.seconds:.1f} s.{more}")
