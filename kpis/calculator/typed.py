"""Typed numbers as the counts of a figure, and as the facts that the rules of a return read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from edi_portal.periods import Quarter
from kpis.calculator.questions import Question
from kpis.catalogue.formulas import CountGroup, Likelihood, PairGap, PartRef, RateGroup, Share, ShareGap
from kpis.catalogue.measures import Axis, CellKey, Check, Measure
from kpis.indicators import Absent, Cell, Known
from kpis.validation.facts import Comparison, PayGapMeasures, Rate, ReturnFacts
from kpis.validation.findings import CellAddress

SHEET = "calculator"
COLUMN = "typed"


@dataclass(frozen=True, slots=True)
class TypedCounts:
    """`Counts` for `kpis.indicators.compute`: numbers by the key of what was asked."""

    values: Mapping[str, Decimal]
    measures: Mapping[str, Measure]

    def part(self, measure: str, part: str) -> Cell:
        """The number typed for a part, or the sum of its cells where cells were asked."""
        typed = self.values.get(f"{measure}:{part}")
        if typed is not None:
            return Known(typed)
        cells = [self.values.get(f"{measure}/{cell}") for cell in self.measures[measure].cells_of(part)]
        if any(cell is None for cell in cells):
            return Absent("not_available")
        return Known(sum((cell for cell in cells if cell is not None), Decimal(0)))


def facts_of(question: Question, values: Mapping[str, Decimal], quarter: Quarter) -> ReturnFacts:
    """The typed numbers as a return of one question, so that the rules of every return judge them."""
    if question.quarters is not None:
        return _quarters(question.quarters, values, quarter)
    sheet = _sheet(question)
    return ReturnFacts(
        period=quarter,
        measures={SHEET: sheet},
        values={(SHEET, _row(key), COLUMN): value for key, value in values.items()},
        comparisons=_comparisons(question),
    )


def _row(key: str) -> str:
    """A key without the mark that parts an address."""
    return key.replace("/", "|")


def _sheet(question: Question) -> Measure:
    """A measure of one column whose rows are what is asked."""
    rows = tuple(
        Axis(
            _row(asked.key),
            f"{block.title}, {asked.label.lower()}" if block.title else asked.label,
            asked.label,
            asked.unit,
            options=asked.options,
            option_labels=asked.option_labels,
        )
        for block in question.blocks
        for asked in block.asked
    )
    return Measure(
        code=SHEET,
        title=question.definition.name,
        question=question.definition.question,
        help="",
        workstream=question.definition.workstream,
        contributor="edi",
        source=question.definition.source,
        unit="people",
        protection="people",
        sensitive=False,
        window="quarter",
        applies_to=("trust", "ccg", "csu"),
        minimum_headcount=None,
        collected_in=(1, 2, 3, 4),
        rows=rows,
        columns=(Axis(COLUMN, "Typed", "Typed"),),
        totals=(),
        parts=(),
        unions=(),
        checks=tuple(_orders(question)),
    )


def _groups(question: Question) -> tuple[CountGroup | RateGroup, ...]:
    match question.formula:
        case Likelihood(reference=one, comparison=other):
            return one, other
        case PairGap(reference=low, comparison=high):
            return low, high
        case ShareGap(part=part, whole=whole):
            return part, whole
        case Share(group=group):
            return (group,)
    return ()


def _orders(question: Question) -> list[Check]:
    """A part is never more than its whole; the part of a gap lies inside the whole."""
    orders = [
        Check("V1", axis="rows", ordered=(_row(str(group.events)), _row(str(group.base))))
        for group in _groups(question)
        if isinstance(group, CountGroup)
    ]
    if isinstance(question.formula, ShareGap) and question.formula.part.base.measure == question.formula.whole.base.measure:
        part, whole = question.formula.part, question.formula.whole
        orders += [
            Check("V1", axis="rows", ordered=(_row(str(part.events)), _row(str(whole.events)))),
            Check("V1", axis="rows", ordered=(_row(str(part.base)), _row(str(whole.base)))),
        ]
    orders += [
        Check("V1", axis="rows", cells=(f"{_row(asked.key)}/*",), high=asked.highest)
        for asked in question.asked
        if asked.highest is not None
    ]
    return orders


def _comparisons(question: Question) -> tuple[Comparison, ...]:
    formula = question.formula
    if isinstance(formula, Likelihood):
        first, second = _rate(formula.first), _rate(formula.second)
    elif isinstance(formula, PairGap):
        first, second = _rate(formula.comparison), _rate(formula.reference)
    else:
        return ()
    is_ratio = isinstance(formula, Likelihood)
    return (Comparison(question.definition.code, question.name, first, second, is_ratio=is_ratio),)


def _rate(group: CountGroup | RateGroup) -> Rate:
    events = group.rate if isinstance(group, RateGroup) else group.events
    return Rate(group.label, (_cell(events),), (_cell(group.base),), isinstance(group, RateGroup))


def _cell(part: PartRef) -> CellAddress:
    return CellAddress(SHEET, _row(str(part)), COLUMN)


def _quarters(measure: Measure, values: Mapping[str, Decimal], quarter: Quarter) -> ReturnFacts:
    """Pay quarters as a return holds them, with no mean pay beside them: it is asked for as a figure."""
    typed = {
        (measure.code, cell.row, cell.column): value
        for cell in measure.cells()
        if (value := values.get(f"{measure.code}/{cell}")) is not None
    }
    nowhere = CellAddress(SHEET, "mean", COLUMN)
    pay = PayGapMeasures(
        mean_men=nowhere,
        mean_women=nowhere,
        women=tuple(CellAddress(measure.code, row.key, "women") for row in measure.rows),
        men=tuple(CellAddress(measure.code, row.key, "men") for row in measure.rows),
    )
    return ReturnFacts(period=quarter, measures={measure.code: measure}, values=typed, pay_gap=pay)


def quarter_shares(measure: Measure, values: Mapping[str, Decimal]) -> tuple[Decimal, ...]:
    """The percentage of women in each pay quarter, lowest first; empty while a number is missing."""
    shares = []
    for row in measure.rows:
        women = values.get(f"{measure.code}/{CellKey(row.key, 'women')}")
        men = values.get(f"{measure.code}/{CellKey(row.key, 'men')}")
        if women is None or men is None or women + men == 0:
            return ()
        shares.append(women / (women + men) * 100)
    return tuple(shares)
