"""How an organisation stands among its peers, from released figures alone: median, quartile, rank range, and one verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from edi_portal.stats.comparison import verdict_against, verdict_against_target
from edi_portal.stats.distribution import quantile, quartile_groups, rank_range
from kpis.catalogue import KpiDefinition
from kpis.release_content.figures import DueFigure
from kpis.release_content.rows import SYSTEM, FigureRow, Unit, stored

# Fewer figures than this are not ranked, and have no quartiles.
FEWEST_RANKED = 5
FEWEST_MEDIAN = 3


Members = Mapping[Unit, frozenset[str]]
# What standing adds to a row: field → value.
Standing = dict[str, Any]


def with_standing(due: DueFigure, own: Sequence[FigureRow], pooled: Sequence[FigureRow], members: Members) -> list[FigureRow]:
    """The rows of one figure with medians added, and with quartile, rank range and verdict on each organisation's row."""
    medians = _medians(due, own, members)
    median_of = {row.unit: row.value for row in medians}
    groups = _peer_groups(own, members)
    found: list[Standing] = []
    for row in own:
        comparator, kind = median_of.get(groups.get(row.unit.name, SYSTEM)), "peers"
        if comparator is None:
            comparator, kind = median_of.get(SYSTEM), "system"
        found.append(_judged(row, due.definition, due.component, comparator, kind))
    for unit, names in members.items():
        if unit != SYSTEM:
            _rank(due, own, found, names)
    placed = [row._replace(**standing) if standing else row for row, standing in zip(own, found, strict=True)]
    judged = [(row, _judged(row, due.definition, due.component, None, "")) for row in pooled]
    return [*placed, *(row._replace(**standing) if standing else row for row, standing in judged), *medians]


def _peer_groups(own: Iterable[FigureRow], members: Members) -> dict[str, Unit]:
    return {name: unit for unit, names in members.items() if unit != SYSTEM for name in names}


def _medians(due: DueFigure, own: Sequence[FigureRow], members: Members) -> list[FigureRow]:
    rows = []
    for unit, names in members.items():
        shown = [row.value for row in own if row.value is not None and row.unit.name in names]
        if len(shown) < FEWEST_MEDIAN:
            continue
        middle = quantile([float(value) for value in shown], 0.5)
        rows.append(
            FigureRow(
                kpi_id=due.kpi.kpi_id,
                version_id=due.kpi.version_id,
                code=due.definition.code,
                component=due.component or "",
                unit=unit,
                statistic="median",
                tier="public",
                status="shown",
                verdict="no_difference",
                value=stored(Decimal(repr(middle))),
                contributing=len(shown),
            )
        )
    return rows


def _judged(row: FigureRow, kpi: KpiDefinition, component: str | None, comparator: Decimal | None, kind: str) -> Standing:
    """The one verdict of a row: against target or accepted range first, then against the median of its peers."""
    if row.value is None:
        return {}
    target = kpi.target if component is None and kpi.target.kind != "none" else None
    if target is not None:
        missed = verdict_against_target(
            row.value, row.low, row.high, target_low=target.low, target_high=target.high, direction=kpi.direction
        )
        if missed != "none":
            aim = target.high if target.high is not None and row.value > target.high else target.low
            of = "range" if target.kind == "range" else "target"
            return {"verdict": missed, "comparator": stored(aim), "comparator_kind": of}
    if comparator is None:
        return {}
    verdict = verdict_against(row.value, row.low, row.high, comparator=comparator, direction=kpi.direction)
    return {"verdict": verdict, "comparator": comparator, "comparator_kind": kind}


def _rank(due: DueFigure, own: Sequence[FigureRow], found: Sequence[Standing], names: frozenset[str]) -> None:
    """Add quartile and the range of ranks that the intervals allow, within one peer group; too few are not ranked."""
    shown = [
        (row, standing) for row, standing in zip(own, found, strict=True) if row.value is not None and row.unit.name in names
    ]
    if len(shown) < FEWEST_RANKED:
        return
    values = [float(row.value) for row, _ in shown if row.value is not None]
    quartiles = quartile_groups(values, direction=due.definition.direction)
    ranges = rank_range(values, [_ends(row) for row, _ in shown], direction=due.definition.direction)
    for (_, standing), quartile, (low, high) in zip(shown, quartiles, ranges, strict=True):
        standing.update(quartile=quartile, rank_low=low, rank_high=high, ranked=len(shown))


def _ends(row: FigureRow) -> tuple[float, float]:
    """The interval of a figure; an exact figure is its own interval."""
    low = row.value if row.low is None else row.low
    high = row.value if row.high is None else row.high
    return float(low or 0), float(high or 0)
