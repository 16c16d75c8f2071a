"""From counts to the cells of a return, and for each cell how it came about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from kpis.catalogue import Measure
from kpis.extracts.aggregate import UNKNOWN, ExtractAggregate, Mappings, Step
from kpis.extracts.fields import FIELDS
from kpis.extracts.kinds import ExtractKind
from kpis.extracts.tables import ABROAD, TABLES, field_of, resolved

Cell = tuple[str, str, str]
"""Measure, row and column."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of the counted fit this; in a trace the shares narrow down to the cell."""

    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Trace:
    """How a cell was got: from which file, by which steps, and what was left out for which reason. No names, no rows."""

    cell: Cell
    value: Decimal | None
    kind: ExtractKind
    sha256: str
    rule: str
    steps: tuple[Step, ...]
    narrowed: tuple[Share, ...]
    left_out: tuple[Share, ...]


def newest_by_measure(aggregates: Iterable[ExtractAggregate]) -> dict[str, ExtractAggregate]:
    """For each measure the last of the aggregates that fills it: a second file of a kind takes the place of the first."""
    return {measure: one for one in aggregates for measure in one.fills}


def cells_of(
    aggregates: Iterable[ExtractAggregate], measures: Mapping[str, Measure], mappings: Mappings | None = None
) -> dict[Cell, Decimal]:
    """The value of every cell that the files fill, 0 included, for those of the measures that are asked.

    What is still not understood is in no cell; `trace_of` says how much that is, and `blocked` whether it is too much.
    """
    found: dict[Cell, Decimal] = {}
    for code, one in newest_by_measure(aggregates).items():
        if code not in measures:
            continue
        asked = {(cell.row, cell.column) for cell in measures[code].cells()}
        counts = _counts(one, code, mappings or {})
        if code in TABLES:
            found |= {(code, row, column): Decimal(counts[row, column]) for row, column in sorted(asked)}
        for figure in one.figures:
            if figure.measure == code and figure.value is not None and (figure.row, figure.column) in asked:
                found[code, figure.row, figure.column] = figure.value
    return found


def without_international(one: ExtractAggregate) -> ExtractAggregate:
    """The same recruitment without international block recruitment, which distorts the ratio: to show it with and without."""
    return replace(one, lines=tuple(line for line in one.lines if ABROAD not in line.codes))


def absent_cells(aggregates: Iterable[ExtractAggregate], measures: Mapping[str, Measure]) -> dict[Cell, str]:
    """The cells for which a file says that there is no figure, with the reason: "suppressed at source"."""
    found: dict[Cell, str] = {}
    for code, one in newest_by_measure(aggregates).items():
        asked = {(cell.row, cell.column) for cell in measures[code].cells()} if code in measures else set()
        for figure in one.figures:
            if figure.measure == code and figure.value is None and (figure.row, figure.column) in asked:
                found[code, figure.row, figure.column] = figure.reason
    return found


def _counts(one: ExtractAggregate, table: str, mappings: Mappings) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for line in one.lines:
        if line.table == table:
            codes = resolved(line, mappings)
            if not any(code.startswith(UNKNOWN) for code in codes):
                for place in TABLES[table].place(codes):
                    counts[place] += line.count
    return counts


def trace_of(cell: Cell, aggregates: Iterable[ExtractAggregate], mappings: Mappings | None = None) -> Trace | None:
    """How a cell was got; None where no file fills it."""
    code, row, column = cell
    one = newest_by_measure(aggregates).get(code)
    if one is None:
        return None
    for figure in one.figures:
        if (figure.measure, figure.row, figure.column) == cell:
            return Trace(cell, figure.value, one.kind, one.sha256, one.kind.rule, one.steps, (), ())
    known = mappings or {}
    in_row = total = 0
    left_out: Counter[str] = Counter()
    for line in one.lines:
        if line.table != code:
            continue
        total += line.count
        codes = resolved(line, known)
        unknown = [field_of(code, line.codes, place) for place, one_code in enumerate(codes) if one_code.startswith(UNKNOWN)]
        if unknown:
            left_out[f"{FIELDS[unknown[0]].label} not understood yet"] += line.count
            continue
        places = TABLES[code].place(codes)
        if not places:
            left_out["Left out by a meaning that was given"] += line.count
        in_row += line.count * any(place[0] == row for place in places)
    value = _counts(one, code, known)[row, column]
    narrowed = (Share("counted", total), Share("row", in_row), Share("cell", value))
    left = tuple(Share(label, count) for label, count in left_out.most_common())
    return Trace(cell, Decimal(value), one.kind, one.sha256, one.kind.rule, one.steps, narrowed, left)
