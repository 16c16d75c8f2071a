"""Where every answer of a return stands in its workbook: one sheet per workstream, one block per question.

A block reads downwards: title, question, help, column heads, one line per row of the grid, the totals, then what to fill in
where there is no figure. To the right of the answers stand the totals, a gap, and last period's values. Pure.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from kpis.catalogue.grids import CellKey, Measure, Total
from kpis.catalogue.vocabulary import SHORT_WORKSTREAMS

README_SHEET = "Read me"
META_SHEET = "_meta"
LISTS_SHEET = "_lists"
FIRST_BLOCK_ROW = 4
HEADINGS = {
    "people": "People",
    "records": "Records",
    "items": "Number",
    "pounds": "Pounds",
    "wte": "Whole time equivalents",
    "hours": "Hours",
    "percent": "Percent",
    "points": "Points",
    "score": "Score",
    "yes_no": "Yes or no",
    "choice": "Answer",
}
STATES = {
    "value": "We have figures",
    "not_applicable": "Not applicable here",
    "not_available": "Not available yet",
    "not_collected": "We do not collect this",
}
"""What can be said about a question as a whole, in the words of the form."""


class Place(NamedTuple):
    """A cell of the workbook; as text "Recruitment, D14"."""

    sheet: str
    cell: str

    def __str__(self) -> str:
        return f"{self.sheet}, {self.cell}"


def column_letters(number: int) -> str:
    """The letters of a column counted from 1: 1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@dataclass(frozen=True)
class Block:
    """One question on its sheet; `top` is the row of its title."""

    measure: Measure
    sheet: str
    top: int

    @property
    def title(self) -> Place:
        """Where the title stands."""
        return Place(self.sheet, f"A{self.top}")

    @property
    def heads_row(self) -> int:
        """The row of the column heads."""
        return self.top + 3

    @property
    def corner(self) -> Place:
        """The head of the label column; a finding about the question as a whole is noted here."""
        return Place(self.sheet, f"A{self.heads_row}")

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {row.key: self.heads_row + 1 + index for index, row in enumerate(self.measure.rows)}

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {column.key: 2 + index for index, column in enumerate(self.measure.columns)}

    @property
    def row_totals(self) -> tuple[Total, ...]:
        """Computed lines below the grid."""
        return tuple(total for total in self.measure.totals if total.axis == "rows")

    @property
    def column_totals(self) -> tuple[Total, ...]:
        """Computed columns beside the grid."""
        return tuple(total for total in self.measure.totals if total.axis == "columns")

    @property
    def totals_row(self) -> int:
        """The row of the first computed line."""
        return self.heads_row + 1 + len(self.measure.rows)

    @property
    def totals_column(self) -> int:
        """The number of the first computed column."""
        return 2 + len(self.measure.columns)

    @property
    def earlier_column(self) -> int:
        """The number of the first column of last period's values; one column stays empty before it."""
        return self.totals_column + len(self.column_totals) + 1

    @property
    def state_row(self) -> int:
        """The row in which to say that there is no figure; reason, expected date and evidence follow."""
        return self.totals_row + len(self.row_totals)

    @property
    def wants_evidence(self) -> bool:
        """Whether a yes needs a link or a reference."""
        return any(check.evidence for check in self.measure.checks)

    @property
    def wants_day(self) -> bool:
        """Whether the figures are a snapshot, so that their day is asked."""
        return self.measure.window.startswith("snapshot")

    @property
    def _answer_fields(self) -> tuple[str, ...]:
        """What is said about the question as a whole, from the first row below the totals."""
        evidence = ("evidence",) if self.wants_evidence else ()
        return ("state", "reason", "expected_on", *evidence, *(("snapshot_on",) if self.wants_day else ()))

    @property
    def last_row(self) -> int:
        """The last row of the block."""
        return self.state_row + len(self._answer_fields) - 1

    @property
    def last_column(self) -> int:
        """The number of the block's last column."""
        return self.earlier_column + len(self.measure.columns) - 1

    def place(self, cell: CellKey) -> Place:
        """Where an answer is typed."""
        return Place(self.sheet, f"{column_letters(self._columns[cell.column])}{self._rows[cell.row]}")

    def earlier_place(self, cell: CellKey) -> Place:
        """Where last period's value of a cell is shown."""
        offset = self.earlier_column - 2
        return Place(self.sheet, f"{column_letters(self._columns[cell.column] + offset)}{self._rows[cell.row]}")

    def answer_places(self) -> dict[str, Place]:
        """Where state, reason, expected date, evidence and the day of the figures are typed, by field name."""
        return {name: Place(self.sheet, f"B{self.state_row + index}") for index, name in enumerate(self._answer_fields)}

    def anchors(self) -> Iterator[tuple[Place, str]]:
        """The printed texts by which a reader sees that no row or column was moved."""
        yield self.title, self.measure.title
        for row in self.measure.rows:
            yield Place(self.sheet, f"A{self._rows[row.key]}"), row.label
        for column in self.measure.columns:
            yield Place(self.sheet, f"{column_letters(self._columns[column.key])}{self.heads_row}"), column.label

    def total_formulas(self) -> Iterator[tuple[Place, str]]:
        """The computed cells with their formulas: sums of the answers they name."""
        every_row = {row.key: (row.key,) for row in self.measure.rows}
        down = [(self._rows[key], keys) for key, keys in every_row.items()]
        below = [(self.totals_row + index, total.keys) for index, total in enumerate(self.row_totals)]
        along = [(self._columns[column.key], (column.key,)) for column in self.measure.columns]
        beside = [(self.totals_column + index, total.keys) for index, total in enumerate(self.column_totals)]
        for row_number, row_keys in (*down, *below):
            for column_number, column_keys in (*along, *beside):
                if (row_number, row_keys) in down and (column_number, column_keys) in along:
                    continue
                place = Place(self.sheet, f"{column_letters(column_number)}{row_number}")
                yield place, self._sum(row_keys, column_keys)

    def _sum(self, row_keys: Iterable[str], column_keys: Iterable[str]) -> str:
        runs = []
        for column in column_keys:
            letters = column_letters(self._columns[column])
            for first, last in _runs(sorted(self._rows[key] for key in row_keys)):
                runs.append(f"{letters}{first}:{letters}{last}" if last > first else f"{letters}{first}")
        return f"=SUM({','.join(runs)})"


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """Neighbouring numbers as (first, last)."""
    start = last = numbers[0]
    for number in numbers[1:]:
        if number != last + 1:
            yield start, last
            start = number
        last = number
    yield start, last


