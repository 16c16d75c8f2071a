"""The mistakes that published figures contain, looked for in typed counts and in the figure somebody was about to print.

Rules that exist for returns and for published figures are run as they are. What only a person with the counts and the
printed figure side by side can see (turned round, in pounds, as a fraction, of the wrong group) is added here under the id
of the rule it belongs to. No finding changes a figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from edi_portal.periods import Quarter
from kpis.calculator.printed import Printed
from kpis.calculator.questions import Question
from kpis.calculator.typed import facts_of, quarter_shares
from kpis.catalogue.formulas import CountGroup, Disparity, Likelihood, PairGap, PayGap, RateGroup, Share, ShareGap
from kpis.indicators import Figure
from kpis.validation import check_return, check_statement
from kpis.validation.findings import Finding, Level
from kpis.validation.rules import figure as number
from kpis.validation.rules import round_half_up, rounded
from kpis.validation.statements import PayGapFiling, StatedRatio
from kpis.validation.thresholds import DEFAULT_THRESHOLDS, Thresholds

PLACES = {"ratio": 2, "percent": 1, "points": 1}


@dataclass(frozen=True, slots=True)
class Beside:
    """What a person may give beside the counts: the figure they have in print, the last one, and last year's quarters."""

    printed: Printed | None = None
    last: Printed | None = None
    mean_gap: Printed | None = None
    last_quarters: tuple[Decimal, ...] = ()


def find_mistakes(
    question: Question,
    values: Mapping[str, Decimal],
    figure: Figure,
    beside: Beside,
    quarter: Quarter,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
) -> tuple[Finding, ...]:
    """Everything that looks wrong, errors first. Each finding says what and what to do."""
    found = [*check_return(facts_of(question, values, quarter), thresholds)]
    found += _typed_units(question, values, thresholds)
    found += _pay_quarters(question, values, beside, thresholds)
    if figure.value is not None:
        if beside.printed is not None:
            found += _printed(question, figure, beside.printed, thresholds)
        if beside.last is not None:
            found += _jump(question, figure.value, beside.last.value, thresholds)
        found += _few(question, figure, thresholds)
    once = {finding.key + finding.message: finding for finding in found}
    levels = list(Level)
    return tuple(sorted(once.values(), key=lambda finding: levels.index(finding.level)))


def _finding(rule: str, level: Level, message: str, mend: str, about: str = "") -> Finding:
    return Finding(rule, level, message, mend, about=about)


def _typed_units(question: Question, values: Mapping[str, Decimal], thresholds: Thresholds) -> Iterator[Finding]:
    """Percentages typed as fractions of 1, and two groups' shares that add up to 100 because one whole was split."""
    formula = question.formula
    groups = (
        (formula.reference, formula.comparison)
        if isinstance(formula, PairGap)
        else (formula.group,)
        if isinstance(formula, Share)
        else ()
    )
    rates = [(group, values[str(group.rate)]) for group in groups if isinstance(group, RateGroup) and str(group.rate) in values]
    for group, rate in rates:
        if 0 < rate <= 1:
            yield _finding(
                "P3",
                Level.QUERY,
                f"{group.label}: {number(rate)}% is less than 1 person in 100",
                f"If you mean {number(rate * 100)}%, type {number(rate * 100)}.",
                group.label,
            )
    total = sum((rate for _, rate in rates), Decimal(0))
    if len(rates) == 2 and abs(total - 100) <= thresholds.bonus_sum_within:
        yield _finding(
            "P7",
            Level.QUERY,
            "The two percentages add up to 100",
            "Give the share of each group, not the split of those who gave the answer.",
        )
    counted = [group for group in groups if isinstance(group, CountGroup)]
    shares = [share for group in counted if (share := _share(group, values)) is not None]
    if isinstance(formula, PairGap) and len(shares) == 2:
        yield from check_statement(PayGapFiling(question.name, bonus_men=shares[0], bonus_women=shares[1]), thresholds)


def _share(group: CountGroup, values: Mapping[str, Decimal]) -> Decimal | None:
    events, base = values.get(str(group.events)), values.get(str(group.base))
    return events / base * 100 if events is not None and base else None


