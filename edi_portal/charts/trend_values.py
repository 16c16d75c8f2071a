"""What a chart over time is made of: its points, usual range and breaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from edi_portal.charts import palette
from edi_portal.charts.palette import MarkStyle
from edi_portal.charts.verdicts import verdict_for
from edi_portal.periods import Quarter

# Style of a point by its stored verdict: mark, class in the key, words of the key, word in the table.
SPECIAL: Mapping[str, tuple[MarkStyle, str, str, str]] = MappingProxyType(
    {
        "": (palette.QUIET, "edi-mark--quiet", "Usual variation", "Usual variation"),
        "better": (palette.DISC, "edi-mark--disc", "Better than usual, more than chance", "Improving"),
        "worse": (palette.WORSE, "edi-mark--worse", "Worse than usual, more than chance", "Getting worse"),
    }
)


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One period: a quarter, or the label of a year. Without a value, `absent` is the code why.

    `special` is the stored verdict of the point in an XmR chart: "better", "worse" or "" (usual variation).
    """

    at: Quarter | str
    value: Decimal | None = None
    absent: str = "not_returned"
    base: int | None = None
    special: str = ""
    provisional: str = ""
    revised_on: str = ""

    def __post_init__(self) -> None:
        if self.special not in SPECIAL:
            raise ValueError(f"A point is better, worse or usual, not {self.special!r}.")
        verdict_for(self.absent)

    @property
    def label(self) -> str:
        """The period in words."""
        return self.at.label if isinstance(self.at, Quarter) else self.at


@dataclass(frozen=True, slots=True)
class Limits:
    """Usual range of a stretch of periods (labels, both included): mean and natural process limits.

    `current` is False for the limits that a rebase left behind: they stay in the picture, in outline only.
    """

    first: str
    last: str
    mean: Decimal
    low: Decimal
    high: Decimal
    current: bool = True


@dataclass(frozen=True, slots=True)
class Break:
    """A break in the series before the period `before`, with date and cause; `rebase` when limits start anew."""

    before: str
    text: str
    rebase: bool = False


def fill(points: Sequence[TrendPoint]) -> list[TrendPoint]:
    """The points with every quarter between the first and the last: a quarter without a point is a gap."""
    quarters = {point.at: point for point in points if isinstance(point.at, Quarter)}
    if not points or len(quarters) != len(points):
        return list(points)
    current, last = min(quarters), max(quarters)
    series = []
    while current <= last:
        series.append(quarters.get(current, TrendPoint(current, absent="not_available")))
        current = current.next()
    return series
