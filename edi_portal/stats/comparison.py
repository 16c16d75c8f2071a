"""One verdict for a figure: against a target or accepted range (act, watch), or against a comparator (better, worse).

Rules: act when the figure is outside the range or misses the target and its whole interval does; watch when the figure
is outside but the interval reaches in. Better or worse only when the whole interval lies on one side of the comparator.
"""

from __future__ import annotations

from decimal import Decimal

from edi_portal.stats.distribution import Direction, badness

Number = Decimal | float


def verdict_against_target(
    value: Number,
    low: Number | None,
    high: Number | None,
    *,
    target_low: Number | None,
    target_high: Number | None,
    direction: Direction,
) -> str:
    """ "act", "watch" or "none" for a figure with its interval against an accepted range or a one-sided target.

    A range around parity (`closer_to_1`, `closer_to_0`) asks whether the interval excludes parity; a one-sided target asks
    whether the interval lies wholly on the wrong side of it. A figure without an interval (a count of things, a score) that
    misses its target is to act on.
    """
    below = target_low is not None and value < target_low
    above = target_high is not None and value > target_high
    if not (below or above):
        return "none"
    if low is None or high is None:
        return "act"
    parity = {"closer_to_1": 1, "closer_to_0": 0}.get(direction)
    if parity is not None:
        return "watch" if low <= parity <= high else "act"
    reaches_in = (below and target_low is not None and high >= target_low) or (
        above and target_high is not None and low <= target_high
    )
    return "watch" if reaches_in else "act"


def verdict_against(value: Number, low: Number | None, high: Number | None, *, comparator: Number, direction: Direction) -> str:
    """ "better", "worse" or "no_difference" for a figure with its interval against a comparator, by the direction of good.

    Without an interval the figure is exact (things, scores): any difference counts. With direction "none" there is no better.
    """
    if direction == "none":
        return "no_difference"
    ends = (float(value),) if low is None or high is None else (float(low), float(high))
    there = badness(float(comparator), direction)
    here = [badness(end, direction) for end in ends]
    if direction in {"closer_to_0", "closer_to_1"} and len(ends) == 2:
        ideal = 0.0 if direction == "closer_to_0" else 1.0
        best = 0.0 if ends[0] <= ideal <= ends[1] else min(here)
        here = [best, max(here)]
    if max(here) < there:
        return "better"
    if min(here) > there:
        return "worse"
    return "no_difference"
