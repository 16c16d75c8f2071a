"""W2: every release of the demonstration, built once with writing and then again, step by step, with and without its audit.

The demonstration has the size of the contest: 30 organisations, 61 KPIs, nine characteristics, more than 12 quarters. A rebuild
counts only when fingerprint, counts, figures and certificates are those that are stored.

The contest itself is what somebody at the command line gets: `manage.py verify_releases --figures` on releases that add up to
200,000 returned cells, with as many processes as that command takes. Each figure is made again and compared with the stored one.
"""

from __future__ import annotations

import os
import resource
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from time import perf_counter

from django.db import transaction
from django.db.models import Count

from edi_portal.bench import BenchResult, Times, least, within
from edi_portal.forks import usable_processes
from edi_portal.stats.spc_many import xmr_many
from kpis.demonstration.publishing import closed_quarters, publish_period
from kpis.models.releases import Release, ReleaseStatus
from kpis.models.returns import ReturnValue
from kpis.release_content import ReleaseContent, ReleaseInput, parts_of, protect_part
from kpis.release_content.content import content_of
from kpis.release_content.parts import join_parts
from kpis.release_content.people import ProtectedTable
from kpis.release_content.protected_counts import people_tables
from kpis.services.release_checks import check_in_processes, content_faults, input_of
from kpis.services.release_rows import write_content

Say = Callable[[str], None]

QUARTERS = 12
CELLS = 200_000
TIMES = 3
REBUILD_SECONDS = 5.0
RELEASE_SECONDS = 1.0
AUDIT_SECONDS = 30.0
MEASURE_SECONDS = 5.0
MEGABYTES = 500.0


class UnequalRelease(AssertionError):
    """A release that was built again is not the one that is stored, so its time means nothing."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """One release built again: how many figures, the seconds of each step, and in `measure` those of its slowest measure."""

    figures: int
    reading: Times
    audit: Times
    measure: float
    computing: Times
    writing: Times

    @property
    def without_audit(self) -> Times:
        """Read from the database and computed."""
        return self.reading + self.computing


@dataclass(slots=True)
class Series:
    """The figures of organisations over time, gathered release by release."""

    values: dict[tuple[str, str, str], list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, content: ReleaseContent) -> None:
        """The next quarter."""
        for row in content.figures:
            if row.unit.level == "organisation" and row.value is not None:
                self.values[row.code, row.component, row.unit.name].append(float(row.value))

    def judge(self) -> int:
        """Variation and assurance of every series that no quarter misses; returns how many there are."""
        import numpy as np

        longest = max(len(values) for values in self.values.values())
        whole = np.array([values for values in self.values.values() if len(values) == longest])
        xmr_many(whole, improvement=["neutral"] * len(whole), target=[None] * len(whole))
        return len(whole)


def build_all(*, say: Say) -> float:
    """Build and publish every release, oldest first, because each reads counts of those before it; returns the seconds."""
    began = perf_counter()
    for quarter in closed_quarters():
        publish_period(quarter)
        say(f"release of {quarter.label} built")
    return perf_counter() - began


def measure(build_seconds: float, *, say: Say) -> list[BenchResult]:
    """Rebuild every release from the same returns. `build_seconds`: what the first build, with writing, took."""
    releases = list(Release.objects.current().select_related("collection").order_by("collection__period"))
    rebuilt, series = [], Series()
    for release in releases:
        one, content = rebuild(release)
        rebuilt.append(one)
        if release in releases[-QUARTERS:]:
            series.add(content)
        say(f"release of {release.quarter.label} rebuilt, the same in every byte")
    number = len(rebuilt)
    return [
        BenchResult(f"Releases with the same bytes when built again, of {number}", number, "", None, True),
        BenchResult(f"First build of {number} releases, with audit, reading and writing", build_seconds, "s", None, True),
        *contest(releases),
        *_whole(rebuilt[-QUARTERS:], series),
        *_single(rebuilt),
        within("W2: most memory of this process", peak_megabytes(), "MB", MEGABYTES),
    ]


def rebuild(release: Release) -> tuple[Rebuilt, ReleaseContent]:
    """Build a stored release again; raises UnequalRelease when it is another. Steps without search: the fastest of three."""
    given = input_of(release)
    people = people_tables(given)
    proofs: tuple[ProtectedTable, ...] = ()

    def audit() -> None:
        nonlocal proofs
        proofs = join_parts(people, [protect_part(people, part.measures) for part in parts_of(people)])

    audited = least(audit, 1)
    content = content_of(people, proofs)
    faults = content_faults(release, given, content)
    if faults:
        raise UnequalRelease(f"{release}: {' '.join(faults)}")
    found = Rebuilt(
        figures=len(content.figures),
        reading=least(lambda: people_tables(input_of(release)), TIMES),
        audit=audited,
        measure=max((proof.protection.seconds for proof in proofs), default=0.0),
        computing=least(lambda: content_of(people, proofs), TIMES),
        writing=_writing(release, given, content),
    )
    return found, content


def _writing(release: Release, given: ReleaseInput, content: ReleaseContent) -> Times:
    """Writing the rows once more, under a release that is taken back at once."""
    ids = {organisation.slug: organisation.pk for organisation in given.organisations}
    with transaction.atomic():
        copy = Release.objects.get(pk=release.pk)
        copy.pk, copy.number, copy.published_at, copy.status = None, None, None, ReleaseStatus.DISCARDED
        copy.save(force_insert=True)
        times = least(lambda: write_content(copy, content, ids), 1)
        transaction.set_rollback(True)
    return times


def contest(releases: Sequence[Release]) -> list[BenchResult]:
    """200,000 returned cells made into figures, intervals, medians, quartiles, ranks and verdicts, and all of them compared."""
    cells = cells_of(releases)
    chosen = enough_for(CELLS, releases, cells)
    processes = usable_processes(len(chosen))
    memory = _most_memory(chosen, processes)
    times = [_check_all(chosen, processes) for _ in range(TIMES)]
    clock = min(one.clock for one in times)
    number = sum(cells[release.collection_id] for release in chosen)
    return [
        BenchResult("W2: releases made again by the command", len(chosen), "", None, True),
        BenchResult("W2: their returned cells", number, "", None, number >= CELLS),
        BenchResult("W2: processes", processes, "", None, True),
        within("W2: full rebuild of these cells with all statistics, compared", clock, "s", REBUILD_SECONDS),
        BenchResult(
            "W2: processor time of all processes, the database's apart", min(one.processor for one in times), "s", None, True
        ),
        BenchResult("W2: times as fast as its limit", REBUILD_SECONDS / clock, "×", None, True),
        within("W2: most memory of these processes together", memory, "MB", MEGABYTES),
    ]


def cells_of(releases: Sequence[Release]) -> Mapping[int, int]:
    """How many returned cells each release's collection has."""
    own = ReturnValue.objects.filter(kpi_return__collection__in=[release.collection_id for release in releases])
    return Counter(dict(own.values_list("kpi_return__collection").annotate(Count("pk"))))


