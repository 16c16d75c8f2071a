"""The gradient: how a figure changes from one end of ordered groups to the other. One row each, in order, with 95% interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from edi_portal.charts import axes, figures, palette
from edi_portal.charts.axes import Axis
from edi_portal.charts.chart import Chart, Frame, KeyEntry, finish
from edi_portal.charts.entries import Reference, captioned, reference_line
from edi_portal.charts.groups import row_layout
from edi_portal.charts.numbers import interval_text
from edi_portal.charts.table import ChartTable


@dataclass(frozen=True, slots=True)
class GradientRow:
    """One of the ordered groups; without a figure `absent` says why. `counts` are texts for further table columns."""

    label: str
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    base: int | None = None
    counts: tuple[str, ...] = ()
    absent: str = "no figure"
    short: str = ""

    def __post_init__(self) -> None:
        if len({one is None for one in (self.value, self.low, self.high)}) > 1:
            raise ValueError(f"{self.label}: a figure comes with both ends of its interval, or not at all.")


def gradient(
    frame: Frame,
    axis: Axis,
    rows: Sequence[GradientRow],
    *,
    group_column: str,
    value_column: str,
    count_columns: Sequence[str] = (),
    whole: Reference | None = None,
) -> Chart:
    """Dots with their intervals, the first group on top; `whole` is the figure of all groups together, drawn as a line."""
    from_below = [row for row in reversed(rows) if row.value is not None]
    places = [float(index) for index, _ in enumerate(from_below)]
    xs = [axis.number(row.value, row.base) for row in from_below if row.value is not None]
    spans = [
        ((axis.number(row.low, row.base), axis.number(row.high, row.base)), (at, at))
        for row, at in zip(from_below, places, strict=True)
        if row.low is not None and row.high is not None
    ]
    texts = [f"{row.label}: {_value(axis, row)}, {_interval(axis, row)}" for row in from_below]
    traces = [figures.segments(spans, "95% interval"), figures.points(palette.DISC, xs, places, texts, value_column)]
    values = [one for row in from_below for one in (row.value, row.low, row.high) if one is not None]
    span = axes.span_of(axis, [*values, *([whole.value] if whole else [])])
    if whole is not None:
        traces.insert(0, reference_line(axis, whole, (-0.6, len(from_below) - 0.3)))
    tags = [figures.top_tag(axis, whole.value, whole.text, color=whole.color)] if whole is not None else []
    names = [(row.label, row.short, False) for row in from_below]
    layouts = [{**row_layout(axis, span, names, narrow=narrow), "annotations": tags} for narrow in (False, True)]
    table = ChartTable(
        (group_column, value_column, "95% interval", *count_columns),
        tuple((row.label, _value(axis, row), _interval(axis, row), *_counts(row, len(count_columns))) for row in rows),
        captioned(frame, axis, (whole,) if whole is not None else ()),
        frozenset(range(1, 3 + len(count_columns))),
    )
    return finish(
        frame,
        figure=figures.figure_of(traces, *layouts),
        table=table,
        key=(KeyEntry("edi-mark--disc", f"{value_column}, with 95% interval"),),
        missing=tuple(f"{row.label} ({row.absent})" for row in rows if row.value is None),
    )


def _value(axis: Axis, row: GradientRow) -> str:
    return axis.text(row.value, row.base) if row.value is not None else "\u2013"


def _interval(axis: Axis, row: GradientRow) -> str:
    if row.low is None or row.high is None:
        return "\u2013"
    return interval_text(row.low, row.high, axis.unit, row.base)


def _counts(row: GradientRow, number: int) -> tuple[str, ...]:
    return row.counts or ("\u2013",) * number
