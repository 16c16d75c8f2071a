"""Proportions with Wilson's score limits, and differences of two proportions by Newcombe's method 10.

Sources: E. B. Wilson, JASA 22 (1927) 209-212; R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872 and 873-890.
All results are fractions from 0 to 1 (differences from -1 to 1).
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

from edi_portal.stats.estimate import Estimate, NotCalculable, z_of

if TYPE_CHECKING:
    import numpy as np


def wilson(events: float, base: float, level: float = 0.95) -> Estimate | NotCalculable:
    """events / base with Wilson's limits. A weighted survey rate times its base may stand for `events`.

    (2np + z² ± z·sqrt(z² + 4np(1-p))) / 2(n + z²). A base of 0 is not calculable; 0 and n events give limits at 0 and 1.
    """
    if base == 0:
        return NotCalculable("no_staff_in_group")
    if not 0 <= events <= base:
        raise ValueError(f"{events} of {base} is no proportion.")
    z = z_of(level)
    share = events / base
    middle = 2 * events + z * z
    spread = z * sqrt(z * z + 4 * events * (1 - share))
    scale = 2 * (base + z * z)
    low = 0.0 if events == 0 else (middle - spread) / scale
    high = 1.0 if events == base else (middle + spread) / scale
    return Estimate(share, low, high)


def wilson_many(events: np.ndarray, base: np.ndarray, level: float = 0.95) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """`wilson` over arrays of equal shape: shares, lower and upper limits. Every base must be above 0."""
    import numpy as np

    z = z_of(level)
    n = base.astype(float)
    share = events / n
    spread = z * np.sqrt(z * z + 4 * events * (1 - share))
    middle, scale = 2 * events + z * z, 2 * (n + z * z)
    low = np.where(events == 0, 0.0, (middle - spread) / scale)
    high = np.where(events == base, 1.0, (middle + spread) / scale)
    return share, low, high


def difference(
    events: float, base: float, other_events: float, other_base: float, level: float = 0.95
) -> Estimate | NotCalculable:
    """First share minus second share with Newcombe's hybrid score limits.

    d - sqrt((p1-l1)² + (u2-p2)²) to d + sqrt((u1-p1)² + (p2-l2)²), l and u being Wilson's limits of each share.
    """
    first, second = wilson(events, base, level), wilson(other_events, other_base, level)
    if isinstance(first, NotCalculable):
        return first
    if isinstance(second, NotCalculable):
        return NotCalculable("no_comparison_group")
    gap = first.value - second.value
    down = sqrt((first.value - (first.low or 0)) ** 2 + ((second.high or 0) - second.value) ** 2)
    up = sqrt(((first.high or 0) - first.value) ** 2 + (second.value - (second.low or 0)) ** 2)
    return Estimate(gap, max(-1.0, gap - down), min(1.0, gap + up))
