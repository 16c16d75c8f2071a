"""Finding the row of headings: below banner rows, in two merged rows, under any of the names in use; and from it the kind."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from kpis.extracts.fields import FIELDS, normalised
from kpis.extracts.kinds import ExtractKind
from kpis.extracts.layouts import LAYOUTS, Layout

SEARCHED_ROWS = 60
LONGEST_HEADER = 60
MOST_COMPARED = 300


@dataclass(frozen=True, slots=True)
class Header:
    """The row found: its index from 0, its headings, and the column of each field that the kind knows."""

    kind: ExtractKind
    index: int
    headings: tuple[str, ...]
    columns: Mapping[str, int]
    score: int

    def missing(self) -> list[str]:
        """Labels of columns without which nothing can be counted."""
        return [
            " or ".join(FIELDS[name].label for name in choice)
            for choice in LAYOUTS[self.kind].needed
            if not any(name in self.columns for name in choice)
        ]


@cache
def _aliases(kind: ExtractKind) -> dict[str, tuple[str, int]]:
    """Heading → field and how good the heading is for it (0 is best)."""
    found: dict[str, tuple[str, int]] = {}
    for name in LAYOUTS[kind].fields:
        for rank, alias in enumerate(FIELDS[name].aliases):
            if alias not in found or rank < found[alias][1]:
                found[alias] = (name, rank)
    return found


def find_header(rows: Sequence[Sequence[str]], kinds: Iterable[ExtractKind]) -> Header | None:
    """The best row of headings among the first rows, for the kind it fits best; None where no row has two known headings."""
    best: Header | None = None
    for kind in kinds:
        layout = LAYOUTS[kind]
        for index, row in enumerate(rows[:SEARCHED_ROWS]):
            header = _read_row(kind, layout, rows, index, row)
            if header and (best is None or _rank(header) > _rank(best)):
                best = header
    return best


def _rank(header: Header) -> tuple[bool, int, int]:
    return not header.missing(), header.score, -header.index


def _read_row(kind: ExtractKind, layout: Layout, rows: Sequence[Sequence[str]], index: int, row: Sequence[str]) -> Header | None:
    if sum(1 for cell in row if cell) < 2:
        return None
    aliases = _aliases(kind)
    above = rows[index - 1] if index else ()
    headings: list[str] = []
    columns: dict[str, tuple[int, int]] = {}
    own = 0
    for column in range(max(len(row), len(above))):
        cell = row[column] if column < len(row) else ""
        over = above[column] if column < len(above) else ""
        heading, known = _heading(cell, over, aliases)
        headings.append(heading)
        if known:
            name, rank = known
            own += heading == cell
            if name not in columns or rank < columns[name][1]:
                columns[name] = (column, rank)
    if len(columns) < 2 or own < 2:
        return None
    score = len(columns) + 2 * sum(name in columns for name in layout.telling)
    return Header(kind, index, tuple(headings), {name: column for name, (column, _) in columns.items()}, score)


def _heading(cell: str, over: str, aliases: Mapping[str, tuple[str, int]]) -> tuple[str, tuple[str, int] | None]:
    """The heading of one column: its own text, or that of a merged cell above, or both together."""
    plain = normalised(cell)
    if plain in aliases:
        return cell, aliases[plain]
    if over and not cell and normalised(over) in aliases:
        return over, aliases[normalised(over)]
    if over and cell and normalised(f"{over} {cell}") in aliases:
        return f"{over} {cell}", aliases[normalised(f"{over} {cell}")]
    return cell, None


def nearest(rows: Iterable[Sequence[str]], kinds: Iterable[ExtractKind], most: int = 5) -> list[str]:
    """Cells of the first rows that come near to a heading. Only such: a row without headings may be about a person."""
    known = sorted({alias for kind in kinds for alias in _aliases(kind)})
    cells = dict.fromkeys(cell for row in rows for cell in row if 3 <= len(cell) <= LONGEST_HEADER)
    found = (cell for cell in islice(cells, MOST_COMPARED) if difflib.get_close_matches(normalised(cell), known, 1, 0.75))
    return list(islice(found, most))


def shown_heading(text: str) -> str:
    """A heading as it may be kept: short, on one line, without numbers of people."""
    plain = plain_text(text)[:LONGEST_HEADER]
    return "" if re.search(r"\d{5}|@", plain) else plain


def plain_text(text: str) -> str:
    """Text on one line, without characters that cannot be seen."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def letters(column: int) -> str:
    """The letters of a column, counted from 0: A, B … AA."""
    name, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
