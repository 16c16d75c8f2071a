"""Scores, pay gaps, counts, rates and answers: figures without an interval."""

from __future__ import annotations

from decimal import Decimal
from statistics import median

from kpis.catalogue.formulas import Choice, Count, PayGap, Rate, Score, ScoreGap, Sum, YesNo
from kpis.indicators.amounts import HUNDRED, Amount, Reading, Span, quotient_span
from kpis.indicators.figures import NOT_CALCULABLE, Figure


def pay_gap(formula: PayGap, unit: str, reading: Reading) -> Figure:
    """(reference - comparison) / reference x 100: above 0 the comparison group is paid less."""
    reference, comparison = reading.all((formula.reference.value, formula.comparison.value))
    facts = Figure(unit, group_value=comparison.value, reference_value=reference.value)
    if reference.value == 0:
        return facts._replace(status=NOT_CALCULABLE, reason="zero_pay")
    return facts._replace(value=(reference.value - comparison.value) * HUNDRED / reference.value)


def score(formula: Score, unit: str, reading: Reading) -> Figure:
    """Sum of the scores, and the middle one of the services' totals where there are services; with its rating."""
    outcomes = reading.all((*formula.parts, *(ref for service in formula.services for ref in service)))
    total = _total(outcomes[: len(formula.parts)])
    rest = outcomes[len(formula.parts) :]
    totals = []
    for service in formula.services:
        totals.append(_total(rest[: len(service)]))
        rest = rest[len(service) :]
    value = total + (median(totals) if totals else Decimal(0))
    if value > formula.maximum:
        return Figure(unit, NOT_CALCULABLE, "impossible_counts")
    reached = [band.label for band in formula.bands if value >= band.low]
    return Figure(unit, value=value, numerator=value, denominator=formula.maximum, word=reached[-1] if reached else "")


def score_gap(formula: ScoreGap, unit: str, reading: Reading) -> Figure:
    """Mean of the comparison group's sub-scores minus the reference group's, in points of the scale."""
    ours, theirs = formula.comparison, formula.reference
    amounts = reading.all((*ours.parts, *theirs.parts, ours.base, theirs.base))
    own = _total(amounts[: len(ours.parts)]) / len(ours.parts)
    other = _total(amounts[len(ours.parts) : -2]) / len(theirs.parts)
    return Figure(
        unit,
        value=own - other,
        denominator=amounts[-2].value,
        reference_denominator=amounts[-1].value,
        group_value=own,
        reference_value=other,
    )


def count(formula: Count, unit: str, reading: Reading) -> Figure:
    """One number as it stands."""
    (amount,) = reading.all((formula.part,))
    span = _open(amount)
    return Figure(unit, value=amount.value, numerator=amount.value, rounding_low=span.low, rounding_high=span.high)


def total(formula: Sum, unit: str, reading: Reading) -> Figure:
    """Several numbers added up, out of a maximum where there is one."""
    amounts = reading.all(formula.parts)
    summed = Amount(
        _total(amounts), sum((one.low for one in amounts), Decimal(0)), sum((one.high for one in amounts), Decimal(0))
    )
    span = _open(summed)
    return Figure(
        unit,
        value=summed.value,
        numerator=summed.value,
        denominator=formula.maximum,
        rounding_low=span.low,
        rounding_high=span.high,
    )


def rate(formula: Rate, unit: str, reading: Reading) -> Figure:
    """Events for every `per` of the base."""
    events, base = reading.all((formula.events, formula.base))
    if base.value == 0:
        return Figure(unit, NOT_CALCULABLE, "no_base", numerator=events.value, denominator=base.value)
    span = Span(None, None)
    if not (events.is_exact and base.is_exact):
        span = quotient_span(events, base)
    return Figure(
        unit,
        value=events.value * formula.per / base.value,
        numerator=events.value,
        denominator=base.value,
        rounding_low=None if span.low is None else span.low * formula.per,
        rounding_high=None if span.high is None else span.high * formula.per,
    )


def yes_no(formula: YesNo, unit: str, reading: Reading) -> Figure:
    """1 for yes, 0 for no."""
    (answer,) = reading.all((formula.part,))
    if answer.value not in (0, 1):
        return Figure(unit, NOT_CALCULABLE, "impossible_counts")
    return Figure(unit, value=answer.value, word="yes" if answer.value else "no")


def choice(formula: Choice, unit: str, reading: Reading) -> Figure:
    """1 when the chosen option counts as good, else 0; the option itself is the word."""
    (answer,) = reading.all((formula.part,))
    position = int(answer.value)
    if position != answer.value or not 1 <= position <= len(formula.options):
        return Figure(unit, NOT_CALCULABLE, "impossible_counts")
    option = formula.options[position - 1]
    return Figure(unit, value=Decimal(option in formula.good), word=option)


def _total(amounts: tuple[Amount, ...]) -> Decimal:
    return sum((amount.value for amount in amounts), Decimal(0))


def _open(amount: Amount) -> Span:
    """The range that rounding leaves open; none for an exact amount."""
    return Span(None, None) if amount.is_exact else Span(amount.low, amount.high)
