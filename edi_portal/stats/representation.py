"""Representation: the gap between a group's share of a part and its share of the whole, and the headcount to parity."""

from __future__ import annotations

from math import floor, hypot

from edi_portal.stats.estimate import Estimate, NotCalculable
from edi_portal.stats.proportions import wilson_limits


def share_gap(
    part_events: float, part_base: float, whole_events: float, whole_base: float, level: float = 0.95
) -> Estimate | NotCalculable:
    """Share of the part minus share of the whole, as a fraction (-0.065 is 6.5 points fewer).

    The whole contains the part, so the two shares are not independent; part and rest are. With f = part_base/whole_base

        p_part - p_whole = (1 - f)·(p_part - p_rest)

    exactly, and the interval is (1 - f) times Newcombe's arms for part against rest. A part that is the whole has a gap of
    0 to 0. Where the counts do not nest (board members who are not staff, rounded counts) the rest is kept within what
    is possible; only the arms depend on it, never the gap.
    """
    if whole_base == 0:
        return NotCalculable("no_comparison_group")
    if part_base == 0:
        return NotCalculable("no_staff_in_group")
    share = part_events / part_base
    gap = share - whole_events / whole_base
    rest_base = whole_base - part_base
    if rest_base <= 0:
        return Estimate(gap, min(gap, 0.0), max(gap, 0.0))
    rest_events = min(max(whole_events - part_events, 0), rest_base)
    rest = rest_events / rest_base
    low, high = wilson_limits(part_events, part_base, level)
    rest_low, rest_high = wilson_limits(rest_events, rest_base, level)
    scale = rest_base / whole_base
    return Estimate(gap, gap - scale * hypot(share - low, rest_high - rest), gap + scale * hypot(high - share, rest - rest_low))


def goal_headcount(whole_events: float, whole_base: float, part_base: float) -> int:
    """How many of the group the part would hold at parity: the whole's share times the part's headcount, halves upwards."""
    if whole_base == 0:
        raise ValueError("There is nobody in the whole.")
    # Product first: 1 of 4 over 2 posts is exactly a half, which goes upwards.
    return floor(whole_events * part_base / whole_base + 0.5)


def headcount_to_parity(part_events: float, part_base: float, whole_events: float, whole_base: float) -> int:
    """How many more of the group the part needs for parity; 0 when it has as many or more."""
    return max(0, goal_headcount(whole_events, whole_base, part_base) - int(part_events))
