"""Relative likelihood: how many times as likely an event is in one group as in another, and the four-fifths band.

The interval is log-normal (Katz, Baptista, Azen and Pike, Biometrics 34 (1978) 469-474):
ln RR ± z·sqrt(1/x1 - 1/n1 + 1/x2 - 1/n2).
The band comes from the four-fifths rule (US Uniform Guidelines on Employee Selection Procedures, 1978, section 4D); it is a
practical test, so it is read together with the interval. Ratios are never rounded before they meet the band.
"""

from __future__ import annotations

from math import exp, log, sqrt
from typing import Literal

from edi_portal.stats.estimate import Estimate, NotCalculable, z_of
from edi_portal.stats.proportions import difference

Flag = Literal["act", "watch", "no_flag"]

FOUR_FIFTHS = (0.80, 1.25)


def relative_likelihood(
    events: float, base: float, other_events: float, other_base: float, level: float = 0.95
) -> Estimate | NotCalculable:
    """(events/base) / (other_events/other_base).

    No events in the first group gives 0 without an interval: it is no claim of success. No events in the second group,
    or an empty group, is not calculable.
    """
    for x, n in ((events, base), (other_events, other_base)):
        if not 0 <= x <= n:
            raise ValueError(f"{x} of {n} is no rate.")
    if base == 0:
        return NotCalculable("no_staff_in_group")
    if other_base == 0:
        return NotCalculable("no_comparison_group")
    if other_events == 0:
        return NotCalculable("no_reference_cases")
    ratio = (events / base) / (other_events / other_base)
    if events == 0:
        return Estimate(0.0)
    spread = z_of(level) * standard_error_of_log(events, base, other_events, other_base)
    return Estimate(ratio, exp(log(ratio) - spread), exp(log(ratio) + spread))


def standard_error_of_log(events: float, base: float, other_events: float, other_base: float) -> float:
    """Standard error of ln RR; both numbers of events above 0."""
    return sqrt(max(0.0, 1 / events - 1 / base + 1 / other_events - 1 / other_base))


def outside_band(ratio: float, band: tuple[float, float] = FOUR_FIFTHS) -> bool:
    """Whether an unrounded ratio lies outside the accepted band; both ends belong to it (1.25 is inside, 1.2504 is not)."""
    return not band[0] <= ratio <= band[1]


def four_fifths(
    events: float,
    base: float,
    other_events: float,
    other_base: float,
    *,
    band: tuple[float, float] = FOUR_FIFTHS,
    level: float = 0.95,
) -> Flag | NotCalculable:
    """ "act" outside the band and beyond chance, "watch" outside the band but within chance, "no_flag" inside the band.

    Beyond chance: the interval of the ratio excludes 1. A ratio of 0 has none, so there the interval of the difference of
    the two rates (Newcombe) decides.
    """
    ratio = relative_likelihood(events, base, other_events, other_base, level)
    if isinstance(ratio, NotCalculable):
        return ratio
    if not outside_band(ratio.value, band):
        return "no_flag"
    by_chance = _holds(ratio, 1) if events else _holds(difference(events, base, other_events, other_base, level), 0)
    return "watch" if by_chance else "act"


def _holds(estimate: Estimate | NotCalculable, parity: float) -> bool:
    """Whether the interval of an estimate holds parity."""
    if isinstance(estimate, NotCalculable) or estimate.low is None or estimate.high is None:
        raise ValueError("There is no interval to judge by.")
    return estimate.low <= parity <= estimate.high
