"""Amounts with the range that rounding leaves open, and the small sums that figures are made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from kpis.catalogue.formulas import PartRef
from kpis.indicators.figures import ABSENCES, Absent, Counts

ZERO, HUNDRED = Decimal(0), Decimal(100)
_SIGNIFICANT_DIGITS = 12


class Amount(NamedTuple):
    """A count as given, with the lowest and highest true count it may stand for."""

    value: Decimal
    low: Decimal
    high: Decimal

    @property
    def is_exact(self) -> bool:
        """Whether nothing is left open."""
        return self.low == self.high


class Span(NamedTuple):
    """The lowest and highest value that a figure may have had before rounding; None where there is no limit."""

    low: Decimal | None
    high: Decimal | None


class MissingInputError(Exception):
    """An input is absent; `reason` is one of `ABSENCES`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads parts from counts. `rounding` is how far a rounded count may lie from the truth where the count does not say so."""

    counts: Counts
    rounding: Decimal

    def all(self, refs: Iterable[PartRef]) -> tuple[Amount, ...]:
        """Every part, in order. Raises `MissingInputError` with the weightiest reason when any is absent."""
        amounts: list[Amount] = []
        reasons: list[str] = []
        for ref in refs:
            cell = self.counts.part(ref.measure, ref.part)
            if isinstance(cell, Absent):
                reasons.append(cell.reason)
            else:
                amounts.append(self._amount(cell.value, cell.spread))
        if reasons:
            raise MissingInputError(min(reasons, key=ABSENCES.index))
        return tuple(amounts)

    def _amount(self, value: Decimal, spread: Decimal | None) -> Amount:
        """A zero that is shown is a true zero: small counts are hidden, never rounded down to it."""
        width = self.rounding if spread is None else spread
        if not width or not value:
            return Amount(value, value, value)
        return Amount(value, max(ZERO, value - width), value + width)


def quotient_span(above: Amount, below: Amount) -> Span:
    """The range of one amount over another."""
    low = above.low / below.high if below.high else None
    high = above.high / below.low if below.low else None
    return Span(low, high)


def share_span(events: Amount, base: Amount) -> Span:
    """The range of a share in percent, inside 0 to 100."""
    span = quotient_span(events, base)
    low = Decimal(0) if span.low is None else min(HUNDRED, span.low * HUNDRED)
    high = HUNDRED if span.high is None else min(HUNDRED, span.high * HUNDRED)
    return Span(low, high)


def minus(one: Span, other: Span) -> Span:
    """The range of a difference."""
    low = None if one.low is None or other.high is None else one.low - other.high
    high = None if one.high is None or other.low is None else one.high - other.low
    return Span(low, high)


def over(one: Span, other: Span) -> Span:
    """The range of a ratio of two quotients, none of them negative."""
    low = None if one.low is None or not other.high else one.low / other.high
    high = None if one.high is None or not other.low else one.high / other.low
    return Span(low, high)


def decimal_of(number: float) -> Decimal:
    """A computed limit as a decimal of 12 significant digits, so that every machine stores the same."""
    return Decimal(f"{number:.{_SIGNIFICANT_DIGITS}g}")
