"""What the counts of files would change in a return: before and after, cell by cell. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from kpis.catalogue import CellKey, Measure
from kpis.extracts import Cell, ExtractAggregate, absent_cells, cells_of
from kpis.extracts.survey import AT_SOURCE


class Source(Protocol):
    """A file that was read, as it is stored."""

    @property
    def pk(self) -> UUID: ...
    @property
    def kind(self) -> str: ...
    @property
    def aggregate(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class FileCell:
    """What a file says of a cell."""

    cell: Cell
    amount: Decimal
    source: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that would change: what the return holds now (None: nothing yet), and what the file says."""

    said: FileCell
    before: Decimal | None

    @property
    def cell(self) -> Cell:
        """Measure, row and column."""
        return self.said.cell

    @property
    def after(self) -> Decimal:
        """What the file says."""
        return self.said.amount

    @property
    def size(self) -> Decimal:
        """How much it moves."""
        return abs(self.after - (self.before or Decimal(0)))


def said_by(
    sources: Iterable[Source], measures: Mapping[str, Measure], meanings: Mapping[tuple[str, str], str]
) -> dict[Cell, FileCell]:
    """Every cell that the files fill, of the measures given; of two files for one measure the later one counts."""
    found: dict[Cell, FileCell] = {}
    for source in sources:
        cells = cells_of([ExtractAggregate.from_data(source.aggregate)], measures, meanings)
        found |= {cell: FileCell(cell, amount, source.pk, source.kind) for cell, amount in cells.items()}
    return found


def changes_to(said: Mapping[Cell, FileCell], values: Mapping[Cell, Decimal]) -> list[Change]:
    """The cells whose value would be another one."""
    return [Change(one, values.get(cell)) for cell, one in said.items() if values.get(cell) != one.amount]


@dataclass(frozen=True, slots=True)
class NoFigure:
    """A question that the files cannot answer in full, and why. `rows` are the lines without a number; none: the whole of it."""

    measure: str
    reason: str
    rows: tuple[str, ...]

    @property
    def state(self) -> str:
        """What the answer says: there is nobody to speak of, or the source does not tell."""
        return "not_collected" if self.reason == AT_SOURCE else "not_applicable"

    @property
    def words(self) -> str:
        """The reason as the answer gives it: "Women: nobody received a bonus"."""
        return f"{', '.join(self.rows)}: {self.reason}" if self.rows else self.reason.capitalize()


def without_figure(
    sources: Iterable[Source], measures: Mapping[str, Measure], said: Mapping[Cell, FileCell], answered: Collection[str]
) -> list[NoFigure]:
    """The questions with needed cells for which a file says why there is no number; `answered` are those that say so already.

    Numbers of the other cells are kept: the answer only says why the question is not answered in full.
    """
    spoken = {cell[0] for cell in said}
    reasons: dict[str, dict[str, str]] = {}
    for source in sources:
        for (code, row, column), reason in absent_cells([ExtractAggregate.from_data(source.aggregate)], measures).items():
            if code not in answered and not measures[code].is_optional(CellKey(row, column)):
                reasons.setdefault(code, {})[row] = reason
    return [
        NoFigure(code, next(iter(reasons[code].values())), _labels(measure, reasons[code]) if code in spoken else ())
        for code, measure in measures.items()
        if code in reasons
    ]


def _labels(measure: Measure, rows: Collection[str]) -> tuple[str, ...]:
    return tuple(row.label for row in measure.rows if row.key in rows)


def fingerprint_of(said: Mapping[Cell, FileCell]) -> str:
    """What the files say, in 64 letters: it tells whether they still say what a person was shown."""
    plain = sorted([*cell, str(one.amount.normalize()), str(one.source)] for cell, one in said.items())
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()
