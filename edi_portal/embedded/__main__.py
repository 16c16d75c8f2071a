"""The command line of this package; see the Makefile for what calls what."""

import os
import shutil
import sys

from edi_portal.embedded import assets
from edi_portal.embedded.checking import check
from edi_portal.embedded.locking import lock
from edi_portal.embedded.places import ROOT, STATE, CannotRun, idle_instances
from edi_portal.embedded.processes import Stopped
from edi_portal.embedded.progress import say
from edi_portal.embedded.supervisor import execute, run

USAGE = "usage: python -m edi_portal.embedded assets | run | exec -- COMMAND | check | lock [PACKAGE ...] | clean"


def main(words: list[str]) -> int:
    """Do what the first word says; returns the exit status."""
    match words:
        case ["assets"]:
            if assets.build():
                say("built the browser's files")
            return 0
        case ["run"]:
            return run(_port())
        case ["exec", "--", *command] if command:
            return execute(command)
        case ["check"]:
            return check()
        case ["lock", *packages]:
            return lock(packages)
        case ["clean"]:
            return clean()
    print(USAGE, file=sys.stderr)
    return 2


def clean() -> int:
    """Remove built files and every instance that does not run; what runs is left and named."""
    for name in ("build", "node_modules", ".mypy_cache", ".ruff_cache", ".pytest_cache"):
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for instance in idle_instances():
        instance.remove()
    running = sorted(path.parent.name for path in STATE.glob("*/lock"))
    if running:
        print(f"Left alone, because they run: {', '.join(running)}")
    else:
        shutil.rmtree(STATE, ignore_errors=True)
    return 0


def _port() -> int:
    """The port of `make run`, from the environment."""
    text = os.environ.get("PORT", "8000")
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise CannotRun(f"PORT must be a number from 1 to 65535, not '{text}'.")
    return int(text)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (CannotRun, assets.AssetsNotBuilt) as reason:
        print(f"\n{reason}", file=sys.stderr)
        sys.exit(1)
    except Stopped as wish:
        sys.exit(128 + wish.number)
    except KeyboardInterrupt:
        sys.exit(130)
