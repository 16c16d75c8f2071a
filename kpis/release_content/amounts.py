"""What organisations returned of a measure, read for a release. One unusable amount costs its own organisation, nobody else."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from edi_portal.periods import Quarter
from kpis.catalogue import CellKey, Measure
from kpis.exact_counts import VALUE
from kpis.release_content.inputs import OrganisationInput, Variant

# Nobody counts more than this; a larger number is a slip of the pen, and would not fit where counts are stored.
MOST_COUNTED = 100_000_000

Amounts = dict[tuple[Quarter, str], Decimal]


@dataclass(frozen=True, slots=True)
class Problem:
    """An amount that cannot be used; its organisation is left out of the measure. For portal admins only; names no amount."""

    organisation: str
    measure: str
    cell: str
    quarter: str
    why: str


@dataclass(frozen=True, slots=True)
class MeasureAmounts:
    """organisation → (quarter, cell) → amount, without the organisations that `problems` name."""

    held: dict[str, Amounts] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def over_quarters(self) -> dict[str, dict[str, Decimal]]:
        """organisation → cell → sum over the quarters."""
        summed: dict[str, dict[str, Decimal]] = {}
        for slug, amounts in self.held.items():
            cells = summed.setdefault(slug, {})
            for (_, cell), amount in amounts.items():
                cells[cell] = cells.get(cell, Decimal(0)) + amount
        return summed


def read_amounts(
    organisations: Iterable[OrganisationInput], quarter: Quarter, measure: Measure, variant: Variant, cells: Collection[str]
) -> MeasureAmounts:
    """The amounts of some cells, from organisations that returned the quarter and answered in all quarters of the variant.

    A cell counts only when every quarter has it. An organisation with an unusable amount is left out as a whole: a sum
    without one of its cells would be wrong.
    """
    held: dict[str, Amounts] = {}
    problems: list[Problem] = []
    for organisation in organisations:
        if not organisation.returned(quarter) or organisation.applicability_class not in measure.applies_to:
            continue
        amounts = _amounts(organisation, measure, variant, cells)
        faults = [
            Problem(organisation.slug, measure.code, cell, source.slug, why)
            for (source, cell), amount in amounts.items()
            if (why := fault_of(measure, cell, amount))
        ]
        if faults:
            problems.extend(faults)
        elif amounts:
            held[organisation.slug] = amounts
    return MeasureAmounts(held, tuple(problems))


def _amounts(organisation: OrganisationInput, measure: Measure, variant: Variant, cells: Collection[str]) -> Amounts:
    returned = [(quarter, organisation.quarters.get(quarter)) for quarter in variant.quarters]
    answered = [(quarter, one) for quarter, one in returned if one is not None]
    if len(answered) < len(returned) or any(one.states.get(measure.code, VALUE).state != "value" for _, one in answered):
        return {}
    amounts: Amounts = {}
    for cell in sorted(cells):
        row, _, column = cell.partition("/")
        found = [(quarter, one.values.get((measure.code, row, column))) for quarter, one in answered]
        known = {(quarter, cell): amount for quarter, amount in found if amount is not None}
        if len(known) == len(found):
            amounts.update(known)
    return amounts


def fault_of(measure: Measure, cell: str, amount: Decimal) -> str:
    """Why an amount cannot be used, in words; empty when it can."""
    row, _, column = cell.partition("/")
    if not amount.is_finite():
        return "not a number"
    if amount < 0 and measure.protection != "public":
        return "below nothing"
    if amount > MOST_COUNTED:
        return "larger than anything that is counted here"
    counted = measure.protection == "people" or measure.unit_of(CellKey(row, column)) == "people"
    if counted and amount != amount.to_integral_value():
        return "not a whole number of people"
    return ""
