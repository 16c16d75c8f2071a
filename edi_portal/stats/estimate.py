"""What a calculation gives: an estimate with its interval, or the reason why there is none. Never NaN, infinity or a false 0."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

NORMAL = NormalDist()

REASONS = {
    "no_reference_cases": "there were no cases in the reference group",
    "no_staff_in_group": "there is nobody in the group",
    "no_comparison_group": "there is nobody in the comparison group",
    "no_values": "there are no values",
    "zero_pay": "the pay to compare with is zero",
    "no_lower_tier": "there is nobody in the lower tier",
    "too_few_units": "there are too few organisations to rank",
    "no_direction": "neither high nor low is good",
    "too_few_points": "there are too few points in time",
    "too_few_values": "one value alone has no spread",
    "no_expected_cases": "no cases are expected",
    "no_ratio": "the fitted line reaches zero, so its ends have no ratio",
    "no_cases": "there were no cases at all",
    "all_cases": "everybody was a case",
    "group_without_cases": "in one of the groups nobody is a case, or everybody",
    "empty_end": "the first or the last group has no figure",
    "too_few_groups": "fewer than three groups have a figure",
}


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with the limits of its interval; both limits are None where no interval is defined."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class NotCalculable:
    """There is no figure. `reason` is a key of `REASONS`."""

    reason: str

    def __post_init__(self) -> None:
        if self.reason not in REASONS:
            raise ValueError(f"“{self.reason}” is not a reason.")

    @property
    def in_words(self) -> str:
        """The reason as the end of a sentence."""
        return REASONS[self.reason]


@lru_cache(maxsize=32)
def z_of(level: float) -> float:
    """The normal quantile of a two-sided interval at full precision: 1.959963984540054 for 0.95."""
    if not 0 < level < 1:
        raise ValueError("A level lies between 0 and 1, as 0.95.")
    return NORMAL.inv_cdf((1 + level) / 2)
