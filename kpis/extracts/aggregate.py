"""What is kept of a file: counts, the steps to them, values not understood, where something was wrong. JSON both ways.

There is no row in it and no key. Lines are combinations of just what one measure asks for, never of all characteristics
together: a line of one person says what the measure's own cell says, and no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from kpis.extracts.kinds import ExtractKind

FORMAT = "edi-extract-aggregate"
VERSION = 1
MOST_UNMAPPED = Decimal("0.02")
UNKNOWN = "?"
UNNAMED = "?*"
"""The code of values that are not repeated, because they might say something about one person."""
ERROR, QUERY, INFORMATION = "error", "query", "information"
LEVELS = (ERROR, QUERY, INFORMATION)
Mappings = Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class CountedLine:
    """How many people (applications, cases …) share these codes. What each code is about stands in `kpis.extracts.tables`."""

    table: str
    codes: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class CellFigure:
    """A figure that the file itself holds or that is no count: a mean, a rate, a score. Without a value: why there is none."""

    measure: str
    row: str
    column: str
    value: Decimal | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step from rows to people: the rule, how many rows it took out, how many were left, and why."""

    rule: str
    label: str
    removed: int
    left: int
    reason: str


@dataclass(frozen=True, slots=True)
class UnmappedValue:
    """A value whose meaning is not known: how many rows have it, our suggestion ("" for none), and rows to look at."""

    field: str
    value: str
    shown: str
    rows: int
    suggestion: str
    first_rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in the file, with all its rows as ranges ("12, 15 to 19"): what it is and how to mend it."""

    level: str
    code: str
    column: str
    what: str
    how_to_mend: str
    rows: int
    where: str


@dataclass(frozen=True, slots=True)
class ColumnRead:
    """One column: its letter, its heading, and the field it was understood as ("" when it was not read)."""

    letter: str
    header: str
    field: str


@dataclass(frozen=True, slots=True)
class ExtractAggregate:
    """All that is kept of one file."""

    kind: ExtractKind
    period: str
    organisation_code: str
    sha256: str
    size: int
    sheet: str
    header_row: int
    encoding: str
    separator: str
    columns: tuple[ColumnRead, ...]
    rows_read: int
    steps: tuple[Step, ...]
    lines: tuple[CountedLine, ...]
    fills: tuple[str, ...]
    """The measures that the file fills: also with zeros, but never one whose column is not there."""
    figures: tuple[CellFigure, ...] = ()
    unmapped: tuple[UnmappedValue, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    """What stands beside the figures: the stage that counts as appointed, whether survey figures are weighted."""

    @property
    def counted(self) -> int:
        """What was left after all steps: people in post, applications, entries."""
        return self.steps[-1].left if self.steps else self.rows_read

    def unmapped_share(self, mappings: Mappings | None = None) -> Decimal:
        """The share of lines with a value that is still not understood, in the table that has most of them."""
        known = mappings or {}
        return max((_share(lines, known) for lines in self._tables().values()), default=Decimal(0))

    def blocked(self, mappings: Mappings | None = None) -> bool:
        """More than 2 % is not understood: the counts may not be taken over."""
        return self.unmapped_share(mappings) > MOST_UNMAPPED

    def open_values(self, mappings: Mappings | None = None) -> tuple[UnmappedValue, ...]:
        """The values that still have no meaning."""
        known = mappings or {}
        return tuple(value for value in self.unmapped if (value.field, value.value) not in known)

    def _tables(self) -> dict[str, list[CountedLine]]:
        found: dict[str, list[CountedLine]] = {}
        for line in self.lines:
            found.setdefault(line.table, []).append(line)
        return found

    def as_data(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "kind": self.kind.value,
            "period": self.period,
            "organisation_code": self.organisation_code,
            "sha256": self.sha256,
            "size": self.size,
            "sheet": self.sheet,
            "header_row": self.header_row,
            "encoding": self.encoding,
            "separator": self.separator,
            "columns": [[one.letter, one.header, one.field] for one in self.columns],
            "rows_read": self.rows_read,
            "steps": [[one.rule, one.label, one.removed, one.left, one.reason] for one in self.steps],
            "lines": [[one.table, list(one.codes), one.count] for one in self.lines],
            "fills": list(self.fills),
            "figures": [
                [one.measure, one.row, one.column, None if one.value is None else str(one.value), one.reason]
                for one in self.figures
            ],
            "unmapped": [
                [one.field, one.value, one.shown, one.rows, one.suggestion, list(one.first_rows)] for one in self.unmapped
            ],
            "problems": [
                [one.level, one.code, one.column, one.what, one.how_to_mend, one.rows, one.where] for one in self.problems
            ],
            "notes": dict(self.notes),
        }

    @classmethod
    def from_data(cls, data: object) -> ExtractAggregate:
        """Read what `as_data` wrote; raises ValueError for anything else, because people upload such files."""
        from kpis.extracts.aggregate_reading import aggregate_from_data

        return aggregate_from_data(data)


def _share(lines: Iterable[CountedLine], mappings: Mappings) -> Decimal:
    from kpis.extracts.tables import resolved

    total = unknown = 0
    for line in lines:
        total += line.count
        if any(code.startswith(UNKNOWN) for code in resolved(line, mappings)):
            unknown += line.count
    return Decimal(unknown) / Decimal(total) if total else Decimal(0)