@dataclass(frozen=True)
class Layout:
    """The whole workbook: its blocks in order, and a fingerprint that changes when an answer moves."""

    blocks: tuple[Block, ...]
    template_version: int

    @cached_property
    def by_measure(self) -> Mapping[str, Block]:
        """Block by measure code."""
        return {block.measure.code: block for block in self.blocks}

    @cached_property
    def sheets(self) -> tuple[str, ...]:
        """The sheets with questions, in order."""
        return tuple(dict.fromkeys(block.sheet for block in self.blocks))

    @cached_property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits over every address, unit and option."""
        content = [
            [
                block.measure.code,
                block.sheet,
                block.top,
                [
                    [str(cell), block.place(cell).cell, block.measure.unit_of(cell), *block.measure.options_of(cell)]
                    for cell in block.measure.cells()
                ],
                [place.cell for place in block.answer_places().values()],
            ]
            for block in self.blocks
        ]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]

    @cached_property
    def answer_cells(self) -> frozenset[Place]:
        """Every cell in which somebody types."""
        typed = {block.place(cell) for block in self.blocks for cell in block.measure.cells()}
        return frozenset(typed | {place for block in self.blocks for place in block.answer_places().values()})

    @cached_property
    def computed_cells(self) -> frozenset[Place]:
        """Every cell with a formula of the template."""
        return frozenset(place for block in self.blocks for place, _ in block.total_formulas())


def layout_of(measures: Iterable[Measure], *, template_version: int) -> Layout:
    """Place the measures of a return, in their order, on the sheets of their workstreams."""
    next_row: dict[str, int] = {}
    blocks = []
    for measure in measures:
        sheet = SHORT_WORKSTREAMS[measure.workstream]
        block = Block(measure, sheet, next_row.get(sheet, FIRST_BLOCK_ROW))
        next_row[sheet] = block.last_row + 2
        blocks.append(block)
    return Layout(tuple(blocks), template_version)
