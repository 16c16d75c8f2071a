"""What people write into an assurance report beside its figures: the places for it, and what the words must not do. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from edi_portal.reviews.wording import phrases_to_check
from kpis.catalogue.vocabulary import WORKSTREAMS

OVERALL = "overall"
ASKED = "asked"
PLACES: Mapping[str, str] = {
    OVERALL: "The steering group's view",
    ASKED: "What is asked of the board",
    **{slug: title for slug, title in WORKSTREAMS.items()},
}
"""Where words may stand; key to the heading above them."""
LONGEST = {OVERALL: 1500, ASKED: 300}
LONGEST_ELSEWHERE = 600

_BETTER = re.compile(
    r"\b(?:improv\w*|better|progress(?:ed|es)?|gained|closed the gap|closing|narrow(?:ed|ing)|turned the corner|risen|grew|"
    r"reduc(?:ed|tion|tions)|fallen|fell|dropped)\b",
    re.IGNORECASE,
)
# What is wished for, denied or still to come is no claim.
_NOT = re.compile(
    r"\b(?:no|not|never|without|cannot|yet to|to be|must|should|could|will|would|can|aims? to)\b[^.]{0,40}$", re.IGNORECASE
)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")


@dataclass(frozen=True, slots=True)
class Standing:
    """What the release says of one KPI over time, for comparison with what somebody writes of it."""

    code: str
    name: str
    workstream: str
    verdict: str
    word: str


def longest(place: str) -> int:
    """How many characters a place holds."""
    return LONGEST.get(place, LONGEST_ELSEWHERE)


def unsupported_claims(text: str, place: str, standings: Iterable[Standing]) -> tuple[str, ...]:
    """Sentences that say that something got better where no verdict says so, each with what the verdict is.

    A KPI that is named must itself be better; without a name, one KPI of the workstream (or of all) must be.
    """
    known = tuple(standings)
    found = []
    for match in _SENTENCE.finditer(text):
        sentence = match.group().strip()
        claim = _BETTER.search(sentence)
        if claim is None or _NOT.search(sentence[: claim.start()]):
            continue
        named = [one for one in known if _names(sentence, one)]
        if named:
            wrong = [one for one in named if one.verdict != "better"]
            if wrong:
                words = "; ".join(f"{one.code} is “{one.word.lower()}”" for one in wrong)
                found.append(f"“{sentence}” says “{claim.group()}”, but over time {words}.")
        elif not any(one.verdict == "better" and place in (one.workstream, OVERALL, ASKED) for one in known):
            found.append(f"“{sentence}” says “{claim.group()}”, but no figure here got better by more than chance.")
    return tuple(found)


def _names(sentence: str, one: Standing) -> bool:
    lower = sentence.lower()
    return re.search(rf"(?<![\w-]){re.escape(one.code.lower())}(?![\w-])", lower) is not None or one.name.lower() in lower


def small_numbers(text: str) -> tuple[str, ...]:
    """Phrases with a small number beside a word for people: what a report to a board must not say."""
    return phrases_to_check(text)
