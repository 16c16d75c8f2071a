"""The caterpillar: which organisations differ? One row each, a dot with its 95% interval."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from edi_portal.charts import axes, figures, marks, palette
from edi_portal.charts.axes import PARITY, Axis
from edi_portal.charts.chart import Chart, Entry, Frame, by_name, by_value, finish
from edi_portal.charts.entries import (
    Range,
    Reference,
    captioned,
    ends,
    hover,
    interval_cell,
    placed,
    reference_line,
    value,
    value_cell,
    values,
)
from edi_portal.charts.table import ChartTable

ROW = 26  # pixels per organisation
ROW_WRAPPED = 34  # where a name takes two lines


def caterpillar(
    frame: Frame,
    axis: Axis,
    entries: Sequence[Entry],
    *,
    accepted: Range | None = None,
    references: Sequence[Reference] = (),
    count_columns: Sequence[str] = (),
    value_column: str = "Figure",
    reading: marks.Reading = "range",
) -> Chart:
    """One row per organisation with dot and 95% interval, highest value on top.

    `count_columns` are the headings of each entry's `counts`. The table holds drawn rows in the order of the
    plot, then the others by name.
    """
    rows, missing = placed(axis, entries)
    rows.reverse()  # plotly counts from below
    places = {entry.label: float(index) for index, entry in enumerate(rows)}
    spans = [
        ((axis.number(entry.low, entry.base), axis.number(entry.high, entry.base)), (places[entry.label],) * 2)
        for entry in rows
        if entry.low is not None and entry.high is not None
    ]
    span = axes.span_of(axis, values(rows, accepted, references), ends(rows))
    height = (-0.6, len(rows) - 0.4)
    parity = [Reference("target", PARITY, "parity")] if axis.logarithmic else []
    traces = [reference_line(axis, line, height) for line in (*parity, *references)]
    traces.append(figures.segments(_inside(spans, axis, span), "95% interval"))
    for style, words, members in marks.style_groups(rows, reading):
        texts = [hover(axis, entry) for entry in members]
        xs = [axis.number(value(entry), entry.base) for entry in members]
        traces.append(figures.points(style, xs, [places[entry.label] for entry in members], texts, words))
    own = [entry for entry in rows if entry.own]
    if own:
        traces.append(
            figures.rings([axis.number(value(entry), entry.base) for entry in own], [places[entry.label] for entry in own])
        )
    figure = figures.figure_of(
        traces,
        _caterpillar_layout(axis, span, rows, accepted, references, narrow=False),
        _caterpillar_layout(axis, span, rows, accepted, references, narrow=True),
    )
    return finish(
        frame,
        figure=figure,
        table=_table(captioned(frame, axis, references, accepted), axis, entries, count_columns, value_column),
        key=marks.key_of(rows, reading),
        missing=missing,
    )


def _caterpillar_layout(
    axis: Axis,
    span: tuple[Decimal, Decimal],
    rows: Sequence[Entry],
    accepted: Range | None,
    references: Sequence[Reference],
    *,
    narrow: bool,
) -> dict[str, Any]:
    names = [figures.named(entry, narrow=narrow) for entry in rows]
    wraps = any("<br>" in name for name in names)
    plain = [name.replace("<b>", "").replace("</b>", "") for name in names]
    shapes, tags = _rulers(axis, accepted, references)
    size = palette.FONT_SIZE_NARROW if narrow else palette.FONT_SIZE
    lifts = _lifts(axis, span, accepted, references, width=230 if narrow else 850)
    for tag, lift in zip(tags, lifts, strict=True):
        tag["yshift"] = 11 + 14 * lift
    top = 26 + 14 * max(lifts, default=0)
    return {
        "height": (ROW_WRAPPED if wraps else ROW) * max(len(rows), 1) + top + 50,
        "margin": {"l": figures.label_margin(plain, narrow=narrow), "r": 16, "t": top, "b": 50},
        "xaxis": axes.value_axis(axis, span, narrow=narrow),
        "yaxis": {
            "range": [-0.6, len(rows) - 0.4],
            "tickvals": list(range(len(rows))),
            "ticktext": names,
            "tickfont": {"size": size},
            "gridcolor": palette.GRID,
            "zeroline": False,
            "ticks": "",
            "ticklabelstandoff": 6,
            "fixedrange": True,
        },
        "shapes": shapes,
        "annotations": tags,
    }


def _rulers(
    axis: Axis, accepted: Range | None, references: Sequence[Reference]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Band, parity and reference lines with their labels (range first, then references)."""
    shapes: list[dict[str, Any]] = []
    tags: list[dict[str, Any]] = []
    if accepted:
        shapes.append(figures.band(float(accepted.low), float(accepted.high), across="x"))
        tags.append(figures.top_tag(axis, _middle(axis, accepted), accepted.name, color=palette.GREY_1))
    for line in references:
        tags.append(figures.top_tag(axis, line.value, line.text, color=line.color))
    return shapes, tags


def _middle(axis: Axis, accepted: Range) -> Decimal:
    return (accepted.low * accepted.high).sqrt() if axis.logarithmic else (accepted.low + accepted.high) / 2


def _lifts(
    axis: Axis, span: tuple[Decimal, Decimal], accepted: Range | None, references: Sequence[Reference], *, width: int
) -> list[int]:
    """On which line above the plot each label stands, so that none covers another."""
    start, end = axes.place(axis, span[0]), axes.place(axis, span[1])
    labels = [(_middle(axis, accepted), accepted.name)] if accepted else []
    labels += [(line.value, line.text) for line in references]
    taken: list[list[tuple[float, float]]] = []
    lifts = []
    for at, text in labels:
        centre = (axes.place(axis, at) - start) / (end - start) * width
        reach = len(text) * 3.4 + 6
        lift = next(
            (
                index
                for index, row in enumerate(taken)
                if all(centre + reach <= low or centre - reach >= high for low, high in row)
            ),
            len(taken),
        )
        if lift == len(taken):
            taken.append([])
        taken[lift].append((centre - reach, centre + reach))
        lifts.append(lift)
    return lifts


def _inside(
    spans: Sequence[tuple[tuple[float, float], tuple[float, float]]], axis: Axis, span: tuple[Decimal, Decimal]
) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Intervals with a lower end of zero start at the edge of a logarithmic axis."""
    if not axis.logarithmic:
        return list(spans)
    edge = float(span[0])
    return [((low if low > 0 else edge, high), rows) for (low, high), rows in spans]


def _table(caption: str, axis: Axis, entries: Sequence[Entry], count_columns: Sequence[str], value_column: str) -> ChartTable:
    order = [*by_value(entries), *by_name(entry for entry in entries if not entry.drawn)]
    rows = []
    for entry in order:
        counts = (entry.counts or (entry.cell,) * len(count_columns)) if count_columns else ()
        rows.append((entry.label, value_cell(axis, entry), interval_cell(axis, entry), *counts, entry.reading))
    columns = ("Organisation", value_column, "95% interval", *count_columns, "Reading")
    return ChartTable(
        columns, tuple(rows), caption, frozenset(range(1, len(columns) - 1)), tuple(entry.verdict for entry in order)
    )
