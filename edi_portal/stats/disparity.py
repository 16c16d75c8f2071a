"""Race disparity ratios between tiers of pay bands, and the identity that ties the three together.

RDR(lower→upper) = (W_upper/W_lower) / (B_upper/B_lower). The ratio of the long step is the product of the two short ones.
It is a stock measure, not a rate of promotion. The interval treats the four headcounts as independent counts:
ln RDR ± z·sqrt(1/W_upper + 1/W_lower + 1/B_upper + 1/B_lower) (Woolf, Annals of Human Genetics 19 (1955) 251-253).
"""

from __future__ import annotations

from math import exp, log, sqrt

from edi_portal.stats.estimate import Estimate, NotCalculable, z_of


def disparity_ratio(
    reference_lower: float, reference_upper: float, comparison_lower: float, comparison_upper: float, level: float = 0.95
) -> Estimate | NotCalculable:
    """How many times as likely the reference group is to stand in the upper rather than the lower tier. Above 1: it progresses more."""
    if reference_lower == 0 or comparison_lower == 0:
        return NotCalculable("no_lower_tier")
    if comparison_upper == 0:
        return NotCalculable("no_comparison_group")
    ratio = (reference_upper / reference_lower) / (comparison_upper / comparison_lower)
    if reference_upper == 0:
        return Estimate(0.0)
    spread = z_of(level) * sqrt(1 / reference_upper + 1 / reference_lower + 1 / comparison_upper + 1 / comparison_lower)
    return Estimate(ratio, exp(log(ratio) - spread), exp(log(ratio) + spread))
