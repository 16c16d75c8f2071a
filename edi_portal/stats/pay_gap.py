"""Gender pay gap: mean and median gap as a percentage of men's pay, and pay quarters.

Source: GOV.UK, "Gender pay gap reporting: make your calculations". Positive means that women are paid less.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, median

from edi_portal.stats.estimate import Estimate, NotCalculable


def gap_percent(men: float, women: float) -> Estimate | NotCalculable:
    """(men - women) / men x 100, from two means or two medians. Negative when women are paid more."""
    if men == 0:
        return NotCalculable("zero_pay")
    return Estimate((men - women) / men * 100)


def mean_gap(men: Sequence[float], women: Sequence[float]) -> Estimate | NotCalculable:
    """The gap of the two means, in percent of men's."""
    return gap_percent(fmean(men), fmean(women)) if men and women else NotCalculable("no_staff_in_group")


def median_gap(men: Sequence[float], women: Sequence[float]) -> Estimate | NotCalculable:
    """The gap of the two medians, in percent of men's."""
    return gap_percent(median(men), median(women)) if men and women else NotCalculable("no_staff_in_group")


def quarter_sizes(staff: int) -> tuple[int, int, int, int]:
    """Lower, lower middle, upper middle, upper. Remainder 1 goes to lower, 2 to lower and upper middle, 3 to all but upper."""
    size, remainder = divmod(staff, 4)
    extra = {0: (0, 0, 0, 0), 1: (1, 0, 0, 0), 2: (1, 0, 1, 0), 3: (1, 1, 1, 0)}[remainder]
    lower, lower_middle, upper_middle, upper = (size + more for more in extra)
    return lower, lower_middle, upper_middle, upper


def women_by_quarter(men: Sequence[float], women: Sequence[float]) -> tuple[float, ...]:
    """Women in each pay quarter, lowest first. People paid alike across a cut are shared, both sexes in proportion."""
    tally: dict[float, list[int]] = {}
    for position, rates in enumerate((men, women)):
        for rate in rates:
            tally.setdefault(rate, [0, 0])[position] += 1
    left = list(quarter_sizes(len(men) + len(women)))
    found, quarter = [0.0, 0.0, 0.0, 0.0], 0
    for rate in sorted(tally):
        count_men, count_women = tally[rate]
        together = remaining = count_men + count_women
        while remaining:
            while left[quarter] == 0:
                quarter += 1
            taken = min(remaining, left[quarter])
            found[quarter] += count_women * taken / together
            left[quarter] -= taken
            remaining -= taken
    return tuple(found)
