"""Reading one file: open it, find the headings, count row by row, and keep nothing but the aggregate."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import BinaryIO

from edi_portal.periods import Quarter
from kpis.extracts.aggregate import QUERY, ColumnRead, ExtractAggregate, Mappings, Step
from kpis.extracts.counters import COUNTERS, MANY_SHEETS, MAY_BE_EMPTY, SUGGESTIONS
from kpis.extracts.counting import Context, Counter, Remark
from kpis.extracts.fields import FIELDS
from kpis.extracts.headers import Header, find_header, letters, nearest, plain_text, shown_heading
from kpis.extracts.kinds import ExtractKind
from kpis.extracts.layouts import LAYOUTS
from kpis.extracts.ownership import Ownership
from kpis.extracts.people import Marks, People
from kpis.extracts.refusals import missing_columns, no_header, other_kind, refused, two_sheets
from kpis.extracts.sources import Opened, head_of, open_source
from kpis.extracts.tally import Tally

EVERY = 5_000
CLOSE = 0.7
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

    def banner(self) -> list[list[str]]:
        """The rows above the headings."""
        return self.head[: self.header.index]


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

    `organisations` are the names of all organisations by code, to recognise a file of another one. `sheet` chooses among the
    sheets of a workbook; `filename` is not trusted for anything and never kept.
    """
    progress(0, "opening")
    opened = open_source(source)
    sheets = _choose(opened, kind, sheet)
    first = sheets[0]
    tally = Tally(first.header, mappings or {})
    context = Context(tally, period, organisation_code, marks or Marks(), people)
    counter = COUNTERS[first.header.kind](context)
    ownership = Ownership(organisation_code, organisations or {}, first.header.kind)
    rows_read = 0
    for one in sheets:
        tally.header = one.header
        ownership.look_at_banner(one.banner())
        rows_read += _count(one, counter, ownership, progress, rows_read)
    opened.stream.drain()
    opened.check_end()
    if not rows_read and first.header.kind not in MAY_BE_EMPTY:
        raise refused("no_rows")
    ownership.check()
    tally.header = first.header
    tally.removed["other_organisation"] = ownership.others
    progress(rows_read, "adding up")
    lines, steps = counter.lines(), counter.steps(rows_read)
    remarks = [*_nothing_counted(steps, period), *ownership.remarks(period), *counter.remarks()]
    return ExtractAggregate(
        kind=first.header.kind,
        period=period.slug,
        organisation_code=organisation_code,
        sha256=opened.stream.digest,
        size=opened.stream.size,
        sheet=plain_text(first.name)[:100],
        header_row=first.header.index + 1,
        encoding=opened.encoding,
        separator=opened.separator,
        columns=_columns(first.header),
        rows_read=rows_read,
        lines=tuple(lines),
        steps=tuple(steps),
        fills=counter.fills(),
        figures=tuple(counter.figures()),
        unmapped=tuple(tally.unmapped(SUGGESTIONS)),
        problems=(*(remark.problem(rows_read) for remark in remarks), *tally.problems()),
        notes={**ownership.notes(), **counter.notes()},
    )


def _nothing_counted(steps: Sequence[Step], period: Quarter) -> list[Remark]:
    """Rows, but none of them counted: mostly a file of another year. Zeros would be taken over."""
    if steps[-1].left or not steps[0].left:
        return []
    what = f"No row of the file is counted for {period.months}, so every cell would be 0."
    return [Remark(QUERY, "nothing_counted", what, "Look at the steps, and whether this is the file of the quarter.")]


def kind_of(source: BinaryIO, sheet: str = "") -> ExtractKind:
    """The kind of a file, from its headings alone; raises `ExtractRefusedError` as `read_extract` does."""
    return _choose(open_source(source), None, sheet)[0].header.kind


def _choose(opened: Opened, kind: ExtractKind | None, sheet: str) -> list[_Found]:
    """The sheets to read. Two that could be meant are a question for a person."""
    found: list[_Found] = []
    heads: list[Sequence[str]] = []
    for one in [opened.sheet(sheet)] if sheet and not opened.separator else opened.sheets:
        rows = iter(one)
        head = head_of(rows)
        heads += head
        header = _header_of(head, kind)
        if header:
            found.append(_Found(one.name, header, head, rows))
    whole = [one for one in found if not one.header.missing()]
    if not whole:
        best = max(found, key=lambda one: one.header.score, default=None)
        if best is None or len(best.header.columns) < 3:
            looked = [FIELDS[name].label for name in LAYOUTS[kind or ExtractKind.STAFF_IN_POST].fields[:6]]
            raise no_header(looked, nearest(heads, LAYOUTS))
        others = [text for text in map(shown_heading, best.header.headings) if text]
        raise missing_columns(best.header.kind.label, best.header.missing(), others[:6])
    wanted = kind or max(whole, key=lambda one: one.header.score).header.kind
    fitting = [one for one in whole if one.header.kind == wanted]
    if not fitting:
        raise other_kind(wanted.label, whole[0].header.kind.label)
    if len(fitting) > 1 and wanted not in MANY_SHEETS:
        raise two_sheets(wanted.label, [one.name for one in fitting])
    return fitting


def _header_of(head: list[list[str]], kind: ExtractKind | None) -> Header | None:
    """The headings of a sheet; where the kind was announced, as that kind unless they fit another one far better."""
    best = find_header(head, LAYOUTS)
    announced = find_header(head, [kind]) if kind else None
    if best and announced and not announced.missing() and announced.score >= CLOSE * best.score:
        return announced
    return best


def _count(found: _Found, counter: Counter, ownership: Ownership, progress: Progress, before: int) -> int:
    """Hand each row to the counter; returns how many rows hold something. A column that is not there is the blank added last."""
    columns = found.header.columns
    places = [columns.get(name, -1) for name in counter.fields]
    owner = columns.get("organisation_code", -1)
    pick = itemgetter(*places)
    last = max(places)
    titles = pick([*found.header.headings, ""])
    add, number = counter.add, 0
    for row_number, row in found.rows():
        if not any(row):
            continue
        if len(row) <= last:
            row = row + [""] * (last + 1 - len(row))
        row.append("")
        cells = pick(row)
        if not cells[0][:1].isdigit() and _is_no_record(cells, titles, row):
            continue
        number += 1
        if not number % EVERY:
            progress(before + number, "counting")
        if owner >= 0 and not ownership.is_ours(row[owner] if owner < len(row) else ""):
            continue
        add(cells, row_number)
    return number


def _is_no_record(cells: Sequence[str], titles: Sequence[str], row: Sequence[str]) -> bool:
    """The headings again, or a line with a total."""
    return cells == titles or any(cell.strip().casefold().startswith(("total", "grand total")) for cell in (row[0], cells[0]))


def _columns(header: Header) -> tuple[ColumnRead, ...]:
    meanings = {column: name for name, column in header.columns.items()}
    return tuple(
        ColumnRead(letters(column), shown_heading(text), meanings.get(column, "")) for column, text in enumerate(header.headings)
    )
