"""Whether the KPIs of an objective moved: the released figure of the organisation against a year earlier, as on every page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest

from kpis.dashboards.changes import change_between, quarters_apart
from kpis.selectors.releases import Reading, ReleaseAsSeen, release_as_seen

WORDS = {
    "better": "better than a year ago",
    "worse": "worse than a year ago",
    "no_difference": "no real change in a year",
    "too_few": "too early to tell",
}


@dataclass(frozen=True, slots=True)
class Movement:
    """One KPI behind an objective: its verdict now, and what became of it within a year."""

    code: str
    name: str
    slug: str
    reading: str
    change: str

    @property
    def words(self) -> str:
        """The change in words; improved is never claimed without a verdict that says so."""
        return WORDS[self.change]


def movements(request: HttpRequest, organisation: str, codes: Iterable[str]) -> dict[str, Movement]:
    """Code → movement, for the KPIs of the newest release that this reader may see of the organisation. At most six queries."""
    wanted = {code.upper() for code in codes}
    seen = release_as_seen(request) if wanted else None
    member = seen.member(organisation) if seen is not None else None
    if seen is None or member is None:
        return {}
    kpis = {kpi.kpi_id: kpi for kpi in seen.framework.kpis if kpi.definition.code.upper() in wanted}
    now = _headlines(seen, member.pk, kpis)
    then = {apart: _earlier(seen, apart, member.pk, kpis) for apart in {quarters_apart(kpi.definition) for kpi in kpis.values()}}
    found = {}
    for pk, reading in now.items():
        definition = kpis[pk].definition
        change = change_between(definition, then[quarters_apart(definition)].get(pk), reading)
        found[definition.code] = Movement(
            definition.code, definition.name, definition.code.lower(), reading.verdict, change.verdict
        )
    return found


def _headlines(seen: ReleaseAsSeen, organisation: int, kpis: Iterable[int]) -> dict[int, Reading]:
    rows = seen.headlines(organisation_id=organisation, kpi_id__in=list(kpis), statistic="own")
    return {row.kpi_id: row for row in rows}


def _earlier(seen: ReleaseAsSeen, apart: int, organisation: int, kpis: Iterable[int]) -> dict[int, Reading]:
    earlier = seen.before(apart)
    return _headlines(earlier, organisation, kpis) if earlier is not None else {}
