"""One entry for every kind of formula: counts in, figure out."""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from kpis.catalogue.definitions import KpiDefinition
from kpis.catalogue.formulas import (
    Choice,
    Count,
    Disparity,
    Formula,
    Likelihood,
    PairGap,
    PayGap,
    Rate,
    Score,
    ScoreGap,
    Share,
    ShareGap,
    Sum,
    YesNo,
)
from kpis.indicators import numbers, ratios, shares
from kpis.indicators.amounts import MissingInputError, Reading
from kpis.indicators.figures import Counts, Figure


def compute(
    version: KpiDefinition,
    counts: Counts,
    *,
    component: str | None = None,
    rounding: int = 0,
    few_below: int | None = None,
) -> Figure:
    """The figure of a KPI, or of one of its components, from whatever counts are given.

    `rounding` is how far a rounded count may lie from the truth (2 for counts rounded to 5) where a count does not say so
    itself; it gives the figure's rounding range. `few_below` gives a word in place of a ratio when any of its four counts
    is smaller.
    """
    reading = Reading(counts, Decimal(rounding))
    unit = version.unit_of(component)
    try:
        return _compute(version.formula_of(component), unit, reading, few_below)
    except MissingInputError as absent:
        return Figure(unit, absent.reason)


def _compute(formula: Formula, unit: str, reading: Reading, few_below: int | None) -> Figure:
    match formula:
        case Likelihood():
            return ratios.likelihood(formula, unit, reading, few_below)
        case Disparity():
            return ratios.disparity(formula, unit, reading, few_below)
        case Share():
            return shares.share(formula, unit, reading)
        case ShareGap():
            return shares.share_gap(formula, unit, reading)
        case PairGap():
            return shares.pair_gap(formula, unit, reading)
        case PayGap():
            return numbers.pay_gap(formula, unit, reading)
        case Score():
            return numbers.score(formula, unit, reading)
        case ScoreGap():
            return numbers.score_gap(formula, unit, reading)
        case Count():
            return numbers.count(formula, unit, reading)
        case Sum():
            return numbers.total(formula, unit, reading)
        case Rate():
            return numbers.rate(formula, unit, reading)
        case YesNo():
            return numbers.yes_no(formula, unit, reading)
        case Choice():
            return numbers.choice(formula, unit, reading)
        case _:
            assert_never(formula)