def enough_for(cells: int, releases: Sequence[Release], cells_of_each: Mapping[int, int]) -> list[Release]:
    """All releases, and the newest once more as often as it takes until they have so many returned cells."""
    chosen, number = list(releases), sum(cells_of_each[release.collection_id] for release in releases)
    for release in cycle(reversed(releases)):
        if number >= cells:
            break
        chosen.append(release)
        number += cells_of_each[release.collection_id]
    return chosen


def _check_all(releases: Sequence[Release], processes: int) -> Times:
    began, spent = perf_counter(), _processor_seconds()
    for check in check_in_processes(releases, processes=processes, figures_alone=True):
        if check.faults:
            raise UnequalRelease(str(check))
    return Times(perf_counter() - began, _processor_seconds() - spent)


def _processor_seconds() -> float:
    """Of this process, and of its children that have ended."""
    both = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(one.ru_utime + one.ru_stime for one in both)


def _most_memory(releases: Sequence[Release], processes: int) -> float:
    """The most that this process and its children held together, looked at after each release; what they share counts once."""
    checks = check_in_processes(releases, processes=processes, figures_alone=True)
    return max(megabytes_together() for _ in checks)


def megabytes_together() -> float:
    """The memory of this process and its children now, shared pages counted once."""
    own = os.getpid()
    children = Path(f"/proc/{own}/task/{own}/children").read_text().split()
    lines = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in (own, *children)]
    return sum(int(line.split()[1]) for text in lines for line in text.splitlines() if line.startswith("Pss:")) / 1024


def _whole(rebuilt: list[Rebuilt], series: Series) -> list[BenchResult]:
    """The same by this process alone for 12 quarters, nothing compared, and every series over time."""
    judged = series.judge()
    times = sum((one.without_audit for one in rebuilt), least(series.judge, TIMES))
    return [
        BenchResult(f"W2: figures of {len(rebuilt)} quarters", sum(one.figures for one in rebuilt), "", None, True),
        BenchResult("W2: series judged over time", judged, "", None, True),
        BenchResult(f"W2: {len(rebuilt)} quarters by one process, nothing compared", times.clock, "s", None, True),
        BenchResult("W2: of which this process's processor", times.processor, "s", None, True),
    ]


def _single(rebuilt: list[Rebuilt]) -> list[BenchResult]:
    """One period: the slowest of all."""
    single = [one.without_audit + one.writing for one in rebuilt]
    audits = [one.audit for one in rebuilt]
    return [
        within("W2: one release without audit: read, computed, written", max(one.clock for one in single), "s", RELEASE_SECONDS),
        BenchResult("W2: its processor time", max(one.processor for one in single), "s", None, True),
        within("W2: audit of one release", max(one.clock for one in audits), "s", AUDIT_SECONDS),
        BenchResult("W2: its processor time, audit", max(one.processor for one in audits), "s", None, True),
        within("W2: audit of its slowest measure", max(one.measure for one in rebuilt), "s", MEASURE_SECONDS),
    ]


def peak_megabytes() -> float:
    """The most memory that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
