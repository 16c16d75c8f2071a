"""Sentences for shares, gaps between shares, and pay gaps."""

from __future__ import annotations

from decimal import Decimal

from edi_portal.charts.numbers import Number, count_text, percent_text, points_text, pounds_text, quantise
from edi_portal.charts.words.sentence import Sentence, inside, start


def sentence_for_gap(
    *,
    reference: str,
    comparison: str,
    belief: str,
    reference_percent: Number,
    comparison_percent: Number,
    gap: Number,
    low: Number | None = None,
    high: Number | None = None,
    base: Number | None = None,
) -> Sentence:
    """Two percentages and the gap between them in percentage points.

    `belief` is what the percentages are of ("believe chances are equal"); `gap` is taken as given, its size is shown
    without sign; `low` and `high` are the ends of its 95% interval, larger end first as in the gap's own direction.
    """
    first = f"{percent_text(comparison_percent, base)} of {inside(comparison)}"
    pair = f"{first} and {percent_text(reference_percent, base)} of {inside(reference)} {belief}"
    size = abs(quantise(gap, "points", base))
    if size == 0:
        return Sentence(f"{pair}: no gap.")
    words = points_text(size, base=base)
    return Sentence(f"{pair}, a gap of {words}{_between(gap, low, high, base)}.", words)


def _between(gap: Number, low: Number | None, high: Number | None, base: Number | None) -> str:
    """The interval in the direction of the gap: the end that makes it largest first, "−" where it crosses zero."""
    if low is None or high is None:
        return ""
    sign = -1 if gap < 0 else 1
    far, near = sorted((sign * quantise(low, "points", base), sign * quantise(high, "points", base)), reverse=True)
    texts = [points_text(end, short=True, base=base).removesuffix(" pp") for end in (far, near)]
    return f" ({texts[0]} to {texts[1]})"


def sentence_for_share(
    *,
    group: str,
    part: str,
    whole: str,
    part_percent: Number,
    whole_percent: Number,
    gap: Number,
    parity: int | None = None,
    base: Number | None = None,
) -> Sentence:
    """The share of a group in a part of the staff against its share in the whole.

    `group` is "BME"; `part` "band 8a staff"; `gap` is part minus whole in percentage points; `parity` the headcount
    to parity, positive when people are missing.
    """
    strong = f"{percent_text(part_percent, base)} of {inside(part)} are {group}"
    shown = quantise(gap, "points", base)
    step = f"{points_text(abs(shown), base=base)} {'fewer' if shown < 0 else 'more'}" if shown else "no gap"
    text = f"{strong}, against {percent_text(whole_percent)} of {inside(whole)}: {step}."
    if parity is not None and parity > 0:
        text += f" For parity: {count_text(parity)} more {'person' if parity == 1 else 'people'}."
    return Sentence(text, strong)


def sentence_for_simple_share(
    *, statement: str, percent: Number, events: Number | None = None, base: Number | None = None, good: str = ""
) -> Sentence:
    """One percentage: `statement` follows it ("of interpreter requests were met"); `good` is the direction in words."""
    strong = percent_text(percent)
    counts = f"{count_text(events)} of {count_text(base)}." if events is not None and base is not None else ""
    small = " ".join(part for part in (counts, good) if part)
    return Sentence(f"{strong} {statement}.", strong, f"({small})" if small else "")


def sentence_for_pay_gap(*, gap: Number, measure: str = "mean hourly pay", lower: str = "women", upper: str = "men") -> Sentence:
    """A pay gap in per cent of `upper`'s pay: positive when `lower` earn less. "£1.02 for every £1." """
    shown = quantise(gap, "percent")
    exact = gap if isinstance(gap, Decimal) else Decimal(str(gap))
    pence = f"{pounds_text(1 - exact / 100)} for every £1"
    owner = f"{start(lower)}'s {measure}"
    if shown == 0:
        return Sentence(f"{owner} is level with {upper}'s: {pence}.", "level")
    strong = f"{percent_text(abs(shown))} {'below' if shown > 0 else 'above'} {upper}'s"
    return Sentence(f"{owner} is {strong}: {pence}.", strong)
