"""What the rules compare in a return, read off the definitions of its KPIs: pairs of groups, and the pay gap's cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kpis.catalogue.definitions import KpiDefinition
from kpis.catalogue.formulas import CountGroup, Formula, Likelihood, PairGap, PartRef, PayGap, RateGroup
from kpis.catalogue.measures import Measure
from kpis.validation.facts import Comparison, PayGapMeasures, Rate
from kpis.validation.findings import CellAddress


def comparisons_of(kpis: Iterable[KpiDefinition], measures: Mapping[str, Measure]) -> tuple[Comparison, ...]:
    """Every pair of groups that the KPIs compare by a ratio or a gap, each pair of cells once, under its first KPI.

    A KPI that reads a measure not among `measures` is left out: its counts are not in this return.
    """
    found: dict[tuple[CellAddress, ...], Comparison] = {}
    for kpi in kpis:
        formulas: list[tuple[str, str, Formula]] = [(kpi.code, kpi.name, kpi.formula)]
        formulas += [(f"{kpi.code}.{item.key}", f"{kpi.name}, {item.label}", item.formula) for item in kpi.components]
        for code, name, formula in formulas:
            pair = _comparison(code, name, formula, measures)
            if pair is not None:
                found.setdefault(tuple(sorted(pair.cells())), pair)
    return tuple(found.values())


def _comparison(code: str, name: str, formula: Formula, measures: Mapping[str, Measure]) -> Comparison | None:
    if isinstance(formula, Likelihood):
        groups: tuple[CountGroup | RateGroup, CountGroup | RateGroup] = (formula.first, formula.second)
    elif isinstance(formula, PairGap):
        groups = (formula.comparison, formula.reference)
    else:
        return None
    parts = [_events(group) for group in groups] + [group.base for group in groups]
    if any(part.measure not in measures for part in parts):
        return None
    first, second = (_rate(group, measures) for group in groups)
    return Comparison(code, name, first, second, is_ratio=isinstance(formula, Likelihood))


def _events(group: CountGroup | RateGroup) -> PartRef:
    return group.rate if isinstance(group, RateGroup) else group.events


def _rate(group: CountGroup | RateGroup, measures: Mapping[str, Measure]) -> Rate:
    is_percent = isinstance(group, RateGroup)
    return Rate(group.label, _cells(_events(group), measures), _cells(group.base, measures), is_percent)


def _cells(part: PartRef, measures: Mapping[str, Measure]) -> tuple[CellAddress, ...]:
    return tuple(CellAddress(part.measure, cell.row, cell.column) for cell in measures[part.measure].cells_of(part.part))


def pay_gap_of(kpis: Iterable[KpiDefinition], measures: Mapping[str, Measure]) -> PayGapMeasures | None:
    """Where a return keeps mean pay and the pay quarters; None unless it asks for both.

    Mean pay is what the first pay-gap KPI reads; the quarters are the rows of the measure that rule V10 checks.
    """
    formula = next((kpi.formula for kpi in kpis if isinstance(kpi.formula, PayGap)), None)
    quarters = next((measure for measure in measures.values() if any(check.rule == "V10" for check in measure.checks)), None)
    if formula is None or quarters is None or formula.reference.value.measure not in measures:
        return None
    return PayGapMeasures(
        mean_men=_cells(formula.reference.value, measures)[0],
        mean_women=_cells(formula.comparison.value, measures)[0],
        women=tuple(CellAddress(quarters.code, row.key, "women") for row in quarters.rows),
        men=tuple(CellAddress(quarters.code, row.key, "men") for row in quarters.rows),
    )
