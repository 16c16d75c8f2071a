"""Sentences where there is no figure: why, and never a zero in its place."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from edi_portal.charts.numbers import Number, count_text
from edi_portal.charts.words.sentence import Sentence, inside

_NO_CASES = ("Not calculable: there were no {group} cases.", "Not calculable: there were no cases.")
_NOBODY = ("Not calculable: nobody was counted among {group}.", "Not calculable: nobody was counted.")
# Reasons about a group: with its name ("White", "BME staff"), and without.
_OF_GROUP: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "no_reference_cases": _NO_CASES,
        "no_comparison_cases": _NO_CASES,
        "no_comparison_group": _NOBODY,
        "no_staff_in_group": _NOBODY,
        "no_base": _NOBODY,
    }
)
_PLAIN: Mapping[str, str] = MappingProxyType(
    {
        "not_calculable": "Not calculable from the counts given.",
        "no_lower_tier": "Not calculable: nobody was counted in the lower pay bands.",
        "zero_pay": "Not calculable: the pay to compare with is zero.",
        "impossible_counts": "Not calculable: the counts contradict each other.",
        "few_cases": "Too few to show a number.",
        "withheld": "Withheld to protect people.",
        "too_few": "Too few to tell.",
        "not_applicable": "Not applicable.",
        "not_available": "Not available yet.",
        "not_returned": "Not returned.",
        "not_collected": "Not collected in this period.",
        "incomplete_year": "Not available yet: fewer than four quarters are in.",
    }
)
ABSENCES = frozenset(_OF_GROUP) | frozenset(_PLAIN)


def sentence_for_no_figure(
    reason: str, *, group: str = "", detail: str = "", period: str = "", expected_on: str = ""
) -> Sentence:
    """Why there is no figure.

    `reason` is a status or reason code of a figure; `group` the people the reason is about; `detail` a reason
    given by the organisation; `period` for a missing return; `expected_on` a date in words. Raises ValueError for
    an unknown code.
    """
    if reason in _OF_GROUP:
        named, unnamed = _OF_GROUP[reason]
        return Sentence(named.format(group=inside(group)) if group else unnamed)
    if reason not in _PLAIN:
        raise ValueError(f"{reason!r} is no reason for a missing figure. Known: {', '.join(sorted(ABSENCES))}.")
    text = _PLAIN[reason]
    if reason == "not_returned" and period:
        text = f"Not returned for {period}."
    if reason == "not_available" and expected_on:
        text = f"Not available yet, expected on {expected_on}."
    if detail:
        text = f"{text[:-1]}: {detail.rstrip('.')}."
    return Sentence(text)


def sentence_for_too_few(
    *,
    events: Number | None = None,
    base: Number | None = None,
    other_events: Number | None = None,
    other_base: Number | None = None,
) -> Sentence:
    """Too few for a reading, with the counts where the reader may see them: "2 of 60 against 1 of 50: too few to tell." """
    if events is None:
        return Sentence("Too few to tell.")
    if base is None:
        return Sentence(f"Too few to tell. Only {count_text(events)} {'case' if events == 1 else 'cases'}.")
    first = f"{count_text(events)} of {count_text(base)}"
    if other_events is None or other_base is None:
        return Sentence(f"{first}: too few to tell.")
    return Sentence(f"{first} against {count_text(other_events)} of {count_text(other_base)}: too few to tell.")
