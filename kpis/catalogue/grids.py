"""A measure: one grid of cells that an organisation fills in once in a return, and that many KPIs are computed from.

A part is a named set of cells; a KPI names parts only, and a release publishes parts only. By convention a part's key is
"line.group" ("cluster_6_7.bme"): the line is what is counted, the group whom it is about. A union is a sum of parts and is
never protected itself. `kpis.catalogue.measures` reads them from files.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cached_property

from kpis.catalogue.vocabulary import PART_LEVELS


@dataclass(frozen=True, slots=True, order=True)
class CellKey:
    """The address of a cell inside its measure; written "row/column"."""

    row: str
    column: str

    def __str__(self) -> str:
        return f"{self.row}/{self.column}"

    @classmethod
    def parse(cls, text: str) -> CellKey:
        """Read "row/column"; raises ValueError for anything else."""
        row, slash, column = text.partition("/")
        if not (row and slash and column) or "/" in column:
            raise ValueError(f"“{text}” is not a cell; write row/column.")
        return cls(row, column)


@dataclass(frozen=True, slots=True)
class Axis:
    """One row or one column of a measure. `unit` and `sensitive` override the measure's own where set."""

    key: str
    label: str
    short: str
    unit: str | None = None
    sensitive: bool = False
    optional: bool = False
    options: tuple[str, ...] = ()
    option_labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Total:
    """A computed line on the form, never typed: over the rows or columns named by `keys`."""

    axis: str
    label: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A named sum of cells, and the lowest level at which it may be released."""

    key: str
    patterns: tuple[str, ...]
    cells: tuple[CellKey, ...]
    level: str

    @property
    def line(self) -> str:
        """What is counted: "cluster_6_7" of "cluster_6_7.bme"."""
        return self.key.rpartition(".")[0] or self.key

    @property
    def group(self) -> str:
        """Whom it is about: "bme" of "cluster_6_7.bme"; empty when the key names no group."""
        return self.key.rpartition(".")[2] if "." in self.key else ""


@dataclass(frozen=True, slots=True)
class Union:
    """A sum of parts of the same measure; computed from released parts, never released itself."""

    key: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One structural rule for the cells of a measure, read by the validation of a return.

    `ordered` lists column keys (row keys when `axis` is "rows"), smallest first. `cells` are cell patterns the rule looks at.
    `same_total_as` names a measure with the same headcount; its total is compared with the sum over `cells`, or of all cells.
    `other_cells` names the cells of that other measure that are added up; all of them when it is left out.
    `evidence` names a yes/no rule that asks for a link where the answer is yes. `low`, `high` and `within` bound a value.
    """

    rule: str
    axis: str = "columns"
    ordered: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    same_total_as: str | None = None
    other_cells: tuple[str, ...] = ()
    sums_to: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    within: Decimal | None = None
    evidence: bool = False


