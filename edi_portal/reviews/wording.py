"""Phrases of a text that may point at one person: a small number beside a word for people. Pure.

It warns and decides nothing: a person reads the text. "3 disabled staff", "staff: 2", "one Muslim colleague", "no BME nurses".
"""

import re

_NUMBERS = "[0-7]|no|none|nil|zero|one|only one|two|three|four|five|six|seven|a single"
_PEOPLE = (
    "staff|people|person|persons|men|man|women|woman|colleagues?|employees?|members?|nurses?|doctors?|consultants?|managers?|"
    "directors?|midwives|midwife|apprentices?|applicants?|patients?|bme|bame|black|asian|white|disabled|disability|deaf|blind|"
    "autistic|neurodivergent|lgbt\\w*|gay|lesbian|bisexual|trans|transgender|muslims?|jews|jewish|hindus?|sikhs?|christians?|"
    "pregnant|maternity|grievances?|complaints?|dismissals?|dismissed|disciplinar\\w+|suspended|suspensions?|leavers?|joiners?"
)
_BETWEEN = r"(?:[\s:,–-]+[\w'-]+){0,2}?[\s:,–-]+"
_FIRST = re.compile(rf"(?<![\w.,£%])(?:{_NUMBERS})(?![\w%]|[.,]\d){_BETWEEN}(?:{_PEOPLE})\b", re.IGNORECASE)
_LAST = re.compile(rf"\b(?:{_PEOPLE})(?:\s+(?:is|are|was|were))?[\s:,=(–-]+(?:{_NUMBERS})(?![\w%]|[.,/]\d)", re.IGNORECASE)


def phrases_to_check(text: str) -> tuple[str, ...]:
    """The phrases in which a number from 0 to 7 stands next to a word for people, in order, each once."""
    found = sorted((match.start(), match.group()) for pattern in (_FIRST, _LAST) for match in pattern.finditer(text))
    return tuple(dict.fromkeys(" ".join(phrase.split()) for _, phrase in found))
