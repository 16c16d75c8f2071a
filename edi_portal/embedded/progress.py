"""Progress lines with the seconds since the command was given."""

import os
import time

# Set by the first process of a command and inherited by those that follow it.
STARTED = "PORTAL_STARTED_AT"


def elapsed() -> float:
    """Seconds since the command was given; counted from now where nobody noted the start."""
    return time.time() - float(os.environ.setdefault(STARTED, str(time.time())))


def say(text: str) -> None:
    """Print one progress line; a terminal that has gone away is no reason to stop."""
    try:
        print(f"{elapsed():6.1f} s  {text}", flush=True)
    except OSError:
        return
