"""Funnel plots of proportions: control limits, classes, and over-dispersion.

Two published conventions, both offered. Public Health England: average ∓ z·sqrt(average(1 - average)/n), cut to 0 to 1, which
decides the class. Spiegelhalter (Statistics in Medicine 24 (2005) 1185-1202) on the arcsine scale y = asin(sqrt(x/n)),
s = 1/(2·sqrt(n)), z = (y - asin(sqrt(average)))/s:
phi = mean of z² after the outer tenths of z are drawn in to the 10 % and 90 % quantiles (type 7), and where k·phi >= k - 1

    tau² = max(0, (k·phi - (k - 1)) / (sum w - sum w²/sum w)), w = 1/s²    (additive random effects)

with limits sin²(asin(sqrt(average)) ∓ z·sqrt(s² + tau²)), the angle kept between 0 and a right angle.
Shares are fractions from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, pi, sin, sqrt
from typing import TYPE_CHECKING, Literal

from edi_portal.stats.distribution import quantiles
from edi_portal.stats.estimate import NotCalculable, z_of

if TYPE_CHECKING:
    import numpy as np

FunnelClass = Literal["low_998", "low_95", "inside", "high_95", "high_998"]
CLASSES: tuple[FunnelClass, ...] = ("low_998", "low_95", "inside", "high_95", "high_998")
TRIM = 0.1


@dataclass(frozen=True, slots=True)
class FunnelLimits:
    """Control limits at one base: 95 % and 99.8 %."""

    low95: float
    high95: float
    low998: float
    high998: float


@dataclass(frozen=True, slots=True)
class Dispersion:
    """How much more units differ than chance makes them: phi (1 is chance alone) and the variance tau² between units."""

    phi: float
    tau2: float

    @property
    def is_over(self) -> bool:
        """Whether limits have to be widened: phi above 1 and a variance between units above 0."""
        return self.phi > 1 and self.tau2 > 0

    @property
    def widening(self) -> float:
        """The variance to add to the limits: tau² where units differ more than chance makes them, else 0."""
        return self.tau2 if self.is_over else 0.0


def pooled_share(units: Sequence[tuple[float, float]]) -> float | NotCalculable:
    """All events over all bases of units (events, base)."""
    base = sum(n for _, n in units)
    return sum(x for x, _ in units) / base if base else NotCalculable("no_staff_in_group")


def limits_at(average: float, base: float) -> FunnelLimits:
    """The limits of Public Health England around a pooled share, at a base above 0."""
    _check(average, base)
    spread = sqrt(average * (1 - average) / base)
    arm95, arm998 = z_of(0.95) * spread, z_of(0.998) * spread
    return FunnelLimits(
        max(0.0, average - arm95), min(1.0, average + arm95), max(0.0, average - arm998), min(1.0, average + arm998)
    )


def class_of(events: float, base: float, average: float) -> FunnelClass:
    """Where a unit lies; on a limit is inside it."""
    return class_between(events / base, limits_at(average, base))


def class_between(share: float, limits: FunnelLimits) -> FunnelClass:
    """Where a figure lies between limits; on a limit is inside it."""
    if share < limits.low998:
        return "low_998"
    if share < limits.low95:
        return "low_95"
    if share > limits.high998:
        return "high_998"
    return "high_95" if share > limits.high95 else "inside"


def dispersion(units: Sequence[tuple[float, float]], trim: float = TRIM) -> Dispersion | NotCalculable:
    """Over-dispersion of units (events, base) with bases above 0; two units at least."""
    average = pooled_share(units)
    if isinstance(average, NotCalculable):
        return average
    if len(units) < 2:
        return NotCalculable("too_few_units")
    for _, base in units:
        _check(average, base)
    middle = asin(sqrt(average))
    scores = [2 * sqrt(n) * (asin(sqrt(x / n)) - middle) for x, n in units]
    lowest, highest = quantiles(scores, (trim, 1 - trim))
    squares = sum(min(max(score, lowest), highest) ** 2 for score in scores)
    weights = [4 * n for _, n in units]
    return dispersion_of(squares, len(units), sum(weights), sum(weight * weight for weight in weights))


def dispersion_of(squares: float, count: int, weight: float, weight_squares: float) -> Dispersion:
    """The end of every dispersion: phi and tau² from the sums of squared scores, weights and squared weights."""
    if squares < count - 1:
        return Dispersion(squares / count, 0.0)
    return Dispersion(squares / count, max(0.0, (squares - (count - 1)) / (weight - weight_squares / weight)))


def arcsine_limits_at(average: float, base: float, tau2: float = 0.0) -> FunnelLimits:
    """Spiegelhalter's limits; with `tau2` of `dispersion` widened for over-dispersion."""
    _check(average, base)
    middle, spread = asin(sqrt(average)), sqrt(1 / (4 * base) + tau2)

    def share(arms: float) -> float:
        return sin(min(max(middle + arms * spread, 0.0), pi / 2)) ** 2

    z95, z998 = z_of(0.95), z_of(0.998)
    return FunnelLimits(share(-z95), share(z95), share(-z998), share(z998))


def overdispersed_class_of(events: float, base: float, average: float, tau2: float) -> FunnelClass:
    """Where a unit lies against limits widened by `tau2`; on a limit is inside it."""
    return class_between(events / base, arcsine_limits_at(average, base, tau2))


def _check(average: float, base: float) -> None:
    if not 0 <= average <= 1 or base <= 0:
        raise ValueError("An average between 0 and 1 and a base above 0 are needed.")


@dataclass(frozen=True, slots=True)
class FunnelArrays:
    """An over-dispersed funnel of many units: the average, the dispersion, limits and the class of each (index in `CLASSES`)."""

    average: float
    dispersion: Dispersion
    low95: np.ndarray
    high95: np.ndarray
    low998: np.ndarray
    high998: np.ndarray
    classes: np.ndarray


def funnel_many(events: np.ndarray, bases: np.ndarray, trim: float = TRIM) -> FunnelArrays:
    """`dispersion`, `arcsine_limits_at` and `overdispersed_class_of` over arrays; at least two units, every base above 0."""
    import numpy as np

    x, n = events.astype(float), bases.astype(float)
    if len(x) < 2 or n.min() <= 0:
        raise ValueError("At least two units are needed, every base above 0.")
    average = float(x.sum() / n.sum())
    middle = asin(sqrt(average))
    share = x / n
    scores = 2 * np.sqrt(n) * (np.arcsin(np.sqrt(share)) - middle)
    lowest, highest = np.quantile(scores, (trim, 1 - trim))
    drawn_in = np.clip(scores, lowest, highest)
    weights = 4 * n
    found = dispersion_of(float(drawn_in @ drawn_in), len(x), float(weights.sum()), float(weights @ weights))
    spread = np.sqrt(1 / weights + found.widening)
    low95, high95 = (np.sin(np.clip(middle + arm * spread, 0, pi / 2)) ** 2 for arm in (-z_of(0.95), z_of(0.95)))
    low998, high998 = (np.sin(np.clip(middle + arm * spread, 0, pi / 2)) ** 2 for arm in (-z_of(0.998), z_of(0.998)))
    classes = 2 + (share > high95) + (share > high998) - (share < low95).astype(int) - (share < low998)
    return FunnelArrays(average, found, low95, high95, low998, high998, classes.astype(np.int8))
