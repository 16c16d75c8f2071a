"""Ratios of two groups: relative likelihood and the disparity of tiers."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from edi_portal.stats.disparity import disparity_ratio
from edi_portal.stats.estimate import Estimate, NotCalculable
from edi_portal.stats.likelihood import relative_likelihood
from edi_portal.stats.proportions import difference
from kpis.catalogue.formulas import Disparity, Likelihood
from kpis.indicators.amounts import HUNDRED, Amount, Reading, Span, decimal_of, over, quotient_span
from kpis.indicators.figures import NOT_CALCULABLE, Figure

Pair = tuple[Amount, Amount]


def likelihood(formula: Likelihood, unit: str, reading: Reading, few_below: int | None) -> Figure:
    """(events/base of the first group) / (events/base of the second), with its log-normal interval."""
    reference = formula.reference
    comparison = formula.comparison
    amounts = reading.all((comparison.events, comparison.base, reference.events, reference.base))
    ours, theirs = (amounts[0], amounts[1]), (amounts[2], amounts[3])
    facts = _facts(unit, ours, theirs, scale=HUNDRED)
    if any(events.value > base.value for events, base in (ours, theirs)):
        return facts._replace(status=NOT_CALCULABLE, reason="impossible_counts")
    first, second = (theirs, ours) if formula.over == "reference" else (ours, theirs)
    estimate = relative_likelihood(*_floats(first), *_floats(second))
    return _ratio(facts, estimate, first, second, few_below, lambda: _difference(_floats(first), _floats(second)))


def disparity(formula: Disparity, unit: str, reading: Reading, few_below: int | None) -> Figure:
    """(upper/lower tier of the reference group) / (upper/lower tier of the comparison group)."""
    reference, comparison = formula.reference, formula.comparison
    amounts = reading.all((comparison.upper, comparison.lower, reference.upper, reference.lower))
    ours, theirs = (amounts[0], amounts[1]), (amounts[2], amounts[3])
    facts = _facts(unit, ours, theirs, scale=Decimal(1))
    (upper, lower), (their_upper, their_lower) = _floats(ours), _floats(theirs)
    estimate = disparity_ratio(their_lower, their_upper, lower, upper)
    return _ratio(
        facts,
        estimate,
        theirs,
        ours,
        few_below,
        lambda: _difference((their_upper, their_upper + their_lower), (upper, upper + lower)),
    )


def _facts(unit: str, ours: Pair, theirs: Pair, *, scale: Decimal) -> Figure:
    """What is known besides the ratio: the counts, and each group's own rate."""

    def rate(pair: Pair) -> Decimal | None:
        return pair[0].value * scale / pair[1].value if pair[1].value else None

    return Figure(
        unit,
        numerator=ours[0].value,
        denominator=ours[1].value,
        reference_numerator=theirs[0].value,
        reference_denominator=theirs[1].value,
        group_value=rate(ours),
        reference_value=rate(theirs),
    )


def _ratio(
    facts: Figure,
    estimate: Estimate | NotCalculable,
    first: Pair,
    second: Pair,
    few_below: int | None,
    fallback: Callable[[], Estimate],
) -> Figure:
    if isinstance(estimate, NotCalculable):
        return facts._replace(status=NOT_CALCULABLE, reason=estimate.reason)
    inputs = (*first, *second)
    if few_below is not None and any(amount.value < few_below for amount in inputs):
        return facts._replace(status="too_few", reason="few_cases", word=_word(estimate, fallback))
    span = Span(None, None)
    if not all(amount.is_exact for amount in inputs):
        span = over(quotient_span(*first), quotient_span(*second))
    return facts._replace(  # One division of whole products: a ratio of exactly 1.25 comes out as exactly 1.25.
        value=(first[0].value * second[1].value) / (first[1].value * second[0].value),
        low=None if estimate.low is None else decimal_of(estimate.low),
        high=None if estimate.high is None else decimal_of(estimate.high),
        rounding_low=span.low,
        rounding_high=span.high,
    )


def _word(estimate: Estimate, fallback: Callable[[], Estimate]) -> str:
    """What may be said in place of a ratio from few cases: only a difference beyond chance is named."""
    low, high, parity = estimate.low, estimate.high, 1.0
    if low is None or high is None:
        apart = fallback()
        low, high, parity = apart.low or 0.0, apart.high or 0.0, 0.0
    if low > parity:
        return "higher"
    return "lower" if high < parity else "similar"


def _difference(first: tuple[float, float], second: tuple[float, float]) -> Estimate:
    """The difference of two rates; both bases are above 0 where a ratio was calculable."""
    found = difference(*first, *second)
    if isinstance(found, NotCalculable):
        raise ValueError(found.in_words)
    return found


def _floats(pair: Pair) -> tuple[float, float]:
    return float(pair[0].value), float(pair[1].value)
