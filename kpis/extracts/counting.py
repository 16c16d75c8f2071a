"""What every counter of a kind of file offers to the reader, and what it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Protocol

from edi_portal.dates import parse_typed_date
from edi_portal.periods import Quarter
from kpis.extracts.aggregate import QUERY, CellFigure, CountedLine, Problem, Step
from kpis.extracts.fields import normalised
from kpis.extracts.people import Marks, People
from kpis.extracts.tally import Tally

_FIRST_SERIAL = date(1899, 12, 30)
SERIALS = range(20_000, 60_000)
"""Days from 1954 to 2064 as a spreadsheet numbers them."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a counter may know: the tally, the quarter, the organisation, marks and the people of the staff file."""

    tally: Tally
    period: Quarter
    organisation_code: str = ""
    marks: Marks = field(default_factory=Marks)
    people: People | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to know about the file as a whole."""

    level: str
    code: str
    what: str
    how_to_mend: str

    def problem(self, rows: int) -> Problem:
        """As it stands among the problems."""
        return Problem(self.level, self.code, "", self.what, self.how_to_mend, rows, "the whole file")


class Counter(Protocol):
    """Counts the rows of one kind of file."""

    @property
    def fields(self) -> Sequence[str]: ...

    def add(self, cells: Sequence[str], row: int) -> None: ...

    def fills(self) -> tuple[str, ...]: ...

    def lines(self) -> list[CountedLine]: ...

    def figures(self) -> list[CellFigure]: ...

    def steps(self, rows: int) -> list[Step]: ...

    def notes(self) -> Mapping[str, str]: ...

    def remarks(self) -> list[Remark]: ...


class Reader:
    """Looks values up for a counter: each spelling is read once, a mapping goes before our own reading."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.tally = context.tally
        self._memory: dict[tuple[str, str], str] = {}

    def remarks(self) -> list[Remark]:
        """None, for most kinds."""
        return []

    def has(self, *names: str) -> bool:
        """Whether the file has one of these columns."""
        return any(name in self.tally.header.columns for name in names)

    def code(self, name: str, raw: str, read: Callable[[str], str | None], row: int) -> str:
        """The code of a value; "?…" where a person has to say, which is noted."""
        code = self._memory.get((name, raw))
        if code is None:
            code = self.tally.mappings.get((name, normalised(raw))) or read(raw) or ""
            self._memory[name, raw] = code
        return code or self.tally.unknown(name, raw, row)

    def day(self, name: str, raw: str, row: int) -> date | None:
        """The day that a cell names; None for a blank, and for what is no day, which is noted."""
        if not raw.strip():
            return None
        found = day_of(raw)
        if found is None:
            self.tally.problem(
                "no_date", name, row, "This is not a date.", "Write dates as day, month, year, for example 31/12/2019.", QUERY
            )
        return found

    def number(self, name: str, raw: str, row: int) -> int:
        """The whole number of a cell, 0 for a blank and for what is no number, which is noted."""
        text = raw.strip().replace(",", "").removesuffix(".0")
        if text.isascii() and text.isdigit() and len(text) < 9:
            return int(text)
        if text:
            self.tally.problem("no_number", name, row, "This is not a whole number.", "Write the count in digits.", QUERY)
        return 0


@lru_cache(maxsize=20_000)
def day_of(raw: str) -> date | None:
    """The day of a text, day before month: 31/12/2019, 31-Dec-2019, 2019-12-31 00:00, or the serial number of a spreadsheet."""
    text = raw.strip()
    if text.isascii() and text.isdigit():
        return _FIRST_SERIAL + timedelta(days=int(text)) if len(text) < 9 and int(text) in SERIALS else None
    day = text.replace("T", " ").split(" ")[0] if text[:4].isdigit() or text.count(":") else text
    found = parse_typed_date(day)
    if found is None and day.count("-") == 2:
        for pattern in ("%d-%b-%Y", "%d-%b-%y", "%d-%B-%Y"):
            try:
                return datetime.strptime(day, pattern).date()
            except ValueError:
                continue
    return found
