"""One verdict for a figure: against a target or accepted range (act, watch), or against a comparator (better, worse).

Rules: act when the figure is outside the range or misses the target and its whole interval does; watch when the figure
is outside but the interval reaches in. Better or worse only when the whole interval lies on one side of the comparator.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from edi_portal.stats.distribution import IDEALS, Direction, badnesses

Number = Decimal | float


def verdict_against_target(
    value: Number,
    low: Number | None,
    high: Number | None,
    *,
    target_low: Number | None,
    target_high: Number | None,
    direction: Direction,
) -> Literal["act", "watch", "none"]:
    """ "act", "watch" or "none" for a figure with its interval against an accepted range or a one-sided target.

    A range around parity (`closer_to_1`, `closer_to_0`) asks whether the interval excludes parity; a one-sided target asks
    whether the interval lies wholly on the wrong side of it. A figure without an interval (a count of things, a score) that
    misses its target is to act on; a ratio of 0, which has no interval because it has no cases, is only to watch.
    """
    below = target_low is not None and value < target_low
    above = target_high is not None and value > target_high
    if not (below or above):
        return "none"
    if low is None or high is None:
        return "watch" if _is_empty_ratio(value, direction) else "act"
    parity = {"closer_to_1": 1, "closer_to_0": 0}.get(direction)
    if parity is not None:
        return "watch" if low <= parity <= high else "act"
    missed = target_low if below else target_high
    return "watch" if missed is not None and low <= missed <= high else "act"


def _is_empty_ratio(value: Number, direction: Direction) -> bool:
    """A ratio of 0 has no cases and no interval: it is no exact figure, so nothing tells chance from more."""
    return direction == "closer_to_1" and value == 0


def verdict_against(
    value: Number, low: Number | None, high: Number | None, *, comparator: Number, direction: Direction
) -> Literal["better", "worse", "no_difference"]:
    """ "better", "worse" or "no_difference" for a figure with its interval against a comparator, by the direction of good.

    Without an interval the figure is exact (things, scores): any difference counts, except for a ratio of 0, which has no
    cases. With direction "none" there is no better.
    """
    if direction == "none":
        return "no_difference"
    if low is None or high is None:
        if _is_empty_ratio(value, direction):
            return "no_difference"
        low = high = value
    ends = float(low), float(high)
    there, *here = badnesses((float(comparator), *ends), direction)
    ideal = IDEALS.get(direction)
    if ideal is not None and ends[0] <= ideal <= ends[1]:
        here.append(0.0)
    if max(here) < there:
        return "better"
    if min(here) > there:
        return "worse"
    return "no_difference"
