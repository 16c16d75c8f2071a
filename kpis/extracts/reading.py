"""Reading one file: open it, find the headings, count row by row, and keep nothing but the aggregate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import BinaryIO

from edi_portal.periods import Quarter
from kpis.extracts.aggregate import ColumnRead, ExtractAggregate, Mappings
from kpis.extracts.fields import FIELDS, LAYOUTS
from kpis.extracts.headers import Header, find_header, letters, nearest, shown_heading
from kpis.extracts.kinds import ExtractKind
from kpis.extracts.people import Marks, People
from kpis.extracts.refusals import missing_columns, no_header, other_kind, refused, two_sheets
from kpis.extracts.sources import Opened, head_of, open_source
from kpis.extracts.staff import SUGGESTIONS, StaffCounter
from kpis.extracts.tally import Tally

EVERY = 5_000
Progress = Callable[[int, str], None]


def silent(rows: int, what: str) -> None:
    """No progress is told."""


@dataclass
class _Found:
    """A sheet with its headings, and its rows from the top: those looked at, then the rest."""

    name: str
    header: Header
    head: list[list[str]]
    rest: Iterator[list[str]]

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Row numbers as a spreadsheet shows them, and the rows below the headings."""
        below = chain(self.head[self.header.index + 1 :], self.rest)
        return enumerate(below, start=self.header.index + 2)


def read_extract(
    source: BinaryIO,
    *,
    period: Quarter,
    kind: ExtractKind | None = None,
    filename: str = "",
    organisation_code: str = "",
    organisations: Mapping[str, str] | None = None,
    mappings: Mappings | None = None,
    marks: Marks | None = None,
    people: People | None = None,
    sheet: str = "",
    progress: Progress = silent,
) -> ExtractAggregate:
    """Read one file from a stream, once, and return its counts; raises `ExtractRefusedError` for what cannot be read.

    `organisations` are the names of all organisations by code, to recognise a file of another one. `sheet` chooses among sheets.
    """
    progress(0, "opening")
    opened = open_source(source)
    found = _choose(opened, kind, sheet)
    tally = Tally(found.header, mappings or {})
    counter = StaffCounter(tally, marks=marks, people=people)
    rows_read = _count(found, counter, tally, progress)
    opened.stream.drain()
    if not rows_read:
        raise refused("no_rows")
    progress(rows_read, "adding up")
    lines = counter.lines()
    return ExtractAggregate(
        kind=found.header.kind,
        period=period.slug,
        organisation_code=organisation_code,
        sha256=opened.stream.digest,
        size=opened.stream.size,
        sheet=found.name,
        header_row=found.header.index + 1,
        encoding=opened.encoding,
        separator=opened.separator,
        columns=_columns(found.header),
        rows_read=rows_read,
        steps=tuple(counter.steps(rows_read)),
        lines=tuple(lines),
        fills=counter.fills(),
        unmapped=tuple(tally.unmapped(SUGGESTIONS)),
        problems=tuple(tally.problems()),
    )


def _choose(opened: Opened, kind: ExtractKind | None, sheet: str) -> _Found:
    """The sheet to read. Two that could be meant are a question for a person."""
    sheets = [opened.sheet(sheet)] if sheet else opened.sheets
    found: list[_Found] = []
    heads: list[Sequence[str]] = []
    for one in sheets:
        rows = iter(one)
        head = head_of(rows)
        heads += head
        header = find_header(head, LAYOUTS)
        if header:
            found.append(_Found(one.name, header, head, rows))
    whole = [one for one in found if not one.header.missing()]
    if not found or not (whole or _is_clear(found)):
        looked = [FIELDS[name].label for name in LAYOUTS[kind or ExtractKind.STAFF_IN_POST].fields[:6]]
        raise no_header(looked, nearest(heads, LAYOUTS))
    if not whole:
        best = max(found, key=lambda one: one.header.score)
        others = [text for text in map(shown_heading, best.header.headings) if text]
        raise missing_columns(best.header.kind.label, best.header.missing(), others[:6])
    fitting = [one for one in whole if kind in (None, one.header.kind)]
    if not fitting and kind:
        raise other_kind(kind.label, whole[0].header.kind.label)
    if len(fitting) > 1:
        raise two_sheets(fitting[0].header.kind.label, [one.name for one in fitting])
    return fitting[0]


def _is_clear(found: Iterable[_Found]) -> bool:
    return any(len(one.header.columns) >= 3 for one in found)


def _count(found: _Found, counter: StaffCounter, tally: Tally, progress: Progress) -> int:
    """Hand each row to the counter; returns how many rows hold something. A column that is not there is the blank added last."""
    columns = found.header.columns
    places = [columns.get(name, -1) for name in counter.fields]
    pick = itemgetter(*places)
    last = max(places)
    titles = pick([*found.header.headings, ""])
    add, number = counter.add, 0
    for row_number, row in found.rows():
        if not any(row):
            continue
        number += 1
        if len(row) <= last:
            row += [""] * (last + 1 - len(row))
        row.append("")
        cells = pick(row)
        if not cells[0][:1].isdigit() and _is_no_record(cells, titles, row):
            number -= 1
            continue
        add(cells, row_number)
        if not number % EVERY:
            progress(number, "counting")
    return number


def _is_no_record(cells: Sequence[str], titles: Sequence[str], row: Sequence[str]) -> bool:
    """The headings again, or a line with a total."""
    return cells == titles or any(cell.strip().casefold().startswith(("total", "grand total")) for cell in (row[0], cells[0]))


def _columns(header: Header) -> tuple[ColumnRead, ...]:
    meanings = {column: name for name, column in header.columns.items()}
    return tuple(
        ColumnRead(letters(column), shown_heading(text), meanings.get(column, "")) for column, text in enumerate(header.headings)
    )
