"""What a figure is computed from (known or absent counts) and what comes out (a figure, or why there is none)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple, Protocol

SHOWN: Final = "shown"
NOT_CALCULABLE: Final = "not_calculable"
ABSENCES: Final = (
    "withheld",
    "too_few",
    "not_returned",
    "incomplete_year",
    "not_available",
    "not_collected",
    "not_applicable",
)
"""Why a count is absent. When several inputs are absent for different reasons, the first of this list is the figure's status."""

REASONS: Final = (
    "no_reference_cases",
    "no_comparison_group",
    "no_staff_in_group",
    "no_lower_tier",
    "no_base",
    "zero_pay",
    "impossible_counts",
    "few_cases",
)
"""Why a figure is not calculable (or, with "few_cases", given as a word only).

no_reference_cases: no events in the group below the line of a ratio. no_comparison_group: that group, or the whole, is empty.
no_staff_in_group: the group the figure is about is empty. no_lower_tier: nobody in a lower tier. no_base: nothing was counted
below the line of a share or rate. zero_pay: the pay to compare with is 0. impossible_counts: the counts contradict each other.
"""


class Known(NamedTuple):
    """A count that may be used.

    `spread` says how far the true count may lie to either side of `value`: 0 for an exact count, 2 for one rounded to the nearest
    5, and 2 for each of them when several rounded counts were added up. None leaves it to the `rounding` of `compute`.
    """

    value: Decimal
    spread: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Absent:
    """A count that may not be used, with one of the reasons in `ABSENCES`."""

    reason: str

    def __post_init__(self) -> None:
        if self.reason not in ABSENCES:
            raise ValueError(f"“{self.reason}” is no reason for an absent count; use one of {', '.join(ABSENCES)}.")


Cell = Known | Absent


class Counts(Protocol):
    """Where a figure gets its counts from: an organisation's exact return, or the protected counts of a release."""

    def part(self, measure: str, part: str) -> Cell:
        """The amount of a part or union over the quarters of the figure's window, or why there is none."""
        ...


class Figure(NamedTuple):
    """A computed figure, unrounded.

    `value` is in `unit`: percent runs from 0 to 100, points are percentage points or points of a scale. `low` and `high` are the
    95 % interval of `value` where chance plays a part. `numerator` and `denominator` belong to the group the figure is about (the
    comparison group, the part, the only group); `reference_numerator` and `reference_denominator` to the group it is compared
    with. `group_value` and `reference_value` are what is compared: percentages, pounds, scores, or the ratio of the tiers.
    `status` is "shown", "not_calculable" (then `reason` says why), or why an input is absent. `rounding_low` and `rounding_high`
    bound the value that exact counts would have given. `word` is "similar", "higher" or "lower" in place of a ratio from too few
    cases, and then there is no value; it is the rating of a score with bands and the chosen option of a choice otherwise.
    """

    unit: str
    status: str = SHOWN
    reason: str = ""
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    reference_numerator: Decimal | None = None
    reference_denominator: Decimal | None = None
    group_value: Decimal | None = None
    reference_value: Decimal | None = None
    rounding_low: Decimal | None = None
    rounding_high: Decimal | None = None
    word: str = ""

    @property
    def is_shown(self) -> bool:
        """Whether there is a value to show."""
        return self.value is not None
