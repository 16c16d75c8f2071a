"""What every counter keeps while rows go by: lines, values not understood, problems with their rows, rows taken out."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from kpis.extracts.aggregate import QUERY, UNKNOWN, UNNAMED, CountedLine, Mappings, Problem, Step, UnmappedValue
from kpis.extracts.fields import FIELDS, normalised
from kpis.extracts.headers import Header, letters, plain_text, shown_heading
from kpis.extracts.refusals import wrong_column
from kpis.extracts.tables import field_of

FEWEST_REPEATED = 5
"""A value that we do not know is repeated when so many rows have it, or when it is made of words of its field."""
SHORTEST_PERSONAL = 2
"""A blank, or a value such as "8", says nothing about one person."""
MOST_DIFFERENT = 200
FIRST_ROWS = 5
LONGEST_SHOWN = 80
MOST_RANGES = 10_000
_PERSONAL = re.compile(r"\d{4}|@|\b[a-z]{2} ?\d{2} ?\d{2}")
Suggest = Callable[[str], str]


class Tally:
    """Collected while one file is read. Row numbers are those a spreadsheet shows."""

    def __init__(self, header: Header, mappings: Mappings) -> None:
        self.header = header
        self.mappings = mappings
        self._unknown: dict[tuple[str, str], tuple[str, array[int]]] = {}
        self._different: Counter[str] = Counter()
        self._problems: dict[tuple[str, str], tuple[str, str, str, array[int]]] = {}
        self.removed: Counter[str] = Counter()

    def unknown(self, field: str, raw: str, row: int) -> str:
        """Note a value that is not understood; returns its code."""
        value = normalised(raw)
        entry = self._unknown.get((field, value))
        if entry is None:
            self._different[field] += 1
            if self._different[field] > MOST_DIFFERENT:
                raise wrong_column(self.heading(field), FIELDS[field].label)
            entry = self._unknown[field, value] = (plain_text(raw), array("L"))
        entry[1].append(row)
        return UNKNOWN + value

    def problem(self, code: str, field: str, row: int, what: str, mend: str, level: str = QUERY) -> None:
        """Note something wrong in one row."""
        entry = self._problems.get((code, field))
        if entry is None:
            entry = self._problems[code, field] = (level, what, mend, array("L"))
        entry[3].append(row)

    def heading(self, field: str) -> str:
        """The heading of a field in this file, with its column: "Ethnic Origin (column K)"."""
        column = self.header.columns.get(field)
        if column is None:
            return FIELDS[field].label if field in FIELDS else ""
        return f"{shown_heading(self.header.headings[column])} (column {letters(column)})"

    def lines(self, table: str, counts: Mapping[tuple[str, ...], int]) -> list[CountedLine]:
        """Counted lines in a fixed order; values that may not be repeated lose their words."""
        found: Counter[tuple[str, ...]] = Counter()
        for codes, count in counts.items():
            found[tuple(self.kept_code(code, field_of(table, codes, place)) for place, code in enumerate(codes))] += count
        return [CountedLine(table, codes, count) for codes, count in sorted(found.items())]

    def kept_code(self, code: str, field: str) -> str:
        """The code of a value, without its words where they may say something about one person."""
        if not code.startswith(UNKNOWN) or self._may_be_repeated(field, code[1:]):
            return code
        return UNNAMED

    def _may_be_repeated(self, field: str, value: str) -> bool:
        entry = self._unknown.get((field, value))
        if entry is None or len(value) <= SHORTEST_PERSONAL:
            return True
        if _PERSONAL.search(value) or len(value) > LONGEST_SHOWN:
            return False
        if len(entry[1]) >= FEWEST_REPEATED:
            return True
        words = value.split()
        return 2 * sum(word in FIELDS[field].words for word in words) > len(words)

    @staticmethod
    def common(spellings: Mapping[str, int]) -> list[str]:
        """Of spellings that were understood those that may be repeated: of enough rows, short, and like no key of a person."""
        return sorted(
            spelling
            for spelling, rows in spellings.items()
            if rows >= FEWEST_REPEATED and len(spelling) <= LONGEST_SHOWN and not _PERSONAL.search(spelling.casefold())
        )

    def unmapped(self, suggestions: Mapping[str, Suggest]) -> list[UnmappedValue]:
        """The values to ask about, those of most rows first."""
        found = [
            UnmappedValue(
                field,
                value,
                shown or "(blank)",
                len(rows),
                suggestions[field](value) if field in suggestions and value else "",
                tuple(rows[:FIRST_ROWS]),
            )
            for (field, value), (shown, rows) in self._unknown.items()
            if self._may_be_repeated(field, value)
        ]
        return sorted(found, key=lambda one: (-one.rows, one.field, one.value))

    def problems(self) -> list[Problem]:
        """Every problem with all its rows: values not understood first."""
        found = []
        unnamed: dict[str, array[int]] = {}
        for (field, value), (shown, rows) in self._unknown.items():
            if self._may_be_repeated(field, value):
                what = f"“{shown}” is not a value we know." if shown else "The cell is blank."
                mend = (
                    "Say once what it means, or correct it in your system." if shown else "Fill it in, or say what a blank means."
                )
                found.append(self._problem(QUERY, "not_understood", field, what, mend, rows))
            else:
                unnamed.setdefault(field, array("L")).extend(rows)
        for field, rows in unnamed.items():
            what = "A value that we do not know, in too few rows to repeat it here: it might say something about one person."
            found.append(
                self._problem(QUERY, "rare_value", field, what, "Look at these rows and write a value of the list.", rows)
            )
        for (code, field), (level, what, mend, rows) in self._problems.items():
            found.append(self._problem(level, code, field, what, mend, rows))
        return sorted(found, key=lambda one: (-one.rows, one.column, one.what))

    def _problem(self, level: str, code: str, field: str, what: str, mend: str, rows: array[int]) -> Problem:
        return Problem(level, code, self.heading(field), what, mend, len(rows), ranges(rows))


def steps_of(start: int, rule: str, label: str, taken: Iterable[tuple[str, str, int, str]]) -> list[Step]:
    """The steps from `start` rows on; those that took nothing out are left away, except the first."""
    left = start
    found = [Step(rule, label, 0, left, "")]
    for name, words, removed, reason in taken:
        if removed:
            left -= removed
            found.append(Step(name, words, removed, left, reason))
    return found


def ranges(rows: Sequence[int]) -> str:
    """ "12, 15 to 19": every row, in order; of a file that is wrong nearly everywhere the first MOST_RANGES."""
    found: list[str] = []
    ordered = sorted(set(rows))
    index = 0
    while index < len(ordered):
        if len(found) == MOST_RANGES:
            return f"{', '.join(found)} and {len(ordered) - index:,} rows more"
        last = index
        while last + 1 < len(ordered) and ordered[last + 1] == ordered[last] + 1:
            last += 1
        found.append(str(ordered[index]) if last == index else f"{ordered[index]} to {ordered[last]}")
        index = last + 1
    return ", ".join(found)
