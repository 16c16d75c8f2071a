"""Texts and numbers of entries that the charts of organisations share, and the lines drawn through them."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from decimal import Decimal

from edi_portal.charts import palette
from edi_portal.charts.axes import Axis
from edi_portal.charts.chart import Entry, Frame, by_value, not_drawn
from edi_portal.charts.figures import Trace, guide
from edi_portal.charts.numbers import interval_text


@dataclass(frozen=True, slots=True)
class Reference:
    """A line through the chart with its words: pooled, median or target. `kind` decides how it is drawn."""

    kind: str  # pooled | median | target
    value: Decimal
    text: str

    @property
    def color(self) -> str:
        """Its colour."""
        return {"pooled": palette.DARK_BLUE, "median": palette.GREY_1, "target": palette.INK}[self.kind]

    @property
    def dash(self) -> str:
        """Its pattern."""
        return {"pooled": "dash", "median": "dot", "target": "solid"}[self.kind]

    @property
    def width(self) -> float:
        """Its width in pixels."""
        return 1 if self.kind == "target" else 1.5


@dataclass(frozen=True, slots=True)
class Range:
    """An accepted range, drawn as a grey band with its name on top."""

    low: Decimal
    high: Decimal
    name: str = "accepted range"


def value_cell(axis: Axis, entry: Entry) -> str:
    """The value as the table prints it, with its marks of revision."""
    if entry.value is None:
        return entry.cell
    revised = f" (revised on {entry.revised_on})" if entry.revised_on else ""
    provisional = " (provisional)" if entry.provisional else ""
    return f"{axis.text(entry.value, entry.base)}{provisional}{revised}"


def interval_cell(axis: Axis, entry: Entry) -> str:
    """The 95% interval as the table prints it."""
    if entry.low is None or entry.high is None:
        return entry.cell
    return interval_text(entry.low, entry.high, axis.unit, entry.base)


def hover(axis: Axis, entry: Entry) -> str:
    """What a mark says on hover: no more than its row in the table."""
    text = f"{entry.label}: {value_cell(axis, entry)}"
    return text if entry.low is None else f"{text}, {interval_cell(axis, entry)}"


def value(entry: Entry) -> Decimal:
    """The value of a drawn entry; raises ValueError when there is none."""
    if entry.value is None:
        raise ValueError(f"{entry.label} has no value to draw.")
    return entry.value


def values(entries: Sequence[Entry], accepted: Range | None, references: Sequence[Reference]) -> list[Decimal]:
    """Values that the axis must hold: figures, ends of the accepted range, reference lines."""
    values = [value(entry) for entry in entries] + [line.value for line in references]
    return values + [accepted.low, accepted.high] if accepted else values


def ends(entries: Sequence[Entry]) -> list[Decimal]:
    """The ends of all intervals."""
    return [end for entry in entries for end in (entry.low, entry.high) if end is not None]


def placed(axis: Axis, entries: Sequence[Entry], *, sized: Container[str] | None = None) -> tuple[list[Entry], tuple[str, ...]]:
    """Entries that have a place on the axis, highest first, and the words for the others, by name.

    Zero has no place on a logarithmic axis. With `sized`, entries whose label is not in it have none either.
    """
    fitting = []
    others = []
    for entry in entries:
        if not entry.drawn:
            others.append((entry.label, *not_drawn((entry,))))
        elif axis.logarithmic and value(entry) <= 0:
            others.append((entry.label, f"{entry.label} ({axis.text(value(entry))}, which has no place on this axis)"))
        elif sized is not None and entry.label not in sized:
            others.append((entry.label, f"{entry.label} (size not shown)"))
        else:
            fitting.append(entry)
    others.sort(key=lambda pair: pair[0].casefold())
    return by_value(fitting), tuple(words for _label, words in others)


def captioned(frame: Frame, axis: Axis, references: Sequence[Reference], accepted: Range | None = None) -> str:
    """The caption of a table, with the value of every line and band that the plot draws."""
    lines = [line.text for line in references]
    if accepted:
        lines.append(f"{accepted.name} {interval_text(accepted.low, accepted.high, axis.unit)}")
    caption = frame.table_caption or f"{frame.heading} {frame.period}".strip()
    return f"{caption} ({'; '.join(lines)})" if lines else caption


def reference_line(axis: Axis, line: Reference, across: tuple[float, float], *, lying: bool = False) -> Trace:
    """The line of a reference through the plot, `across` the ends of the other axis; under all marks drawn after it."""
    at = [axis.number(line.value)] * 2
    x, y = (list(across), at) if lying else (at, list(across))
    return guide(x, y, line.text, color=line.color, dash=line.dash, width=line.width)
