"""Rates per multiplier with exact Poisson limits below 10 events and Byar's limits from 10.

Exact: half the chi-square quantiles with 2x and 2x+2 degrees of freedom (F. Garwood, Biometrika 28 (1936) 437-442).
Byar: x(1 - 1/9x - z/3√x)³ and (x+1)(1 - 1/9(x+1) + z/3√(x+1))³ (N. E. Breslow and N. E. Day, Statistical Methods in Cancer
Research II, IARC 1987, p. 69). The switch at 10 is that of Public Health England's technical guide on common methods.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Literal

from edi_portal.stats.estimate import Estimate, NotCalculable, z_of
from edi_portal.stats.special import chi_square_quantile

if TYPE_CHECKING:
    import numpy as np

EXACT_BELOW = 10
Method = Literal["exact", "byar"]


@dataclass(frozen=True, slots=True)
class CountLimits:
    """Limits of a Poisson count of events, and the method that gave them."""

    low: float
    high: float
    method: Method


def count_limits(events: float, level: float = 0.95) -> CountLimits:
    """The limits of the expected number of events, having seen `events` of them."""
    if events < 0:
        raise ValueError("A number of events is not below 0.")
    if events < EXACT_BELOW:
        tail = (1 - level) / 2
        low = chi_square_quantile(tail, 2 * events) / 2 if events > 0 else 0.0
        return CountLimits(low, chi_square_quantile(1 - tail, 2 * events + 2) / 2, "exact")
    z, more = z_of(level), events + 1
    low = events * (1 - 1 / (9 * events) - z / (3 * sqrt(events))) ** 3
    return CountLimits(low, more * (1 - 1 / (9 * more) + z / (3 * sqrt(more))) ** 3, "byar")


def rate(events: float, base: float, *, multiplier: float = 1000, level: float = 0.95) -> Estimate | NotCalculable:
    """Events per `multiplier` of the base (headcount, person-years). No events is a rate of 0 with an upper limit."""
    if base < 0:
        raise ValueError("A base is not below 0.")
    if base == 0:
        return NotCalculable("no_staff_in_group")
    limits = count_limits(events, level)
    per = multiplier / base
    return Estimate(events * per, limits.low * per, limits.high * per)


def rate_many(
    events: np.ndarray, base: np.ndarray, *, multiplier: float = 1000, level: float = 0.95
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """`rate` over arrays of equal shape with whole events: rates, lower and upper limits. Every base must be above 0."""
    import numpy as np

    if np.any(base <= 0) or np.any(events < 0):
        raise ValueError("Every base must be above 0 and every number of events 0 or more.")
    z = z_of(level)
    seen = np.maximum(events, EXACT_BELOW).astype(float)
    more = seen + 1
    low = seen * (1 - 1 / (9 * seen) - z / (3 * np.sqrt(seen))) ** 3
    high = more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3
    for few in range(EXACT_BELOW):
        here = events == few
        if here.any():
            limits = count_limits(few, level)
            low[here], high[here] = limits.low, limits.high
    per = multiplier / base
    return events * per, low * per, high * per
