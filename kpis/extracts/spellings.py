"""What the values of simple columns mean: yes and no, staff groups, assignment status and category, disclosure."""

from __future__ import annotations

import re

_GAPS = re.compile(r"[\W_]+")
DECLINED_WORDS = (
    "not declared",
    "prefer not",
    "do not wish",
    "not wish to",
    "not stated",
    "declined",
    "not disclosed",
    "undisclosed",
    "refused",
    "not willing",
)
MISSING = frozenset(
    {
        "",
        "unspecified",
        "undefined",
        "unknown",
        "not known",
        "not recorded",
        "not specified",
        "no answer",
        "no information",
        "null",
        "none recorded",
        "n a",
        "na",
        "nk",
        "blank",
        "99",
        "not collected",
        "not asked",
        "not held",
    }
)
YES = frozenset({"yes", "y", "true", "1", "t"})
NO = frozenset({"no", "n", "false", "0", "f"})


def normalised(value: str) -> str:
    """A value as it is compared and as mappings name it: small letters, "&" as "and", "%" as "percent", no punctuation."""
    return _GAPS.sub(" ", value.casefold().replace("&", " and ").replace("%", " percent ")).strip()


def silent(text: str) -> str | None:
    """ "declined" or "missing" where a normalised value says that nothing is known; None where it says something."""
    if text in MISSING:
        return "missing"
    if any(words in text for words in DECLINED_WORDS):
        return "declined"
    return None


def yes_no(text: str) -> str | None:
    """ "yes" or "no"."""
    if text in YES:
        return "yes"
    return "no" if text in NO else None


_IMPAIRMENTS = ("learning dis", "learning dif", "long standing", "long term", "mental health", "physical imp", "sensory imp")


def disability(raw: str) -> str | None:
    """The group of an ESR disability value."""
    text = normalised(raw)
    quiet = silent(text)
    if quiet:
        return quiet
    if text in YES or text.startswith(("yes", "disabled")) or any(words in text for words in _IMPAIRMENTS):
        return "disabled"
    if text in NO or text.startswith(("no ", "not disabled", "non disabled", "not considered")):
        return "non_disabled"
    return None


_ORIENTATIONS = ("heterosexual", "straight", "gay", "lesbian", "bisexual", "bi ", "other sexual", "undecided", "queer", "asexual")
_RELIGIONS = (
    "atheis",
    "buddhis",
    "christian",
    "hindu",
    "islam",
    "muslim",
    "jain",
    "judais",
    "jewish",
    "sikh",
    "other",
    "pagan",
    "bah",
    "zoroast",
    "no religion",
    "none",
    "humanis",
    "agnostic",
)


def orientation(raw: str) -> str | None:
    """Whether a sexual orientation was told; which one is never looked at again."""
    return _disclosure(raw, _ORIENTATIONS)


def religion(raw: str) -> str | None:
    """Whether a religion or belief was told; which one is never looked at again."""
    return _disclosure(raw, _RELIGIONS)


def _disclosure(raw: str, known: tuple[str, ...]) -> str | None:
    text = normalised(raw)
    quiet = silent(text)
    if quiet:
        return quiet
    return "disclosed" if any(words in f"{text} " for words in known) else None


_GROUPS = {
    "add prof scientific and technic": "clinical",
    "additional professional scientific and technical": "clinical",
    "additional clinical services": "clinical",
    "administrative and clerical": "nonclinical",
    "admin and clerical": "nonclinical",
    "allied health professionals": "clinical",
    "estates and ancillary": "nonclinical",
    "healthcare scientists": "clinical",
    "medical and dental": "medical",
    "nursing and midwifery registered": "clinical",
    "nursing and midwifery": "clinical",
    "registered nursing and midwifery": "clinical",
    "students": "clinical",
    "clinical": "clinical",
    "non clinical": "nonclinical",
    "medical": "medical",
}


def staff_area(raw: str) -> str | None:
    """Clinical, non-clinical or medical, from the staff group."""
    return _GROUPS.get(normalised(raw))


def area_of_occupation(raw: str) -> str | None:
    """The same from an occupation code: digits are medical and dental, G and H2 non-clinical."""
    code = raw.strip().upper()
    if not code or len(code) > 4:
        return None
    if code[0].isdigit():
        return "medical"
    if code[0] == "G" or code.startswith("H2"):
        return "nonclinical"
    return "clinical" if code[0] in "AHNPSU" else None


_STATUSES_IN = (
    "active",
    "maternity",
    "adoption",
    "career break",
    "secondment",
    "acting up",
    "suspend",
    "paternity",
    "parental",
    "sick",
)
_STATUSES_OUT = ("terminat", "ex employee", "leaver", "left", "ended", " end ", "inactive not worked", "deceased", "retired")


def status(raw: str) -> str | None:
    """Whether an assignment status is in post. Leavers are out; people on maternity leave or secondment stay in."""
    text = normalised(raw)
    if text in MISSING:
        return "in"
    if any(words in f" {text} " for words in _STATUSES_OUT):
        return "out"
    return "in" if any(words in text for words in _STATUSES_IN) else None


_OUTSIDE = (
    ("bank", "bank"),
    ("honorary", "honorary"),
    ("non exec", "non_executive"),
    ("chair", "non_executive"),
    ("agency", "agency"),
    ("contractor", "agency"),
    ("volunteer", "honorary"),
)
_CATEGORIES_IN = ("permanent", "fixed term", "locum", "temp", "apprentice", "substantive", "employee", "full time", "part time")


def category(raw: str) -> str | None:
    """ "in", or why an assignment is not counted: bank, honorary, non_executive, agency."""
    text = normalised(raw)
    for words, code in _OUTSIDE:
        if words in text:
            return code
    if text in MISSING:
        return "in"
    return "in" if any(words in text for words in _CATEGORIES_IN) else None


def primary(raw: str) -> bool | None:
    """Whether the main assignment; None where the column does not say."""
    text = normalised(raw)
    if text in YES or text == "primary":
        return True
    return False if text in NO or text in {"secondary", "non primary"} else None
