"""Charts over time: a figure of independent quarters (XmR or run chart) and a rolling-year line without limits."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from edi_portal.charts import axes, figures, palette
from edi_portal.charts.axes import Axis
from edi_portal.charts.chart import Chart, Frame, KeyEntry, finish
from edi_portal.charts.entries import Reference, captioned, reference_line
from edi_portal.charts.numbers import interval_text, plural
from edi_portal.charts.palette import MarkStyle
from edi_portal.charts.table import ChartTable
from edi_portal.charts.trend_values import SPECIAL, Break, Limits, TrendPoint, fill
from edi_portal.charts.verdicts import WITHHELD_CELL, verdict_for
from edi_portal.periods import Quarter

POINTS_FOR_LIMITS = 12

Kind = Literal["independent", "rolling"]


def trend(
    frame: Frame,
    axis: Axis,
    points: Sequence[TrendPoint],
    *,
    kind: Kind,
    limits: Sequence[Limits] = (),
    breaks: Sequence[Break] = (),
    target: Reference | None = None,
) -> Chart:
    """A figure over time, periods equally spaced, missing ones left as gaps.

    Limits are drawn only for independent periods with 12 points or more. Raises ValueError for limits on a rolling
    figure, whose windows overlap so that limits would lie.
    """
    if kind == "rolling" and limits:
        raise ValueError("A rolling figure has no limits: its windows overlap.")
    series = fill(points)
    known = [point for point in series if point.value is not None]
    bands = tuple(limits) if len(known) >= POINTS_FOR_LIMITS else ()
    extra = "" if bands or kind == "rolling" or len(known) >= POINTS_FOR_LIMITS else _few(len(known))
    index = {point.label: position for position, point in enumerate(series)}
    bounds = [end for band in bands for end in (band.low, band.high)]
    lines = [target.value] if target else []
    values = [point.value for point in known if point.value is not None]
    span = axes.span_of(axis, [*values, *_room_below(axis, values), *bounds, *lines])
    traces = [*_lines(axis, series, index, breaks), *_marks(axis, series, judged=bool(bands))]
    if target:
        traces.insert(0, reference_line(axis, target, (-0.6, len(series) - 0.4), lying=True))
    figure = figures.figure_of(
        traces,
        _layout(axis, span, series, index, bands, breaks, target, narrow=False),
        _layout(axis, span, series, index, bands, breaks, target, narrow=True),
    )
    return finish(
        frame,
        figure=figure,
        table=_table(captioned(frame, axis, (target,) if target else ()), axis, series, bands, breaks),
        key=_key(series, bands),
        extra_note=extra,
    )


def _room_below(axis: Axis, values: Sequence[Decimal]) -> list[Decimal]:
    """A value that is not drawn: where a series ends at its lowest, the words below its last mark need room above the axis."""
    if len(values) < 2 or values[-1] > values[-2] or values[-1] > min(values):
        return []
    if axis.logarithmic:
        return [values[-1] * Decimal("0.9")]
    below = values[-1] - (max(values) - values[-1]) * Decimal("0.25")
    return [below if values[-1] < 0 else max(below, Decimal(0))]


def _few(count: int) -> str:
    return f"{plural(count, 'point')} so far; limits need {POINTS_FOR_LIMITS}."


def _lines(axis: Axis, series: Sequence[TrendPoint], index: Mapping[str, int], breaks: Sequence[Break]) -> list[figures.Trace]:
    """The line through neighbouring values, interrupted at breaks; dashed into a provisional point."""
    cuts = {index[mark.before] for mark in breaks if mark.before in index}
    firm: list[tuple[int, int]] = []
    dashed: list[tuple[int, int]] = []
    for position in range(1, len(series)):
        before, after = series[position - 1], series[position]
        if before.value is None or after.value is None or position in cuts:
            continue
        (dashed if after.provisional else firm).append((position - 1, position))
    traces = []
    for pairs, dash, name in ((firm, "solid", "line"), (dashed, "dash", "provisional line")):
        spans = [((float(a), float(b)), (_drawn(axis, series[a]), _drawn(axis, series[b]))) for a, b in pairs]
        if spans:
            trace = figures.segments(spans, name)
            traces.append({**trace, "line": {"color": palette.GREY_1, "width": 2, "dash": dash}})
    return traces


def _drawn(axis: Axis, point: TrendPoint) -> float:
    if point.value is None:
        raise ValueError(f"{point.label} has no value to draw.")
    return axis.number(point.value, point.base)


def _marks(axis: Axis, series: Sequence[TrendPoint], *, judged: bool) -> list[figures.Trace]:
    traces = []
    for special, (style, _css, words, _reading) in SPECIAL.items():
        members = [
            (position, point)
            for position, point in enumerate(series)
            if point.value is not None and not point.provisional and (point.special if judged else "") == special
        ]
        if members:
            traces.append(_mark_trace(axis, members, style, words))
    open_points = [(position, point) for position, point in enumerate(series) if point.value is not None and point.provisional]
    if open_points:
        traces.append(_mark_trace(axis, open_points, palette.HOLLOW, "Provisional"))
    return traces


def _mark_trace(axis: Axis, members: Sequence[tuple[int, TrendPoint]], style: MarkStyle, words: str) -> figures.Trace:
    texts = [f"{point.label}: {_cell(axis, point)}" for _position, point in members]
    return figures.points(
        style, [float(position) for position, _ in members], [_drawn(axis, point) for _, point in members], texts, words
    )


def _layout(
    axis: Axis,
    span: tuple[Decimal, Decimal],
    series: Sequence[TrendPoint],
    index: Mapping[str, int],
    limits: Sequence[Limits],
    breaks: Sequence[Break],
    target: Reference | None,
    *,
    narrow: bool,
) -> dict[str, Any]:
    size = palette.FONT_SIZE_NARROW if narrow else palette.FONT_SIZE
    ticks, texts = _period_ticks(series, narrow=narrow)
    shapes = [shape for band in limits for shape in _limit_shapes(axis, band, index)]
    tags = [*_withheld_tags(series), *_last_tag(axis, series, size, narrow=narrow)]
    for mark in breaks:
        shape, label = _break(mark, index, len(series), axes.place(axis, span[1]), narrow=narrow)
        shapes.append(shape)
        tags.append(label)
    if target:
        tags.append(
            figures.tag(
                target.text,
                color=target.color,
                x=0,
                xref="paper",
                xanchor="left",
                y=axes.place(axis, target.value),
                yanchor="bottom",
            )
        )
    return {
        "height": 360,
        "margin": {"l": 60 if axis.unit in ("points", "pounds") else 52, "r": 20, "t": 14, "b": 58},
        "yaxis": axes.value_axis(axis, span, narrow=narrow, title=False),
        "xaxis": {
            "range": [-0.6, len(series) - 0.4],
            "tickvals": ticks,
            "ticktext": texts,
            "tickfont": {"size": size},
            "tickangle": 0,
            "title": {"text": "Financial quarter" if _quarterly(series) else "Year", "font": {"size": size}},
            "ticks": "outside",
            "tickcolor": palette.GREY_1,
            "showgrid": False,
            "zeroline": False,
            "showline": True,
            "linecolor": palette.GREY_3,
            "fixedrange": True,
        },
        "shapes": shapes,
        "annotations": tags,
    }


def _quarterly(series: Sequence[TrendPoint]) -> bool:
    return bool(series) and all(isinstance(point.at, Quarter) for point in series)


def _period_ticks(series: Sequence[TrendPoint], *, narrow: bool) -> tuple[list[int], list[str]]:
    """The year under its first quarter; years under each point. A phone keeps every second label."""
    if _quarterly(series):
        starts = [
            (position, point.at.financial_year)
            for position, point in enumerate(series)
            if isinstance(point.at, Quarter) and point.at.number == 1
        ]
        starts = starts or [(0, series[0].label)]
    else:
        starts = [(position, point.label) for position, point in enumerate(series)]
    every = 2 if narrow and len(starts) > 3 else 1
    return [position for position, _ in starts], [text if order % every == 0 else "" for order, (_, text) in enumerate(starts)]


def _limit_shapes(axis: Axis, band: Limits, index: Mapping[str, int]) -> list[dict[str, Any]]:
    x0, x1 = index[band.first] - 0.5, index[band.last] + 0.5
    low, high, mean = (axis.number(band.low), axis.number(band.high), axis.number(band.mean))
    box = {"type": "rect", "x0": x0, "x1": x1, "y0": low, "y1": high, "layer": "below"}
    middle = {"type": "line", "x0": x0, "x1": x1, "y0": mean, "y1": mean, "layer": "below"}
    if band.current:
        return [
            {**box, "fillcolor": palette.GREY_4, "opacity": 0.55, "line": {"width": 0}},
            {**middle, "line": {"color": palette.INK, "width": 1, "dash": "dash"}},
        ]
    return [
        {**box, "fillcolor": "rgba(0,0,0,0)", "line": {"color": palette.GREY_3, "width": 1}},
        {**middle, "line": {"color": palette.GREY_3, "width": 1, "dash": "dash"}},
    ]


def _withheld_tags(series: Sequence[TrendPoint]) -> list[dict[str, Any]]:
    """A `c` on the axis line where a value is withheld: at the same height always, so it tells nothing."""
    return [
        figures.tag(
            "c", x=position, y=0, yref="paper", yanchor="bottom", bgcolor=palette.WHITE, bordercolor=palette.GREY_1, borderpad=2
        )
        for position, point in enumerate(series)
        if point.value is None and point.absent == "withheld"
    ]


def _last_tag(axis: Axis, series: Sequence[TrendPoint], size: int, *, narrow: bool) -> list[dict[str, Any]]:
    """The last value written beside its point, with the reason when it is provisional."""
    known = [(position, point) for position, point in enumerate(series) if point.value is not None]
    if not known:
        return []
    position, point = known[-1]
    earlier = known[-2][1].value if len(known) > 1 else None
    falling = earlier is None or (point.value or Decimal(0)) <= earlier
    text = axis.text(point.value or Decimal(0), point.base)
    if point.provisional:
        text += "\n" + figures.wrapped(f"provisional, {point.provisional}", 12 if narrow else 40)
    where: dict[str, Any] = {"yanchor": "top", "yshift": -9} if falling else {"yanchor": "bottom", "yshift": 9}
    anchor = "right" if position > len(series) * 2 / 3 else "center"
    return [figures.tag(text, size=size, x=position, y=_place(axis, point), xanchor=anchor, align="right", **where)]


def _place(axis: Axis, point: TrendPoint) -> float:
    number = _drawn(axis, point)
    return math.log10(number) if axis.logarithmic else number


def _break(
    mark: Break, index: Mapping[str, int], count: int, top: float, *, narrow: bool
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The line of a break and its text, on the side with more room."""
    at = index[mark.before] - 0.5
    shape = figures.upright(at, palette.PURPLE, dash="solid" if mark.rebase else "dot")
    on_left = at > count * 0.55
    anchor: dict[str, Any] = (
        {"xanchor": "right", "xshift": -5, "align": "right"} if on_left else {"xanchor": "left", "xshift": 5, "align": "left"}
    )
    text = figures.wrapped(mark.text, 16 if narrow else 26)
    veil = "rgba(255,255,255,0.8)"
    return shape, figures.tag(text, color=palette.PURPLE, x=at, y=top, yanchor="top", bgcolor=veil, **anchor)


