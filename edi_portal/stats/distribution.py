"""Where a value stands among others: quantiles (type 7), quantile groups, ranks with ties, and ranks that intervals allow.

Sources: type 7 of R. J. Hyndman and Y. Fan, American Statistician 50 (1996) 361-365; quantile groups by the rule of Public
Health England's indicator methods (the lowest rank of ties, so that equal values share a group).
Values are plain numbers of any unit; only their order and, for quantiles, their differences matter.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor, inf, log
from typing import Literal

from edi_portal.stats.estimate import NotCalculable

Direction = str  # higher, lower, closer_to_0, closer_to_1 or none
Ties = Literal["min", "max", "average", "dense", "first"]

FEWEST_RANKED = 5
IDEALS = {"closer_to_0": 0.0, "closer_to_1": 1.0}
"""The best value of the directions that have one."""


def quantile(values: Sequence[float], probability: float) -> float:
    """The type-7 quantile: linear between order statistics at 1 + (n-1)p. The order of the values does not matter."""
    return quantiles(values, (probability,))[0]


def quantiles(values: Sequence[float], probabilities: Sequence[float]) -> list[float]:
    """Several type-7 quantiles of the same values, sorted once."""
    if not values:
        raise ValueError("There are no values.")
    if any(not 0 <= probability <= 1 for probability in probabilities):
        raise ValueError("A probability lies between 0 and 1.")
    ordered = sorted(values)
    last = len(ordered) - 1
    found = []
    for probability in probabilities:
        position = last * probability
        below = floor(position)
        above = min(below + 1, last)
        found.append(ordered[below] + (position - below) * (ordered[above] - ordered[below]))
    return found


def badness(value: float, direction: Direction) -> float:
    """A number that is smaller the better the value is: minus it, it, |it| or |ln it|; a ratio of 0 is the farthest from 1."""
    return badnesses((value,), direction)[0]


def badnesses(values: Iterable[float], direction: Direction) -> list[float]:
    """`badness` of many values: the direction is looked at once."""
    match direction:
        case "higher":
            return [-value for value in values]
        case "closer_to_0":
            return [abs(value) for value in values]
        case "closer_to_1":
            return [abs(log(value)) if value > 0 else inf for value in values]
    return list(values)


def ranks(values: Sequence[float], *, direction: Direction = "lower", ties: Ties = "min") -> list[float]:
    """The rank of each value, 1 the best. Equal ones share the best rank ("1, 2, 2, 4") unless `ties` says otherwise.

    `max` the worst rank, `average` the mean of both, `dense` without gaps ("1, 2, 2, 3"), `first` by order of appearance.
    """
    keys = badnesses(values, direction)
    if ties == "first":
        order = sorted(range(len(keys)), key=keys.__getitem__)
        placed = dict(zip(order, range(1, len(keys) + 1), strict=True))
        return [placed[index] for index in range(len(keys))]
    ordered = sorted(set(keys)) if ties == "dense" else sorted(keys)
    if ties in {"min", "dense"}:
        return [bisect_left(ordered, key) + 1 for key in keys]
    if ties == "max":
        return [bisect_right(ordered, key) for key in keys]
    return [(bisect_left(ordered, key) + 1 + bisect_right(ordered, key)) / 2 for key in keys]


def percent_ranks(values: Sequence[float], *, direction: Direction = "lower") -> list[float] | NotCalculable:
    """(rank - 1) / (n - 1): 0 for the best, the share of the others that are better."""
    if len(values) < 2:
        return NotCalculable("too_few_units")
    return [(rank - 1) / (len(values) - 1) for rank in ranks(values, direction=direction)]


def quantile_groups(
    values: Sequence[float | None], groups: int, *, direction: Direction = "lower"
) -> list[int | None] | NotCalculable:
    """The group of each value among all known ones, 1 the best; unknown ones have none. Fewer values than groups: no groups.

    floor(groups·(rank - 1)/n) + 1 with the lowest rank of ties, in whole numbers: equal values stand in the same group.
    """
    known = [value for value in values if value is not None]
    if len(known) < groups or not known:
        return NotCalculable("too_few_units")
    placed = iter(ranks(known, direction=direction))
    return [None if value is None else groups * (int(next(placed)) - 1) // len(known) + 1 for value in values]


def quartile_groups(values: Sequence[float], *, direction: Direction = "lower") -> list[int]:
    """The quartile of each value among all, 1 the best quarter; equal values stand in the same quartile."""
    return [4 * (int(rank) - 1) // len(values) + 1 for rank in ranks(values, direction=direction)]


def rank_range(
    values: Sequence[float], intervals: Sequence[tuple[float, float]], *, direction: Direction = "lower"
) -> list[tuple[int, int]]:
    """The best and worst rank of each that the intervals allow ("between 4th and 11th").

    Somebody is ahead for certain when their whole interval is better than all of this one's.
    """
    reaches = _reaches(values, intervals, direction)
    bests = sorted([best for best, _ in reaches])
    worsts = sorted([worst for _, worst in reaches])
    return [(1 + bisect_left(worsts, best), bisect_right(bests, worst)) for best, worst in reaches]


def _reaches(
    values: Sequence[float], intervals: Sequence[tuple[float, float]], direction: Direction
) -> list[tuple[float, float]]:
    """Best and worst badness inside each interval; inside it the ideal itself counts where it lies there."""
    lows, highs = [low for low, _ in intervals], [high for _, high in intervals]
    ends = list(zip(*(badnesses(numbers, direction) for numbers in (lows, highs, values)), strict=True))
    ideal = IDEALS.get(direction)
    if ideal is None:
        return [(min(three), max(three)) for three in ends]
    return [(0.0 if low <= ideal <= high else min(three), max(three)) for low, high, three in zip(lows, highs, ends, strict=True)]


@dataclass(frozen=True, slots=True)
class Place:
    """Where one value stands among `of` values: rank and quartile, 1 the best, and the ranks that its interval allows."""

    rank: int
    quartile: int
    best: int
    worst: int
    of: int


def places(
    values: Sequence[float],
    intervals: Sequence[tuple[float, float]],
    *,
    direction: Direction = "lower",
    fewest: int = FEWEST_RANKED,
) -> list[Place] | NotCalculable:
    """The place of each value; fewer than `fewest` are too few to rank, and without a direction there is no best."""
    if direction == "none":
        return NotCalculable("no_direction")
    if len(values) < fewest:
        return NotCalculable("too_few_units")
    reach = rank_range(values, intervals, direction=direction)
    quartiles = quartile_groups(values, direction=direction)
    return [
        Place(int(rank), quartile, best, worst, len(values))
        for rank, quartile, (best, worst) in zip(ranks(values, direction=direction), quartiles, reach, strict=True)
    ]
