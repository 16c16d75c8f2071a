"""A chart as SVG, for papers: drawn from the very figure that the page's script draws, so no value can differ.

Only what the charts of this package use is drawn: marks, lines, lying bars, shapes, annotations, and a key made from the marks.
Anything else raises ValueError rather than being left out. The same chart gives the same bytes.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from edi_portal.charts import palette
from edi_portal.charts.chart import Chart
from edi_portal.charts.figures import GUIDE

WIDTH = 700
FONT = "Arimo, Arial, sans-serif"
KEY_LINE = 22
LINE = 1.25  # of the size of a font
_BREAK = re.compile(r"<br\s*/?>")
_BOLD = re.compile(r"</?b>")
_DASHES = {"dash": "6 4", "dot": "2 3"}
_ANCHORS = {"left": "start", "center": "middle", "right": "end"}


@dataclass(frozen=True, slots=True)
class Scale:
    """From a value to a place along one side: `start` and `end` in pixels, logarithmic where ratios stand on it."""

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool

    def at(self, value: float) -> float:
        """The place of a value."""
        return self.along(math.log10(value) if self.logarithmic else value)

    def along(self, position: float) -> float:
        """The place of a position that is on the axis already: annotations and shapes give the logarithm themselves."""
        return self.start + (position - self.low) / (self.high - self.low) * (self.end - self.start)

    def value(self, place: float) -> float:
        """The value at a place: the other way round, for whoever checks a drawing."""
        position = self.low + (place - self.start) / (self.end - self.start) * (self.high - self.low)
        return float(10**position) if self.logarithmic else position


@dataclass(frozen=True, slots=True)
class Plot:
    """The plot area and its two scales."""

    left: float
    top: float
    width: float
    height: float
    x: Scale
    y: Scale


def svg_of(chart: Chart) -> str:
    """The chart as SVG, 700 units wide. Raises ValueError for a map of tiles, which has no figure."""
    if chart.tiles is not None:
        raise ValueError("A map of tiles is a page's own drawing; a paper shows its table.")
    layout = chart.figure["layout"]
    traces = _with_starts(chart.figure["data"], stacked=layout.get("barmode") == "stack")
    keys = list(_key_rows(traces))
    notes, room = _apart(layout)
    lift = KEY_LINE * len(keys) + room
    plot = plot_of(layout, lift=lift)
    height = layout["height"] + lift
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {_n(height)}" font-family="{FONT}">',
        f'<clipPath id="{html.escape(chart.slug)}-plot"><rect {_box(plot.left, plot.top, plot.width, plot.height)}/></clipPath>',
        f'<rect {_box(0, 0, WIDTH, height)} fill="{palette.WHITE}"/>',
        *(part for row, entries in enumerate(keys) for part in _key(entries, 12 + KEY_LINE * row)),
        *_shapes(layout, plot, below=True),
        *_axis_lines(layout, plot),
        *(part for trace in traces for part in _trace(trace, plot, f"{html.escape(chart.slug)}-plot")),
        *_shapes(layout, plot, below=False),
        *_axis_texts(layout, plot, height),
        *(part for note in notes for part in _annotation(note, plot)),
        "</svg>",
    ]
    return "".join(parts)


def plot_of(layout: Mapping[str, Any], *, lift: float = 0) -> Plot:
    """The plot area of a layout; `lift` is the room above it for a key."""
    margin = layout["margin"]
    left, top = float(margin["l"]), margin["t"] + lift
    width, height = WIDTH - margin["l"] - margin["r"], layout["height"] - margin["t"] - margin["b"]
    x, y = layout["xaxis"], layout["yaxis"]
    return Plot(left, top, width, height, _scale(x, left, left + width), _scale(y, top + height, top))


def _scale(axis: Mapping[str, Any], start: float, end: float) -> Scale:
    low, high = axis["range"]
    return Scale(float(low), float(high), start, end, axis.get("type") == "log")


def marks_of(chart: Chart) -> list[tuple[float, float]]:
    """Where the marks of a drawing stand, in values: what a test compares with the table."""
    return [
        (x, y)
        for trace in chart.figure["data"]
        if trace["type"] == "scatter" and "markers" in trace["mode"]
        for x, y in zip(trace["x"], trace["y"], strict=True)
    ]


def _n(number: float) -> str:
    """A coordinate with two decimals at most."""
    return f"{round(number, 2):g}"


def _box(x: float, y: float, width: float, height: float) -> str:
    return f'x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'


def _text(words: str, x: float, y: float, *, size: float, color: str, anchor: str = "start", bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}" fill="{color}" text-anchor="{anchor}"{weight}>'
        f"{html.escape(words, quote=False)}</text>"
    )


def _lines_of(text: str) -> tuple[list[str], bool]:
    """The lines of a text that plotly reads, and whether it is bold."""
    plain = [html.unescape(_BOLD.sub("", line)) for line in _BREAK.split(text)]
    return plain, "<b>" in text


def _reach(text: str, size: float) -> float:
    """About how wide a text is."""
    return len(text) * size * 0.52


# Key --------------------------------------------------------------------------------------------


def _key_rows(traces: Sequence[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """The traces that the key explains, in rows that fit the width."""
    row: list[Mapping[str, Any]] = []
    used = 0.0
    for trace in traces:
        if not _explained(trace):
            continue
        reach = 34 + _reach(trace["name"], palette.FONT_SIZE_NARROW)
        if row and used + reach > WIDTH - 10:
            yield row
            row, used = [], 0.0
        row.append(trace)
        used += reach
    if row:
        yield row


def _explained(trace: Mapping[str, Any]) -> bool:
    if trace.get("meta") == GUIDE:
        return False
    return trace["type"] == "bar" or "markers" in trace.get("mode", "")


def _key(entries: Sequence[Mapping[str, Any]], y: float) -> Iterator[str]:
    x = 10.0
    for trace in entries:
        if trace["type"] == "bar":
            yield f'<rect {_box(x - 5, y - 5, 12, 10)} fill="{trace["marker"]["color"]}" stroke="{palette.INK}"/>'
        else:
            symbol = _first(trace["marker"]["symbol"])
            yield _mark(symbol, x, y, min(_first(trace["marker"]["size"]), 14), trace["marker"])
        yield _text(trace["name"], x + 13, y + 4, size=palette.FONT_SIZE_NARROW, color=palette.INK)
        x += 34 + _reach(trace["name"], palette.FONT_SIZE_NARROW)


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) else value


# Marks, lines, bars --------------------------------------------------------------------------------


def _trace(trace: Mapping[str, Any], plot: Plot, clip: str) -> Iterator[str]:
    if trace["type"] == "bar":
        yield from _bars(trace, plot)
    elif trace["type"] != "scatter":
        raise ValueError(f"A paper cannot draw a trace of the type {trace['type']!r}.")
    elif trace["mode"] == "lines":
        yield from _line(trace, plot, clip)
    elif trace["mode"] == "markers":
        yield from _markers(trace, plot)
    else:
        raise ValueError(f"A paper cannot draw the mode {trace['mode']!r}.")


def _line(trace: Mapping[str, Any], plot: Plot, clip: str) -> Iterator[str]:
    """One path; a missing value lifts the pen."""
    steps, down = [], False
    for x, y in zip(trace["x"], trace["y"], strict=True):
        if x is None or y is None:
            down = False
            continue
        steps.append(f"{'L' if down else 'M'}{_n(plot.x.at(x))} {_n(plot.y.at(y))}")
        down = True
    yield f'<path d="{"".join(steps)}" fill="none" clip-path="url(#{clip})" {_stroke(trace["line"])}/>'


def _stroke(line: Mapping[str, Any]) -> str:
    dash = _DASHES.get(line.get("dash", "solid"))
    pattern = f' stroke-dasharray="{dash}"' if dash else ""
    return f'stroke="{line["color"]}" stroke-width="{_n(line.get("width", 1))}"{pattern}'


def _markers(trace: Mapping[str, Any], plot: Plot) -> Iterator[str]:
    marker = trace["marker"]
    symbols, sizes = (
        value if isinstance(value, list) else [value] * len(trace["x"]) for value in (marker["symbol"], marker["size"])
    )
    for x, y, symbol, size in zip(trace["x"], trace["y"], symbols, sizes, strict=True):
        yield _mark(symbol, plot.x.at(x), plot.y.at(y), size, marker)


def _mark(symbol: str, x: float, y: float, size: float, marker: Mapping[str, Any]) -> str:
    line = marker["line"]
    paint = f'fill="{marker["color"]}" stroke="{line["color"]}" stroke-width="{_n(line["width"])}"'
    half = size / 2
    if symbol == "circle":
        return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(half)}" {paint}/>'
    if symbol == "circle-open":
        return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(half)}" fill="none" stroke="{marker["color"]}" stroke-width="2"/>'
    if symbol == "square":
        return f"<rect {_box(x - half, y - half, size, size)} {paint}/>"
    corners = {
        "diamond": ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
        "triangle-right": ((-0.8, -1), (1, 0), (-0.8, 1)),
        "triangle-left": ((0.8, -1), (-1, 0), (0.8, 1)),
    }
    if symbol not in corners:
        raise ValueError(f"A paper cannot draw the symbol {symbol!r}.")
    points = " ".join(f"{_n(x + half * dx)},{_n(y + half * dy)}" for dx, dy in corners[symbol])
    return f'<polygon points="{points}" {paint}/>'


def _bars(trace: Mapping[str, Any], plot: Plot) -> Iterator[str]:
    """Lying bars with the text inside each that has room for it."""
    if trace.get("orientation") != "h":
        raise ValueError("A paper draws lying bars only.")
    marker = trace["marker"]
    texts = trace.get("text") or [""] * len(trace["x"])
    for start, length, y, words in zip(trace["base"], trace["x"], trace["y"], texts, strict=True):
        left, right = sorted((plot.x.at(start), plot.x.at(start + length)))
        thick = abs(plot.y.along(trace["width"]) - plot.y.along(0))
        middle = plot.y.at(y)
        yield (
            f'<rect {_box(left, middle - thick / 2, right - left, thick)} fill="{marker["color"]}" '
            f'stroke="{marker["line"]["color"]}" stroke-width="{_n(marker["line"]["width"])}"/>'
        )
        if words and _reach(words, palette.FONT_SIZE_NARROW) < right - left - 4:
            color = trace["textfont"]["color"]
            yield _text(words, (left + right) / 2, middle + 4, size=palette.FONT_SIZE_NARROW, color=color, anchor="middle")


def _with_starts(traces: Sequence[Mapping[str, Any]], *, stacked: bool) -> list[Mapping[str, Any]]:
    """The traces, every bar with the value it begins at: zero, its own base, or where the bar before it ended."""
    ends: dict[float, float] = {}
    found: list[Mapping[str, Any]] = []
    for trace in traces:
        if trace["type"] == "bar" and "base" not in trace:
            starts = [ends.get(y, 0.0) if stacked else 0.0 for y in trace["y"]]
            ends |= {y: start + x for y, start, x in zip(trace["y"], starts, trace["x"], strict=True)}
            trace = {**trace, "base": starts}
        found.append(trace)
    return found


# Axes, shapes, annotations ----------------------------------------------------------------------------


def _axis_lines(layout: Mapping[str, Any], plot: Plot) -> Iterator[str]:
    right, bottom = plot.left + plot.width, plot.top + plot.height
    for name, axis in (("x", layout["xaxis"]), ("y", layout["yaxis"])):
        scale = plot.x if name == "x" else plot.y
        if axis.get("showgrid", True):
            for tick in axis.get("tickvals", ()):
                at = scale.at(tick)
                yield _rule(at, plot.top, at, bottom, axis) if name == "x" else _rule(plot.left, at, right, at, axis)
        if axis.get("zeroline") and not scale.logarithmic and scale.low <= 0 <= scale.high:
            at = scale.at(0)
            ends = (at, plot.top, at, bottom) if name == "x" else (plot.left, at, right, at)
            yield _segment(*ends, f'stroke="{axis["zerolinecolor"]}" stroke-width="{_n(axis["zerolinewidth"])}"')
        if axis.get("showline"):
            ends = (plot.left, bottom, right, bottom) if name == "x" else (plot.left, plot.top, plot.left, bottom)
            yield _segment(*ends, f'stroke="{axis["linecolor"]}" stroke-width="1"')


def _rule(x0: float, y0: float, x1: float, y1: float, axis: Mapping[str, Any]) -> str:
    return _segment(x0, y0, x1, y1, f'stroke="{axis.get("gridcolor", palette.GRID)}" stroke-width="1"')


def _segment(x0: float, y0: float, x1: float, y1: float, paint: str) -> str:
    return f'<line x1="{_n(x0)}" y1="{_n(y0)}" x2="{_n(x1)}" y2="{_n(y1)}" {paint}/>'


def _axis_texts(layout: Mapping[str, Any], plot: Plot, height: float) -> Iterator[str]:
    for name, axis in (("x", layout["xaxis"]), ("y", layout["yaxis"])):
        scale = plot.x if name == "x" else plot.y
        size = axis.get("tickfont", {}).get("size", palette.FONT_SIZE)
        if axis.get("showticklabels", True):
            for tick, words in zip(axis.get("tickvals", ()), axis.get("ticktext", ()), strict=True):
                yield from _tick(words, scale.at(tick), plot, size, lying=name == "x")
        title = axis.get("title", {}).get("text", "")
        if title and name == "x":
            yield _text(
                html.unescape(title), plot.left + plot.width / 2, height - 8, size=size, color=palette.INK, anchor="middle"
            )


def _tick(words: str, at: float, plot: Plot, size: float, *, lying: bool) -> Iterator[str]:
    lines, bold = _lines_of(words)
    if not lying:  # a name that is longer than its margin is set smaller rather than cut
        longest = max(_reach(line, size) * 1.06 for line in lines)
        size *= min(1.0, (plot.left - 9) / longest) if longest else 1.0
    for order, line in enumerate(lines):
        if not line:
            continue
        if lying:
            y = plot.top + plot.height + size + 4 + order * size * LINE
            yield _text(line, at, y, size=size, color=palette.INK, anchor="middle", bold=bold)
        else:
            y = at + size * 0.35 + (order - (len(lines) - 1) / 2) * size * LINE
            yield _text(line, plot.left - 7, y, size=size, color=palette.INK, anchor="end", bold=bold)


def _shapes(layout: Mapping[str, Any], plot: Plot, *, below: bool) -> Iterator[str]:
    for shape in layout.get("shapes", ()):
        if (shape.get("layer") == "below") != below:
            continue
        x0, x1 = (_place(shape[key], shape.get("xref"), plot, lying=True) for key in ("x0", "x1"))
        y0, y1 = (_place(shape[key], shape.get("yref"), plot, lying=False) for key in ("y0", "y1"))
        if shape["type"] == "line":
            yield _segment(x0, y0, x1, y1, _stroke(shape["line"]))
        elif shape["type"] == "rect":
            fill = shape.get("fillcolor", "none")
            fill = "none" if fill == "rgba(0,0,0,0)" else fill
            edge = _stroke(shape["line"]) if shape["line"].get("width") else ""
            box = _box(min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0))
            yield f'<rect {box} fill="{fill}" opacity="{_n(shape.get("opacity", 1))}" {edge}/>'
        else:
            raise ValueError(f"A paper cannot draw the shape {shape['type']!r}.")


def _place(value: float, reference: str | None, plot: Plot, *, lying: bool) -> float:
    """Where a shape or an annotation stands: on the axis, or as a part of the plot."""
    if reference == "paper":
        return plot.left + value * plot.width if lying else plot.top + (1 - value) * plot.height
    # Values of shapes on a logarithmic axis are values, as plotly takes them; annotations give the logarithm.
    return plot.x.at(value) if lying else plot.y.at(value)


def _apart(layout: Mapping[str, Any]) -> tuple[list[Mapping[str, Any]], float]:
    """The annotations, labels above the plot lifted until none covers another; and the room that this needs."""
    plot = plot_of(layout)
    taken: list[tuple[int, float, float]] = []
    notes: list[Mapping[str, Any]] = []
    room = 0.0
    for note in layout.get("annotations", ()):
        if note.get("yref") == "paper" and note["y"] == 1:
            reach, line = _reach(note["text"], note["font"]["size"]), note["font"]["size"] * LINE
            x = _noted(note["x"], note.get("xref"), plot, lying=True)
            start = x - {"left": 0.0, "center": reach / 2, "right": reach}[note.get("xanchor", "center")]
            steps = next(
                step
                for step in range(len(taken) + 1)
                if all(step != row or start + reach < low or start > high for row, low, high in taken)
            )
            taken.append((steps, start, start + reach))
            lifted = 12 + line * steps
            room = max(room, lifted - note.get("yshift", 0))
            note = {**note, "yshift": max(note.get("yshift", 0), lifted)}
        notes.append(note)
    return notes, room


def _annotation(note: Mapping[str, Any], plot: Plot) -> Iterator[str]:
    """A text inside the plot: its anchor, its shift (upwards), and a ground where it has one."""
    lines, bold = _lines_of(note["text"])
    size = note["font"]["size"]
    x = _noted(note["x"], note.get("xref"), plot, lying=True) + note.get("xshift", 0)
    y = _noted(note["y"], note.get("yref"), plot, lying=False) - note.get("yshift", 0)
    tall = size * LINE * len(lines)
    anchor = note.get("xanchor", "center")
    upper = {"top": 0.0, "bottom": -tall}.get(note.get("yanchor", "middle"), -tall / 2)
    if note.get("bgcolor"):
        wide = max(_reach(line, size) for line in lines) + 6
        left = x - {"left": 0.0, "center": wide / 2, "right": wide}[anchor]
        edge = f' stroke="{note["bordercolor"]}"' if note.get("bordercolor") else ""
        yield f'<rect {_box(left, y + upper, wide, tall)} fill="{palette.WHITE}" fill-opacity="0.8"{edge}/>'
    for order, line in enumerate(lines):
        base = y + upper + size * LINE * order + size
        yield _text(line, x, base, size=size, color=note["font"]["color"], anchor=_ANCHORS[anchor], bold=bold)


def _noted(value: float, reference: str | None, plot: Plot, *, lying: bool) -> float:
    if reference == "paper":
        return _place(value, reference, plot, lying=lying)
    return (plot.x if lying else plot.y).along(value)
