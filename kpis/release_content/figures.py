"""Every figure of a release, from protected counts alone: each organisation's own, each type's and the system's pooled ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kpis.catalogue import KpiDefinition, Measure
from kpis.catalogue.formulas import Choice, Formula, PayGap, Score, ScoreGap, YesNo, inputs_of
from kpis.framework import KpiInForce, applicability
from kpis.indicators import Figure, compute
from kpis.release_content.inputs import OrganisationInput, ReleaseInput
from kpis.release_content.protected_counts import ROUNDING, CountTables, ProtectedCounts, units_of
from kpis.release_content.rows import SYSTEM, FigureRow, Unit, stored

# Below this, a released ratio is given as a word only (disclosure rule 4.4).
FEW_BELOW = 20

# Adding up scores, pay or answers of several organisations means nothing: their median is shown instead.
NOT_POOLED = (PayGap, Score, ScoreGap, YesNo, Choice)

TIERS = ("public", "board", "steering", "owner")


@dataclass(frozen=True, slots=True)
class DueFigure:
    """One KPI, or one component of it, that is due in the period.

    `about_people`: an input is a count of people, so rounded. `system_only`: an input exists for the whole system alone.
    """

    kpi: KpiInForce
    component: str | None
    formula: Formula
    tier: str
    about_people: bool
    system_only: bool

    @property
    def definition(self) -> KpiDefinition:
        """The KPI's definition."""
        return self.kpi.definition


def due_figures(given: ReleaseInput) -> Iterator[DueFigure]:
    """The headline and components of every KPI of the baseline that is due; bespoke KPIs stay with their owner."""
    for kpi in given.framework.kpis:
        if kpi.owner_id is not None:
            continue
        for component in (None, *(item.key for item in kpi.definition.components)):
            if given.quarter.number in kpi.definition.quarters_of(component):
                yield _due(kpi, component, given)


def _due(kpi: KpiInForce, component: str | None, given: ReleaseInput) -> DueFigure:
    """With the widest tier that may see an organisation's own figure: the most restricted of the parts it reads."""
    formula = kpi.definition.formula_of(component)
    inputs = [(given.framework.measures[ref.measure], ref.part) for ref in inputs_of(formula)]
    tier = max((_tier_of_part(measure, part) for measure, part in inputs), key=TIERS.index)
    about_people = any(measure.protection == "people" for measure, _ in inputs)
    narrow = [measure.level_of(part) for measure, part in inputs if measure.protection in {"people", "magnitude"}]
    return DueFigure(kpi, component, formula, tier, about_people, system_only="system" in narrow)


def _tier_of_part(measure: Measure, part: str) -> str:
    if measure.protection == "public":
        return "public"
    if measure.protection in {"things", "survey"}:
        return "board"
    if measure.protection == "magnitude":
        return "owner"
    return {"group_total": "board", "organisation": "steering", "system": "owner"}[measure.level_of(part)]


@dataclass(frozen=True, slots=True)
class Circle:
    """Who takes part in a release, worked out once: the units with their members, who returned, who is asked for which KPI."""

    given: ReleaseInput
    units: Mapping[Unit, frozenset[str]]
    returned: frozenset[str]
    asked: Mapping[int, frozenset[str]]

    @classmethod
    def of(cls, given: ReleaseInput) -> Circle:
        """The circle of a release."""
        measures = given.framework.measures
        return cls(
            given,
            {unit: frozenset(members) for unit, members in units_of(given).items()},
            frozenset(org.slug for org in given.organisations if org.returned(given.quarter)),
            {
                kpi.version_id: frozenset(
                    org.slug for org in given.organisations if applicability(kpi, org, measures) != "not_applicable"
                )
                for kpi in given.framework.kpis
            },
        )


def own_rows(due: DueFigure, circle: Circle, tables: CountTables) -> list[FigureRow]:
    """One row for each organisation that was due, whether it has a figure or a reason why not. Verdicts come later."""
    if due.tier == "owner":
        return []
    return [_own_row(due, circle, tables, organisation) for organisation in circle.given.organisations]


