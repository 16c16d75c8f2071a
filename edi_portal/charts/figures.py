"""Plotly figures as plain JSON: a common layout without tool bar, zoom, legend or motion, and its phone twin.

`plotly.graph_objects` is imported inside the function: it checks every attribute, and costs start-up time
only where a chart is made.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from edi_portal.charts import palette
from edi_portal.charts.axes import Axis, place
from edi_portal.charts.chart import Entry
from edi_portal.charts.palette import MarkStyle

Trace = dict[str, Any]
GUIDE = "guide"  # `meta` of a trace that is a ruler, not data: limits, bands


def figure_of(traces: Sequence[Trace], layout: Mapping[str, Any], narrow: Mapping[str, Any]) -> dict[str, Any]:
    """Check a figure with plotly and give it back as plain JSON values with its phone layout beside it.

    `narrow` is a second layout, laid over the first where the plot is under 480 px wide. Raises ValueError
    (from plotly) for an attribute that plotly.js would not know.
    """
    figure: dict[str, Any] = json.loads(_checked(json.dumps([list(traces), dict(layout), dict(narrow)])))
    return figure


# Released figures do not change, so every reader of a page asks for the same charts; checking one takes 10 ms and more.
@lru_cache(maxsize=500)
def _checked(asked: str) -> str:
    import plotly.graph_objects as go

    traces, layout, narrow = json.loads(asked)
    common = {
        "template": None,
        "font": {"family": palette.FONT_FAMILY, "size": palette.FONT_SIZE, "color": palette.INK},
        "paper_bgcolor": palette.WHITE,
        "plot_bgcolor": palette.WHITE,
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
    }
    wide = _plain(go.Figure(data=traces, layout={**common, **layout}))
    phone_font = {"family": palette.FONT_FAMILY, "size": palette.FONT_SIZE_NARROW, "color": palette.INK}
    phone = _plain(go.Figure(layout={**common, **layout, "font": phone_font, **narrow}))
    return json.dumps({"data": wide["data"], "layout": wide["layout"], "narrow": phone["layout"]})


def _plain(figure: Any) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(figure.to_json(validate=False))
    plain["layout"].pop("template", None)
    return plain


def safe(text: str) -> str:
    """Text for plotly, which reads a little HTML: everything of ours is taken literally."""
    return html.escape(text, quote=False)


def named(entry: Entry, *, narrow: bool = False) -> str:
    """The name at a mark; the own organisation in bold; on a phone the short one, in two lines where it is long."""
    text = wrapped(entry.short or entry.label, 17) if narrow else entry.label
    lines = "<br>".join(safe(line) for line in text.split("\n"))
    return f"<b>{lines}</b>" if entry.own else lines


def points(
    style: MarkStyle, x: Sequence[float], y: Sequence[float], texts: Sequence[str], name: str, *, shrink: float = 0
) -> Trace:
    """Marks of one style; `texts` are shown on hover and say no more than the table."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": list(x),
        "y": list(y),
        "text": [safe(text) for text in texts],
        "hovertemplate": "%{text}<extra></extra>",
        "cliponaxis": False,
        "marker": {
            "symbol": style.symbol,
            "size": style.size - shrink,
            "opacity": 1,
            "color": style.fill,
            "line": {"color": style.edge, "width": style.edge_width},
        },
    }


def rings(x: Sequence[float], y: Sequence[float]) -> Trace:
    """The ring around the mark of the reader's own organisation."""
    trace = points(palette.OWN_RING, x, y, ["" for _ in x], "own organisation")
    del trace["text"], trace["hovertemplate"]
    return {**trace, "hoverinfo": "skip"}


def segments(pairs: Iterable[tuple[tuple[float, float], tuple[float, float]]], name: str) -> Trace:
    """Separate straight lines, for instance 95% intervals: each pair is (x, x), (y, y)."""
    x: list[float | None] = []
    y: list[float | None] = []
    for (x0, x1), (y0, y1) in pairs:
        x += [x0, x1, None]
        y += [y0, y1, None]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": x,
        "y": y,
        "connectgaps": False,
        "hoverinfo": "skip",
        "line": {"color": palette.GREY_1, "width": 1.5},
    }


def guide(x: Sequence[float], y: Sequence[float], name: str, *, color: str, dash: str, width: float = 1.5) -> Trace:
    """A line that is a ruler for the eye: no value of anybody."""
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "meta": GUIDE,
        "x": list(x),
        "y": list(y),
        "hoverinfo": "skip",
        "line": {"color": color, "width": width, "dash": dash},
    }


def upright(at: float, color: str, *, width: float = 1.5, dash: str = "solid") -> dict[str, Any]:
    """A vertical line through the whole plot at an axis value, above everything."""
    line = {"color": color, "width": width, "dash": dash}
    return {"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper", "line": line, "layer": "above"}


def band(low: float, high: float, *, across: str) -> dict[str, Any]:
    """A grey band between two axis values; `across` is "x" (an upright band) or "y" (a lying one)."""
    common = {"type": "rect", "fillcolor": palette.GREY_4, "opacity": 0.55, "line": {"width": 0}, "layer": "below"}
    if across == "x":
        return {**common, "x0": low, "x1": high, "y0": 0, "y1": 1, "yref": "paper"}
    return {**common, "y0": low, "y1": high, "x0": 0, "x1": 1, "xref": "paper"}


def tag(text: str, *, color: str = palette.INK, size: int = palette.FONT_SIZE_NARROW, **where: Any) -> dict[str, Any]:
    """A text inside the plot without an arrow."""
    return {"text": safe(text).replace("\n", "<br>"), "showarrow": False, "font": {"size": size, "color": color}, **where}


def top_tag(axis: Axis, value: Any, text: str, *, color: str, anchor: str = "center") -> dict[str, Any]:
    """A label above the plot at a value of the lying axis."""
    return tag(text, color=color, x=place(axis, value), y=1, yref="paper", yshift=12, xanchor=anchor)


def label_margin(names: Iterable[str], *, narrow: bool = False) -> int:
    """Room in pixels for the longest line of names at the left of a plot."""
    longest = max((len(line) for name in names for line in name.split("<br>")), default=0)
    return min(140, 20 + round(longest * 6.4)) if narrow else min(260, 22 + round(longest * 7.2))


def wrapped(text: str, width: int) -> str:
    """Text broken at spaces into lines of about `width` characters, none of them cut."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "\n".join(lines)
