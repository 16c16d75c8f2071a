"""What parity would take, in people or cases, from released counts alone."""

from __future__ import annotations

from edi_portal.stats.representation import headcount_to_parity
from kpis.catalogue import KpiDefinition
from kpis.catalogue.formulas import Likelihood, ShareGap
from kpis.selectors.releases import Reading

# Released counts are rounded to 5: fewer than that cannot be told from none.
FEWEST_SAID = 5


def needed_for_parity(definition: KpiDefinition, figure: Reading | None) -> int | None:
    """How many more of the group, to the nearest 5; None where the figure is not of that kind or a count is not released.

    A relative likelihood of wanted events: at the other group's rate. A gap of shares: at the share of the whole.
    """
    if figure is None or figure.value is None:
        return None
    formula = definition.formula
    wanted = (isinstance(formula, Likelihood) and formula.over == "reference") or isinstance(formula, ShareGap)
    counts = (figure.numerator, figure.denominator, figure.reference_numerator, figure.reference_denominator)
    if not wanted or any(count is None for count in counts):
        return None
    part, base, whole, whole_base = (float(count) for count in counts if count is not None)
    if not base or not whole_base:
        return None
    return round(headcount_to_parity(part, base, whole, whole_base) / 5) * 5


def parity_words(definition: KpiDefinition, figure: Reading | None, *, at: str = "") -> str:
    """The same in words, for all organisations together or `at` one; empty where it does not apply or parity is reached."""
    needed = needed_for_parity(definition, figure)
    formula = definition.formula
    if needed is None or needed < FEWEST_SAID:
        return ""
    where = f" at {at}" if at else ""
    if isinstance(formula, Likelihood):
        return f"For parity{where}: about {needed:,} more among {formula.comparison.label}."
    # The sentence of the whole system's share says it already.
    return f"For parity{where}: about {needed:,} more people." if at else ""
