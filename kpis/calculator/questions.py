"""What must be typed for one figure: a few sums in words, group by group, in place of the grids of a return."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from kpis.catalogue.definitions import KpiDefinition
from kpis.catalogue.formulas import (
    CountGroup,
    Disparity,
    Formula,
    Likelihood,
    PairGap,
    PartRef,
    PayGap,
    Rate,
    RateGroup,
    Score,
    ScoreGap,
    ScoreGroup,
    Share,
    ShareGap,
    TierGroup,
    inputs_of,
)
from kpis.catalogue.measures import CellKey, Measure
from kpis.validation.rules import cell_name

COUNTED = frozenset({"people", "records", "items"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One number to type. `key` is the address of the part, or of a single cell, that it stands for."""

    key: str
    label: str
    unit: str
    hint: str = ""
    options: tuple[str, ...] = ()
    option_labels: tuple[str, ...] = ()
    highest: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """The numbers of one group, under its name."""

    title: str
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """Everything that is asked for a KPI, or for one of its parts."""

    definition: KpiDefinition
    component: str | None
    formula: Formula
    blocks: tuple[Block, ...]
    quarters: Measure | None = None

    @property
    def asked(self) -> tuple[Asked, ...]:
        """Every number to type, in order."""
        return tuple(asked for block in self.blocks for asked in block.asked)

    @property
    def name(self) -> str:
        """The KPI, with the part where it is one."""
        label = f", {self.definition.component(self.component).label}" if self.component else ""
        return f"{self.definition.name}{label}"

    @property
    def unit(self) -> str:
        """The unit of the figure."""
        return self.definition.unit_of(self.component)


def question_of(definition: KpiDefinition, measures: Mapping[str, Measure], component: str | None = None) -> Question:
    """What to ask for the headline of a KPI or for a component; KeyError for a component that does not exist."""
    formula = definition.formula_of(component)
    quarters = _pay_quarters(formula, measures)
    if quarters is not None:
        return Question(definition, component, formula, tuple(_quarter_blocks(quarters)), quarters)
    return Question(definition, component, formula, tuple(_blocks(formula, definition, measures)))


def _pay_quarters(formula: Formula, measures: Mapping[str, Measure]) -> Measure | None:
    """The measure of the pay quarters where the figure reads it: their order can only be judged from all four."""
    found = measures[inputs_of(formula)[0].measure]
    return found if any(check.rule == "V10" for check in found.checks) else None


def _quarter_blocks(measure: Measure) -> Iterator[Block]:
    for row in measure.rows:
        cells = [CellKey(row.key, column.key) for column in measure.columns]
        yield Block(
            row.label,
            tuple(Asked(f"{measure.code}/{cell}", measure.column(cell.column).label, measure.unit_of(cell)) for cell in cells),
        )


def _blocks(formula: Formula, definition: KpiDefinition, measures: Mapping[str, Measure]) -> Iterator[Block]:
    def asked(part: PartRef, label: str = "", hint: str = "") -> Asked:
        return _asked(part, measures[part.measure], label, hint)

    match formula:
        case Likelihood():
            yield from (_counted(group, measures) for group in (formula.first, formula.second))
        case PairGap():
            yield from (_counted(group, measures) for group in (formula.reference, formula.comparison))
        case ShareGap():
            for group in (formula.part, formula.whole):
                yield Block(
                    group.label,
                    (asked(group.base, "All of them"), asked(group.events, f"Of these, {_who(group.verb)}")),
                )
        case Share(group=RateGroup()):
            yield _counted(formula.group, measures)
        case Share(group=CountGroup() as group):
            words = f"Of these, how many {group.verb}" if group.verb else ""
            yield Block("", (asked(group.base, group.label), asked(group.events, words)))
        case Disparity():
            for tier in (formula.reference, formula.comparison):
                yield _tiers(tier, measures)
        case PayGap():
            yield Block("", tuple(asked(group.value, group.label) for group in (formula.reference, formula.comparison)))
        case Score():
            if formula.parts:
                yield Block("", tuple(asked(part) for part in formula.parts))
            for number, service in enumerate(formula.services, start=1):
                yield Block(f"Service {number}", tuple(asked(part) for part in service))
        case ScoreGap():
            for scores in (formula.reference, formula.comparison):
                yield _scores(scores, measures)
        case Rate():
            yield Block("", (asked(formula.base, _of_measure(formula.base, measures)), asked(formula.events)))
        case _:
            yield Block("", tuple(asked(part, _whole_name(part, measures)) for part in inputs_of(formula)))


