"""Sentences for relative likelihoods: how many times as likely, for whom it is a disadvantage, and whether it is chance."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from edi_portal.charts.numbers import Number, count_text, interval_text, ratio_text
from edi_portal.charts.words.sentence import Sentence, inside, short_pair, start

GOOD = "Good is close to 1."


@dataclass(frozen=True, slots=True)
class Side:
    """One group of a likelihood: its label ("White applicants") and, where they may be shown, events and base."""

    label: str
    events: Number | None = None
    base: Number | None = None


def sentence_for_likelihood(
    *,
    reference: Side,
    comparison: Side,
    verb: str,
    ratio: Decimal,
    verdict: str,
    low: Decimal | None = None,
    high: Decimal | None = None,
    range_low: Decimal = Decimal("0.80"),
    range_high: Decimal = Decimal("1.25"),
    adverse: bool = False,
    past: bool = False,
    across: str = "",
) -> Sentence:
    """A ratio of the share of `reference` to the share of `comparison`, in words, by its stored verdict.

    `verb` is "to be appointed once shortlisted"; a part from " once " on stands at the end. `adverse` marks an event
    that nobody wants (a disciplinary process), so a high ratio is the reference group's disadvantage. `past` writes
    "were". `across` ("Across C&M") opens a sentence of the whole system. Verdicts: act, watch, no_difference, and
    better or worse against a comparator; raises ValueError for another.
    """
    strong = f"{ratio_text(ratio)} times as likely"
    action, once, condition = verb.partition(" once ")
    opening = f"{across}, {inside(reference.label)}" if across else start(reference.label)
    finding = f"{opening} {'were' if past else 'are'} {strong} {action} as {inside(comparison.label)}{once}{condition}."
    follow = _follow(verdict, ratio, reference.label, comparison.label, low, high, range_low, range_high, adverse)
    return Sentence(f"{finding} {follow}".strip(), strong, _base(reference, comparison, low, high))


def _follow(
    verdict: str,
    ratio: Decimal,
    reference: str,
    comparison: str,
    low: Decimal | None,
    high: Decimal | None,
    range_low: Decimal,
    range_high: Decimal,
    adverse: bool,
) -> str:
    if verdict == "act":
        group = inside(_disadvantaged(ratio, reference, comparison, adverse))
        return f"That puts {group} at a disadvantage, and it is more than chance."
    if verdict == "watch":
        if low is None or high is None:
            return "This may be chance."
        return f"This may be chance: the interval, {interval_text(low, high, 'ratio')}, includes 1."
    if verdict == "no_difference":
        if range_low <= ratio <= range_high:
            return f"That is inside the accepted range of {interval_text(range_low, range_high, 'ratio')}."
        return "No difference is shown."
    if verdict in ("better", "worse"):
        return f"That is {verdict} than the comparator by more than chance."
    raise ValueError(f"A likelihood has no sentence for the verdict {verdict!r}.")


def _disadvantaged(ratio: Decimal, reference: str, comparison: str, adverse: bool) -> str:
    return comparison if (ratio > 1) != adverse else reference


def _base(reference: Side, comparison: Side, low: Decimal | None, high: Decimal | None) -> str:
    parts = []
    if None not in (reference.events, reference.base, comparison.events, comparison.base):
        names = short_pair(reference.label, comparison.label)
        counts = [f"{_of(side)} {inside(name)}" for side, name in zip((reference, comparison), names, strict=True)]
        parts.append(" and ".join(counts))
    if low is not None and high is not None:
        parts.append(f"95% interval {interval_text(low, high, 'ratio')}")
    return f"({'; '.join(parts)}. {GOOD})" if parts else f"({GOOD})"


def _of(side: Side) -> str:
    return f"{count_text(side.events or 0)} of {count_text(side.base or 0)}"


def sentence_for_no_cases(*, group: str, other: str, expected: Number) -> Sentence:
    """A ratio of 0.00 because the group had no cases; `expected` cases at the rate of the `other` group."""
    number = Decimal(str(expected))
    about = number.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    cases = f"about {count_text(about)} {'case' if about == 1 else 'cases'}" if about else "fewer than 1 case"
    text = f"0.00 (no cases among {inside(group)}). This is no proof of fairness: at the {other} rate, {cases} would be expected."
    return Sentence(text, "0.00")


def sentence_for_direction(*, word: str, reference: str, comparison: str, verb: str) -> Sentence:
    """A released likelihood with an input under 20: only "similar", "higher" or "lower"."""
    if word not in ("similar", "higher", "lower"):
        raise ValueError(f"A likelihood in a word is similar, higher or lower, not {word!r}.")
    linking = {"similar": "as likely", "higher": "more likely", "lower": "less likely"}[word]
    joint = "as" if word == "similar" else "than"
    about = "about " if word == "similar" else ""
    action, once, condition = verb.partition(" once ")
    text = f"{start(reference)} are {about}{linking} {action} {joint} {inside(comparison)}{once}{condition}."
    return Sentence(f"{text} The counts are too small to show a number.")
