"""Child processes for files that may be hostile: no environment, no working directory, nothing of the portal's memory.

Each child sets limits of memory and processor time for itself before it reads a byte, and writes no core file.
What is shared here is how such a child is started; what it does lies with its caller.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ENVIRONMENT = {"LANG": "C.UTF-8"}
"""No address of the database, no secret: a child that is taken over finds nothing to use."""


def command(script: Path, *arguments: str) -> list[str]:
    """The command of a child: isolated from user settings, writing no compiled files, reading those its parent reads."""
    cache = ("-X", f"pycache_prefix={sys.pycache_prefix}") if sys.pycache_prefix else ()
    return [sys.executable, "-I", "-B", *cache, str(script), *arguments]


def run(script: Path, *arguments: str, content: bytes, patience: float) -> subprocess.CompletedProcess[bytes]:
    """Run a child to its end with all of its input; raises TimeoutExpired after `patience` seconds on the clock."""
    return subprocess.run(
        command(script, *arguments),
        input=content,
        capture_output=True,
        env=ENVIRONMENT,
        cwd="/",
        timeout=patience,
        check=False,
    )


def start(script: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a child that is fed and listened to while it runs. Its standard error is not kept: it may quote a file."""
    return subprocess.Popen(
        command(script, *arguments),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
        cwd="/",
        bufsize=0,
    )
