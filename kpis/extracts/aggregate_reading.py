"""Reading a stored or uploaded aggregate. Every value is checked: nothing that a person wrote by hand passes as an aggregate."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from edi_portal.periods import Quarter
from kpis.extracts.aggregate import (
    FORMAT,
    LEVELS,
    VERSION,
    CellFigure,
    ColumnRead,
    CountedLine,
    ExtractAggregate,
    Problem,
    Step,
    UnmappedValue,
)
from kpis.extracts.kinds import ExtractKind
from kpis.extracts.tables import TABLES

LARGEST_COUNT = 10**13
MOST_ENTRIES = 200_000
LONGEST = 600
Made = TypeVar("Made")


def aggregate_from_data(data: object) -> ExtractAggregate:
    """The aggregate that `ExtractAggregate.as_data` wrote; raises ValueError that says what is wrong with it."""
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValueError("This is not an aggregate of an extract. Make it again.")
    if data.get("version") != VERSION:
        raise ValueError("The aggregate was written by another version. Make it again.")
    try:
        return _read(data)
    except (KeyError, TypeError, InvalidOperation) as fault:
        raise ValueError("The aggregate is damaged. Make it again.") from fault


def _read(data: dict[str, Any]) -> ExtractAggregate:
    kind = ExtractKind(_text(data["kind"]))
    lines = _all(data["lines"], _line)
    figures = _all(data["figures"], _figure)
    fills = _all(data["fills"], _text)
    strange = set(fills) | {line.table for line in lines} | {figure.measure for figure in figures}
    if not strange <= set(kind.measures):
        raise ValueError("The aggregate holds counts that a file of its kind does not have.")
    return ExtractAggregate(
        kind=kind,
        period=Quarter.parse(_text(data["period"])).slug,
        organisation_code=_text(data["organisation_code"]),
        sha256=_text(data["sha256"]),
        size=_count(data["size"]),
        sheet=_text(data["sheet"]),
        header_row=_count(data["header_row"]),
        encoding=_text(data["encoding"]),
        separator=_text(data["separator"]),
        columns=_all(data["columns"], lambda one: ColumnRead(*_texts(one, 3))),
        rows_read=_count(data["rows_read"]),
        steps=_all(data["steps"], _step),
        lines=lines,
        fills=fills,
        figures=figures,
        unmapped=_all(data["unmapped"], _unmapped),
        problems=_all(data["problems"], _problem),
        notes={_text(name): _text(note) for name, note in data["notes"].items()},
    )


def _all(entries: object, read: Callable[[Any], Made]) -> tuple[Made, ...]:
    if not isinstance(entries, list) or len(entries) > MOST_ENTRIES:
        raise TypeError("no list")
    return tuple(read(entry) for entry in entries)


def _text(value: object, longest: int = LONGEST) -> str:
    if not isinstance(value, str) or len(value) > longest or "\0" in value:
        raise TypeError("no text")
    value.encode("utf-8")  # a lone surrogate raises UnicodeEncodeError, which is a ValueError
    return value


def _texts(values: Any, number: int) -> tuple[str, ...]:
    if not isinstance(values, list) or len(values) != number:
        raise TypeError("no list of texts")
    return tuple(_text(value) for value in values)


def _count(value: object, largest: int = LARGEST_COUNT) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= largest:
        raise TypeError("no count")
    return value


def _line(entry: Any) -> CountedLine:
    table, codes, count = entry
    name = _text(table)
    if name not in TABLES or len(codes) != len(TABLES[name].fields):
        raise TypeError("no line of a table")
    return CountedLine(name, _texts(codes, len(codes)), _count(count))


def _figure(entry: Any) -> CellFigure:
    measure, row, column, value, reason = entry
    number = None if value is None else Decimal(_text(value, 30))
    if number is not None and (not number.is_finite() or not 0 <= number < 10**9):
        raise TypeError("no figure")
    return CellFigure(_text(measure), _text(row), _text(column), number, _text(reason))


def _step(entry: Any) -> Step:
    rule, label, removed, left, reason = entry
    return Step(_text(rule), _text(label), _count(removed), _count(left), _text(reason))


def _unmapped(entry: Any) -> UnmappedValue:
    name, value, shown, rows, suggestion, first = entry
    return UnmappedValue(_text(name), _text(value), _text(shown), _count(rows), _text(suggestion), _all(first, _count))


def _problem(entry: Any) -> Problem:
    level, code, column, what, mend, rows, where = entry
    if level not in LEVELS:
        raise TypeError("no level")
    return Problem(level, _text(code), _text(column), _text(what), _text(mend), _count(rows), _text(where, 1_000_000))
