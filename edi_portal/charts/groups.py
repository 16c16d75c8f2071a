"""Charts of groups of people: how far apart (dumbbell), what mix (stacked bar), stuck where (band ladder)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from edi_portal.charts import axes, figures, palette
from edi_portal.charts.axes import Axis
from edi_portal.charts.chart import Chart, Frame, KeyEntry, finish
from edi_portal.charts.entries import Reference, captioned, reference_line
from edi_portal.charts.numbers import points_text
from edi_portal.charts.table import ChartTable
from edi_portal.charts.verdicts import WITHHELD_CELL, verdict_for

ROW = 34
MOST_PARTS = 4


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two groups side by side and the gap (second minus first, in points). Without figures, `absent` says why.

    Both values come together or not at all: one and the gap would give the other.
    """

    label: str
    first: Decimal | None = None
    second: Decimal | None = None
    gap: Decimal | None = None
    absent: str = "not_returned"
    base: int | None = None
    own: bool = False
    short: str = ""

    def __post_init__(self) -> None:
        verdict_for(self.absent)
        if len({value is None for value in (self.first, self.second, self.gap)}) > 1:
            raise ValueError(f"{self.label}: both groups and their gap come together or not at all.")


def dumbbell(frame: Frame, axis: Axis, rows: Sequence[PairRow], *, first: str, second: str) -> Chart:
    """Two dots a row and the gap between them in words. Rows keep their order; rows without figures are named by name."""
    drawn = [row for row in rows if row.first is not None]
    from_below = list(reversed(drawn))
    ys = [float(index) for index, _ in enumerate(from_below)]
    firsts = [axis.number(row.first, row.base) for row in from_below if row.first is not None]
    seconds = [axis.number(row.second, row.base) for row in from_below if row.second is not None]
    joins = figures.segments([((a, b), (y, y)) for a, b, y in zip(firsts, seconds, ys, strict=True)], "gap")
    joins["line"] = {"color": palette.GREY_1, "width": 3}
    hovers = [
        [f"{row.label}, {name}: {axis.text(value, row.base)}" for row, value in pairs]
        for name, pairs in _named_pairs(from_below, first, second)
    ]
    traces = [
        joins,
        figures.points(palette.FIRST_GROUP, firsts, ys, hovers[0], first),
        figures.points(palette.SECOND_GROUP, seconds, ys, hovers[1], second),
    ]
    values = [value for row in drawn for value in (row.first, row.second) if value is not None]
    span = axes.span_of(axis, values)
    figure = figures.figure_of(
        traces,
        _dumbbell_layout(axis, span, from_below, firsts, seconds, narrow=False),
        _dumbbell_layout(axis, span, from_below, firsts, seconds, narrow=True),
    )
    key = (KeyEntry("edi-mark--first", first), KeyEntry("edi-mark--second", second))
    table_rows = tuple(
        (
            row.label,
            *(_cell(axis, value, row.absent, row.base) for value in (row.first, row.second)),
            points_text(row.gap, short=True, base=row.base) if row.gap is not None else _mark(row.absent),
            "Shown" if row.first is not None else verdict_for(row.absent).word,
        )
        for row in rows
    )
    caption = frame.table_caption or frame.heading
    table = ChartTable(("Row", first, second, "Gap", "Reading"), table_rows, caption, frozenset({1, 2, 3}))
    missing = _missing([(row.label, row.absent) for row in rows if row.first is None])
    return finish(frame, figure=figure, table=table, key=key, missing=missing)


def _named_pairs(rows: Sequence[PairRow], first: str, second: str) -> list[tuple[str, list[tuple[PairRow, Decimal]]]]:
    return [
        (first, [(row, row.first) for row in rows if row.first is not None]),
        (second, [(row, row.second) for row in rows if row.second is not None]),
    ]


def _dumbbell_layout(
    axis: Axis,
    span: tuple[Decimal, Decimal],
    rows: Sequence[PairRow],
    firsts: Sequence[float],
    seconds: Sequence[float],
    *,
    narrow: bool,
) -> dict[str, Any]:
    tags = [
        figures.tag(points_text(row.gap, short=True, base=row.base), x=(a + b) / 2, y=index, yshift=11)
        for index, (row, a, b) in enumerate(zip(rows, firsts, seconds, strict=True))
        if row.gap is not None
    ]
    return {**row_layout(axis, span, [(row.label, row.short, row.own) for row in rows], narrow=narrow), "annotations": tags}


