"""Progress lines with the seconds since the command was given."""

import os
import time

# Set by the first process of a command and inherited by those that follow it.
STARTED = "PORTAL_STARTED_AT"
_began = time.time()


def began() -> float:
    """When the command was given, in seconds since 1970: as the first process noted it, else when this one began."""
    noted = os.environ.get(STARTED)
    return float(noted) if noted else _began


def say(text: str) -> None:
    """Print one progress line; a terminal that has gone away is no reason to stop."""
    try:
        print(f"{time.time() - began():6.1f} s  {text}", flush=True)
    except OSError:
        return
