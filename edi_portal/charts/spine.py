"""The spine: how does one organisation stand on all KPIs? One row each, better always to the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from edi_portal.charts import figures, marks, palette
from edi_portal.charts.chart import Chart, Entry, Frame, finish
from edi_portal.charts.numbers import format_figure, interval_text, quantise
from edi_portal.charts.table import ChartTable
from edi_portal.charts.verdicts import WITHHELD_CELL, verdict_for

ROW = 26
FEWEST_PEERS = 4  # below it there is no middle half to draw
REACH = 3.0  # half-widths of the axis, in distances of a quartile from the median

Direction = Literal["higher", "lower", "closer_to_1", "closer_to_0", "none"]


@dataclass(frozen=True, slots=True)
class SpineRow:
    """One KPI of one organisation and the released figures of its peers (its own may be among them)."""

    code: str
    name: str
    unit: str
    direction: Direction
    verdict: str
    value: Decimal | None = None
    peers: tuple[Decimal, ...] = ()
    base: int | None = None

    def __post_init__(self) -> None:
        if verdict_for(self.verdict).code == "withheld" and self.value is not None:
            raise ValueError(f"{self.code}: a withheld figure holds no number.")

    @property
    def label(self) -> str:
        """Code and name."""
        return f"{self.code} {self.name}"

    @property
    def absence(self) -> str:
        """Why the row is not drawn, or empty."""
        if self.value is None or not verdict_for(self.verdict).drawn:
            return verdict_for(self.verdict).short if not verdict_for(self.verdict).drawn else "no figure"
        if self.direction == "none":
            return "neither side is better"
        if len(self.peers) < FEWEST_PEERS:
            return "too few peers"
        if _spread(self) == 0:
            return "all peers alike"
        return ""


def spine(frame: Frame, rows: Sequence[SpineRow], *, peers_name: str = "peers") -> Chart:
    """Quartile bar of peers, median line and own dot; a figure beyond the plot is drawn as an arrow head at its edge.

    The axis has no unit: a row is scaled by the distance of its quartiles from the median. Values are in the table.
    """
    drawn = [row for row in rows if not row.absence]
    from_below = list(reversed(drawn))
    bars = [_quartile_positions(row) for row in from_below]
    traces: list[figures.Trace] = [
        {
            "type": "bar",
            "orientation": "h",
            "name": "middle half",
            "base": [low for low, _ in bars],
            "x": [high - low for low, high in bars],
            "y": [float(index) for index, _ in enumerate(from_below)],
            "width": 0.6,
            "hoverinfo": "skip",
            "marker": {"color": palette.GREY_4, "line": {"color": palette.GREY_3, "width": 1}},
        }
    ]
    entries = [Entry(row.label, row.verdict, row.value) for row in from_below]
    spots = {row.label: (_position(row), float(index), row) for index, row in enumerate(from_below)}
    for style, words, members in marks.style_groups(entries, "comparison"):
        found = [spots[entry.label] for entry in members]
        texts = [f"{row.label}: {_own(row)}" for _x, _y, row in found]
        trace = figures.points(
            style, [max(-REACH, min(REACH, x)) for x, _y, _row in found], [y for _x, y, _row in found], texts, words
        )
        symbols = ["triangle-right" if x > REACH else "triangle-left" if x < -REACH else style.symbol for x, _y, _row in found]
        sizes = [style.size if symbol == style.symbol else 15 for symbol in symbols]
        trace["marker"] = {**trace["marker"], "symbol": symbols, "size": sizes}
        traces.append(trace)
    figure = figures.figure_of(traces, _layout(from_below, narrow=False), _layout(from_below, narrow=True))
    table_rows = tuple((row.label, _own(row), *_peer_cells(row), verdict_for(row.verdict).word) for row in rows)
    caption = frame.table_caption or frame.heading
    columns = ("KPI", "Own figure", f"Median of {peers_name}", f"Middle half of {peers_name}", "Reading")
    table = ChartTable(columns, table_rows, caption, frozenset({1, 2, 3}), tuple(row.verdict for row in rows))
    missing = tuple(f"{row.label} ({row.absence})" for row in sorted(rows, key=lambda row: row.label.casefold()) if row.absence)
    return finish(frame, figure=figure, table=table, key=marks.key_of(entries, "comparison"), missing=missing)


def quartiles(values: Sequence[Decimal]) -> tuple[Decimal, Decimal, Decimal]:
    """Lower quartile, median and upper quartile, by linear interpolation between the ordered values."""
    ordered = sorted(values)

    def at(share: Decimal) -> Decimal:
        place = share * (len(ordered) - 1)
        below = int(place)
        above = min(below + 1, len(ordered) - 1)
        return ordered[below] + (ordered[above] - ordered[below]) * (place - below)

    return at(Decimal("0.25")), at(Decimal("0.5")), at(Decimal("0.75"))


def _goodness(row: SpineRow, value: Decimal) -> Decimal:
    """A number that grows as the figure gets better; made from the figure as shown, never a digit more."""
    shown = quantise(value, row.unit, row.base)
    if row.direction == "higher":
        return shown
    if row.direction == "lower":
        return -shown
    if row.direction == "closer_to_0":
        return -abs(shown)
    return -abs(shown.ln()) if shown > 0 else Decimal(-10)


def _scale(row: SpineRow) -> tuple[Decimal, Decimal, Decimal]:
    return quartiles([_goodness(row, peer) for peer in row.peers])


def _spread(row: SpineRow) -> Decimal:
    low, median, high = _scale(row)
    return max(high - median, median - low)


def _position(row: SpineRow) -> float:
    if row.value is None:
        raise ValueError(f"{row.code} has no value to draw.")
    return round(float((_goodness(row, row.value) - _scale(row)[1]) / _spread(row)), 2)


def _quartile_positions(row: SpineRow) -> tuple[float, float]:
    low, median, high = _scale(row)
    return round(float((low - median) / _spread(row)), 2), round(float((high - median) / _spread(row)), 2)


def _own(row: SpineRow) -> str:
    if row.value is None:
        return WITHHELD_CELL if row.verdict == "withheld" else "\u2013"
    return format_figure(row.value, row.unit, row.base)


def _peer_cells(row: SpineRow) -> tuple[str, str]:
    if len(row.peers) < FEWEST_PEERS:
        return "\u2013", "\u2013"
    low, median, high = quartiles(row.peers)
    return format_figure(median, row.unit, row.base), interval_text(low, high, row.unit, row.base)


def _layout(rows: Sequence[SpineRow], *, narrow: bool) -> dict[str, Any]:
    size = palette.FONT_SIZE_NARROW if narrow else palette.FONT_SIZE
    names = [figures.safe(row.code if narrow else row.label) for row in rows]
    ends: dict[str, Any] = {"y": 1, "yref": "paper", "yshift": 12}
    return {
        "height": ROW * max(len(rows), 1) + 60,
        "margin": {"l": figures.label_margin(names, narrow=narrow), "r": 16, "t": 28, "b": 20},
        "bargap": 0,
        "xaxis": {
            "range": [-REACH - 0.2, REACH + 0.2],
            "showticklabels": False,
            "showgrid": False,
            "zeroline": False,
            "ticks": "",
            "ticklabelstandoff": 6,
            "fixedrange": True,
        },
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
        "shapes": [figures.upright(0, palette.GREY_1, dash="dot")],
        "annotations": [
            figures.tag("worse", x=-REACH, xanchor="left", **ends),
            figures.tag("median", color=palette.GREY_1, x=0, **ends),
            figures.tag("better", x=REACH, xanchor="right", **ends),
        ],
    }
