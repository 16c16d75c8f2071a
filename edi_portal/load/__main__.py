"""Plays the hour before a deadline and says how fast, how many errors, and whether anything was lost or doubled.

`python -m edi_portal.load --seconds 60 --times 1 [--with-restarts]`; PORT chooses the port (8091).
The exit status is 0 when all limits hold.
"""

import argparse
import json
import os
import random
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from edi_portal.bench import BenchResult
from edi_portal.bench.report import failures, table, write_json
from edi_portal.embedded.places import ROOT, CannotRun
from edi_portal.embedded.processes import start, stop, tail
from edi_portal.embedded.progress import say
from edi_portal.gameday.stage import Stage, play_to_exit, stage
from edi_portal.load.people import Notes, Person, Writer, read, uploads
from edi_portal.load.verdict import Seen, results

READERS, SAVE_EVERY, READ_EVERY, UPLOAD_EVERY = 20, 15.0, 5.0, 12.0  # seconds; once a minute for each page would be too kind
LAST_PART = 1 / 6  # the last ten minutes of the hour, in which half of all returns are sent
WORKED_OFF_WITHIN = 300
# Leases as long as a part of a release may take; a game day has shorter ones.
LEASE = {"PORTAL_JOB_LEASE_SECONDS": "120"}


def main(words: list[str]) -> int:
    """Play; returns the exit status."""
    parser = argparse.ArgumentParser(prog="make load ARGS=")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--times", type=int, choices=(1, 10), default=1, help="how many times as often everybody saves and reads")
    parser.add_argument("--with-restarts", action="store_true", help="restart Redis and PostgreSQL meanwhile")
    options = parser.parse_args(words)
    port = int(os.environ.get("PORT", "8091"))
    with stage(port, say) as own:
        plan = _plan(own)
        own.stop_process("worker")
        own.start_process("worker", **LEASE)
        say(f"{len(plan['returns'])} returns can be sent; everybody signs in")
        found = _play(own, plan, options)
    print("\n" + table(found))
    write_json(found, ROOT / "var" / "load.json")
    broken = failures(found)
    print("\nAll limits hold." if not broken else f"\n{len(broken)} limits do not hold.")
    return 1 if broken else 0


def _plan(own: Stage) -> dict[str, Any]:
    """Drafts and people, made by a process that knows Django."""
    words = [sys.executable, "manage.py", "prepare_load", own.instance.home]
    child = start("preparation of the load", words, log=own.instance.log("load"), environment=own.environment())
    try:
        own.wait(lambda: not child.running(), 300)
        if child.process.returncode:
            raise CannotRun(child.obituary())
    finally:
        stop(child)
    plan: dict[str, Any] = json.loads((own.instance.home / "load.json").read_text())
    return plan


def _play(own: Stage, plan: dict[str, Any], options: argparse.Namespace) -> list[BenchResult]:
    notes, arriving = Notes(), Notes()
    writers = [writer for row in plan["returns"] for writer in _writers(own.port, row, notes, options.seconds)]
    readers = [Person(own.port, plan["readers"][number % len(plan["readers"])], notes) for number in range(READERS)]
    admin = Person(own.port, plan["admin"], arriving)
    for writer in writers:
        writer.person.arrive(f"{writer.path}/{writer.section}/")
    for reader in readers:
        reader.sign_in(reader.account)
    admin.arrive("/releases/")
    before = time.time()
    load = os.getloadavg()[0]
    say(f"{len(writers)} people write, {READERS} read, for {options.seconds:.0f} s; load of the machine before: {load:.1f}")
    began = time.monotonic()
    ends = began + options.seconds
    first = writers[0]
    uploader = Person(own.port, first.person.account, notes)
    uploader.token, uploader._browser = first.person.token, first.person._browser
    jobs: list[Callable[[], object]] = [
        *(partial(writer.live, began, ends, SAVE_EVERY / options.times) for writer in writers),
        *(partial(read, reader, began, ends, READ_EVERY / options.times) for reader in readers),
        partial(uploads, uploader, first.path, Path(plan["workbook"]), began, ends, UPLOAD_EVERY / options.times),
    ]
    threads = [threading.Thread(target=job, name=f"person {number}", daemon=True) for number, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    if plan["period"]:
        admin.form("release", f"/releases/prepare/{plan['period']}/")
    away = _restarts(own, began, options.seconds) if options.with_restarts else []
    for thread in threads:
        thread.join(max(1.0, ends + 90 - time.monotonic()))
    say("everybody has finished; waiting until the work behind is done")
    worked_off = _worked_off(own)
    if any(one.failed for one in notes.asked):
        print(tail(own.instance.log("web"), 12), file=sys.stderr)
    seen = Seen(away, options.seconds, before, worked_off, load)
    return results(own.ask, notes, writers, plan, seen)


def _writers(port: int, row: dict[str, Any], notes: Notes, seconds: float) -> list[Writer]:
    """The three people at one return; the first sends it, in half of all returns at the very end."""
    chance = random.Random(row["organisation"])
    late = seconds * (1 - LAST_PART)
    when = chance.uniform(late, seconds) if chance.random() < 0.5 else chance.uniform(0.1 * seconds, late)
    sent = threading.Event()
    return [
        Writer(
            Person(port, one["account"], notes),
            row["organisation"],
            row["path"],
            one["section"],
            one["cell"],
            one["base"],
            when if number == 0 else None,
            sent,
        )
        for number, one in enumerate(row["people"])
    ]


def _restarts(own: Stage, began: float, seconds: float) -> list[tuple[float, float]]:
    """Restart Redis after a third and PostgreSQL after two; from when to when each was away (seconds, monotonic)."""
    away = []
    for name, share in (("broker", 1 / 3), ("database", 2 / 3)):
        time.sleep(max(0.0, began + share * seconds - time.monotonic()))
        gone = time.monotonic()
        own.stop_server(name)
        time.sleep(1)
        own.start_server(name)
        away.append((gone, time.monotonic()))
        say(f"{name} was restarted, away for {time.monotonic() - gone:.1f} s")
    return away


def _worked_off(own: Stage) -> float | None:
    """Seconds until no job waits or runs; None when that took too long."""
    waiting = "SELECT count(*) FROM jobs_job WHERE status IN ('queued', 'running') AND kind <> 'demonstration_release'"
    try:
        return own.wait(lambda: own.ask(waiting)[0][0] == 0, WORKED_OFF_WITHIN)
    except TimeoutError:
        return None


if __name__ == "__main__":
    play_to_exit(main)
