"""A measure: one grid of cells that an organisation fills in once in a return, and that many KPIs are computed from.

A part is a named set of cells; a KPI names parts only, and a release publishes parts only. By convention a part's key is
"line.group" ("cluster_6_7.bme"): the line is what is counted, the group whom it is about. A union is a sum of parts and is
never protected itself. `part_grids` and `union_grids` write a whole lines-by-groups family in one table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase

from kpis.catalogue.reading import Fields
from kpis.catalogue.vocabulary import (
    CONTRIBUTORS,
    MEASURE_UNITS,
    MEASURE_WINDOWS,
    ORGANISATION_CLASSES,
    PART_LEVELS,
    PROTECTIONS,
    RULES,
    WORKSTREAMS,
)


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
    `evidence` names a yes/no rule that asks for a link where the answer is yes. `low`, `high` and `within` bound a value.
    """

    rule: str
    axis: str = "columns"
    ordered: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    same_total_as: str | None = None
    sums_to: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    within: Decimal | None = None
    evidence: bool = False


@dataclass(frozen=True, slots=True)
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
        return tuple(CellKey(row.key, column.key) for row in self.rows for column in self.columns)

    def row(self, key: str) -> Axis:
        """The row of a key; KeyError when there is none."""
        return _axis_of(self.rows, key)

    def column(self, key: str) -> Axis:
        """The column of a key; KeyError when there is none."""
        return _axis_of(self.columns, key)

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
        row_pattern, _, column_pattern = pattern.partition("/")
        return tuple(
            cell for cell in self.cells() if fnmatchcase(cell.row, row_pattern) and fnmatchcase(cell.column, column_pattern)
        )

    def part(self, key: str) -> Part | Union:
        """The part or union of a key; KeyError when there is none."""
        for part in (*self.parts, *self.unions):
            if part.key == key:
                return part
        raise KeyError(f"{self.code}:{key}")

    def parts_of(self, key: str) -> tuple[Part, ...]:
        """The parts that a part or a union adds up: one part for a part."""
        found = self.part(key)
        if isinstance(found, Part):
            return (found,)
        wanted = set(found.parts)
        return tuple(part for part in self.parts if part.key in wanted)

    def cells_of(self, key: str) -> tuple[CellKey, ...]:
        """The cells that a part or a union adds up."""
        return tuple(cell for part in self.parts_of(key) for cell in part.cells)

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


def measure_from_dict(content: Mapping[str, object], file: str = "definition") -> Measure:
    """Read a measure from plain values (TOML, JSON or a form). Raises `DefinitionError`; `file` names it in messages."""
    fields = Fields(content, file)
    rows = _axes(fields, "rows")
    columns = _axes(fields, "columns")
    measure = Measure(
        code=fields.text("code"),
        title=fields.text("title"),
        question=fields.text("question"),
        help=fields.text("help"),
        workstream=fields.text("workstream", WORKSTREAMS),
        contributor=fields.text("contributor", CONTRIBUTORS),
        source=fields.text("source"),
        unit=fields.text("unit", MEASURE_UNITS),
        protection=fields.text("protection", PROTECTIONS),
        sensitive=fields.flag("sensitive"),
        window=fields.text("window", MEASURE_WINDOWS),
        applies_to=fields.texts("applies_to", ORGANISATION_CLASSES),
        minimum_headcount=fields.whole("minimum_headcount"),
        collected_in=fields.quarters("collected_in"),
        rows=rows,
        columns=columns,
        totals=tuple(_total(table, rows, columns) for table in fields.tables("totals")),
        parts=(),
        unions=(),
        checks=tuple(_check(table) for table in fields.tables("checks")),
    )
    if not measure.code.replace("_", "").isalnum() or measure.code != measure.code.lower():
        raise fields.fail("code", "use small letters, digits and underscores only.")
    parts = _parts(fields, measure)
    unions = _unions(fields, parts)
    fields.finish()
    finished = _with_parts(measure, parts, unions)
    _look_over(finished, fields)
    return finished


def _with_parts(measure: Measure, parts: tuple[Part, ...], unions: tuple[Union, ...]) -> Measure:
    values = {name: getattr(measure, name) for name in Measure.__slots__}
    return Measure(**(values | {"parts": parts, "unions": unions}))


def _axis_of(axes: tuple[Axis, ...], key: str) -> Axis:
    for axis in axes:
        if axis.key == key:
            return axis
    raise KeyError(key)


def _axes(fields: Fields, name: str) -> tuple[Axis, ...]:
    found = []
    for table in fields.tables(name, required=True):
        key = table.text("key")
        if "/" in key or "*" in key or ":" in key:
            raise table.fail("key", "leave out / : and *; they have a meaning in cell addresses.")
        label = table.text("label")
        options = table.texts("options", required=False)
        option_labels = table.texts("option_labels", required=False)
        if len(options) != len(option_labels):
            raise table.fail("option_labels", "write one label for each option, in the same order.")
        found.append(
            Axis(
                key=key,
                label=label,
                short=table.text("short", default=label),
                unit=table.optional_text("unit", MEASURE_UNITS),
                sensitive=table.flag("sensitive"),
                optional=table.flag("optional"),
                options=options,
                option_labels=option_labels,
            )
        )
        table.finish()
    keys = [axis.key for axis in found]
    if len(set(keys)) != len(keys):
        raise fields.fail(name, "two entries have the same key; give each its own.")
    return tuple(found)


