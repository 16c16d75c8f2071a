"""Quantiles of the chi-square and Student distributions, to nearly full precision from the standard library alone.

The regularised incomplete gamma and beta functions are summed as series or continued fractions (Abramowitz and Stegun,
Handbook of Mathematical Functions, 6.5.29, 6.5.31 and 26.5.8); quantiles are found by bisection on the ordered doubles
between two bounds, so they cannot run away. The relative error is below 1e-11 up to 2,000 degrees of freedom (tested); where
the sums would not settle (some million degrees) the question is refused with OverflowError.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import exp, inf, lgamma, log, log1p, sqrt

_TINY = 1e-300
_TERMS = 20_000
_TOO_LARGE = "The numbers are too large for the sums to settle."


def gamma_tails(shape: float, x: float) -> tuple[float, float]:
    """Lower and upper tail of the gamma distribution of scale 1 at x: P(shape, x) and Q(shape, x), each exact where small."""
    if x <= 0:
        return 0.0, 1.0
    scale = exp(shape * log(x) - x - lgamma(shape))
    if x < shape + 1:
        lower = scale * _gamma_series(shape, x)
        return lower, 1 - lower
    upper = scale * _gamma_fraction(shape, x)
    return 1 - upper, upper


def _gamma_series(shape: float, x: float) -> float:
    term = total = 1 / shape
    for step in range(1, _TERMS):
        term *= x / (shape + step)
        total += term
        if term < total * 1e-17:
            return total
    raise OverflowError(_TOO_LARGE)


def _gamma_fraction(shape: float, x: float) -> float:
    b = x + 1 - shape
    c, d = 1 / _TINY, 1 / b
    found = d
    for step in range(1, _TERMS):
        a = -step * (step - shape)
        b += 2
        c, d = _lentz(a, b, c, d)
        found *= c * d
        if abs(c * d - 1) < 4e-16:
            return found
    raise OverflowError(_TOO_LARGE)


def _lentz(a: float, b: float, c: float, d: float) -> tuple[float, float]:
    """One step of Lentz's evaluation of a continued fraction, guarded against division by zero."""
    d, c = a * d + b, b + a / c
    return (c if abs(c) > _TINY else _TINY), 1 / (d if abs(d) > _TINY else _TINY)


@lru_cache(maxsize=4096)
def chi_square_quantile(probability: float, degrees: float) -> float:
    """The chi-square value below which the share `probability` lies, for `degrees` of freedom above 0, whole or not."""
    if not 0 < probability < 1 or degrees <= 0:
        raise ValueError("A probability between 0 and 1 and degrees of freedom above 0 are needed.")
    shape = degrees / 2
    # The smaller tail is compared, so that nothing is lost close to 1.
    tail, wanted = (0, probability) if probability <= 0.5 else (1, 1 - probability)

    def too_low(x: float) -> bool:
        found = gamma_tails(shape, x)[tail]
        return found < wanted if tail == 0 else found > wanted

    return 2 * _bisect(too_low, shape + 10 * sqrt(shape) + 10)


def _bisect(too_low: Callable[[float], bool], high: float) -> float:
    """The point from 0 where `too_low` turns False, as close as doubles go; the search widens until the end is above it."""
    low = 0.0
    while too_low(high):
        low, high = high, high * 2
    while True:
        middle = (low + high) / 2
        if middle <= low or middle >= high or high - low < 4e-16 * high:
            return middle
        if too_low(middle):
            low = middle
        else:
            high = middle


def student_upper_tail(t: float, degrees: float) -> float:
    """The share of Student's distribution above t >= 0."""
    return beta_lower(degrees / 2, 0.5, degrees / (degrees + t * t)) / 2


def beta_lower(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function I_x(a, b)."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _beta_fraction(a, b, x) / a
    return 1 - front * _beta_fraction(b, a, 1 - x) / b


def _beta_fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    found = d
    for m in range(1, _TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        c, d = _lentz(even, 1.0, c, d)
        found *= c * d
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        c, d = _lentz(odd, 1.0, c, d)
        found *= c * d
        if abs(c * d - 1) < 4e-16:
            return found
    raise OverflowError(_TOO_LARGE)


@lru_cache(maxsize=1024)
def student_quantile(probability: float, degrees: float) -> float:
    """The value of Student's t below which the share `probability` lies; symmetric around 0."""
    if not 0 < probability < 1 or not 0 < degrees < inf:
        raise ValueError("A probability between 0 and 1 and degrees of freedom above 0 are needed.")
    if probability == 0.5:
        return 0.0
    wanted = min(probability, 1 - probability)
    found = _bisect(lambda t: student_upper_tail(t, degrees) > wanted, 10.0)
    return found if probability > 0.5 else -found
