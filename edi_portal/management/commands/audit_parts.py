"""`manage.py audit_parts`: known faults of the pinned packages, less those with a waiver that still holds."""

import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from edi_portal.parts import read_findings, read_waivers, unwaived

LOCK = "requirements-production.lock"
WAIVERS = "deploy/waivers.toml"
SECONDS = 300


class Command(BaseCommand):
    """Asks pip-audit about the production lock. Without the tool or a network it says so, and fails only with --strict."""

    help = "Look up known faults of the pinned packages with pip-audit; waivers are in deploy/waivers.toml."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether not being able to look is an error."""
        parser.add_argument("--strict", action="store_true", help="Fail as well when nothing could be looked up.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ends with an error when a fault has no waiver that holds today."""
        root = Path(settings.BASE_DIR)
        answer = look_up(root / LOCK)
        if answer is None:
            text = "Nothing was looked up: pip-audit is not installed, or the network does not answer."
            if options["strict"]:
                raise CommandError(text)
            self.stdout.write(text)
            return
        left = unwaived(read_findings(answer), read_waivers(root / WAIVERS), on=date.today())
        for finding in left:
            self.stderr.write(f"{finding.part} {finding.version}: {finding.number}")
        if left:
            raise CommandError(f"{len(left)} known faults. Renew the package, or write a waiver with an end into {WAIVERS}.")
        self.stdout.write("No known fault without a waiver.")


def look_up(lock: Path) -> str | None:
    """What pip-audit says about a lock file, as JSON; None when it cannot be asked."""
    program = shutil.which("pip-audit")
    if program is None:
        return None
    command = [program, "--requirement", str(lock), "--require-hashes", "--disable-pip", "--format", "json"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return None
    return done.stdout if done.stdout.startswith("{") else None
