"""Representation: the gap between a group's share of a part and its share of the whole, and the headcount to parity."""

from __future__ import annotations

from math import floor

from edi_portal.stats.estimate import Estimate, NotCalculable
from edi_portal.stats.proportions import wilson


def share_gap(
    part_events: float, part_base: float, whole_events: float, whole_base: float, level: float = 0.95
) -> Estimate | NotCalculable:
    """Share of the part minus share of the whole, as a fraction (-0.065 is 6.5 points fewer).

    The whole is taken as a fixed benchmark (it contains the part and is much larger), so the interval is Wilson's
    interval of the part, moved by the share of the whole.
    """
    if whole_base == 0:
        return NotCalculable("no_comparison_group")
    part = wilson(part_events, part_base, level)
    if isinstance(part, NotCalculable):
        return part
    whole = whole_events / whole_base
    return Estimate(part.value - whole, (part.low or 0.0) - whole, (part.high or 0.0) - whole)


def goal_headcount(whole_events: float, whole_base: float, part_base: float) -> int:
    """How many of the group the part would hold at parity: the whole's share times the part's headcount, halves upwards."""
    if whole_base == 0:
        raise ValueError("There is nobody in the whole.")
    return floor(whole_events / whole_base * part_base + 0.5)


def headcount_to_parity(part_events: float, part_base: float, whole_events: float, whole_base: float) -> int:
    """How many more of the group the part needs for parity; 0 when it has as many or more."""
    return max(0, goal_headcount(whole_events, whole_base, part_base) - int(part_events))
