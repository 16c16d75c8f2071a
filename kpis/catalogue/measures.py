"""Reading a measure from a definition file, a stored definition or a form; the dataclasses are in `kpis.catalogue.grids`.

`part_grids` and `union_grids` write a whole lines-by-groups family of parts or unions in one table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase

from kpis.catalogue.grids import Axis, CellKey, Check, Measure, Part, Total, Union
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

__all__ = ["Axis", "CellKey", "Check", "Measure", "Part", "Total", "Union", "measure_from_dict"]


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
    finished = replace(measure, parts=parts, unions=unions)
    _look_over(finished, fields)
    return finished


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
        other_cells=table.texts("other_cells", required=False),
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
    keys = [part.key for part in measure.parts] + [union.key for union in measure.unions]
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
