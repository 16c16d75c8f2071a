"""`manage.py audit_parts`: known faults of the pinned packages, less those with a waiver that still holds."""

import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from edi_portal.audit.services import record
from edi_portal.parts import Finding, read_browser_findings, read_findings, read_waivers, unwaived

LOCK = "requirements-production.lock"
WAIVERS = "deploy/waivers.toml"
SECONDS = 300
Reader = Callable[[str], tuple[Finding, ...]]
READERS: dict[str, Reader] = {"python": read_findings, "browser": read_browser_findings}
COMMANDS = {
    "python": ["pip-audit", "--requirement", LOCK, "--require-hashes", "--disable-pip", "--format", "json"],
    "browser": ["npm", "audit", "--package-lock-only", "--json"],
}


class Command(BaseCommand):
    """Asks pip-audit about the production lock and npm about the browser's; what they said elsewhere is read from files.

    What could not be looked up is named, and fails only with --strict. What was found goes on record with its number and day.
    """

    help = "Look up known faults of the pinned packages with pip-audit and npm; waivers are in deploy/waivers.toml."

    def add_arguments(self, parser: CommandParser) -> None:
        """Answers from another machine, and whether not being able to look is an error."""
        parser.add_argument("--strict", action="store_true", help="Fail as well when something could not be looked up.")
        for kind, command in COMMANDS.items():
            parser.add_argument(f"--{kind}", type=Path, help=f"A file with the answer of: {' '.join(command)}")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ends with an error when a fault has no waiver that holds today."""
        root = Path(settings.BASE_DIR)
        answers = {kind: options[kind].read_text() if options[kind] else look_up(kind, root) for kind in COMMANDS}
        missing = [kind for kind, answer in answers.items() if answer is None]
        found = [finding for kind, answer in answers.items() if answer is not None for finding in READERS[kind](answer)]
        left = unwaived(found, read_waivers(root / WAIVERS), on=date.today())
        if len(missing) < len(COMMANDS):
            looked_up = sorted(set(COMMANDS) - set(missing))
            record(action="parts.looked_up", by=None, details={"lists": looked_up, "found": len(found), "unwaived": len(left)})
        for finding in left:
            self.stderr.write(f"{finding.part} {finding.version}: {finding.number}")
        for kind in missing:
            self.stdout.write(f"Not looked up: {kind}. {COMMANDS[kind][0]} is not installed, or the network does not answer.")
        if left:
            raise CommandError(f"{len(left)} known faults. Renew the package, or write a waiver with an end into {WAIVERS}.")
        if missing and options["strict"]:
            raise CommandError(f"Not looked up: {', '.join(missing)}.")
        if not missing:
            self.stdout.write("No known fault without a waiver.")


def look_up(kind: str, root: Path) -> str | None:
    """What the tool says about a lock file, as JSON; None when it cannot be asked."""
    program, *words = COMMANDS[kind]
    path = shutil.which(program)
    if path is None:
        return None
    try:
        done = subprocess.run([path, *words], cwd=root, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return None
    # A network that does not answer is an object as well, with a message in place of the list.
    return done.stdout if done.stdout.lstrip().startswith("{") and ANSWERS[kind] in done.stdout else None


ANSWERS = {"python": '"dependencies"', "browser": '"vulnerabilities"'}
"""What stands in an answer that is one."""
