"""Plays a year on a demonstration of its own and says what did not hold on any day of it.

`python -m edi_portal.soak [--days 366]`; PORT chooses the port (8092). The exit status is 0 when everything held.
"""

import argparse
import os
import sys
from pathlib import Path

from edi_portal.embedded.places import ROOT
from edi_portal.embedded.processes import start, stop, tail
from edi_portal.embedded.progress import say
from edi_portal.gameday.stage import Stage, play_to_exit, stage

# A lease as long as a part of a release may take; a game day has shorter ones.
LEASE = {"PORTAL_JOB_LEASE_SECONDS": "120"}
LONGEST = 3600  # seconds


def main(words: list[str]) -> int:
    """Play; returns the exit status."""
    parser = argparse.ArgumentParser(prog="make soak ARGS=")
    parser.add_argument("--days", type=int, default=366, help="how many days, from the demonstration's today")
    options = parser.parse_args(words)
    port = int(os.environ.get("PORT", "8092"))
    with stage(port, say) as own:
        own.stop_process("worker")
        own.start_process("worker", **LEASE)
        say(f"{options.days} days begin")
        return _play(own, options.days)


def _play(own: Stage, days: int) -> int:
    """The year is played by a process that knows Django; what it says is passed on."""
    watched = [f"--watch={name}={own.children[name].process.pid}" for name in ("web", "worker")]
    words = ["manage.py", "play_year", f"--port={own.port}", f"--days={days}", *watched, f"--table={ROOT / 'var' / 'soak.json'}"]
    told = own.instance.home / "year.txt"
    with told.open("wb") as output:
        command = [sys.executable, *words]
        log = own.instance.log("year")
        child = start("the year", command, log=log, environment=own.environment(), output=output.fileno())
    try:
        said = 0

        def ended() -> bool:
            nonlocal said
            ends = not child.running()
            said = _pass_on(told, said)
            return ends

        own.wait(ended, LONGEST)
    finally:
        stop(child)
    if child.process.returncode:
        print(tail(log, 12), file=sys.stderr)
    return child.process.returncode


def _pass_on(log: Path, said: int) -> int:
    """Print what was added to a log; returns how far it was read, in bytes."""
    with log.open("rb") as handle:
        handle.seek(said)
        new = handle.read()
    print(new.decode(errors="replace"), end="", flush=True)
    return said + len(new)


if __name__ == "__main__":
    play_to_exit(main)
