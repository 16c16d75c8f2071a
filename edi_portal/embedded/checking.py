"""`make check`: every check that is not a test, all of them even when one fails."""

import subprocess
import sys

from edi_portal.embedded.places import ROOT
from edi_portal.embedded.progress import say

# The code that ships; tests are linted but not typed.
PACKAGES = ("edi_portal", "organisations", "workforce", "kpis", "strategies", "steering")
CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("style", ("ruff", "check", ".")),
    ("format", ("ruff", "format", "--check", ".")),
    ("types", ("mypy", *PACKAGES)),
    ("imports", ("lint-imports",)),
    ("migrations", ("python", "manage.py", "makemigrations", "--check", "--dry-run")),
    ("templates", ("python", "manage.py", "check_templates")),
    ("settings", ("python", "manage.py", "check", "--fail-level", "WARNING")),
)


def check() -> int:
    """Run the checks, print the output of those that fail; returns 1 when any did."""
    failed = []
    for name, (program, *words) in CHECKS:
        command = [sys.executable, *words] if program == "python" else [program, *words]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        say(f"{name}: {'failed' if done.returncode else 'passed'}   ({program} {' '.join(words)})")
        if done.returncode:
            failed.append(name)
            print(done.stdout, flush=True)
    if failed:
        say(f"failed: {', '.join(failed)}")
    return 1 if failed else 0
