"""What the counts of files would change in a return: before and after, cell by cell. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from kpis.catalogue import Measure
from kpis.extracts import Cell, ExtractAggregate, cells_of


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


def fingerprint_of(said: Mapping[Cell, FileCell]) -> str:
    """What the files say, in 64 letters: it tells whether they still say what a person was shown."""
    plain = sorted([*cell, str(one.amount.normalize()), str(one.source)] for cell, one in said.items())
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()
