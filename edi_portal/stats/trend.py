"""Is a share going up or down? A test over many periods, and the comparison of two windows that do not overlap.

Trend: Cochran (Biometrics 10 (1954) 417-451) and Armitage (Biometrics 11 (1955) 375-386) with scores t, pooled share p, bases n
and weighted mean score m:  z = sum t(x - np) / sqrt(p(1-p)·sum n(t-m)²). The slope is the least-squares change of the share per
unit of score, sum (t-m)(x - np) / sum n(t-m)².
Windows: shares by Newcombe's difference; ratios by their logarithms, ln R1 - ln R2 ∓ z·sqrt(se1² + se2²), the windows taken as
independent. Rolling figures of neighbouring quarters share nine months, so they are never compared; a year apart they do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, hypot, log, sqrt
from typing import Literal

from edi_portal.stats.comparison import verdict_against
from edi_portal.stats.distribution import Direction, badness
from edi_portal.stats.estimate import NORMAL, Estimate, NotCalculable, z_of
from edi_portal.stats.likelihood import relative_likelihood, standard_error_of_log
from edi_portal.stats.proportions import difference

FEWEST_POINTS = 3
Change = Literal["better", "worse", "no_difference"]
Counts = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class ShareTrend:
    """The test of a trend: z, two-sided p-value, and change of the share per period (0.01 is one point a period)."""

    z: float
    p_value: float
    slope: float

    def is_beyond_chance(self, level: float = 0.95) -> bool:
        """Whether the trend is more than chance at the level."""
        return self.p_value < 1 - level


def share_trend(
    events: Sequence[float], bases: Sequence[float], scores: Sequence[float] | None = None
) -> ShareTrend | NotCalculable:
    """Whether a share rises or falls over periods in order; periods without a base say nothing.

    `scores` are the times of the periods, 0, 1, 2 … unless given; at least three different ones are needed.
    """
    times = range(len(events)) if scores is None else scores
    rows = [(x, n, t) for x, n, t in zip(events, bases, times, strict=True) if n]
    if any(not 0 <= x <= n for x, n, _ in rows):
        raise ValueError("Events lie between 0 and their base.")
    if len({t for _, _, t in rows}) < FEWEST_POINTS:
        return NotCalculable("too_few_points")
    total, base = sum(x for x, _, _ in rows), sum(n for _, n, _ in rows)
    if total == 0:
        return NotCalculable("no_cases")
    if total == base:
        return NotCalculable("all_cases")
    share = total / base
    middle = sum(n * t for _, n, t in rows) / base
    moment = sum((t - middle) * (x - n * share) for x, n, t in rows)
    spread = sum(n * (t - middle) ** 2 for _, n, t in rows)
    z = moment / sqrt(share * (1 - share) * spread)
    return ShareTrend(z, 2 * NORMAL.cdf(-abs(z)), moment / spread)


@dataclass(frozen=True, slots=True)
class WindowChange:
    """Change to a later window: a difference of shares (0 is none) or a quotient of ratios (1 is none)."""

    change: Estimate
    verdict: Change


def share_change(
    now: tuple[float, float], before: tuple[float, float], *, direction: Direction, level: float = 0.95
) -> WindowChange | NotCalculable:
    """The share (events, base) of one window less that of an earlier one; better or worse only beyond chance.

    `direction` is "higher", "lower" or "none".
    """
    found = difference(*now, *before, level)
    if isinstance(found, NotCalculable):
        return found
    if direction not in {"higher", "lower", "none"}:
        raise ValueError("A share is better when higher or when lower.")
    return WindowChange(found, verdict_against(found.value, found.low, found.high, comparator=0, direction=direction))


def ratio_change(now: Counts, before: Counts, *, level: float = 0.95) -> WindowChange | NotCalculable:
    """The relative likelihood (events, base, other events, other base) of one window over that of an earlier one.

    Better when the distance |ln ratio| from 1 shrank by more than chance, worse when it grew by more than chance. A ratio
    that crosses 1 has changed by more than its distance, so it is judged more cautiously.
    """
    ratios = []
    for counts in (now, before):
        found = relative_likelihood(*counts, level)
        if isinstance(found, NotCalculable):
            return found
        if counts[0] == 0:
            return NotCalculable("no_cases")
        ratios.append(found.value)
    spread = z_of(level) * sqrt(sum(standard_error_of_log(*counts) ** 2 for counts in (now, before)))
    moved = log(ratios[0]) - log(ratios[1])
    change = Estimate(exp(moved), exp(moved - spread), exp(moved + spread))
    farther = abs(log(ratios[0])) - abs(log(ratios[1]))
    if abs(farther) <= spread:
        return WindowChange(change, "no_difference")
    return WindowChange(change, "worse" if farther > 0 else "better")


Figure = tuple[float, float | None, float | None]


@dataclass(frozen=True, slots=True)
class FigureChange:
    """What became of a figure between two windows; `size` is the distance in standard errors."""

    verdict: Change
    size: float


def figure_change(now: Figure, before: Figure, *, direction: Direction, ratio: bool, level: float = 0.95) -> FigureChange | None:
    """Two released figures (value, low, high) of windows that do not overlap, judged by the widths of their intervals.

    The standard error of each is the width of its interval over 2z, on the logarithmic scale for ratios; better or worse
    needs a distance beyond z. Where parity is good, the distance from parity must have grown or shrunk by that: 0.6 is as
    far as 1.67. None without a direction of good, or where an interval is missing or has no width.
    """
    z = z_of(level)
    places = [_place(figure, ratio, z) for figure in (before, now)]
    if direction == "none" or places[0] is None or places[1] is None:
        return None
    error = hypot(places[0][1], places[1][1])
    if error <= 0:
        return None
    was, is_now = badness(before[0], direction), badness(now[0], direction)
    distance = abs(is_now - was) if direction.startswith("closer") else abs(places[1][0] - places[0][0])
    if distance <= z * error:
        return FigureChange("no_difference", distance / error)
    return FigureChange("better" if is_now < was else "worse", distance / error)


def _place(figure: Figure, ratio: bool, z: float) -> tuple[float, float] | None:
    value, low, high = figure
    if low is None or high is None:
        return None
    if ratio:
        if min(value, low, high) <= 0:
            return None
        value, low, high = log(value), log(low), log(high)
    return value, (high - low) / (2 * z)
