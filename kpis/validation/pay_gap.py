"""Rules on the gender pay gap: V10, P5, P6 and P7, on a return and on a published filing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from kpis.validation.examples import PAY, PAY_GAP, QUARTERS, facts, numbers
from kpis.validation.facts import PayGapMeasures, ReturnFacts
from kpis.validation.findings import Finding, Level
from kpis.validation.rules import Example, Rule, cells_fingerprint, figure, rounded, stated
from kpis.validation.statements import PayGapFiling, Statement
from kpis.validation.thresholds import Thresholds


def check_quarter_sizes(known: ReturnFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """V10: pay quarters hold the same number of people, give or take one; more than five apart is an error."""
    for measure in known.answered():
        for check in measure.checks:
            if check.rule != "V10":
                continue
            # As everywhere, a check on the columns looks along each row: here the rows are the quarters.
            on_rows = check.axis == "columns"
            quarters = measure.rows if on_rows else measure.columns
            sizes = [known.total(measure, [f"{line.key}/*" if on_rows else f"*/{line.key}"]) for line in quarters]
            counted = [size for size in sizes if size is not None]
            apart = max(counted) - min(counted) if len(counted) == len(sizes) else Decimal(0)
            allowed = check.within if check.within is not None else thresholds.quarter_difference
            if apart > allowed:
                level = Level.ERROR if apart > thresholds.quarter_error else Level.QUERY
                listed = ", ".join(f"{line.label.lower()} {figure(size)}" for line, size in zip(quarters, counted, strict=True))
                message = f"{measure.title}: the quarters differ by {figure(apart)} people ({listed})"
                mend = "Sort by hourly pay and cut in four equal parts. A remainder puts 1 more person in a quarter."
                at = [key for key in known.values if key[0] == measure.code]
                yield Finding("V10", level, message, mend, measure.code, fingerprint=cells_fingerprint(known, at))


def is_reversed(now: Sequence[Decimal], then: Sequence[Decimal], thresholds: Thresholds) -> bool:
    """Whether four shares look like the earlier four, upside down."""
    if len(now) != len(then) or not now:
        return False
    straight = sum(abs(here - there) for here, there in zip(now, then, strict=True))
    upside_down = sum(abs(here - there) for here, there in zip(now, reversed(then), strict=True))
    return straight > thresholds.reversal_least_distance and upside_down <= straight * thresholds.swap_closeness


def rises_to_the_top(women: Sequence[Decimal], mean_gap: Decimal | None, thresholds: Thresholds) -> bool:
    """Whether the share of women rises towards the top although women's mean pay is lower."""
    return mean_gap is not None and mean_gap > 0 and len(women) > 1 and women[-1] - women[0] >= thresholds.rising_share_points


