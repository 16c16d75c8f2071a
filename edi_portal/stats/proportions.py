"""Proportions with Wilson's score limits, and differences of two proportions by Newcombe's method 10.

Sources: E. B. Wilson, JASA 22 (1927) 209-212; R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872 and 873-890.
All results are fractions from 0 to 1 (differences from -1 to 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot, sqrt
from typing import TYPE_CHECKING

from edi_portal.stats.estimate import Estimate, NotCalculable, z_of

if TYPE_CHECKING:
    import numpy as np


def wilson(events: float, base: float, level: float = 0.95) -> Estimate | NotCalculable:
    """events / base with Wilson's limits. A weighted survey rate times its base may stand for `events`."""
    if base == 0:
        return NotCalculable("no_staff_in_group")
    return Estimate(events / base, *wilson_limits(events, base, level))


def wilson_limits(events: float, base: float, level: float = 0.95) -> tuple[float, float]:
    """The lower and the upper limit alone, for a base above 0.

    With x of n, y = n - x and s = z·sqrt(z² + 4xy/n) the limits (2x + z² ± s) / 2(n + z²) are written without a difference
    of close numbers: low = 2x² / n(2x + z² + s), high = 1 - 2y² / n(2y + z² + s). So 0 and n events give exactly 0 and 1, and
    the limits of the rest of the group mirror these.
    """
    if not 0 <= events <= base:
        raise ValueError(f"{events} of {base} is no proportion.")
    z = z_of(level)
    others = base - events
    spread = z * sqrt(z * z + 4 * events * others / base)
    low = 2 * events * events / (base * (2 * events + z * z + spread))
    return low, 1 - 2 * others * others / (base * (2 * others + z * z + spread))


# Rows worked on at a time: their intermediate values stay in the processor's cache.
_BLOCK = 8192


def wilson_many(
    events: np.ndarray, base: np.ndarray, levels: Sequence[float] = (0.95,)
) -> tuple[np.ndarray, tuple[tuple[np.ndarray, np.ndarray], ...]]:
    """`wilson` over one-dimensional arrays: the shares, and for each level lower and upper limits. Every base above 0."""
    import numpy as np

    size = len(events)
    if len(base) != size:
        raise ValueError("Events and bases are not equally many.")
    shares = np.empty(size)
    limits = tuple((np.empty(size), np.empty(size)) for _ in levels)
    for start in range(0, size, _BLOCK):
        part = slice(start, start + _BLOCK)
        x, n = events[part].astype(float), base[part].astype(float)
        y = n - x
        if n.min() <= 0 or x.min() < 0 or y.min() < 0:
            raise ValueError("Every base must be above 0, and no number of events below 0 or above its base.")
        np.divide(x, n, out=shares[part])
        product, below, above = 4 * x * y / n, 2 * x * x / n, 2 * y * y / n
        for level, (low, high) in zip(levels, limits, strict=True):
            z = z_of(level)
            spread = z * np.sqrt(product + z * z) + z * z
            np.divide(below, spread + 2 * x, out=low[part])
            np.subtract(1, above / (spread + 2 * y), out=high[part])
    return shares, limits


def difference(
    events: float, base: float, other_events: float, other_base: float, level: float = 0.95
) -> Estimate | NotCalculable:
    """First share minus second share with Newcombe's hybrid score limits.

    d - sqrt((p1-l1)² + (u2-p2)²) to d + sqrt((u1-p1)² + (p2-l2)²), l and u being Wilson's limits of each share.
    """
    if base == 0:
        return NotCalculable("no_staff_in_group")
    if other_base == 0:
        return NotCalculable("no_comparison_group")
    first, second = events / base, other_events / other_base
    low, high = wilson_limits(events, base, level)
    other_low, other_high = wilson_limits(other_events, other_base, level)
    gap = first - second
    down, up = hypot(first - low, other_high - second), hypot(high - first, second - other_low)
    return Estimate(gap, max(-1.0, gap - down), min(1.0, gap + up))
