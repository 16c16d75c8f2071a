"""A few KPIs of an organisation for its home page: own exact figures beside the released ones of the same quarter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from edi_portal.charts import Sparkline, sparkline
from edi_portal.periods import Quarter
from kpis.dashboards.figure_words import group_words
from kpis.dashboards.organisation_page import OwnRow, own_rows
from kpis.dashboards.own_figures import ExactFigure, exact_headlines
from kpis.exact_counts import ReturnedQuarter
from kpis.models.releases import Release
from kpis.selectors.releases import Member, ReleaseAsSeen, series_of
from organisations.models import Organisation

FIGURES_SHOWN = 4
QUARTERS_DRAWN = 8


@dataclass(frozen=True, slots=True)
class FigureBeside:
    """One KPI: the own exact figure, the medians of all and of the peers, eight quarters, one reading."""

    row: OwnRow
    exact: ExactFigure | None
    line: Sparkline

    @property
    def verdict(self) -> str:
        """The released reading; where the release withholds it, that of the exact figure against its target."""
        released = self.row.reading.verdict
        if released in {"withheld", "too_few"} and self.exact is not None:
            return self.exact.verdict
        return released


@dataclass(frozen=True, slots=True)
class FiguresBeside:
    """Own figures of the released quarter beside the released ones of the same quarter."""

    release: Release
    member: Member
    rows: tuple[FigureBeside, ...]
    all_rows: int
    changed: int

    @property
    def peers(self) -> str:
        """The peers inside a heading."""
        return group_words(self.member.group) if self.member.group else "peer"


def figures_beside(
    seen: ReleaseAsSeen | None, organisation: Organisation, history: Mapping[Quarter, ReturnedQuarter] | None = None
) -> FiguresBeside | None:
    """Four KPIs beside the released figures of the same quarter; None when the organisation is not in the release."""
    member = seen.member(organisation.slug) if seen is not None else None
    if seen is None or member is None or not member.returned:
        return None
    release = seen.release
    rows, _peers = own_rows(seen, member)
    chosen = chosen_rows(rows)
    codes = [row.definition.code for row in chosen]
    exact = exact_headlines(organisation, seen.quarter, codes, framework=seen.framework, history=history)
    series = series_of(
        release,
        seen.tiers,
        kpi_ids=[row.reading.kpi_id for row in chosen],
        periods=QUARTERS_DRAWN,
        level="organisation",
        organisation=member.pk,
    )
    quarters = [release.quarter.previous(back) for back in range(QUARTERS_DRAWN - 1, -1, -1)]
    beside = []
    for row in chosen:
        points = series.get(row.reading.kpi_id, {})
        values: list[Decimal | None] = [points[quarter].value if quarter in points else None for quarter in quarters]
        beside.append(FigureBeside(row, exact.get(row.definition.code), sparkline(values)))
    return FiguresBeside(release, member, tuple(beside), len(rows), sum(row.change.is_claim for row in rows))


def chosen_rows(rows: Sequence[OwnRow], most: int = FIGURES_SHOWN) -> tuple[OwnRow, ...]:
    """Which KPIs a home shows: to act on, the clearest change for the worse, one to watch, the clearest change for the better."""

    def of(verdict: str) -> list[OwnRow]:
        return [row for row in rows if row.reading.verdict == verdict]

    def changed(verdict: str) -> list[OwnRow]:
        return sorted((row for row in rows if row.change.verdict == verdict), key=lambda row: -row.change.size)

    shown = [row for row in rows if row.reading.value is not None]
    wanted = (
        *of("act")[:2],
        *changed("worse")[:1],
        *of("watch")[:1],
        *changed("better")[:1],
        *of("better")[:1],
        *of("worse")[:1],
    )
    ordered = dict.fromkeys(row.definition.code for row in (*wanted, *of("act"), *shown, *rows))
    by_code = {row.definition.code: row for row in rows}
    return tuple(by_code[code] for code in list(ordered)[:most])
