"""How one cell of a return was got from a file: the steps, what was left out and why, and nothing about anybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404

from kpis.catalogue import CellKey, Measure
from kpis.dashboards.extract_list import when_of
from kpis.dashboards.extract_result import Row, step_row
from kpis.dashboards.return_section import amount_text, cell_label
from kpis.extracts import Cell, ExtractAggregate, trace_of
from kpis.models.extracts import Extract
from kpis.models.returns import KpiReturn
from kpis.selectors.extracts import meanings_of, questions_open_to
from kpis.selectors.returns import values_of


@dataclass(frozen=True, slots=True)
class TracePage:
    """The waterfall of a cell."""

    amount: str
    question: str
    cell: str
    steps: tuple[Row, ...]
    left_out: tuple[Row, ...]
    file: str
    read: str
    digest: str
    in_return: str
    same: bool


def trace_page(kpi_return: KpiReturn, extract: Extract, cell: Cell, user: Any) -> TracePage:
    """The trace of a cell for one reader; Http404 for a question that is not theirs or a cell that the file does not fill."""
    measure = questions_open_to(user, kpi_return).get(cell[0])
    key = CellKey(cell[1], cell[2])
    if measure is None or extract.aggregate is None or key not in measure.cells():
        raise Http404
    counts = ExtractAggregate.from_data(extract.aggregate)
    trace = trace_of(cell, [counts], meanings_of(kpi_return.organisation))
    if trace is None or trace.value is None:
        raise Http404
    unit = measure.unit_of(key)
    held = values_of(kpi_return).get(cell)
    return TracePage(
        amount=amount_text(trace.value, unit),
        question=measure.title,
        cell=cell_label(measure, key),
        steps=(
            *(step_row(one.label, one.removed, one.left, one.reason) for one in trace.steps),
            *_narrowed(measure, key, [(one.label, one.count) for one in trace.narrowed]),
        ),
        left_out=tuple({"label": one.label, "count": f"{one.count:,}"} for one in trace.left_out),
        file=extract.get_kind_display(),
        read=f"{when_of(extract)} by {extract.uploaded_by.display_name}",
        digest=trace.sha256,
        in_return=amount_text(held, unit) or "empty",
        same=held == trace.value,
    )


def _narrowed(measure: Measure, cell: CellKey, shares: list[tuple[str, int]]) -> list[Row]:
    """From all that were counted to the row, and to the cell."""
    words = {
        "counted": (f"Counted for “{measure.title}”", ""),
        "row": (f"In the row “{measure.row(cell.row).label}”", "The others are in other rows."),
        "cell": (f"In the column “{measure.column(cell.column).label}”", "The others are in other columns."),
    }
    rows: list[Row] = []
    before: int | None = None
    for name, count in shares:
        label, reason = words.get(name, (name, ""))
        rows.append(step_row(label, (before or count) - count, count, reason if before not in (None, count) else ""))
        before = count
    return rows