def _pay_quarters(question: Question, values: Mapping[str, Decimal], beside: Beside, thresholds: Thresholds) -> Iterator[Finding]:
    """Quarters upside down, against last year's or against the mean gap."""
    if question.quarters is None:
        return
    women = quarter_shares(question.quarters, values)
    mean = beside.mean_gap.value if beside.mean_gap is not None else None
    if women:
        filing = PayGapFiling(question.name, women=women, last_women=beside.last_quarters, mean_gap=mean)
        yield from check_statement(filing, thresholds)
    if len(beside.last_quarters) == 4:
        total = sum(beside.last_quarters, Decimal(0))
        if max(beside.last_quarters) <= 1 and total > 0:
            message = f"Last year’s shares are at most {number(max(beside.last_quarters))}: these are fractions"
            yield _finding("P3", Level.QUERY, message, "Multiply each by 100, and type 80.5 for 80.5%.", "last_quarters")


def _printed(question: Question, figure: Figure, printed: Printed, thresholds: Thresholds) -> Iterator[Finding]:
    """The figure in print against the figure of the counts."""
    exact = figure.value or Decimal(0)
    turned = [*_known_slips(question, figure, exact, printed)]
    if isinstance(question.formula, Likelihood | Disparity):
        found = check_statement(_stated_ratio(question, figure, printed), thresholds)
        # The reason is worth more than the bare difference.
        yield from (finding for finding in found if not (turned and finding.rule in {"P1", "P13", "V9"}))
    yield from turned
    if turned or isinstance(question.formula, Likelihood):
        return
    if round_half_up(exact, printed.decimals) != printed.value:
        message = f"The counts give {rounded(exact, max(printed.decimals, 1))}, the print says {number(printed.value)}"
        yield _finding("P1", Level.QUERY, message, "Compute from the counts and round once, at the end.")


def _stated_ratio(question: Question, figure: Figure, printed: Printed) -> StatedRatio:
    shares = (figure.reference_value, figure.group_value)
    if isinstance(question.formula, Likelihood) and question.formula.over == "comparison":
        shares = (figure.group_value, figure.reference_value)
    events = (figure.numerator or Decimal(0)) + (figure.reference_numerator or Decimal(0))
    return StatedRatio(
        "The figure in print",
        printed.value,
        printed.decimals,
        question.definition.orientation.partition(":")[0],
        printed.sign == "%",
        shares[0],
        shares[1],
        events=events,
    )


def _known_slips(question: Question, figure: Figure, exact: Decimal, printed: Printed) -> Iterator[Finding]:
    """Each slip that would turn the right figure into the printed one; the first that fits is told."""
    if round_half_up(exact, printed.decimals) == printed.value:
        if question.unit == "points" and printed.sign == "%":
            message = f"{number(printed.value)}% is a difference of two percentages"
            yield _finding("P3", Level.QUERY, message, "Write percentage points (pp), not %.", "unit")
        if isinstance(question.formula, PayGap) and printed.sign in {"£", "p"}:
            yield _finding(
                "P3", Level.QUERY, "A pay gap is a percentage, not an amount of money", "Write it with a % sign.", "unit"
            )
        return
    for value, rule, message, mend in _slips(question, figure, exact):
        if printed.value == round_half_up(value, printed.decimals):
            yield _finding(rule, Level.QUERY, message, mend, "slip")
            return


Slip = tuple[Decimal, str, str, str]


def _slips(question: Question, figure: Figure, exact: Decimal) -> Iterator[Slip]:
    formula, right = question.formula, rounded(exact, PLACES.get(question.unit, 1))
    if isinstance(formula, Likelihood | Disparity):
        yield from _ratio_slips(question, figure, exact, right)
    if isinstance(formula, PayGap) and figure.reference_value is not None and figure.group_value is not None:
        apart = figure.reference_value - figure.group_value
        yield apart, "P6", f"That is the difference in pounds: £{rounded(apart, 2)}", f"The gap is {right}% of men’s pay."
        if figure.group_value:
            other = apart / figure.group_value * 100
            yield other, "P2", "That divides by women’s pay", f"The standard divides by men’s pay, which gives {right}%."
    if question.unit in {"points", "percent"}:
        yield -exact, "P2", "That is the gap the other way round", f"{question.definition.orientation}. It is {right}."
        yield exact / 100, "P3", "That is a fraction of 1, not a percentage", f"Type {right}."
    if isinstance(formula, ShareGap | PairGap) and figure.group_value is not None:
        group = rounded(figure.group_value, 1)
        yield (
            figure.group_value,
            "P9",
            f"That is the share itself, {group}%, not the gap",
            f"The gap is {right} percentage points.",
        )
        if figure.reference_value:
            relative = exact / figure.reference_value * 100
            message = "That is the difference in per cent of the other share"
            yield relative, "P3", message, f"A gap is in percentage points: {right}."
    if isinstance(formula, Share):
        yield 100 - exact, "P2", "That is the share of everybody else", f"The share asked for is {right}%."