def _own_row(due: DueFigure, circle: Circle, tables: CountTables, organisation: OrganisationInput) -> FigureRow:
    unit = Unit("organisation", organisation.slug)
    if organisation.slug not in circle.asked[due.kpi.version_id]:
        return _absent(due, unit, due.tier, "not_applicable")
    if organisation.slug not in circle.returned:
        return _absent(due, unit, due.tier, "not_returned")
    counts = ProtectedCounts(circle.given, tables, due.formula.window, unit, organisation)
    return row_of(due, unit, "own", due.tier, compute_released(due, counts))


def pooled_rows(due: DueFigure, circle: Circle, tables: CountTables) -> list[FigureRow]:
    """The figure of all counts added up, for each type with enough members and for the system."""
    if isinstance(due.formula, NOT_POOLED):
        return []
    rows = []
    asked = circle.asked[due.kpi.version_id] - tables.left_out(due.kpi.measures)
    for unit, members in circle.units.items():
        if unit != SYSTEM and due.system_only:
            continue
        contributing = len(asked & members)
        if contributing < circle.given.policy.fewest_organisations:
            continue
        counts = ProtectedCounts(circle.given, tables, due.formula.window, unit)
        rows.append(row_of(due, unit, "pooled", "public", compute_released(due, counts), contributing=contributing))
    return rows


def compute_released(due: DueFigure, counts: ProtectedCounts) -> Figure:
    """The figure from protected counts, with its rounding range and the word that stands for it where counts are few."""
    return compute(
        due.definition,
        counts,
        component=due.component,
        rounding=ROUNDING if due.about_people else 0,
        few_below=FEW_BELOW if due.about_people else None,
    )


def row_of(
    due: DueFigure, unit: Unit, statistic: str, tier: str, figure: Figure, *, contributing: int | None = None
) -> FigureRow:
    """A figure as a row, before its verdict."""
    if figure.status != "shown" or figure.value is None:
        status = "too_few" if figure.word else (figure.status if figure.status != "shown" else "not_calculable")
        return _absent(due, unit, tier, status, statistic=statistic, word=figure.word or "", reason=figure.reason or "")
    return FigureRow(
        kpi_id=due.kpi.kpi_id,
        version_id=due.kpi.version_id,
        code=due.definition.code,
        component=due.component or "",
        unit=unit,
        statistic=statistic,
        tier=tier,
        status="shown",
        verdict="no_difference",
        value=stored(figure.value),
        low=stored(figure.low),
        high=stored(figure.high),
        rounding_low=stored(figure.rounding_low),
        rounding_high=stored(figure.rounding_high),
        numerator=stored(figure.numerator),
        denominator=stored(figure.denominator),
        reference_numerator=stored(figure.reference_numerator),
        reference_denominator=stored(figure.reference_denominator),
        word=(figure.word or "") if due.definition.unit_of(due.component) == "choice" else "",
        reason=figure.reason or "",
        contributing=contributing,
    )


# What stands in the verdict's place for a figure that has no value.
VERDICT_WITHOUT_VALUE = {
    "not_returned": "not_returned",
    "incomplete_year": "not_available",
    "not_applicable": "not_applicable",
    "not_available": "not_available",
    "not_collected": "not_available",
    "withheld": "withheld",
    "too_few": "too_few",
    "not_calculable": "too_few",
}


def _absent(
    due: DueFigure, unit: Unit, tier: str, status: str, *, statistic: str = "own", word: str = "", reason: str = ""
) -> FigureRow:
    return FigureRow(
        kpi_id=due.kpi.kpi_id,
        version_id=due.kpi.version_id,
        code=due.definition.code,
        component=due.component or "",
        unit=unit,
        statistic=statistic,
        tier=tier,
        status=status,
        verdict=VERDICT_WITHOUT_VALUE.get(status, "not_available"),
        word=word,
        reason=reason,
    )


__all__ = ["SYSTEM", "Circle", "DueFigure", "due_figures", "own_rows", "pooled_rows"]
