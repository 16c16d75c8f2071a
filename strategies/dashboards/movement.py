"""Whether the KPIs of an objective moved: the stored verdict over time of the organisation's released figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest

from kpis.dashboards.changes import change_of
from kpis.selectors.releases import Reading, ReleaseAsSeen, release_as_seen


@dataclass(frozen=True, slots=True)
class Movement:
    """One KPI behind an objective: its verdict now, and the stored verdict over time, with its words."""

    code: str
    name: str
    slug: str
    reading: str
    change: str
    words: str


def movements(request: HttpRequest, organisation: str, codes: Iterable[str]) -> dict[str, Movement]:
    """Code → movement, for the KPIs of the newest release that this reader may see of the organisation. At most four queries."""
    wanted = {code.upper() for code in codes}
    seen = release_as_seen(request) if wanted else None
    member = seen.member(organisation) if seen is not None else None
    if seen is None or member is None:
        return {}
    kpis = {kpi.kpi_id: kpi for kpi in seen.framework.kpis if kpi.definition.code.upper() in wanted}
    now = _headlines(seen, member.pk, kpis)
    found = {}
    for pk, reading in now.items():
        definition = kpis[pk].definition
        change = change_of(reading)
        found[definition.code] = Movement(
            definition.code, definition.name, definition.code.lower(), reading.verdict, change.verdict, change.word.lower()
        )
    return found


def _headlines(seen: ReleaseAsSeen, organisation: int, kpis: Iterable[int]) -> dict[int, Reading]:
    rows = seen.headlines(organisation_id=organisation, kpi_id__in=list(kpis), statistic="own")
    return {row.kpi_id: row for row in rows}