def _cell(axis: Axis, point: TrendPoint) -> str:
    if point.value is None:
        return WITHHELD_CELL if point.absent == "withheld" else "\u2013"
    notes = [f"provisional, {point.provisional}"] if point.provisional else []
    notes += [f"revised on {point.revised_on}"] if point.revised_on else []
    return f"{axis.text(point.value, point.base)} ({'; '.join(notes)})" if notes else axis.text(point.value, point.base)


def _table(
    caption: str, axis: Axis, series: Sequence[TrendPoint], limits: Sequence[Limits], breaks: Sequence[Break]
) -> ChartTable:
    columns = ["Period", "Figure", *(["Usual range", "Mean"] if limits else []), "Reading"]
    order = {point.label: position for position, point in enumerate(series)}
    rows = []
    for position, point in enumerate(series):
        row = [point.label, _cell(axis, point)]
        if limits:
            band = next((band for band in limits if order[band.first] <= position <= order[band.last]), None)
            row += [interval_text(band.low, band.high, axis.unit), axis.text(band.mean)] if band else ["\u2013", "\u2013"]
        causes = [f"break before it: {mark.text}" for mark in breaks if mark.before == point.label]
        rows.append((*row, "; ".join((_reading(point, judged=bool(limits)), *causes))))
    return ChartTable(tuple(columns), tuple(rows), caption, frozenset(range(1, len(columns) - 1)))


def _reading(point: TrendPoint, *, judged: bool) -> str:
    if point.value is None:
        return verdict_for(point.absent).word
    return SPECIAL[point.special][3] if judged else "Shown"


def _key(series: Sequence[TrendPoint], limits: Sequence[Limits]) -> tuple[KeyEntry, ...]:
    known = [point for point in series if point.value is not None]
    used = {point.special for point in known if not point.provisional} if limits else set()
    key = [KeyEntry(css, words) for special, (_style, css, words, _reading) in SPECIAL.items() if special in used]
    if limits:
        key.append(KeyEntry("edi-mark--band", "Usual range"))
    if any(point.provisional for point in known):
        key.append(KeyEntry("edi-mark--hollow", "Provisional"))
    if any(point.absent == "withheld" and point.value is None for point in series):
        key.append(KeyEntry("edi-mark--withheld", "Withheld to protect people"))
    return tuple(key)