def row_layout(
    axis: Axis, span: tuple[Decimal, Decimal], names: Sequence[tuple[str, str, bool]], *, narrow: bool
) -> dict[str, Any]:
    """Rows from below with their names at the left, the axis of values under them."""
    size = palette.FONT_SIZE_NARROW if narrow else palette.FONT_SIZE
    lines = [figures.wrapped((short or label) if narrow else label, 17 if narrow else 32) for label, short, _own in names]
    texts = ["<br>".join(figures.safe(part) for part in line.split("\n")) for line in lines]
    # A name of three lines or more needs more room than a row of two.
    most = max((line.count("\n") + 1 for line in lines), default=1)
    row = max(ROW, 10 + round(most * size * 1.3))
    return {
        "height": row * max(len(names), 1) + 80,
        "margin": {"l": figures.label_margin(texts, narrow=narrow), "r": 20, "t": 24, "b": 50},
        "xaxis": axes.value_axis(axis, span, narrow=narrow),
        "yaxis": {
            "range": [-0.6, len(names) - 0.3],
            "tickvals": list(range(len(names))),
            "ticktext": [f"<b>{text}</b>" if own else text for text, (_label, _short, own) in zip(texts, names, strict=True)],
            "tickfont": {"size": size},
            "gridcolor": palette.GRID,
            "zeroline": False,
            "ticks": "",
            "ticklabelstandoff": 6,
            "fixedrange": True,
        },
    }


@dataclass(frozen=True, slots=True)
class StackRow:
    """A row of a stacked bar: percentages of the parts, in order; none of them when one is withheld.

    A missing part could be read off as the rest to 100, so a row is whole or absent.
    """

    label: str
    parts: tuple[Decimal, ...] = ()
    absent: str = "not_returned"
    base: int | None = None


def stacked_bar(frame: Frame, rows: Sequence[StackRow], *, parts: Sequence[str], title: str = "Share of people") -> Chart:
    """One bar a row (usually a year), at most 4 parts, from 0 to 100%."""
    if not 2 <= len(parts) <= MOST_PARTS:
        raise ValueError(f"A stacked bar has 2 to {MOST_PARTS} parts, not {len(parts)}.")
    if any(row.parts and len(row.parts) != len(parts) for row in rows):
        raise ValueError("Each row of a stacked bar gives every part or none.")
    axis = Axis("percent", title, span=(Decimal(0), Decimal(100)), zero_based=True)
    drawn = [row for row in rows if row.parts]
    from_below = list(reversed(drawn))
    traces = []
    for number, name in enumerate(parts):
        fill, ink = palette.STACK[number]
        shares = [row.parts[number] for row in from_below]
        texts = [axis.text(share, row.base) for share, row in zip(shares, from_below, strict=True)]
        hovers = [figures.safe(f"{row.label}, {name}: {text}") for row, text in zip(from_below, texts, strict=True)]
        traces.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": name,
                "x": [axis.number(share, row.base) for share, row in zip(shares, from_below, strict=True)],
                "y": [float(index) for index, _ in enumerate(from_below)],
                "text": texts,
                "textposition": "inside",
                "insidetextanchor": "middle",
                "textangle": 0,
                "textfont": {"color": ink, "size": palette.FONT_SIZE_NARROW},
                "hovertext": hovers,
                "hovertemplate": "%{hovertext}<extra></extra>",
                "width": 0.62,
                "marker": {"color": fill, "line": {"color": palette.INK, "width": 1}},
            }
        )
    names = [(row.label, "", False) for row in from_below]
    span = (Decimal(0), Decimal(100))
    layouts = [
        {
            **row_layout(axis, span, names, narrow=narrow),
            "barmode": "stack",
            "uniformtext": {"minsize": palette.FONT_SIZE_NARROW, "mode": "hide"},
        }
        for narrow in (False, True)
    ]
    figure = figures.figure_of(traces, layouts[0], layouts[1])
    table_rows = tuple(
        (row.label, *(axis.text(share, row.base) for share in row.parts), "Shown")
        if row.parts
        else (row.label, *(_mark(row.absent) for _ in parts), verdict_for(row.absent).word)
        for row in rows
    )
    caption = frame.table_caption or frame.heading
    table = ChartTable(("Row", *parts, "Reading"), table_rows, caption, frozenset(range(1, len(parts) + 1)))
    key = [KeyEntry(f"edi-mark--part-{number}", name) for number, name in enumerate(parts, start=1)]
    return finish(
        frame, figure=figure, table=table, key=key, missing=_missing([(row.label, row.absent) for row in rows if not row.parts])
    )


