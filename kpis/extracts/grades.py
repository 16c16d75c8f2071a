"""The band or grade of a pay scale, as ESR, TRAC and people write it.

Agenda for Change bands go first, then very senior managers, then medical grades. A bare "8" is never guessed.
"""

from __future__ import annotations

import re

from kpis.extracts.spellings import normalised

BANDS = ("under_1", *(f"band_{band}" for band in ("1", "2", "3", "4", "5", "6", "7", "8a", "8b", "8c", "8d", "9")))
VSM = "vsm"
_SCALES = {**{number: str(number) for number in range(1, 8)}, 8: "8a", 9: "8b", 10: "8c", 11: "8d", 12: "9"}
_SCALE = re.compile(r"\bx[rn] ?0?(\d{1,2})\b")
_RANGE = re.compile(r"\b(?:8|eight) (?:range )?([a-d])\b|\b8([a-d])\b|\brange ([a-d])\b")
_BAND = re.compile(r"\b(?:band|grade|afc|agenda for change|pay band|b) ?0?([1-9])\b")
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DAY = rf"\d{{1,2}} {_MONTH}(?: \d{{2,4}})?|{_MONTH} \d{{1,2}}|\d{{4}} \d{{2}} \d{{2}}|\d{{1,2}} \d{{1,2}} \d{{4}}"
_DATE = re.compile(rf"(?:{_DAY})(?: 00 00(?: 00)?)?")
_SENIOR = ("vsm", "very senior manager", "executive senior manager")
_TRAINEE = (
    "foundation",
    "core train",
    "specialty reg",
    "speciality reg",
    "specialist reg",
    "registrar",
    "house officer",
    "fy1",
    "fy2",
    "trainee doctor",
    "doctor in training",
    "dental core",
    "senior house",
)
_CAREER = (
    "specialty doctor",
    "speciality doctor",
    "associate specialist",
    "staff grade",
    "career grade",
    "sas doctor",
    "specialist grade",
)


def grade(raw: str) -> str | None:
    """The band, "vsm", a medical grade, or None where a person has to say."""
    text = normalised(raw)
    if text in {"under band 1", "below band 1", "under 1", "under1"}:
        return "under_1"
    band = _band(text)
    if band:
        return f"band_{band}"
    if any(text == words or words in text for words in _SENIOR):
        return VSM
    return medical_grade(text)


def _band(text: str) -> str:
    by_scale = _SCALE.search(text)
    scale = _SCALES.get(int(by_scale[1]), "") if by_scale else ""
    lettered = _RANGE.search(text)
    said = f"8{next(filter(None, lettered.groups()))}" if lettered else _plain_band(text)
    if scale and said and scale != said:
        return ""
    return scale or said


def _plain_band(text: str) -> str:
    found = _BAND.search(text)
    number = found[1] if found else text if re.fullmatch(r"[1-9]", text) else ""
    return "" if number == "8" else number


def medical_grade(text: str) -> str | None:
    """The medical grade that a normalised pay scale or job role names."""
    if any(words in text for words in _CAREER):
        return "career_grade"
    if any(words in text for words in _TRAINEE):
        return "trainee"
    return "consultant" if "consultant" in text else None


def is_date(raw: str) -> bool:
    """Whether a spreadsheet has turned bands such as "5-7" into a day."""
    return bool(_DATE.fullmatch(normalised(raw)))


def suggestion(text: str) -> str:
    """What a normalised value that is not known may mean; "" for no idea."""
    if "board level" in text or "director" in text or "chief exec" in text:
        return VSM
    if "apprentice" in text:
        return "under_1"
    return (
        "medical_other" if any(words in text for words in ("gp", "general practitioner", "clinical assistant", "dental")) else ""
    )
