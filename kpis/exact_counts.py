"""The counts an organisation returned, read as parts of measures over the quarters that a formula needs. Pure.

Used for the owner's own page only: others read protected counts of a release.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from edi_portal.periods import Quarter
from kpis.catalogue import Measure
from kpis.catalogue.windows import source_quarters
from kpis.indicators import Absent, Cell, Known
from kpis.validation.facts import AnswerState, Values

VALUE = AnswerState()


@dataclass(frozen=True, slots=True)
class ReturnedQuarter:
    """What one organisation returned for one quarter."""

    values: Values
    states: Mapping[str, AnswerState] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExactCounts:
    """`Counts` for `kpis.indicators.compute`: exact sums of cells, for one formula window ending in `quarter`."""

    measures: Mapping[str, Measure]
    quarter: Quarter
    window: str
    quarters: Mapping[Quarter, ReturnedQuarter]

    def part(self, measure: str, part: str) -> Cell:
        """The sum over the part's cells and the window's quarters, or why there is none."""
        definition = self.measures[measure]
        sources = source_quarters(definition, self.window, self.quarter)
        total = Decimal(0)
        for source in sources:
            amount = self._amount(definition, part, source)
            if isinstance(amount, str):
                return Absent("incomplete_year" if len(sources) > 1 and amount == "not_returned" else amount)
            total += amount
        return Known(total)

    def _amount(self, measure: Measure, part: str, source: Quarter) -> Decimal | str:
        returned = self.quarters.get(source)
        if returned is None:
            return "not_returned"
        state = returned.states.get(measure.code, VALUE).state
        if state != "value":
            return state
        total = Decimal(0)
        for cell in measure.cells_of(part):
            amount = returned.values.get((measure.code, cell.row, cell.column))
            if amount is None and not measure.is_optional(cell):
                return "not_available"
            total += amount or 0
        return total


def quarters_needed(measures: Mapping[str, Measure], windows: frozenset[str], quarter: Quarter) -> frozenset[Quarter]:
    """Every quarter that figures of `quarter` may read."""
    return frozenset(
        source for measure in measures.values() for window in windows for source in source_quarters(measure, window, quarter)
    )
