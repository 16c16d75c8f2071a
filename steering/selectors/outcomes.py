"""Questions about planned outcomes: their wording in force, linked evidence, and released figures now and at the baseline."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from edi_portal.periods import Quarter
from kpis.selectors.releases import Reading, ReleaseAsSeen, last_headlines_before, release_of_quarter
from steering.models.outcomes import OutcomeEvidence, OutcomeWording
from steering.selectors.texts import Words

BySubject = dict[tuple[str, str], Reading]
"""(KPI code, statistic) → the figure of the whole system."""


def wordings(user: Any) -> dict[int, OutcomeWording]:
    """Outcome → the newest wording of the group that this reader may read. At most two queries."""
    rows = list(OutcomeWording.objects.order_by("worded_at", "pk"))
    words = Words(user, rows)
    return {row.number: row for row in rows if all(words.may_read(row, field) for field in row.TEXTS)}


def newest_wording(number: int) -> OutcomeWording | None:
    """The words that the group put in place last, reviewed or not; None where the planned ones stand. For the group alone."""
    return OutcomeWording.objects.filter(number=number).first()


def evidence_for(user: Any) -> dict[int, list[tuple[OutcomeEvidence, str]]]:
    """Outcome → evidence in force, newest first, with its words as this reader may read them. At most two queries."""
    rows = list(OutcomeEvidence.objects.filter(withdrawn_at=None))
    words = Words(user, rows)
    found: dict[int, list[tuple[OutcomeEvidence, str]]] = {}
    for row in rows:
        found.setdefault(row.number, []).append((row, words.of(row, "title")))
    return found


def system_readings(seen: ReleaseAsSeen, codes: Iterable[str]) -> dict[str, tuple[Quarter, BySubject]]:
    """KPI → the newest quarter in which it was released, and its figures of the whole system. At most two queries."""
    wanted = {kpi.kpi_id: kpi.definition.code for kpi in seen.framework.kpis if kpi.definition.code in set(codes)}
    found: dict[str, tuple[Quarter, BySubject]] = {}
    for reading in seen.headlines(level="system", kpi_id__in=list(wanted)):
        code = wanted[reading.kpi_id]
        found.setdefault(code, (seen.quarter, {}))[1][code, reading.statistic] = reading
    missing = [pk for pk, code in wanted.items() if code not in found]
    for quarter, reading in last_headlines_before(seen.release, seen.tiers, kpi_ids=missing) if missing else ():
        if reading.level == "system":
            code = wanted[reading.kpi_id]
            found.setdefault(code, (quarter, {}))[1][code, reading.statistic] = reading
    return found


def baseline_readings(seen: ReleaseAsSeen, wanted: Iterable[tuple[str, Quarter]]) -> dict[tuple[str, Quarter], BySubject]:
    """(KPI, period) → its figures of the whole system in that period. Two queries for each period."""
    found: dict[tuple[str, Quarter], BySubject] = {}
    by_quarter: dict[Quarter, set[str]] = {}
    for code, quarter in wanted:
        by_quarter.setdefault(quarter, set()).add(code)
    for quarter, codes in sorted(by_quarter.items()):
        release = release_of_quarter(quarter, as_of=seen.release.as_of)
        if release is None:
            continue
        then = ReleaseAsSeen(release, seen.tiers)
        known = {kpi.kpi_id: kpi.definition.code for kpi in seen.framework.kpis if kpi.definition.code in codes}
        for reading in then.headlines(level="system", kpi_id__in=list(known)):
            code = known[reading.kpi_id]
            found.setdefault((code, quarter), {})[code, reading.statistic] = reading
    return found
