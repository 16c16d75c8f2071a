"""`manage.py database_rights [--apply]`: the rights of the database role that web, worker and beat sign in as."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError

from edi_portal.database_roles import APP, UnfitRole, give_rights, may_sign_in, statements


class Command(BaseCommand):
    """Print the statements, or carry them out. Run it as the role that owns the tables, after each `migrate`."""

    help = "Print the rights of the role for web, worker and beat; --apply makes the role and gives them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which role, and whether to do it."""
        parser.add_argument("--role", default=APP)
        parser.add_argument("--apply", action="store_true", help="Carry them out. PORTAL_DATABASE_APP_PASSWORD is its password.")

    def handle(self, *args: Any, **options: Any) -> None:
        """SQL for somebody else to run, or one line on what was done."""
        if not options["apply"]:
            self.stdout.write("".join(f"{statement};\n" for statement in statements(options["role"])))
            return
        try:
            done = give_rights(options["role"], password=settings.DATABASE_APP_PASSWORD)
        except (UnfitRole, ProgrammingError) as reason:
            raise CommandError(f"Nothing was changed. {reason}") from reason
        self.stdout.write(f"{options['role']} has its rights: {len(done)} statements.")
        if not may_sign_in(options["role"]):
            raise CommandError(
                f"Nobody can sign in as {options['role']} yet, so web, worker and beat could not start: it has no password. "
                "Set PORTAL_DATABASE_APP_PASSWORD (with the compose file: DATABASE_APP_PASSWORD in .env) and run this again."
            )
