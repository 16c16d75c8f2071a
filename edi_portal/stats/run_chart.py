"""Run charts for series too short for control limits, and the one reading of a series over time.

Under 12 points in the current stretch there are no limits. The run chart has the median and two rules (R. J. Perla,
L. P. Provost and S. K. Murray, BMJ Quality & Safety 20 (2011) 46-51): a shift of 6 points in a row on one side of the median,
points on it passed over; a trend of 5 points in a row each above, or each below, the one before, equal neighbours counted once.
A rule speaks for now only when the last known point belongs to it. Under 6 points nothing can be said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from edi_portal.stats.estimate import NotCalculable
from edi_portal.stats.spc import Assurance, Improvement, Variation, Xmr, variation_of, xmr

POINTS_FOR_LIMITS = 12
SHIFT_LENGTH = 6
TREND_LENGTH = 5

RunRule = Literal["none", "shift", "trend"]
BreakKind = Literal["rebase", "merger", "definition"]


@dataclass(frozen=True, slots=True)
class Break:
    """Where limits start anew: before the point `at`. A rebase is a decision and names who made it; every break has a reason."""

    at: int
    kind: BreakKind
    reason: str
    by: str = ""

    def __post_init__(self) -> None:
        if self.at < 1:
            raise ValueError("A break comes before a point, and not before the first.")
        if not self.reason.strip():
            raise ValueError("A break needs its reason.")
        if self.kind == "rebase" and not self.by.strip():
            raise ValueError("A rebase needs the person who decided it.")


@dataclass(frozen=True, slots=True)
class RunChart:
    """The median of the known points, the rule that the last of them fulfils, and its heading (1 up, -1 down, 0 none)."""

    known: int
    median: float
    rule: RunRule
    heading: int


@dataclass(frozen=True, slots=True)
class SeriesReading:
    """The one verdict on a series over time. `variation` is None where nothing can be said yet.

    `chart` is an `Xmr` from 12 points in the current stretch, else a `RunChart` of that stretch, else the reason why not.
    """

    chart: Xmr | RunChart | NotCalculable
    known: int
    variation: Variation | None
    assurance: Assurance | None

    @property
    def in_words(self) -> str:
        """The variation icon in words, as they stand beside it."""
        if self.variation is None:
            return f"Too few points to tell ({self.known} of {SHIFT_LENGTH})"
        words = {
            "common_cause": "No real change",
            "improvement_high": "Improving (high is good)",
            "improvement_low": "Improving (low is good)",
            "concern_high": "Getting worse (low is good)",
            "concern_low": "Getting worse (high is good)",
            "neutral_high": "Rising, by more than chance",
            "neutral_low": "Falling, by more than chance",
        }[self.variation]
        if isinstance(self.chart, RunChart):
            return f"{words}. Too few points for limits ({self.known} of {POINTS_FOR_LIMITS})"
        return words


def run_chart(values: Sequence[float | None]) -> RunChart | NotCalculable:
    """The run chart of a short series in order of time; missing points are passed over."""
    known = [value for value in values if value is not None]
    return _run_chart(known) if known else NotCalculable("no_values")


def _run_chart(known: Sequence[float]) -> RunChart:
    middle = median(known)
    shift, trend = _shift(known, middle), _trend(known)
    rule: RunRule = "shift" if shift else "trend" if trend else "none"
    return RunChart(len(known), middle, rule, shift or trend)


def _shift(known: Sequence[float], middle: float) -> int:
    """1 or -1 when the last point ends a run of 6 above or below the median."""
    if known[-1] == middle:
        return 0
    sides = [1 if value > middle else -1 for value in known if value != middle]
    total = sum(sides[-SHIFT_LENGTH:])
    return total // SHIFT_LENGTH if abs(total) == SHIFT_LENGTH else 0


def _trend(known: Sequence[float]) -> int:
    """1 or -1 when the last point ends a rise or fall of 5."""
    changed = [known[0], *(after for before, after in zip(known, known[1:], strict=False) if after != before)]
    tail = changed[-TREND_LENGTH:]
    if len(tail) < TREND_LENGTH:
        return 0
    if tail == sorted(tail):
        return 1
    return -1 if tail == sorted(tail, reverse=True) else 0


def read_series(
    values: Sequence[float | None],
    *,
    improvement: Improvement,
    target: float | None = None,
    breaks: Sequence[Break] = (),
) -> SeriesReading:
    """The one verdict on a series of independent periods, to be stored and shown everywhere."""
    starts = [mark.at for mark in breaks]
    current = list(values[max(starts, default=0) :])
    known = sum(value is not None for value in current)
    if known >= POINTS_FOR_LIMITS:
        chart = xmr(values, improvement=improvement, target=target, starts=starts)
        return SeriesReading(chart, known, chart.variation, chart.assurance)
    if known < SHIFT_LENGTH:
        return SeriesReading(NotCalculable("too_few_points"), known, None, None)
    short = _run_chart([value for value in current if value is not None])
    variation = variation_of("common_cause" if short.rule == "none" else "run", short.heading, improvement)
    return SeriesReading(short, known, variation, None)