def _total(table: Fields, rows: tuple[Axis, ...], columns: tuple[Axis, ...]) -> Total:
    axis = table.text("axis", ("rows", "columns"))
    label = table.text("label")
    available = [entry.key for entry in (rows if axis == "rows" else columns)]
    patterns = table.texts("keys", required=False) or ("*",)
    keys: list[str] = []
    for pattern in patterns:
        fitting = [key for key in available if fnmatchcase(key, pattern)]
        if not fitting:
            raise table.fail("keys", f"“{pattern}” fits no key of the {axis}; write keys that exist.")
        keys += [key for key in fitting if key not in keys]
    table.finish()
    return Total(axis, label, tuple(keys))


def _check(table: Fields) -> Check:
    check = Check(
        rule=table.text("rule", RULES),
        axis=table.text("axis", ("rows", "columns"), default="columns"),
        ordered=table.texts("ordered", required=False),
        cells=table.texts("cells", required=False),
        same_total_as=table.optional_text("same_total_as"),
        sums_to=table.number("sums_to"),
        low=table.number("low"),
        high=table.number("high"),
        within=table.number("within"),
        evidence=table.flag("evidence"),
    )
    table.finish()
    return check


def _part(measure: Measure, table: Fields, key: str, patterns: tuple[str, ...], level: str) -> Part:
    cells: list[CellKey] = []
    for pattern in patterns:
        found = measure.match(pattern)
        if not found:
            raise table.fail("cells", f"part {key}: “{pattern}” fits no cell; write row/column with keys that exist.")
        cells += [cell for cell in found if cell not in cells]
    return Part(key, patterns, tuple(cells), level)


def _parts(fields: Fields, measure: Measure) -> tuple[Part, ...]:
    parts: list[Part] = []
    for table in fields.tables("parts"):
        level = table.text("level", PART_LEVELS, default="organisation")
        parts.append(_part(measure, table, table.text("key"), table.texts("cells"), level))
        table.finish()
    for table in fields.tables("part_grids"):
        level = table.text("level", PART_LEVELS, default="organisation")
        on_columns = table.text("lines_on", ("rows", "columns"), default="rows") == "columns"
        lines, groups = table.named_lists("lines"), table.named_lists("groups")
        table.finish()
        for line, line_patterns in lines.items():
            for group, group_patterns in groups.items():
                patterns = tuple(
                    f"{theirs}/{ours}" if on_columns else f"{ours}/{theirs}"
                    for ours in line_patterns
                    for theirs in group_patterns
                )
                parts.append(_part(measure, table, f"{line}.{group}", patterns, level))
    if not parts:
        raise fields.fail("parts", "name at least one part; a KPI and a release can use parts only.")
    return tuple(parts)


def _unions(fields: Fields, parts: Iterable[Part]) -> tuple[Union, ...]:
    known = {part.key for part in parts}
    unions: list[Union] = []
    for table in fields.tables("unions"):
        unions.append(Union(table.text("key"), table.texts("parts")))
        table.finish()
    for table in fields.tables("union_grids"):
        lines, groups = table.named_lists("lines"), table.named_lists("groups")
        table.finish()
        for line, old_lines in lines.items():
            for group, old_groups in groups.items():
                members = tuple(f"{old_line}.{old_group}" for old_line in old_lines for old_group in old_groups)
                unions.append(Union(f"{line}.{group}", members))
    for union in unions:
        for member in union.parts:
            if member not in known:
                raise fields.fail(
                    "unions", f"{union.key} adds up {member}, which is no part of this measure; name parts that exist."
                )
    return tuple(unions)


def _look_over(measure: Measure, fields: Fields) -> None:
    """Faults that show only in the whole: repeated keys, overlapping unions, choices without options, unknown check keys."""
    keys = [part.key for part in (*measure.parts, *measure.unions)]
    for key in keys:
        if keys.count(key) > 1:
            raise fields.fail("parts", f"{key} is named twice; a part and a union need different keys.")
    for union in measure.unions:
        cells = measure.cells_of(union.key)
        if len(set(cells)) != len(cells):
            raise fields.fail("unions", f"{union.key} counts a cell twice; its parts must not overlap.")
    for cell in measure.cells():
        if (measure.unit_of(cell) == "choice") != bool(measure.options_of(cell)):
            raise fields.fail("rows", f"{cell}: a choice needs options, and only a choice has them.")
    for check in measure.checks:
        known = {axis.key for axis in (measure.columns if check.axis == "columns" else measure.rows)}
        for key in check.ordered:
            if key not in known:
                raise fields.fail("checks", f"{check.rule} orders {key}, which is no key of the {check.axis}.")
        for pattern in check.cells:
            if not measure.match(pattern):
                raise fields.fail("checks", f"{check.rule}: “{pattern}” fits no cell.")


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
    content |= {name: list(getattr(check, name)) for name in ("ordered", "cells") if getattr(check, name)}
    if check.same_total_as is not None:
        content["same_total_as"] = check.same_total_as
    content |= {
        name: str(getattr(check, name)) for name in ("sums_to", "low", "high", "within") if getattr(check, name) is not None
    }
    if check.evidence:
        content["evidence"] = True
    return content
