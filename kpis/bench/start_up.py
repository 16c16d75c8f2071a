"""How long the portal takes to start: `manage.py check` in a process of its own, which imports everything the web server does."""

from __future__ import annotations

import subprocess
import sys

from django.conf import settings

from edi_portal.bench import BenchResult, fastest


def measure(runs: int = 3) -> list[BenchResult]:
    """The fastest of several starts; CalledProcessError when the check finds fault."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "check"]
    seconds = fastest(lambda: subprocess.run(command, check=True, capture_output=True), runs)
    return [BenchResult("Start: manage.py check", seconds, "s", None, True)]
