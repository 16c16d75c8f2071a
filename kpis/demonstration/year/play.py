"""Plays the days of a year: the clock is stepped, what beat would ring is done, people act, and what must hold is asked.

Background work is done by the worker that runs beside this process; a day ends when nothing waits any more.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random

from django.db.models.functions import Now

from edi_portal.bench import BenchResult, within
from edi_portal.celery import app
from edi_portal.clock import LONDON, business_today, set_business_day
from edi_portal.jobs.models import Job, JobStatus
from edi_portal.load.verdict import percentile
from edi_portal.periods import Quarter
from kpis.demonstration.footprint import demonstration_accounts
from kpis.demonstration.year import invariants
from kpis.demonstration.year.diary import Act, Dates, diary
from kpis.demonstration.year.people import People
from kpis.models.collections import Collection
from kpis.models.releases import Release
from kpis.models.returns import KpiReturn
from kpis.services.collections import due_organisations

# What comes by itself each day, in the order of beat's table. The nightly checks are made at the end of each quarter
# instead: they are asked for once in a real day, and the whole year has one of those.
RUNG = (
    "kpis.tasks.do_what_is_due",
    "strategies.tasks.freeze_shared_hours",
    "steering.tasks.remind_of_duties",
    "strategies.tasks.remind_of_promises",
    "steering.tasks.remind_of_governance",
    "kpis.tasks.delete_what_is_due",
)
PATIENCE = 600  # seconds until the work of a day must be done
MOST_FAULTS = 20
GROWTH = 1.25  # memory at the end over memory after the first quarter
MEGABYTE = 1024 * 1024


@dataclass
class Year:
    """What is noted on the way."""

    people: People
    chance: Random
    watched: Mapping[str, int]  # names of processes and their numbers
    say: Callable[[str], None]
    acts: dict[date, list[Act]] = field(default_factory=lambda: defaultdict(list))
    planned: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    memory: list[dict[str, int]] = field(default_factory=list)  # after each quarter, bytes by name
    seconds: list[list[float]] = field(default_factory=list)  # of answers, by quarter
    connections: int = 0
    mails: int = 0  # beside those that jobs sent, before the year began


def play_year(*, port: int, days: int, watched: Mapping[str, int], say: Callable[[str], None]) -> list[BenchResult]:
    """Play so many days from the demonstration's today; says what was measured and what did not hold."""
    began = time.monotonic()
    app.loader.import_default_modules()
    first = business_today()
    year = Year(
        People(port, demonstration_accounts()), Random(f"{first} {days}"), watched, say, mails=invariants.mails_beside_jobs()
    )
    released, signed = Release.objects.published().count(), KpiReturn.objects.signed_off().count()
    for number in range(days):
        _play_day(year, first + timedelta(number))
        ends_quarter = (first + timedelta(number + 1)).day == 1 and (first + timedelta(number + 1)).month in (1, 4, 7, 10)
        if ends_quarter or number == days - 1:
            _end_quarter(year, first + timedelta(number), began)
        if len(year.faults) >= MOST_FAULTS:
            say("Too much went wrong: the year ends here.")
            days = number + 1
            break
    for fault in year.faults[:MOST_FAULTS]:
        say(f"  {fault}")
    released, signed = Release.objects.published().count() - released, KpiReturn.objects.signed_off().count() - signed
    return _results(year, days, time.monotonic() - began, released, signed)


def _play_day(year: Year, day: date) -> None:
    set_business_day(day)
    for name in RUNG:
        done = app.tasks[name].apply()
        if done.failed():
            year.faults.append(f"{day}: {name} failed: {done.result}")
    _plan_ahead(year, day)
    _take_up(year, day)
    for act in year.acts.pop(day, ()):
        year.people.do(act)
    year.people.read(day)
    year.faults += [f"{day}: {fault}" for fault in year.people.faults]
    year.people.faults.clear()
    _wait_until_quiet(year, day)
    for holds in invariants.DAILY:
        year.faults += [f"{day}: {fault}" for fault in holds()]
    if (mails := invariants.mails_beside_jobs()) != year.mails:
        year.faults.append(f"{day}: {mails - year.mails} mails more than were asked for")
        year.mails = mails
    year.connections = max(year.connections, invariants.connections_open())


