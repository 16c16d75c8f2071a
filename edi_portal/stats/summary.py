"""Mean, spread and middle of a set of values, with Student's interval of the mean.

The interval mean ± t·sd/√n takes the values as drawn from one normal population (Student, Biometrika 6 (1908) 1-25).
All results are in the unit of the values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, median

from edi_portal.stats.distribution import quantiles
from edi_portal.stats.estimate import Estimate, NotCalculable
from edi_portal.stats.special import student_quantile


@dataclass(frozen=True, slots=True)
class Summary:
    """A set of values in brief. `mad` is the median absolute deviation, not scaled; `sd` divides by n - 1."""

    count: int
    mean: float
    median: float
    smallest: float
    largest: float
    lower_quartile: float
    upper_quartile: float
    mad: float
    sd: float | NotCalculable

    @property
    def interquartile_range(self) -> float:
        """Upper less lower quartile (type 7)."""
        return self.upper_quartile - self.lower_quartile


def summary(values: Sequence[float]) -> Summary | NotCalculable:
    """The values in brief; of one value alone there is no standard deviation."""
    if not values:
        return NotCalculable("no_values")
    low, middle, high = quantiles(values, (0.25, 0.5, 0.75))
    return Summary(
        count=len(values),
        mean=fmean(values),
        median=middle,
        smallest=min(values),
        largest=max(values),
        lower_quartile=low,
        upper_quartile=high,
        mad=median([abs(value - middle) for value in values]),
        sd=standard_deviation(values),
    )


def standard_deviation(values: Sequence[float]) -> float | NotCalculable:
    """The sample standard deviation around the mean, by two passes."""
    if len(values) < 2:
        return NotCalculable("too_few_values")
    mean = fmean(values)
    return sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))


def mean_with_interval(values: Sequence[float], level: float = 0.95) -> Estimate | NotCalculable:
    """The mean with Student's interval; one value alone has a mean and no interval."""
    if not values:
        return NotCalculable("no_values")
    mean, spread = fmean(values), standard_deviation(values)
    if isinstance(spread, NotCalculable):
        return Estimate(mean)
    arm = student_quantile((1 + level) / 2, len(values) - 1) * spread / sqrt(len(values))
    return Estimate(mean, mean - arm, mean + arm)
