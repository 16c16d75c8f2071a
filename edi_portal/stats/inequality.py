"""Slope and relative index of inequality: how a figure changes from one end of a ranked population to the other.

Groups stand in order, most disadvantaged first, each at the middle b of its range of the cumulated population share a. A line
y = c + d·b is fitted with the weights a (Public Health England's technical guide on the slope index of inequality; A. Wagstaff,
P. Paci and E. van Doorslaer, Social Science & Medicine 33 (1991) 545-557). SII = d, RII = (c + d)/c. On the "log" scale (rates)
or the "logit" scale (shares) the line is fitted to transformed values and its two ends are turned back before they are compared.

Limits: every value has its own standard error, (high - low)/2z of its 95 % limits on the scale of the line. c and d are weighted
sums of the values, so their variances are known; SII is taken as normal and RII as log-normal (delta method).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import exp, log, sqrt
from typing import Literal

from edi_portal.stats.estimate import Estimate, NotCalculable, z_of

Scale = Literal["plain", "log", "logit"]
Function = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Group:
    """One group: how many people, the figure (a share as a fraction) and its 95 % limits."""

    population: float
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Inequality:
    """SII (in the unit of the figure), RII (a ratio) and the fitted value at the disadvantaged end."""

    slope_index: Estimate
    relative_index: Estimate | NotCalculable
    intercept: float


# Per scale: the transformation, its inverse, and the slope of the inverse.
_SCALES: dict[Scale, tuple[Function, Function, Function]] = {
    "plain": (lambda value: value, lambda y: y, lambda y: 1.0),
    "log": (log, exp, exp),
    "logit": (
        lambda value: log(value / (1 - value)),
        lambda y: 1 / (1 + exp(-y)),
        lambda y: exp(-y) / (1 + exp(-y)) ** 2,
    ),
}


def inequality(groups: Sequence[Group], *, scale: Scale = "plain", level: float = 0.95) -> Inequality | NotCalculable:
    """The indices over groups in order, most disadvantaged first.

    On the scale "log" every figure and limit is above 0, on "logit" below 1 too. Groups without people are passed over.
    """
    peopled = [group for group in groups if group.population > 0]
    if len(peopled) < 3:
        return NotCalculable("too_few_values")
    forward, back, slope_back = _SCALES[scale]
    total = sum(group.population for group in peopled)
    shares = [group.population / total for group in peopled]
    places = [end - share / 2 for share, end in zip(shares, accumulate(shares), strict=True)]
    middle = sum(share * place for share, place in zip(shares, places, strict=True))
    spread = sum(share * (place - middle) ** 2 for share, place in zip(shares, places, strict=True))
    of_slope = [share * (place - middle) / spread for share, place in zip(shares, places, strict=True)]
    of_start = [share - middle * weight for share, weight in zip(shares, of_slope, strict=True)]
    heights = [forward(group.value) for group in peopled]
    errors = [(forward(group.high) - forward(group.low)) / (2 * z_of(0.95)) for group in peopled]
    start = sum(weight * height for weight, height in zip(of_start, heights, strict=True))
    end = start + sum(weight * height for weight, height in zip(of_slope, heights, strict=True))
    z = z_of(level)

    def arm(by_start: float, by_end: float) -> float:
        """Half the interval of a quantity that moves by so much per unit of the line's start and end."""
        parts = zip(of_start, of_slope, errors, strict=True)
        return z * sqrt(sum((((by_start + by_end) * first + by_end * slope) * error) ** 2 for first, slope, error in parts))

    low_end, high_end = back(start), back(end)
    difference = high_end - low_end
    reach = arm(-slope_back(start), slope_back(end))
    absolute = Estimate(difference, difference - reach, difference + reach)
    if low_end <= 0 or high_end <= 0:
        return Inequality(absolute, NotCalculable("no_ratio"), low_end)
    ratio = high_end / low_end
    reach = arm(-slope_back(start) / low_end, slope_back(end) / high_end)
    return Inequality(absolute, Estimate(ratio, ratio * exp(-reach), ratio * exp(reach)), low_end)
