"""Everything the rules may know about one return: plain values, gathered by the caller, so that a rule reads no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from edi_portal.periods import Quarter
from kpis.catalogue.measures import CellKey, Measure
from kpis.validation.findings import CellAddress

Values = Mapping[tuple[str, str, str], Decimal]


@dataclass(frozen=True, slots=True)
class AnswerState:
    """The state of one answer: "value", "not_applicable", "not_available" or "not_collected", with the reason and date given."""

    state: str = "value"
    reason: str = ""
    expected_on: date | None = None


@dataclass(frozen=True, slots=True)
class CollectionFacts:
    """The collection a return belongs to. `other_live_returns` counts further live returns of the organisation and period."""

    is_open: bool
    other_live_returns: int = 0


@dataclass(frozen=True, slots=True)
class NetworkFacts:
    """One staff network of the organisation, as its register has it."""

    name: str
    is_active: bool
    last_met_on: date | None


@dataclass(frozen=True, slots=True)
class Rate:
    """Events over a base, each a sum of cells, with the group's label ("White applicants").

    With `is_percent` the events are one cell that already holds a percentage, and the base is the number who answered.
    """

    label: str
    events: tuple[CellAddress, ...]
    base: tuple[CellAddress, ...]
    is_percent: bool = False

    def share(self, values: Values) -> Decimal | None:
        """The rate as a fraction; None while a cell is not answered or the base is zero."""
        events, base = sum_at(values, self.events), sum_at(values, self.base)
        if events is None or not base:
            return None
        return events / 100 if self.is_percent else events / base

    def cells(self) -> tuple[CellAddress, ...]:
        """Every cell it rests on."""
        return (*self.events, *self.base)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two groups that the portal will compare from this return: `first` is the one above the line of a ratio.

    `is_ratio` is true for a likelihood, false for a pair shown with its gap.
    """

    code: str
    name: str
    first: Rate
    second: Rate
    is_ratio: bool = True

    def ratio(self, values: Values) -> Decimal | None:
        """First over second; None where it cannot be calculated or where one side has no case."""
        first, second = self.first.share(values), self.second.share(values)
        return first / second if first and second else None

    def cells(self) -> tuple[CellAddress, ...]:
        """Every cell it rests on, each once."""
        return tuple(dict.fromkeys((*self.first.cells(), *self.second.cells())))


@dataclass(frozen=True, slots=True)
class PayGapMeasures:
    """Where a return keeps the pay gap: two mean pay cells, and the women's and men's cells per quarter, lowest first."""

    mean_men: CellAddress
    mean_women: CellAddress
    women: tuple[CellAddress, ...]
    men: tuple[CellAddress, ...]

    def mean_gap(self, values: Values) -> Decimal | None:
        """Women's mean pay below men's, in percent of men's; None while a cell is not answered or men's pay is zero."""
        men, women = values.get(self.mean_men), values.get(self.mean_women)
        return None if women is None or not men else (men - women) / men * 100

    def women_shares(self, values: Values) -> tuple[Decimal, ...]:
        """The percentage of women in each quarter, lowest first; empty while a cell is not answered or a quarter is empty."""
        shares = []
        for women_at, men_at in zip(self.women, self.men, strict=True):
            women, men = values.get(women_at), values.get(men_at)
            if women is None or men is None or women + men == 0:
                return ()
            shares.append(women / (women + men) * 100)
        return tuple(shares)


@dataclass(frozen=True, slots=True)
class ReturnFacts:
    """One return as the rules see it.

    `values`, `previous` (last signed-off period) and `last_year` map (measure, row, column) to numbers; a missing key is
    "not answered". `texts` maps (measure, field) to what was typed. `evidence` names measures with a link or file attached.
    `snapshots` gives the snapshot date stated for a measure (the day that the question asks for where none is), and
    `march_snapshots` those of the return of the last 31 March. `breaks` says why a measure's series breaks at this period.
    """

    period: Quarter
    measures: Mapping[str, Measure]
    values: Values
    applicability_class: str = "trust"
    headcount: int | None = None
    states: Mapping[str, AnswerState] = field(default_factory=dict)
    texts: Mapping[tuple[str, str], str] = field(default_factory=dict)
    evidence: frozenset[str] = frozenset()
    previous: Values | None = None
    last_year: Values | None = None
    collection: CollectionFacts | None = None
    networks: tuple[NetworkFacts, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    pay_gap: PayGapMeasures | None = None
    snapshots: Mapping[str, date] = field(default_factory=dict)
    march_snapshots: Mapping[str, date] = field(default_factory=dict)
    breaks: Mapping[str, str] = field(default_factory=dict)

    def answered(self) -> tuple[Measure, ...]:
        """The measures answered with values, in the order of the return."""
        return tuple(measure for measure in self.measures.values() if self.has_values(measure.code))

    def has_values(self, code: str) -> bool:
        """Whether a measure of this return is answered with values, not with a reason why there are none."""
        return code in self.measures and self.states.get(code, AnswerState()).state == "value"

    def value(self, measure: str, cell: CellKey) -> Decimal | None:
        """The number in a cell; None when it is not answered."""
        return self.values.get((measure, cell.row, cell.column))

    def total(self, measure: Measure, patterns: Iterable[str] = ()) -> Decimal | None:
        """The sum over the cells that the patterns name, or over all cells; None while a required one is not answered."""
        return total_of(self.values, measure, patterns)


def cells_matching(measure: Measure, patterns: Iterable[str]) -> tuple[CellKey, ...]:
    """The cells of a measure that any of the patterns names, each once; all cells when there is no pattern."""
    found: dict[CellKey, None] = {}
    for pattern in tuple(patterns) or ("*/*",):
        found.update(dict.fromkeys(measure.match(pattern)))
    return tuple(found)


def total_of(values: Values, measure: Measure, patterns: Iterable[str] = ()) -> Decimal | None:
    """Add up cells of a measure in any period's values; None while a required cell is missing or none is there."""
    cells = cells_matching(measure, patterns)
    numbers = [values.get((measure.code, cell.row, cell.column)) for cell in cells]
    if all(number is None for number in numbers):
        return None
    if any(number is None and not measure.is_optional(cell) for number, cell in zip(numbers, cells, strict=True)):
        return None
    return sum((number for number in numbers if number is not None), Decimal(0))


def sum_at(values: Values, addresses: Iterable[tuple[str, str, str]]) -> Decimal | None:
    """Add up the cells at the addresses; None when one of them is not answered."""
    numbers = [values.get(address) for address in addresses]
    if not numbers or any(number is None for number in numbers):
        return None
    return sum((number for number in numbers if number is not None), Decimal(0))


def unanswered_cells(facts: ReturnFacts) -> tuple[tuple[str, CellKey], ...]:
    """The required cells still empty, as (measure, cell), in the order of the return."""
    return tuple(
        (measure.code, cell)
        for measure in facts.answered()
        for cell in measure.cells()
        if not measure.is_optional(cell) and facts.value(measure.code, cell) is None
    )
