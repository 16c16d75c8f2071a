"""The WRES group of an ethnic category: by national code, or by words.

A value that starts with a letter, perhaps a second one, and a space carries its national code. "Chinese" or "British" have no
code; a bare "C" is "any other White background", not Chinese; "Not Stated" is declined, not the code N.
"""

from __future__ import annotations

import re

from kpis.extracts.spellings import normalised, silent

WHITE, BME = "white", "bme"
_CODED = re.compile(r"([A-HJ-NPRSZ])([A-Z0-9])?(?:\s*[-–:]\s*|\s+)(\S.*)", re.DOTALL)
_BARE = re.compile(r"[A-HJ-NPRSZ][A-Z0-9]?")
_WORDS = {
    "indian": BME,
    "pakistani": BME,
    "bangladeshi": BME,
    "chinese": BME,
    "caribbean": BME,
    "african": BME,
    "arab": BME,
    "filipino": BME,
    "malaysian": BME,
    "japanese": BME,
    "vietnamese": BME,
    "asian": BME,
    "asian british": BME,
    "black": BME,
    "black british": BME,
    "white": WHITE,
    "irish": WHITE,
    "gypsy or irish traveller": WHITE,
    "roma": WHITE,
    "gypsy": WHITE,
    "irish traveller": WHITE,
    "other": BME,
    "other specified": BME,
}
_STARTS = (
    ("any other white", WHITE),
    ("other white", WHITE),
    ("white and ", BME),
    ("white", WHITE),
    ("any other mixed", BME),
    ("any other asian", BME),
    ("any other black", BME),
    ("any other ethnic", BME),
    ("other ethnic", BME),
    ("other asian", BME),
    ("other black", BME),
    ("other mixed", BME),
    ("mixed", BME),
    ("asian", BME),
    ("black", BME),
)
SUGGESTIONS = {
    "british": WHITE,
    "english": WHITE,
    "scottish": WHITE,
    "welsh": WHITE,
    "european": WHITE,
    "polish": WHITE,
    "somali": BME,
    "nigerian": BME,
    "sri lankan": BME,
    "turkish": WHITE,
    "multiple": BME,
    "dual heritage": BME,
}
KNOWN_WORDS = frozenset(
    word for text in (*_WORDS, *SUGGESTIONS, *(start for start, _ in _STARTS)) for word in text.split() if len(word) > 2
) | {"or", "background", "unspecified", "english", "northern", "group", "groups", "multiple", "ethnic", "ethnicity", "not"}


def ethnicity(raw: str) -> str | None:
    """ "white", "bme", "declined", "missing", or None where a person has to say what it means."""
    text = normalised(raw)
    if text == "x":
        return "missing"
    quiet = silent(text)
    if quiet:
        return quiet
    by_words = _by_words(text)
    if by_words:
        return by_words
    value = raw.strip()
    coded = _CODED.fullmatch(value)
    if coded:
        return _by_code(coded[1], coded[3])
    upper = value.upper()
    return group_of(upper[0]) if _BARE.fullmatch(upper) else None


def group_of(code: str) -> str:
    """The group of a national code A to S, or Z."""
    if code == "Z":
        return "declined"
    return WHITE if code in "ABC" else BME


def _by_code(code: str, rest: str) -> str | None:
    group = group_of(code)
    if code == "Z":
        return group
    said = _by_words(normalised(rest))
    # Code and words that disagree are a question for a person, not a guess.
    return group if said in (None, group) else None


def _by_words(text: str) -> str | None:
    if text in _WORDS:
        return _WORDS[text]
    for start, group in _STARTS:
        if text.startswith(start):
            return group
    return None


def suggestion(text: str) -> str:
    """What a normalised value that is not known may mean; "" for no idea."""
    for words, group in SUGGESTIONS.items():
        if words in text:
            return group
    return ""
