"""Shares and gaps between shares, from counts or from published rates."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from edi_portal.stats.estimate import Estimate, NotCalculable
from edi_portal.stats.proportions import difference, wilson
from edi_portal.stats.representation import share_gap as representation_gap
from kpis.catalogue.formulas import CountGroup, PairGap, PartRef, RateGroup, Share, ShareGap
from kpis.indicators.amounts import HUNDRED, Amount, Reading, Span, decimal_of, minus, share_span
from kpis.indicators.figures import NOT_CALCULABLE, Figure

NOTHING = Span(None, None)


class Side(NamedTuple):
    """One group of a share: its percentage, its base, and its number of events unless only a rate was published."""

    percent: Decimal
    base: Amount
    events: Amount | None

    @property
    def floats(self) -> tuple[float, float]:
        """Events and base for the interval; a published rate times its base stands for the events there, and nowhere else."""
        base = float(self.base.value)
        return float(self.percent) / 100 * base if self.events is None else float(self.events.value), base

    @property
    def span(self) -> Span:
        """The range that rounding leaves open, in percent."""
        return Span(self.percent, self.percent) if self.events is None else share_span(self.events, self.base)

    @property
    def is_exact(self) -> bool:
        """Whether the percentage is as exact as its source; a published rate always is."""
        return self.events is None or (self.events.is_exact and self.base.is_exact)


class _EmptyBaseError(Exception):
    """There is nothing below the line."""


class _ImpossibleError(Exception):
    """The counts contradict each other."""


def share(formula: Share, unit: str, reading: Reading) -> Figure:
    """Events out of the base, in percent, with Wilson's interval."""
    try:
        side = _side(formula.group, reading.all(_refs(formula.group)))
    except _EmptyBaseError:
        return Figure(unit, NOT_CALCULABLE, "no_base", denominator=Decimal(0))
    except _ImpossibleError:
        return Figure(unit, NOT_CALCULABLE, "impossible_counts")
    span = NOTHING if side.is_exact else side.span
    low, high = _limits(wilson(*side.floats))
    return Figure(
        unit,
        value=side.percent,
        low=low,
        high=high,
        numerator=None if side.events is None else side.events.value,
        denominator=side.base.value,
        group_value=side.percent,
        rounding_low=span.low,
        rounding_high=span.high,
    )


def share_gap(formula: ShareGap, unit: str, reading: Reading) -> Figure:
    """Share of the part minus share of the whole, in percentage points; the part lies inside the whole."""
    return _gap(formula.part, formula.whole, unit, reading, against_whole=True)


def pair_gap(formula: PairGap, unit: str, reading: Reading) -> Figure:
    """Share of the comparison group minus share of the reference group, in percentage points."""
    return _gap(formula.comparison, formula.reference, unit, reading, against_whole=False)


def _gap(
    ours: CountGroup | RateGroup, theirs: CountGroup | RateGroup, unit: str, reading: Reading, *, against_whole: bool
) -> Figure:
    amounts = reading.all((*_refs(ours), *_refs(theirs)))
    try:
        other = _side(theirs, amounts[2:])
    except _EmptyBaseError:
        return Figure(unit, NOT_CALCULABLE, "no_comparison_group")
    except _ImpossibleError:
        return Figure(unit, NOT_CALCULABLE, "impossible_counts")
    try:
        side = _side(ours, amounts[:2])
    except _EmptyBaseError:
        return Figure(unit, NOT_CALCULABLE, "no_staff_in_group", reference_value=other.percent)
    except _ImpossibleError:
        return Figure(unit, NOT_CALCULABLE, "impossible_counts")
    compare = representation_gap if against_whole else difference
    low, high = _limits(compare(*side.floats, *other.floats))
    span = NOTHING if side.is_exact and other.is_exact else minus(side.span, other.span)
    return Figure(
        unit,
        value=side.percent - other.percent,
        low=low,
        high=high,
        numerator=None if side.events is None else side.events.value,
        denominator=side.base.value,
        reference_numerator=None if other.events is None else other.events.value,
        reference_denominator=other.base.value,
        group_value=side.percent,
        reference_value=other.percent,
        rounding_low=span.low,
        rounding_high=span.high,
    )


def _refs(group: CountGroup | RateGroup) -> tuple[PartRef, PartRef]:
    return (group.rate if isinstance(group, RateGroup) else group.events), group.base


def _side(group: CountGroup | RateGroup, amounts: tuple[Amount, ...]) -> Side:
    given, base = amounts
    if base.value == 0:
        raise _EmptyBaseError
    if isinstance(group, RateGroup):
        if given.value > HUNDRED:
            raise _ImpossibleError
        return Side(given.value, base, None)
    if given.value > base.value:
        raise _ImpossibleError
    return Side(given.value * HUNDRED / base.value, base, given)


def _limits(estimate: Estimate | NotCalculable) -> tuple[Decimal | None, Decimal | None]:
    """Interval limits in percent, or none."""
    if isinstance(estimate, NotCalculable) or estimate.low is None or estimate.high is None:
        return None, None
    return decimal_of(estimate.low * 100), decimal_of(estimate.high * 100)