def _counted(group: CountGroup | RateGroup, measures: Mapping[str, Measure]) -> Block:
    """A group by its base and its events, or by a published percentage and the number who answered."""
    base = _asked(group.base, measures[group.base.measure], _base_label(group, measures))
    if isinstance(group, RateGroup):
        rate = _asked(group.rate, measures[group.rate.measure], f"Percentage who {group.verb}" if group.verb else "Percentage")
        return Block(group.label, (base, rate))
    return Block(group.label, (base, _asked(group.events, measures[group.events.measure])))


def _base_label(group: CountGroup | RateGroup, measures: Mapping[str, Measure]) -> str:
    if len(measures[group.base.measure].cells_of(group.base.part)) == 1:
        return ""
    return f"All {group.label}"


def _who(verb: str) -> str:
    return verb.removeprefix("are ") or "in the group"


def _tiers(group: TierGroup, measures: Mapping[str, Measure]) -> Block:
    lower, upper = (
        _asked(part, measures[part.measure], label, _lines(part, measures[part.measure]))
        for part, label in ((group.lower, "In the lower bands"), (group.upper, "In the higher bands"))
    )
    return Block(group.label, (lower, upper))


def _lines(part: PartRef, measure: Measure) -> str:
    """The rows that a part covers, from the first to the last."""
    rows = list(dict.fromkeys(measure.row(cell.row).label for cell in measure.cells_of(part.part)))
    return rows[0] if len(rows) == 1 else f"From “{rows[0]}” to “{rows[-1]}”"


def _scores(group: ScoreGroup, measures: Mapping[str, Measure]) -> Block:
    parts = (*group.parts, group.base)
    return Block(group.label, tuple(_asked(part, measures[part.measure]) for part in parts))


def _of_measure(part: PartRef, measures: Mapping[str, Measure]) -> str:
    measure = measures[part.measure]
    return "" if len(measure.cells_of(part.part)) == 1 else "All staff in post"


def _whole_name(part: PartRef, measures: Mapping[str, Measure]) -> str:
    """A single cell with its group: "BAME, running"."""
    measure = measures[part.measure]
    cells = measure.cells_of(part.part)
    return cell_name(measure, cells[0]) if len(cells) == 1 else ""


def _asked(part: PartRef, measure: Measure, label: str = "", hint: str = "") -> Asked:
    cells = measure.cells_of(part.part)
    unit, highest = measure.unit_of(cells[0]), None
    if unit == "yes_no" and len(cells) > 1:
        unit, highest = "items", Decimal(len(cells))
        hint = hint or f"At most {len(cells)}"
    options = measure.options_of(cells[0]) if unit == "choice" else ()
    labels = measure.row(cells[0].row).option_labels or measure.column(cells[0].column).option_labels
    return Asked(str(part), label or _cell_label(measure, part), unit, hint, options, tuple(labels), highest)


def _cell_label(measure: Measure, part: PartRef) -> str:
    """The line that a part counts, without its group: "Appointed"; the title of the measure for a sum of many cells."""
    cells = measure.cells_of(part.part)
    if len(cells) > 1:
        return measure.title
    row, column = measure.row(cells[0].row), measure.column(cells[0].column)
    if len(measure.columns) == 1:
        return row.label
    group = measure.parts_of(part.part)[0].group
    return column.label if group in (row.key, "") or group != column.key else row.label
