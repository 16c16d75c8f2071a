"""Race disparity ratios between tiers of pay bands, and the identity that ties the three together.

RDR(lower→upper) = (W_upper/W_lower) / (B_upper/B_lower). The ratio of the long step is the product of the two short ones.
It is a stock measure, not a rate of promotion. The interval treats the four headcounts as independent counts:
ln RDR ± z·sqrt(1/W_upper + 1/W_lower + 1/B_upper + 1/B_lower) (Woolf, Annals of Human Genetics 19 (1955) 251-253).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, isclose, log, sqrt
from typing import Literal

from edi_portal.stats.estimate import Estimate, NotCalculable, z_of

Tier = Literal["lower", "middle", "upper"]


def disparity_ratio(
    reference_lower: float, reference_upper: float, comparison_lower: float, comparison_upper: float, level: float = 0.95
) -> Estimate | NotCalculable:
    """The reference group's upper-to-lower ratio over that of the comparison group. Above 1: the former progresses more."""
    if reference_lower == 0 or comparison_lower == 0:
        return NotCalculable("no_lower_tier")
    if comparison_upper == 0:
        return NotCalculable("no_comparison_group")
    ratio = (reference_upper / reference_lower) / (comparison_upper / comparison_lower)
    if reference_upper == 0:
        return Estimate(0.0)
    spread = z_of(level) * sqrt(1 / reference_upper + 1 / reference_lower + 1 / comparison_upper + 1 / comparison_lower)
    return Estimate(ratio, exp(log(ratio) - spread), exp(log(ratio) + spread))


@dataclass(frozen=True, slots=True)
class Tiers:
    """Headcount of one group in the three tiers of pay bands: 5 and under, 6 and 7, 8a and over."""

    lower: float
    middle: float
    upper: float

    def __post_init__(self) -> None:
        if min(self.lower, self.middle, self.upper) < 0:
            raise ValueError("A headcount is not below 0.")


@dataclass(frozen=True, slots=True)
class DisparityRatios:
    """The ratios of the two short steps and of the long one."""

    lower_to_middle: Estimate | NotCalculable
    middle_to_upper: Estimate | NotCalculable
    lower_to_upper: Estimate | NotCalculable

    @property
    def product_holds(self) -> bool:
        """Whether the long step is the product of the short ones; true where a step is not calculable, as nothing contradicts."""
        steps = (self.lower_to_middle, self.middle_to_upper, self.lower_to_upper)
        values = [step.value for step in steps if isinstance(step, Estimate)]
        return len(values) < 3 or isclose(values[0] * values[1], values[2], rel_tol=1e-9)


def disparity_ratios(reference: Tiers, comparison: Tiers, level: float = 0.95) -> DisparityRatios:
    """All three ratios of a reference group (White) over a comparison group (BME)."""

    def step(lower: Tier, upper: Tier) -> Estimate | NotCalculable:
        above, below = getattr(reference, upper), getattr(reference, lower)
        return disparity_ratio(below, above, getattr(comparison, lower), getattr(comparison, upper), level)

    return DisparityRatios(step("lower", "middle"), step("middle", "upper"), step("lower", "upper"))