@dataclass(frozen=True)
class Measure:
    """One question of a return. Field by field as in `kpis/definitions/measures/*.toml`."""

    code: str
    title: str
    question: str
    help: str
    workstream: str
    contributor: str
    source: str
    unit: str
    protection: str
    sensitive: bool
    window: str
    applies_to: tuple[str, ...]
    minimum_headcount: int | None
    collected_in: tuple[int, ...]
    rows: tuple[Axis, ...]
    columns: tuple[Axis, ...]
    totals: tuple[Total, ...]
    parts: tuple[Part, ...]
    unions: tuple[Union, ...]
    checks: tuple[Check, ...]

    def cells(self) -> tuple[CellKey, ...]:
        """Every cell, row by row."""
        return self._cells

    @cached_property
    def _cells(self) -> tuple[CellKey, ...]:
        return tuple(CellKey(row.key, column.key) for row in self.rows for column in self.columns)

    @cached_property
    def _rows(self) -> dict[str, Axis]:
        return {row.key: row for row in self.rows}

    @cached_property
    def _columns(self) -> dict[str, Axis]:
        return {column.key: column for column in self.columns}

    @cached_property
    def _named(self) -> dict[str, Part | Union]:
        return {part.key: part for part in self.parts} | {union.key: union for union in self.unions}

    @cached_property
    def _summed_cells(self) -> dict[str, tuple[CellKey, ...]]:
        return {key: tuple(cell for part in self.parts_of(key) for cell in part.cells) for key in self._named}

    def row(self, key: str) -> Axis:
        """The row of a key; KeyError when there is none."""
        return self._rows[key]

    def column(self, key: str) -> Axis:
        """The column of a key; KeyError when there is none."""
        return self._columns[key]

    def unit_of(self, cell: CellKey) -> str:
        """The unit of one cell: the column's, else the row's, else the measure's."""
        return self.column(cell.column).unit or self.row(cell.row).unit or self.unit

    def options_of(self, cell: CellKey) -> tuple[str, ...]:
        """The options of a choice cell, in order; empty for every other cell."""
        return self.column(cell.column).options or self.row(cell.row).options

    def is_optional(self, cell: CellKey) -> bool:
        """Whether the cell may stay empty."""
        return self.column(cell.column).optional or self.row(cell.row).optional

    def is_sensitive(self, cell: CellKey) -> bool:
        """Whether the cell is about a sensitive characteristic or process."""
        return self.sensitive or self.column(cell.column).sensitive or self.row(cell.row).sensitive

    def match(self, pattern: str) -> tuple[CellKey, ...]:
        """The cells that a "row/column" pattern names; `*` stands for anything. Empty when none fits."""
        found = self._matched.get(pattern)
        if found is None:
            row_pattern, _, column_pattern = pattern.partition("/")
            found = tuple(
                cell for cell in self.cells() if fnmatchcase(cell.row, row_pattern) and fnmatchcase(cell.column, column_pattern)
            )
            self._matched[pattern] = found
        return found

    @cached_property
    def _matched(self) -> dict[str, tuple[CellKey, ...]]:
        """What `match` has found so far: a definition asks for the same few patterns in every return."""
        return {}

    def part(self, key: str) -> Part | Union:
        """The part or union of a key; KeyError when there is none."""
        return self._named[key]

    def parts_of(self, key: str) -> tuple[Part, ...]:
        """The parts that a part or a union adds up: one part for a part."""
        found = self.part(key)
        if isinstance(found, Part):
            return (found,)
        return tuple(part for part in map(self._named.__getitem__, found.parts) if isinstance(part, Part))

    def cells_of(self, key: str) -> tuple[CellKey, ...]:
        """The cells that a part or a union adds up."""
        return self._summed_cells[key]

    def level_of(self, key: str) -> str:
        """The lowest level at which a part or union may be shown: that of its most restricted part."""
        return max((part.level for part in self.parts_of(key)), key=PART_LEVELS.index)

    def to_dict(self) -> dict[str, object]:
        """The same definition as plain values that JSON can hold; `measure_from_dict` reads it back."""
        whole: dict[str, object] = {
            name: getattr(self, name)
            for name in (
                "code",
                "title",
                "question",
                "help",
                "workstream",
                "contributor",
                "source",
                "unit",
                "protection",
                "window",
            )
        }
        whole |= {"sensitive": self.sensitive, "applies_to": list(self.applies_to), "collected_in": list(self.collected_in)}
        if self.minimum_headcount is not None:
            whole["minimum_headcount"] = self.minimum_headcount
        whole["rows"] = [_axis_to_dict(axis) for axis in self.rows]
        whole["columns"] = [_axis_to_dict(axis) for axis in self.columns]
        whole["totals"] = [{"axis": total.axis, "label": total.label, "keys": list(total.keys)} for total in self.totals]
        whole["parts"] = [{"key": part.key, "cells": list(part.patterns), "level": part.level} for part in self.parts]
        whole["unions"] = [{"key": union.key, "parts": list(union.parts)} for union in self.unions]
        whole["checks"] = [_check_to_dict(check) for check in self.checks]
        return whole


def _axis_to_dict(axis: Axis) -> dict[str, object]:
    content: dict[str, object] = {"key": axis.key, "label": axis.label, "short": axis.short}
    if axis.unit is not None:
        content["unit"] = axis.unit
    content |= {name: True for name in ("sensitive", "optional") if getattr(axis, name)}
    if axis.options:
        content |= {"options": list(axis.options), "option_labels": list(axis.option_labels)}
    return content


def _check_to_dict(check: Check) -> dict[str, object]:
    content: dict[str, object] = {"rule": check.rule, "axis": check.axis}
    content |= {name: list(getattr(check, name)) for name in ("ordered", "cells", "other_cells") if getattr(check, name)}
    if check.same_total_as is not None:
        content["same_total_as"] = check.same_total_as
    content |= {
        name: str(getattr(check, name)) for name in ("sums_to", "low", "high", "within") if getattr(check, name) is not None
    }
    if check.evidence:
        content["evidence"] = True
    return content
