"""The funnel: is the difference more than chance? Figures against the amount of data behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from edi_portal.charts import axes, figures, marks, palette
from edi_portal.charts.axes import Axis
from edi_portal.charts.chart import Chart, Entry, Frame, KeyEntry, by_name, by_value, finish
from edi_portal.charts.entries import Reference, captioned, hover, placed, value, value_cell, values
from edi_portal.charts.numbers import count_text
from edi_portal.charts.table import ChartTable

LIMIT_KEY = (KeyEntry("edi-mark--dotted", "95% limit"), KeyEntry("edi-mark--dashed", "99.8% limit"))


@dataclass(frozen=True, slots=True)
class FunnelEntry:
    """An organisation in a funnel: its entry and the amount of data behind the figure (`size`, released)."""

    entry: Entry
    size: int | None


@dataclass(frozen=True, slots=True)
class FunnelLimits:
    """Control limits at one size: 95% and 99.8%, around the pooled figure."""

    size: int
    low95: Decimal
    high95: Decimal
    low998: Decimal
    high998: Decimal


def funnel(
    frame: Frame,
    axis: Axis,
    entries: Sequence[FunnelEntry],
    limits: Sequence[FunnelLimits],
    *,
    pooled: Reference,
    size_title: str,
    dispersion: str = "",
    value_column: str = "Figure",
    reading: marks.Reading = "range",
) -> Chart:
    """Figures against the amount of data, with limits worked out elsewhere and given in rising order of size.

    `size_title` names the amount ("People shortlisted"); `dispersion` states over-dispersion in words.
    """
    sizes = {item.entry.label: float(item.size) for item in entries if item.size is not None}
    plain, missing = placed(axis, [item.entry for item in entries], sized=sizes)
    traces = _limit_lines(axis, limits)
    mouth_and_tail = [float(point.size) for point in (limits[0], limits[-1])]
    traces.append(
        figures.guide(mouth_and_tail, [axis.number(pooled.value)] * 2, pooled.text, color=palette.DARK_BLUE, dash="solid")
    )
    for style, words, members in marks.style_groups(plain, reading):
        texts = [f"{hover(axis, entry)}, {size_title.lower()}: {count_text(sizes[entry.label])}" for entry in members]
        ys = [axis.number(value(entry), entry.base) for entry in members]
        traces.append(figures.points(style, [sizes[entry.label] for entry in members], ys, texts, words, shrink=1))
    own = [entry for entry in plain if entry.own]
    if own:
        traces.append(
            figures.rings([sizes[entry.label] for entry in own], [axis.number(value(entry), entry.base) for entry in own])
        )
    span = axes.span_of(axis, [*values(plain, None, (pooled,))], _limit_ends(limits))
    figure = figures.figure_of(
        traces,
        _funnel_layout(axis, span, limits, pooled, size_title, narrow=False),
        _funnel_layout(axis, span, limits, pooled, size_title, narrow=True),
    )
    table = _funnel_table(captioned(frame, axis, (pooled,)), axis, entries, size_title, value_column)
    key = (*marks.key_of(plain, reading), *LIMIT_KEY)
    return finish(frame, figure=figure, table=table, key=key, missing=missing, extra_note=dispersion)


def _limit_lines(axis: Axis, limits: Sequence[FunnelLimits]) -> list[figures.Trace]:
    x = [float(point.size) for point in limits]
    curves = (
        ("95% limit", "dot", palette.GREY_1, [(point.low95, point.high95) for point in limits]),
        ("99.8% limit", "dash", palette.INK, [(point.low998, point.high998) for point in limits]),
    )
    lines = []
    for name, dash, color, ends in curves:
        for side in (0, 1):
            y = [float(pair[side]) for pair in ends]
            kept = [(at, value) for at, value in zip(x, y, strict=True) if value > 0 or not axis.logarithmic]
            lines.append(figures.guide([at for at, _ in kept], [value for _, value in kept], name, color=color, dash=dash))
    return lines


def _limit_ends(limits: Sequence[FunnelLimits]) -> list[Decimal]:
    """The limits at the middle sizes widen the axis; the mouth of the funnel may run out of the plot."""
    tail = limits[len(limits) // 4 :]
    return [end for point in tail for end in (point.low998, point.high998)]


def _funnel_layout(
    axis: Axis, span: tuple[Decimal, Decimal], limits: Sequence[FunnelLimits], pooled: Reference, size_title: str, *, narrow: bool
) -> dict[str, Any]:
    size = palette.FONT_SIZE_NARROW if narrow else palette.FONT_SIZE
    first, last = Decimal(limits[0].size), Decimal(limits[-1].size)
    ticks = axes.linear_ticks((first, last), 4 if narrow else 6)
    right: dict[str, Any] = {"x": float(last), "xanchor": "right", "yanchor": "bottom"}
    names = [figures.tag(pooled.text, color=palette.DARK_BLUE, y=axes.place(axis, pooled.value), **right)]
    return {
        "height": 360,
        "margin": {"l": 48 if axis.logarithmic else 60, "r": 16, "t": 12, "b": 52},
        "yaxis": axes.value_axis(axis, span, narrow=narrow, title=False),
        "xaxis": {
            "range": [float(first), float(last)],
            "tickvals": [float(tick) for tick in ticks],
            "ticktext": [count_text(tick) for tick in ticks],
            "tickfont": {"size": size},
            "title": {"text": size_title, "font": {"size": size}},
            "gridcolor": palette.WHITE,
            "zeroline": False,
            "ticks": "",
            "fixedrange": True,
        },
        "annotations": names,
    }


def _funnel_table(caption: str, axis: Axis, entries: Sequence[FunnelEntry], size_title: str, value_column: str) -> ChartTable:
    by_label = {item.entry.label: item for item in entries}
    order = [*by_value([item.entry for item in entries]), *by_name([item.entry for item in entries if not item.entry.drawn])]
    rows = []
    for entry in order:
        size = by_label[entry.label].size
        shown = count_text(size) if size is not None and entry.drawn else entry.cell
        rows.append((entry.label, shown, value_cell(axis, entry), entry.reading))
    return ChartTable(
        ("Organisation", size_title, value_column, "Reading"),
        tuple(rows),
        caption,
        frozenset({1, 2}),
        tuple(entry.verdict for entry in order),
    )