def _ratio_slips(question: Question, figure: Figure, exact: Decimal, right: str) -> Iterator[Slip]:
    above = question.definition.orientation.partition(":")[0]
    if exact:
        message = "That is the ratio the other way up"
        yield 1 / exact, "P2", message, f"The standard asks for {above}, which is {right}. Or the two groups are exchanged."
        yield exact * 100, "P3", "That is the ratio as a percentage", f"A ratio has no % sign: write {right}."
        yield (exact - 1) * 100, "P3", "That is “per cent more likely”", f"Write {right} times as likely."
    if figure.group_value is not None and figure.reference_value is not None and isinstance(question.formula, Likelihood):
        apart = abs(figure.reference_value - figure.group_value)
        yield apart, "P3", "That is the difference of the two rates in percentage points", f"The ratio is {right}."


def _jump(question: Question, now: Decimal, then: Decimal, thresholds: Thresholds) -> Iterator[Finding]:
    """The figure against the last one: turned round, or moved more than experience allows."""
    words = f"It was {number(then)} last time and is {rounded(now, PLACES.get(question.unit, 1))} now"
    if isinstance(question.formula, Likelihood | Disparity):
        yield from _ratio_jump(words, now, then, thresholds)
    elif isinstance(question.formula, PayGap | ShareGap | PairGap) and _is_reversed(now, then, thresholds):
        yield _finding("P4", Level.QUERY, f"{words}: the reverse", _EXCHANGED, "last")
    elif isinstance(question.formula, PayGap):
        if abs(now - then) >= thresholds.pay_gap_change_points:
            mend = "Check that neither figure is a difference in pounds. If both are right, say what changed."
            yield _finding("P6", Level.QUERY, words, mend, "last")
    elif question.unit in {"points", "percent"} and abs(now - then) >= thresholds.series_jump_points:
        yield _finding("P14", Level.QUERY, words, f"Ask whether the question or its base changed. {_CHECK}", "last")
    elif question.unit in {"points", "percent"} and abs(now - then) > thresholds.share_change_points:
        yield _finding("V7", Level.QUERY, words, _CHECK, "last")


_CHECK = "Check the counts, the groups and the unit. If they are right, say what changed."
_EXCHANGED = "Check that the two groups are not exchanged."


def _ratio_jump(words: str, now: Decimal, then: Decimal, thresholds: Thresholds) -> Iterator[Finding]:
    crossed = now > 0 and then > 0 and (now > 1) != (then > 1)
    if crossed and abs(1 / then - now) <= abs(then - now) * thresholds.swap_closeness:
        yield _finding("P4", Level.QUERY, f"{words}: about the reverse", _EXCHANGED, "last")
    elif then > thresholds.ratio_ceiling:
        message = f"{number(then)} is more than a ratio can believably be: the last figure may be a percentage"
        yield _finding("P3", Level.QUERY, message, "Look up the last ratio.", "last")
    elif abs(now - then) > thresholds.ratio_change:
        yield _finding("V7", Level.QUERY, words, _CHECK, "last")


def _is_reversed(now: Decimal, then: Decimal, thresholds: Thresholds) -> bool:
    """Whether a gap changed its sign and little else."""
    far = min(abs(now), abs(then)) >= thresholds.swap_least_gap
    return far and (now > 0) != (then > 0) and abs(now + then) <= abs(now - then) * thresholds.swap_closeness


def _few(question: Question, figure: Figure, thresholds: Thresholds) -> Iterator[Finding]:
    """A ratio of a handful of cases is arithmetic, not evidence."""
    if not isinstance(question.formula, Likelihood) or figure.numerator is None or figure.reference_numerator is None:
        return
    cases = figure.numerator + figure.reference_numerator
    if cases < thresholds.ratio_least_events:
        message = f"There are {number(cases)} cases in both groups together"
        yield _finding("P13", Level.INFORMATION, message, "Too few to tell: show the counts, and no verdict.", "few")


def is_few(question: Question, figure: Figure, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> bool:
    """Whether a likelihood rests on too few cases for a verdict."""
    return any(True for _ in _few(question, figure, thresholds))
