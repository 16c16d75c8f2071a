"""What a workbook says: values of cells, answers about whole questions, and how both are written down. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kpis.catalogue.grids import CellKey, Measure

Address = tuple[str, str, str]
Values = Mapping[Address, Decimal]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said about one question as a whole. "value" without any text is the same as saying nothing.

    `snapshot_on` is the day that the figures are of, where it is another one than the question asks for.
    """

    state: str = "value"
    reason: str = ""
    expected_on: date | None = None
    evidence: str = ""
    snapshot_on: date | None = None

    def parts(self) -> dict[str, str]:
        """The fields as texts, for the hidden sheet and for comparison."""
        return {
            "state": self.state,
            "reason": self.reason,
            "expected_on": self.expected_on.isoformat() if self.expected_on else "",
            "evidence": self.evidence,
            "snapshot_on": self.snapshot_on.isoformat() if self.snapshot_on else "",
        }

    @classmethod
    def from_parts(cls, parts: Mapping[str, str]) -> Answer:
        """Read what `parts` wrote."""
        day, snapshot = parts.get("expected_on", ""), parts.get("snapshot_on", "")
        return cls(
            parts.get("state") or "value",
            parts.get("reason", ""),
            date.fromisoformat(day) if day else None,
            parts.get("evidence", ""),
            date.fromisoformat(snapshot) if snapshot else None,
        )


NOTHING_SAID = Answer()


@dataclass(frozen=True, slots=True)
class Content:
    """Cells and answers of a return, or of a file. A missing cell is "not answered"."""

    values: Values = field(default_factory=dict)
    answers: Mapping[str, Answer] = field(default_factory=dict)


def plain_number(amount: Decimal) -> str:
    """An amount with no empty decimals: "12.5"."""
    return format(amount.normalize(), "f")


def option_labels(measure: Measure, cell: CellKey) -> tuple[str, ...]:
    """The options of a choice in the words of the form."""
    return measure.column(cell.column).option_labels or measure.row(cell.row).option_labels


def shown_value(measure: Measure, cell: CellKey, amount: Decimal) -> str | int | float:
    """An amount as the cell of a workbook holds it: a number, Yes or No, or the words of an option."""
    unit = measure.unit_of(cell)
    if unit == "yes_no":
        return "Yes" if amount else "No"
    if unit == "choice":
        return option_labels(measure, cell)[int(amount) - 1]
    return int(amount) if amount == amount.to_integral_value() else float(amount)
