"""Where a value stands among others: quantiles (type 7), quartile groups, ranks with ties, and ranks that intervals allow.

Source of type 7: R. J. Hyndman and Y. Fan, American Statistician 50 (1996) 361-365.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, inf, log

Direction = str  # higher, lower, closer_to_0, closer_to_1 or none


def quantile(values: Sequence[float], probability: float) -> float:
    """The type-7 quantile: linear between order statistics at 1 + (n-1)p. The order of the values does not matter."""
    if not values:
        raise ValueError("There are no values.")
    if not 0 <= probability <= 1:
        raise ValueError("A probability lies between 0 and 1.")
    ordered = sorted(values)
    position = (len(ordered) - 1) * probability
    below = floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])


def badness(value: float, direction: Direction) -> float:
    """A number that is smaller the better the value is: minus it, it, |it| or |ln it|; ratios of 0 are as far from 1 as can be."""
    match direction:
        case "higher":
            return -value
        case "closer_to_0":
            return abs(value)
        case "closer_to_1":
            return abs(log(value)) if value > 0 else inf
    return value


def ranks(values: Sequence[float], *, direction: Direction = "lower") -> list[int]:
    """The rank of each value, 1 the best; equal ones share the best rank ("1, 2, 2, 4")."""
    keys = [badness(value, direction) for value in values]
    return [1 + sum(other < key for other in keys) for key in keys]


def rank_range(
    values: Sequence[float], intervals: Sequence[tuple[float, float]], *, direction: Direction = "lower"
) -> list[tuple[int, int]]:
    """The best and worst rank of each that the intervals allow ("between 4th and 11th").

    Somebody is ahead for certain when their whole interval is better than all of this one's.
    """
    best_worst = [_reach(low, high, value, direction) for value, (low, high) in zip(values, intervals, strict=True)]
    found = []
    for position, (best, worst) in enumerate(best_worst):
        others = [reach for index, reach in enumerate(best_worst) if index != position]
        ahead = sum(other_worst < best for _, other_worst in others)
        behind = sum(other_best > worst for other_best, _ in others)
        found.append((1 + ahead, len(values) - behind))
    return found


def _reach(low: float, high: float, value: float, direction: Direction) -> tuple[float, float]:
    """Best and worst badness inside an interval; inside it the ideal itself counts where it lies there."""
    ends = [badness(end, direction) for end in (low, high, value)]
    ideal = {"closer_to_0": 0.0, "closer_to_1": 1.0}.get(direction)
    best = 0.0 if ideal is not None and low <= ideal <= high else min(ends)
    return best, max(ends)


def quartile_groups(values: Sequence[float], *, direction: Direction = "lower") -> list[int]:
    """The quartile of each value among all, 1 the best quarter; equal values stand in the same quartile.

    The rule of PHE: ceiling(4 x rank / n) of the lowest rank of ties, which keeps ties together.
    """
    return [min(4, (4 * (rank - 1)) // len(values) + 1) for rank in ranks(values, direction=direction)]
