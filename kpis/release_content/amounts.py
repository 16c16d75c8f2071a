"""What organisations returned of a measure, read for a release. One unusable amount costs its own organisation, nobody else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from edi_portal.periods import Quarter
from kpis.catalogue import CellKey, Measure
from kpis.exact_counts import VALUE
from kpis.release_content.inputs import OrganisationInput, Variant

# Nobody counts more than this; a larger number is a slip of the pen, and would not fit where counts are stored.
MOST_COUNTED = 100_000_000

Amounts = dict[Quarter, dict[str, Decimal]]
# A cell as "row/column", and as the values of a return name it: measure, row, column.
Address = tuple[str, tuple[str, str, str]]


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
    """organisation → quarter → cell → amount, without the organisations that `problems` name."""

    held: dict[str, Amounts] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def over_quarters(self) -> dict[str, dict[str, Decimal]]:
        """organisation → cell → sum over the quarters."""
        summed: dict[str, dict[str, Decimal]] = {}
        for slug, amounts in self.held.items():
            cells = summed.setdefault(slug, {})
            for known in amounts.values():
                for cell, amount in known.items():
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
    addresses = [(cell, _address_of(measure.code, cell)) for cell in sorted(cells)]
    for organisation in organisations:
        if not organisation.returned(quarter) or organisation.applicability_class not in measure.applies_to:
            continue
        amounts = _amounts(organisation, measure.code, variant, addresses)
        faults = [
            Problem(organisation.slug, measure.code, cell, source.slug, why)
            for source, known in amounts.items()
            for cell, amount in known.items()
            if (why := fault_of(measure, cell, amount))
        ]
        if faults:
            problems.extend(faults)
        elif amounts:
            held[organisation.slug] = amounts
    return MeasureAmounts(held, tuple(problems))


def _address_of(measure: str, cell: str) -> tuple[str, str, str]:
    row, _, column = cell.partition("/")
    return measure, row, column


def _amounts(organisation: OrganisationInput, measure: str, variant: Variant, addresses: Sequence[Address]) -> Amounts:
    """The cells that every quarter has; nothing when a quarter is missing or not answered."""
    amounts: Amounts = {}
    for quarter in variant.quarters:
        one = organisation.quarters.get(quarter)
        if one is None or one.states.get(measure, VALUE).state != "value":
            return {}
        values = one.values
        amounts[quarter] = {cell: amount for cell, address in addresses if (amount := values.get(address)) is not None}
    everywhere = set.intersection(*(set(known) for known in amounts.values()))
    if not everywhere:
        return {}
    return {quarter: {cell: known[cell] for cell in known if cell in everywhere} for quarter, known in amounts.items()}


def fault_of(measure: Measure, cell: str, amount: Decimal) -> str:
    """Why an amount cannot be used, in words; empty when it can."""
    if amount.is_finite() and 0 <= amount <= MOST_COUNTED and amount == amount.to_integral_value():
        return ""  # fits every kind of measure: nearly all amounts end here
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
