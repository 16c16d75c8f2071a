"""Funnels of standardised ratios: observed over expected events around 1.

Exact Poisson limits: half the chi-square quantiles with 2E and 2(E+1) degrees of freedom over E. Over-dispersion on the log
scale as in NHS Digital's Summary Hospital-level Mortality Indicator (methodology specification): y = ln(O/E), s = 1/sqrt(E),
scores outside their own 10 % and 90 % quantiles left out of phi and tau², limits exp(∓ z·sqrt(1/E + tau²)).
The class by Public Health England: the whole interval of O/E (exact below 10, Byar's from 10) lies beyond the average.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log, sqrt

from edi_portal.stats.distribution import quantiles
from edi_portal.stats.estimate import NotCalculable, z_of
from edi_portal.stats.funnel import TRIM, Dispersion, FunnelClass, FunnelLimits, dispersion_of
from edi_portal.stats.rates import count_limits
from edi_portal.stats.special import chi_square_quantile


def ratio_limits_at(expected: float) -> FunnelLimits:
    """Exact Poisson limits of O/E around 1 for `expected` events above 0."""
    _check(expected)

    def low(level: float) -> float:
        return chi_square_quantile((1 - level) / 2, 2 * expected) / 2 / expected

    def high(level: float) -> float:
        return chi_square_quantile((1 + level) / 2, 2 * expected + 2) / 2 / expected

    return FunnelLimits(low(0.95), high(0.95), low(0.998), high(0.998))


def ratio_dispersion(units: Sequence[tuple[float, float]], trim: float = TRIM) -> Dispersion | NotCalculable:
    """Over-dispersion of units (observed, expected). Units without an observed event have no logarithm and are left out."""
    seen = [(observed, expected) for observed, expected in units if observed > 0]
    if len(seen) < 2:
        return NotCalculable("too_few_units")
    for _, expected in seen:
        _check(expected)
    scored = [(sqrt(expected) * log(observed / expected), expected) for observed, expected in seen]
    lowest, highest = quantiles([score for score, _ in scored], (trim, 1 - trim))
    kept = [(score, expected) for score, expected in scored if lowest <= score <= highest]
    if len(kept) < 2:
        return NotCalculable("too_few_units")
    weight = sum(expected for _, expected in kept)
    return dispersion_of(sum(score**2 for score, _ in kept), len(kept), weight, sum(expected**2 for _, expected in kept))


def overdispersed_ratio_limits_at(expected: float, tau2: float) -> FunnelLimits:
    """Limits of O/E around 1 on the log scale, widened by `tau2` (0: not widened)."""
    _check(expected)
    spread = sqrt(1 / expected + tau2)
    z95, z998 = z_of(0.95), z_of(0.998)
    return FunnelLimits(exp(-z95 * spread), exp(z95 * spread), exp(-z998 * spread), exp(z998 * spread))


def ratio_class_of(observed: float, expected: float, average: float = 1.0) -> FunnelClass | NotCalculable:
    """Whether O/E differs from the average by more than chance; nothing expected is not calculable."""
    if expected == 0:
        return NotCalculable("no_expected_cases")
    _check(expected)
    wide, narrow = count_limits(observed, 0.998), count_limits(observed, 0.95)
    if wide.high / expected < average:
        return "low_998"
    if narrow.high / expected < average:
        return "low_95"
    if wide.low / expected > average:
        return "high_998"
    return "high_95" if narrow.low / expected > average else "inside"


def _check(expected: float) -> None:
    if expected <= 0:
        raise ValueError("An expected number above 0 is needed.")