def check_quarter_order(known: ReturnFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """P5 on a return."""
    pay = known.pay_gap
    women = pay.women_shares(known.values) if pay else ()
    if pay is None or not women:
        return
    last = pay.women_shares(known.last_year or {})
    cells = (*pay.women, *pay.men)
    if is_reversed(women, last, thresholds):
        message = f"Women in each pay quarter, lowest first: {_shares(women)}. Last year: {_shares(last)}, the other way round"
        yield _pay_query(known, pay, "P5", message, _UPSIDE_DOWN, "reversed", cells)
    elif rises_to_the_top(women, pay.mean_gap(known.values), thresholds):
        message = f"Women in each pay quarter, lowest first: {_shares(women)}. The share rises although women's mean pay is lower"
        yield _pay_query(known, pay, "P5", message, _UPSIDE_DOWN, "rising", cells)


_UPSIDE_DOWN = "Check that the lowest paid quarter comes first. If it does, explain the pattern."


def check_stated_order(statement: Statement, thresholds: Thresholds) -> Iterator[Finding]:
    """P5 on a filing."""
    if not isinstance(statement, PayGapFiling):
        return
    if is_reversed(statement.women, statement.last_women, thresholds):
        message = f"women by quarter {_shares(statement.women)} against {_shares(statement.last_women)}: upside down"
        yield stated("P5", Level.QUERY, statement.name, message, _UPSIDE_DOWN, about="reversed")
    if rises_to_the_top(statement.women, statement.mean_gap, thresholds):
        message = f"women by quarter {_shares(statement.women)} although women's mean pay is lower"
        yield stated("P5", Level.QUERY, statement.name, message, _UPSIDE_DOWN, about="rising")


def check_gap_change(known: ReturnFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """P6 on a return."""
    pay = known.pay_gap
    if pay is None:
        return
    now, then = pay.mean_gap(known.values), pay.mean_gap(known.last_year or {})
    if now is not None and then is not None and abs(now - then) >= thresholds.pay_gap_change_points:
        message = f"The mean pay gap was {rounded(then, 1)}% last year and is {rounded(now, 1)}% now"
        yield _pay_query(known, pay, "P6", message, _POUNDS, "", (pay.mean_men, pay.mean_women))


_POUNDS = "Check that pay per hour was given, and not a difference in pounds or in percent. If it is right, explain the change."


def check_stated_gap_change(statement: Statement, thresholds: Thresholds) -> Iterator[Finding]:
    """P6 on a filing."""
    if not isinstance(statement, PayGapFiling) or statement.mean_gap is None or statement.last_mean_gap is None:
        return
    if abs(statement.mean_gap - statement.last_mean_gap) >= thresholds.pay_gap_change_points:
        message = f"the mean gap was {figure(statement.last_mean_gap)}% and is {figure(statement.mean_gap)}%"
        mend = "Ask whether the difference in pounds was filed as a percentage. Keep it as filed."
        yield stated("P6", Level.QUERY, statement.name, message, mend)


def check_bonus_sum(statement: Statement, thresholds: Thresholds) -> Iterator[Finding]:
    """P7: the shares of men and of women who had a bonus do not add up to 100, unless the split of recipients was filed."""
    if not isinstance(statement, PayGapFiling) or statement.bonus_men is None or statement.bonus_women is None:
        return
    if abs(statement.bonus_men + statement.bonus_women - 100) <= thresholds.bonus_sum_within:
        message = f"{figure(statement.bonus_men)}% of men and {figure(statement.bonus_women)}% of women add up to 100"
        mend = "Ask for the share of each sex that had a bonus, not the split of those who had one."
        yield stated("P7", Level.QUERY, statement.name, message, mend)


def _shares(values: Sequence[Decimal]) -> str:
    return ", ".join(f"{rounded(value, 1)}%" for value in values)


def _pay_query(
    known: ReturnFacts, pay: PayGapMeasures, rule: str, message: str, mend: str, about: str, cells: Sequence[tuple[str, str, str]]
) -> Finding:
    then = pay.mean_gap(known.last_year or {})
    last = {f"last_{index}": share for index, share in enumerate(pay.women_shares(known.last_year or {}))}
    digest = cells_fingerprint(known, (*cells, pay.mean_men, pay.mean_women), then=then, **last)
    return Finding(rule, Level.QUERY, message, mend, cells[0][0], about=about, fingerprint=digest)


def _decimals(*texts: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(text) for text in texts)


_USUAL = [[85, 15], [84, 16], [87, 13], [80, 20]]
_UPSIDE = [[80, 20], [87, 13], [84, 16], [85, 15]]
_PAGE = _decimals("85.08", "83.94", "87.15", "80.75")
_SERVICE = _decimals("80.7", "87.2", "83.9", "85.1")
_LAST = numbers(PAY, [["18.50"], ["14.40"]]) | numbers(QUARTERS, _USUAL)


def _pay_return(quarters: list[list[int]], women: str, **others: Any) -> ReturnFacts:
    return facts((PAY, [["18.50"], [women]]), (QUARTERS, quarters), pay_gap=PAY_GAP, **others)


RULES = (
    Rule(
        "V10",
        "Pay quarters",
        "The four pay quarters differ by at most 1 person. A difference of more than 5 people is an error.",
        Level.QUERY,
        (
            Example("965, 965, 965 and 966", _pay_return([[821, 144], [810, 155], [841, 124], [780, 186]], "14.40"), True),
            Example("3 people apart: a query", _pay_return([[821, 144], [810, 155], [841, 124], [782, 186]], "14.40"), False),
            Example("66 people apart: an error", _pay_return([[821, 144], [810, 155], [841, 124], [845, 186]], "14.40"), False),
        ),
        check_quarter_sizes,
    ),
    Rule(
        "P5",
        "Pay quarters upside down",
        "Quarters that look like last year's in reverse order are asked about. So is a share of women that rises towards the top "
        "by 3 points or more although women's mean pay is lower.",
        Level.QUERY,
        (
            Example("the same order as last year", _pay_return(_USUAL, "14.40", last_year=_LAST), True),
            Example("last year's order reversed", _pay_return(_UPSIDE, "14.40", last_year=_LAST), False),
            Example("rising with a positive gap, no last year", _pay_return(_UPSIDE, "14.40"), False),
            Example("a filing in order", PayGapFiling("Cornwall Partnership", _PAGE, _PAGE, Decimal("13.7")), True),
            Example("a filing upside down", PayGapFiling("Cornwall Partnership", _SERVICE, _PAGE, Decimal("13.7")), False),
        ),
        check_quarter_order,
        check_stated_order,
    ),
    Rule(
        "P6",
        "Sudden change of the pay gap",
        "A mean pay gap that moves by 12 points or more in a year is asked about: pounds may have been given for a percentage.",
        Level.QUERY,
        (
            Example("22.2% and 22.7%", _pay_return(_USUAL, "14.30", last_year=_LAST), True),
            Example("22.2% and 5.4%", _pay_return(_USUAL, "17.50", last_year=_LAST), False),
            Example("31.0 and 26.6", PayGapFiling("A filing", mean_gap=Decimal("26.6"), last_mean_gap=Decimal("31.0")), True),
            Example("22.9 and 5.0", PayGapFiling("A filing", mean_gap=Decimal("5.0"), last_mean_gap=Decimal("22.9")), False),
        ),
        check_gap_change,
        check_stated_gap_change,
    ),
    Rule(
        "P7",
        "Bonus shares that add up to 100",
        "The share of men with a bonus and the share of women with a bonus are shares of different people. "
        "When they add up to 100, "
        "the split of those with a bonus was filed instead.",
        Level.QUERY,
        (
            Example(
                "11.8% of men, 3.2% of women",
                PayGapFiling("A filing", bonus_men=Decimal("11.8"), bonus_women=Decimal("3.2")),
                True,
            ),
            Example("21% and 79%", PayGapFiling("A filing", bonus_men=Decimal("21.0"), bonus_women=Decimal("79.0")), False),
        ),
        on_statement=check_bonus_sum,
    ),
)
