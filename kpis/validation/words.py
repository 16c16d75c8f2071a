"""The rule on free text, V16: nobody is named and no number of a person is given; with a hint on small numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kpis.validation.examples import facts
from kpis.validation.facts import ReturnFacts
from kpis.validation.findings import Finding, Level, fingerprint
from kpis.validation.rules import Example, Rule
from kpis.validation.thresholds import Thresholds

_TEN_DIGITS = re.compile(r"(?<![\d.,])(\d{3})[ \-\u00a0]?(\d{3})[ \-\u00a0]?(\d{4})(?![\d.,]*\d)")
_EMPLOYEE = re.compile(r"(?<![\d£.,/\-])\d{8}(?:-\d{1,2})?(?![\d.,/]*\d)")
_LABELLED = re.compile(
    r"\b(?:employee|assignment|payroll|staff|personnel|ESR)\s*(?:number|no\.?|id|#)\s*:?\s*(?=[A-Z]{0,3}\d)[A-Z0-9\-]{4,12}",
    re.IGNORECASE,
)
_TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Rev|Sister)\.?\s+"
    r"(?:[A-Z]\.?\s+)?[A-Z][a-z'\u2019\-]+[A-Za-z'\u2019\-]*"
)
_SENSITIVE = (
    "staff|people|person|colleague|disabled|disability|BME|BAME|gay|lesbian|bisexual|trans|Muslim|Jewish|pregnant|"
    "grievance|disciplinary|nurse|doctor|consultant"
)
_SMALL = re.compile(
    rf"(?<![\d.,])\b(?:[0-7](?![.,]?\d)|one|two|three|four|five|six|seven)\b(?=(?:\W+\w+){{0,3}}?\W+(?:{_SENSITIVE})\w*\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A place in a text that may point to a person: what it looks like, and the words themselves."""

    kind: str
    words: str


def suspicions(text: str) -> tuple[Suspicion, ...]:
    """Return what looks like an NHS number, an employee number or a name, in the order of those three."""
    found = [
        Suspicion("nhs_number", match.group()) for match in _TEN_DIGITS.finditer(text) if is_nhs_number("".join(match.groups()))
    ]
    found += [Suspicion("employee_number", match.group()) for match in _EMPLOYEE.finditer(text) if not _is_date(match.group())]
    found += [Suspicion("employee_number", match.group()) for match in _LABELLED.finditer(text)]
    found += [Suspicion("name", match.group()) for match in _TITLED.finditer(text)]
    return tuple(found)


def small_number_hints(text: str) -> tuple[str, ...]:
    """Return the small numbers that stand near a word about people: a hint while typing, never a finding."""
    return tuple(match.group() for match in _SMALL.finditer(text))


def is_nhs_number(digits: str) -> bool:
    """Whether ten digits pass the modulus 11 check of NHS numbers."""
    if len(digits) != 10 or not digits.isascii() or not digits.isdigit() or len(set(digits)) == 1:
        return False
    weighted = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))
    return (11 - weighted % 11) % 11 == int(digits[9])


def _is_date(digits: str) -> bool:
    """Eight digits such as 20191231 or 31122019 are a date, not an employee number."""
    return bool(
        re.fullmatch(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])|(?:[0-2]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d\d", digits)
    )


_WHAT = {"nhs_number": "an NHS number", "employee_number": "an employee number", "name": "a name"}


def check_texts(known: ReturnFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """V16: one query for each text and kind of suspicion.

    The explanation of such a query quotes what was suspected, so it is not suspected in its turn.
    """
    for (measure, field), text in sorted(known.texts.items()):
        if field.startswith("explanation of V16"):
            continue
        kinds = sorted({suspicion.kind for suspicion in suspicions(text)})
        for kind in kinds:
            place = known.measures[measure].title if measure in known.measures else "This text"
            yield Finding(
                "V16",
                Level.QUERY,
                f"{place}: the text seems to contain {_WHAT[kind]}",
                "Take it out. Do not name anyone. If it is no such thing, say so.",
                measure,
                about=f"{field}.{kind}",
                fingerprint=fingerprint([("text", text)]),
            )


def _text(text: str) -> ReturnFacts:
    return facts(texts={("disabled_voices", "explanation"): text})


RULES = (
    Rule(
        "V16",
        "Nobody is named in a text",
        "Text boxes hold no names, NHS numbers or employee numbers.",
        Level.QUERY,
        (
            Example("a plain explanation", _text("Two wards moved to Mersey Care on 1 April 2018, 1,482 staff in all."), True),
            Example("a ten-digit number that is no NHS number", _text("Order 943 476 5918 was late."), True),
            Example("an NHS number", _text("Complaint of patient 943 476 5919."), False),
            Example("an employee number", _text("Case 21345678 is closed."), False),
            Example("a labelled number", _text("See payroll no. AB1234."), False),
            Example("a name after a title", _text("Agreed with Dr Example in May."), False),
        ),
        check_texts,
    ),
)
