"""The page on which a return takes its answers from the registers: before and after, question by question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from kpis.catalogue import Measure
from kpis.catalogue.measures import CellKey
from kpis.dashboards.return_section import option_labels
from kpis.registers import Cell
from kpis.return_changes import Conflict
from kpis.selectors.registers import source_of


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One cell: what the return holds and what the register says."""

    label: str
    before: str
    after: str
    changes: bool


@dataclass(frozen=True, slots=True)
class RegisterQuestion:
    """One question with its cells."""

    code: str
    title: str
    source: str
    rows: tuple[RegisterRow, ...]

    @property
    def changes(self) -> int:
        """How many cells would change."""
        return sum(row.changes for row in self.rows)


def register_page(
    answers: Mapping[Measure, Mapping[CellKey, Decimal]], values: Mapping[Cell, Decimal]
) -> tuple[RegisterQuestion, ...]:
    """Every question that a register answers."""
    return tuple(
        RegisterQuestion(
            measure.code,
            measure.title,
            source_of(measure.code),
            tuple(
                _row(measure, cell, amount, values.get((measure.code, cell.row, cell.column))) for cell, amount in cells.items()
            ),
        )
        for measure, cells in answers.items()
    )


def conflict_lines(conflicts: Iterable[Conflict], measures: Iterable[Measure]) -> list[dict[str, str]]:
    """Answers that somebody typed since the page was read, beside what the register says."""
    by_code = {measure.code: measure for measure in measures}
    return [
        {
            "label": f"{by_code[one.measure].title}: {_label(by_code[one.measure], one.cell)}",
            "mine": _words(by_code[one.measure], one.cell, one.mine),
            "theirs": _words(by_code[one.measure], one.cell, one.theirs),
            "who": one.who,
        }
        for one in conflicts
    ]


def _row(measure: Measure, cell: CellKey, amount: Decimal, before: Decimal | None) -> RegisterRow:
    label = _label(measure, cell)
    return RegisterRow(label, _words(measure, cell, before), _words(measure, cell, amount), before != amount)


def _label(measure: Measure, cell: CellKey) -> str:
    label = measure.row(cell.row).label
    return label if len(measure.columns) == 1 else f"{label}: {measure.column(cell.column).label.lower()}"


def _words(measure: Measure, cell: CellKey, amount: Decimal | None) -> str:
    if amount is None:
        return "not answered"
    unit = measure.unit_of(cell)
    if unit == "yes_no":
        return "yes" if amount else "no"
    if unit == "choice":
        return option_labels(measure, cell)[int(amount) - 1]
    whole = amount == amount.to_integral_value() and unit not in {"wte", "hours"}
    return f"{amount:,.0f}" if whole else f"{amount:,.2f}"