@dataclass(frozen=True, slots=True)
class BandShare:
    """The share of a group in one pay band, lowest band first in a ladder."""

    band: str
    share: Decimal | None = None
    base: int | None = None
    absent: str = "withheld"

    def __post_init__(self) -> None:
        verdict_for(self.absent)


def band_ladder(
    frame: Frame,
    axis: Axis,
    bands: Sequence[BandShare],
    *,
    step_after: str = "",
    step_text: str = "",
    community: Reference | None = None,
) -> Chart:
    """Shares by pay band as dots, the top of the ladder on top; a line marks the step above the band `step_after`.

    `community` is the share among all staff or the people served.
    """
    drawn = [band for band in bands if band.share is not None]
    places = {band.band: float(index) for index, band in enumerate(bands)}
    xs = [axis.number(band.share, band.base) for band in drawn if band.share is not None]
    texts = [f"{band.band}: {axis.text(band.share, band.base)}" for band in drawn if band.share is not None]
    stems = figures.segments([((0.0, x), (places[band.band],) * 2) for x, band in zip(xs, drawn, strict=True)], "from zero")
    stems["line"] = {"color": palette.GREY_3, "width": 1}
    traces = [stems, figures.points(palette.DISC, xs, [places[band.band] for band in drawn], texts, "share")]
    values = [Decimal(0), *(band.share for band in drawn if band.share is not None), *([community.value] if community else [])]
    span = axes.span_of(axis, values)
    if community:
        traces.insert(0, reference_line(axis, community, (-0.6, len(bands) - 0.3)))
    if step_after:
        step = [places[step_after] + 0.5] * 2
        traces.insert(0, figures.guide([float(end) for end in span], step, step_text, color=palette.INK, dash="dash"))
    layouts = [
        _ladder_layout(axis, span, bands, places, step_after, step_text, community, narrow=narrow) for narrow in (False, True)
    ]
    figure = figures.figure_of(traces, layouts[0], layouts[1])
    rows = tuple(
        (
            band.band,
            _cell(axis, band.share, band.absent, band.base),
            "Shown" if band.share is not None else verdict_for(band.absent).word,
        )
        for band in reversed(bands)
    )
    caption = captioned(frame, axis, (community,) if community else ())
    table = ChartTable(("Pay band", axis.title, "Reading"), rows, caption, frozenset({1}))
    missing = _missing([(band.band, band.absent) for band in bands if band.share is None])
    return finish(frame, figure=figure, table=table, key=(KeyEntry("edi-mark--disc", axis.title),), missing=missing)


def _ladder_layout(
    axis: Axis,
    span: tuple[Decimal, Decimal],
    bands: Sequence[BandShare],
    places: dict[str, float],
    step_after: str,
    step_text: str,
    community: Reference | None,
    *,
    narrow: bool,
) -> dict[str, Any]:
    layout = row_layout(axis, span, [(band.band, "", False) for band in bands], narrow=narrow)
    layout["height"] = 28 * max(len(bands), 1) + 80
    tags: list[dict[str, Any]] = []
    if step_after:
        at = places[step_after] + 0.5
        tags.append(figures.tag(step_text, x=1, xref="paper", xanchor="right", y=at, yanchor="bottom"))
    if community:
        tags.append(figures.top_tag(axis, community.value, community.text, color=community.color))
    return {**layout, "annotations": tags}


def _cell(axis: Axis, value: Decimal | None, absent: str, base: int | None) -> str:
    return _mark(absent) if value is None else axis.text(value, base)


def _mark(absent: str) -> str:
    return WITHHELD_CELL if absent == "withheld" else "\u2013"


def _missing(rows: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """ "Name (reason)", by name."""
    return tuple(f"{label} ({verdict_for(absent).short})" for label, absent in sorted(rows, key=lambda row: row[0].casefold()))
