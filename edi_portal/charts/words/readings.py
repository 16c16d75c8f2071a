"""Sentences for readings: against a comparator, rank, pooled figure and median, false alarms."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from edi_portal.charts.numbers import Number, count_text, ordinal_text, plural
from edi_portal.charts.verdicts import verdict_for
from edi_portal.charts.words.absences import ABSENCES, sentence_for_no_figure
from edi_portal.charts.words.sentence import Sentence


def sentence_for_comparator(verdict: str, *, comparator: str, comparator_text: str = "") -> Sentence:
    """A reading against others: `comparator` is "the median of acute trusts", `comparator_text` its figure ("24%").

    Every verdict of the vocabulary has a sentence; raises ValueError for a code outside it.
    """
    than = f"{comparator} ({comparator_text})" if comparator_text else comparator
    if verdict in ("better", "worse"):
        word = verdict_for(verdict).word
        return Sentence(f"{word} than {than}, by more than chance.", word)
    if verdict == "no_difference":
        return Sentence(f"No difference shown from {than}.")
    if verdict == "act":
        return Sentence(f"To act on: outside {than}, by more than chance.", "To act on")
    if verdict == "watch":
        return Sentence(f"To watch: outside {than}, but this may be chance.", "To watch")
    if verdict in ABSENCES:
        return sentence_for_no_figure(verdict)
    raise ValueError(f"{verdict!r} is not a reading.")


def sentence_for_rank(*, first: int | None, last: int | None, of: int, kind: str = "organisations") -> Sentence:
    """The range of ranks that chance leaves open: "Between 4th and 11th of 18 trusts." """
    if first is None or last is None:
        return Sentence("Too few to rank.")
    if first == last:
        return Sentence(f"{ordinal_text(first)} of {count_text(of)} {kind}.")
    return Sentence(f"Between {ordinal_text(first)} and {ordinal_text(last)} of {count_text(of)} {kind}.")


def sentence_for_system(
    *, pooled_text: str = "", median_text: str = "", returned: int, due: int, system: str = "C&M", median_of: str = "organisation"
) -> Sentence:
    """The pooled figure and the median beside each other, and how many returned. Figures come as text in their unit."""
    returned_text = f"{count_text(returned)} of {count_text(due)} returned."
    if pooled_text and median_text:
        text = f"Across {system} {pooled_text} (all counts added up); the median {median_of} has {median_text}."
    elif pooled_text:
        text = f"Across {system} {pooled_text} (all counts added up)."
    elif median_text:
        text = f"The median {median_of} has {median_text}."
    else:
        text = f"No figure for {system}."
    return Sentence(f"{text} {returned_text}", pooled_text or median_text or None)


def sentence_for_false_alarms(*, readings: int, expected: Number) -> Sentence:
    """How many flags chance alone would raise among all readings."""
    about = Decimal(str(expected)).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    many = "fewer than 1" if about == 0 else f"about {count_text(about)}"
    return Sentence(f"With {plural(readings, 'reading')}, {many} would be flagged by chance alone.")
