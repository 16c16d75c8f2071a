"""Axes of charts: fixed ticks of ratios, symmetric gaps, ranges that a page can share between charts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from edi_portal.charts import palette
from edi_portal.charts.numbers import Number, format_figure, quantise

RATIO_TICKS = tuple(Decimal(tick) for tick in ("0.50", "0.60", "0.80", "1.00", "1.25", "1.50", "2.00", "2.50"))
RATIO_TICKS_WIDE = (
    *(Decimal(tick) for tick in ("0.10", "0.20", "0.30", "0.40")),
    *RATIO_TICKS,
    *(Decimal(tick) for tick in ("3.00", "4.00", "5.00", "8.00")),
)
RATIO_LEAST = (Decimal("0.58"), Decimal("2.60"))  # shown even when all figures lie closer to 1
RATIO_MOST = (Decimal("0.09"), Decimal("9.00"))
PARITY = Decimal(1)


@dataclass(frozen=True, slots=True)
class Axis:
    """The axis of values: unit, what it measures, the direction of good in words, and a fixed range if a page shares one.

    `short_title` is the title on a phone. `zero_based` is for shares drawn as bars.
    """

    unit: str
    title: str
    good: str = ""
    short_title: str = ""
    span: tuple[Decimal, Decimal] | None = None
    zero_based: bool = False

    @property
    def logarithmic(self) -> bool:
        """Ratios stand on a logarithmic axis: the same distance is the same ratio."""
        return self.unit == "ratio"

    def full_title(self) -> str:
        """Title with the direction of good."""
        return f"{self.title}. {self.good}" if self.good else self.title

    def text(self, value: Number, base: int | None = None) -> str:
        """A value in the unit of the axis."""
        return format_figure(value, self.unit, base)

    def number(self, value: Decimal, base: int | None = None) -> float:
        """The value as it is drawn: rounded as its table says, never more exact."""
        return float(quantise(value, self.unit, base))


def span_of(axis: Axis, values: Iterable[Decimal], ends: Iterable[Decimal] = ()) -> tuple[Decimal, Decimal]:
    """The range of an axis that holds all `values`; interval `ends` widen it only within reason.

    A fixed span of the axis wins. Charts of one KPI on one page share the result of one call.
    """
    if axis.span is not None:
        return axis.span
    known = list(values)
    if axis.logarithmic:
        return _ratio_span(known, list(ends))
    everything = [*known, *ends]
    if axis.unit == "points":
        reach = max((abs(value) for value in everything), default=Decimal(0)) * Decimal("1.08")
        reach = max(reach, Decimal(1))
        return -reach, reach
    return _linear_span(axis, everything)


def _ratio_span(values: Sequence[Decimal], ends: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    positive = [value for value in values if value > 0]
    floor = min([RATIO_LEAST[0], *positive, *(max(end, Decimal("0.25")) for end in ends)])
    ceiling = max([RATIO_LEAST[1], *positive, *(min(end, Decimal("4.00")) for end in ends)])
    low = RATIO_LEAST[0] if floor >= RATIO_LEAST[0] else max(floor * Decimal("0.94"), RATIO_MOST[0])
    high = RATIO_LEAST[1] if ceiling <= RATIO_LEAST[1] else min(ceiling * Decimal("1.06"), RATIO_MOST[1])
    return low, high


def _linear_span(axis: Axis, values: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    low, high = min(values, default=Decimal(0)), max(values, default=Decimal(1))
    room = (high - low) * Decimal("0.06") or Decimal(1)
    low, high = low - room, high + room
    if axis.zero_based:
        low = Decimal(0)
    if axis.unit == "percent":
        return (max(low, Decimal(0)) if min(values, default=Decimal(0)) >= 0 else low), min(high, Decimal(100)) if max(
            values, default=Decimal(0)
        ) <= 100 else high
    return low, high


def value_axis(axis: Axis, span: tuple[Decimal, Decimal], *, narrow: bool = False, title: bool = True) -> dict[str, Any]:
    """The axis as plotly wants it, without zoom; `narrow` keeps every second tick, always with parity."""
    low, high = span
    size = palette.FONT_SIZE_NARROW if narrow else palette.FONT_SIZE
    text = (axis.short_title or axis.title) if narrow else axis.full_title()
    settings: dict[str, Any] = {
        "gridcolor": palette.GRID,
        "zeroline": axis.unit in ("points", "pounds"),
        "zerolinecolor": palette.INK,
        "zerolinewidth": 1.5,
        "fixedrange": True,
        "ticks": "",
        "ticklabelstandoff": 4,
        "tickfont": {"size": size},
        "tickangle": 0,
    }
    if title:
        settings["title"] = {"text": text, "font": {"size": size}}
    ticks = ratio_ticks(span) if axis.logarithmic else linear_ticks(span)
    if axis.logarithmic:
        settings |= {"type": "log", "range": [math.log10(low), math.log10(high)]}
    else:
        settings |= {"type": "linear", "range": [float(low), float(high)]}
    settings["tickvals"] = [float(tick) for tick in ticks]
    settings["ticktext"] = [
        text if keep else "" for text, keep in zip(_tick_texts(axis, ticks), _kept(axis, ticks, narrow), strict=True)
    ]
    return settings


def ratio_ticks(span: tuple[Decimal, Decimal]) -> tuple[Decimal, ...]:
    """The fixed ticks of ratios inside a span."""
    return tuple(tick for tick in RATIO_TICKS_WIDE if span[0] <= tick <= span[1])


def linear_ticks(span: tuple[Decimal, Decimal], wanted: int = 7) -> tuple[Decimal, ...]:
    """About `wanted` round ticks (1, 2, 2.5 or 5 times a power of ten) inside a span."""
    width = span[1] - span[0]
    if width <= 0:
        return (span[0],)
    power = Decimal(10) ** math.floor(math.log10(width / wanted))
    step = next(power * factor for factor in (1, 2, Decimal("2.5"), 5, 10) if power * factor * wanted >= width)
    first = math.ceil(span[0] / step)
    last = math.floor(span[1] / step)
    return tuple(step * index for index in range(first, last + 1))


def _tick_texts(axis: Axis, ticks: Sequence[Decimal]) -> list[str]:
    if axis.logarithmic:
        return [axis.text(tick) for tick in ticks]
    whole = all(tick == tick.to_integral_value() for tick in ticks)
    unit = {"percent": "%", "points": " pp"}.get(axis.unit, "")
    prefix = "£" if axis.unit == "pounds" else ""
    texts = []
    for tick in ticks:
        size = abs(tick)
        number = f"{size:,.0f}" if whole else f"{size.normalize():,f}"
        texts.append(f"{chr(0x2212) if tick < 0 else ''}{prefix}{number}{unit}")
    return texts


def _kept(axis: Axis, ticks: Sequence[Decimal], narrow: bool) -> list[bool]:
    """Which ticks keep their text: all, or on a phone every second one counted from the reference (1.00 or 0)."""
    if not narrow:
        return [True] * len(ticks)
    reference = PARITY if axis.logarithmic else Decimal(0)
    start = ticks.index(reference) if reference in ticks else 0
    return [(index - start) % 2 == 0 for index in range(len(ticks))]


def place(axis: Axis, value: Decimal) -> float:
    """Where an annotation stands on the axis: plotly wants the logarithm there."""
    return math.log10(value) if axis.logarithmic else float(value)
