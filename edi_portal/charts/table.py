"""The accessible twin of a chart: every value that the figure draws, in the same order, as text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from edi_portal.charts.verdicts import verdict_for


@dataclass(frozen=True, slots=True)
class TableCell:
    """One cell ready for a template: `label` is its column, `mark` the class of a reading or empty."""

    label: str
    text: str
    numeric: bool
    mark: str


@dataclass(frozen=True, slots=True)
class ChartTable:
    """Columns, rows of text (the first cell names the row) and a caption.

    `numeric` holds the positions of right-aligned columns; `readings` one verdict code per row for the last
    column, or nothing when the table has no readings. Rows go to CSV as they are.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str
    numeric: frozenset[int] = frozenset()
    readings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"The row {row[:1]} has {len(row)} cells for {len(self.columns)} columns.")
        if self.readings and len(self.readings) != len(self.rows):
            raise ValueError("Readings must be given for every row or for none.")

    def cells(self) -> Iterator[tuple[TableCell, ...]]:
        """The rows as cells for the template, readings with the class of their mark."""
        last = len(self.columns) - 1
        for index, row in enumerate(self.rows):
            mark = verdict_for(self.readings[index]).css if self.readings else ""
            yield tuple(
                TableCell(label, text, position in self.numeric, mark if position == last else "")
                for position, (label, text) in enumerate(zip(self.columns, row, strict=True))
            )

    def heads(self) -> tuple[TableCell, ...]:
        """The column headings with their alignment."""
        return tuple(TableCell(label, label, position in self.numeric, "") for position, label in enumerate(self.columns))