def _plan_ahead(year: Year, day: date) -> None:
    """On the first day of a quarter an admin plans the collection of the one that has just ended, if nobody did."""
    quarter = Quarter.containing(day).previous()
    if quarter.slug not in year.planned and not Collection.objects.filter(period=quarter.slug).exists():
        year.people.plan(quarter.label)
    year.planned.add(quarter.slug)


def _take_up(year: Year, day: date) -> None:
    """Write the diary of each collection that has opened and is not yet in it; its people begin with new sessions."""
    for collection in Collection.objects.open_now():
        if collection.period + " taken up" in year.planned:
            continue
        year.planned.add(collection.period + " taken up")
        year.people.sign_out()
        dates = Dates(collection.period, collection.opens_on, collection.due_on, _last_day(collection), day)
        slugs = [organisation.slug for organisation in due_organisations(collection)]
        for act in diary(dates, slugs, year.chance):
            year.acts[act.day].append(act)
        year.say(f"{day:%-d %B %Y}: {collection} is open, {len(slugs)} organisations owe a return")


def _last_day(collection: Collection) -> date:
    return collection.closes_at.astimezone(LONDON).date()


def _wait_until_quiet(year: Year, day: date) -> None:
    """Until no job is due any more; one that waits to be tried again is waited for too."""
    ends = time.monotonic() + PATIENCE
    waiting = Job.objects.filter(status__in=[JobStatus.QUEUED, JobStatus.RUNNING]).exclude(
        status=JobStatus.QUEUED, attempts=0, run_after__gt=Now()
    )
    while found := list(waiting.values_list("kind", flat=True)[:5]):
        if time.monotonic() > ends:
            year.faults.append(f"{day}: still not done after {PATIENCE} s: {', '.join(found)}")
            return
        time.sleep(0.05)


def _end_quarter(year: Year, day: date, began: float) -> None:
    year.people.sign_out()
    for holds in invariants.QUARTERLY:
        year.faults += [f"{day}: {fault}" for fault in holds()]
    year.memory.append({name: _memory(number) for name, number in year.watched.items()})
    year.seconds.append(list(year.people.seconds))
    year.people.seconds.clear()
    used = ", ".join(f"{name} {size / MEGABYTE:.0f} MB" for name, size in year.memory[-1].items())
    year.say(f"{day:%-d %B %Y}, after {time.monotonic() - began:.0f} s: {len(year.faults)} faults; memory: {used}")


def _memory(process: int) -> int:
    """Bytes that a process and its children hold, without what they share twice; 0 where the system does not tell."""
    total = 0
    for number in (process, *_children(process)):
        try:
            lines = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total


def _children(process: int) -> list[int]:
    found = []
    for path in Path(f"/proc/{process}/task").glob("*/children"):
        for number in path.read_text().split():
            found += [int(number), *_children(int(number))]
    return found


def _results(year: Year, days: int, seconds: float, released: int, signed: int) -> list[BenchResult]:
    flat: list[float] = [one for quarter in year.seconds for one in quarter]
    tried = Job.objects.filter(attempts__gt=1).count()
    rows = [
        BenchResult("Days played", days, "", None, True),
        within("Minutes it took", seconds / 60, "min", 30),
        BenchResult("Returns signed", signed, "", None, signed > 0 or days < 40),
        BenchResult("Releases published, revisions among them", released, "", None, released > 0 or days < 40),
        BenchResult("Returns that the rules or missing people left out", len(set(year.people.left_out)), "", None, True),
        BenchResult("Background jobs done", Job.objects.filter(status=JobStatus.DONE).count(), "", None, True),
        BenchResult("Background jobs tried more than once", tried, "", None, True),
        BenchResult("Pages asked for", len(flat), "", None, True),
        BenchResult("Pages: median", percentile(flat, 0.5), "s", None, True),
        BenchResult("Pages: p95", percentile(flat, 0.95), "s", None, True),
        BenchResult("Most connections to the database", year.connections, "", None, True),
        within("What did not hold", len(year.faults), "", 0),
    ]
    return rows + _growth(year.memory)


def _growth(memory: Sequence[Mapping[str, int]]) -> list[BenchResult]:
    """Memory of each process at the end, and how much more than after the first quarter."""
    if not memory:
        return []
    rows = []
    for name, last in memory[-1].items():
        rows.append(BenchResult(f"Memory of {name} at the end", last / MEGABYTE, "MB", None, True))
        if len(memory) > 1 and memory[0][name]:
            rows.append(within(f"Memory of {name}: at the end over after the first quarter", last / memory[0][name], "×", GROWTH))
    return rows
