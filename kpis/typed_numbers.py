"""Reading a number that a person typed, pasted or left in a spreadsheet cell.

One reader for the form, the workbook and the API, so that the same text means the same number at every door.
Pure: text and a unit in; a Decimal, None ("not answered") or a BadNumber out. Nothing here raises on bad input.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class BadNumber:
    """Text that is no number of the unit asked for: `reason` is a stable code, `mend` the sentence to show."""

    reason: str
    mend: str


@dataclass(frozen=True, slots=True)
class NumberUnit:
    """How numbers of one unit are written: words for the messages, decimals allowed, and the highest believable value."""

    noun: str
    thing: str
    example: str
    places: int
    highest: Decimal


Typed = Decimal | None | BadNumber


def _whole(what: str, highest: int) -> NumberUnit:
    return NumberUnit(f"number of {what}", f"a whole number of {what}", "1,482", 0, Decimal(highest))


NUMBER_UNITS = {
    "people": _whole("people", 9_999_999),
    "records": _whole("records", 99_999_999),
    "items": _whole("items", 9_999_999),
    "score": NumberUnit("score", "a score of 0, 1, 2 or 3", "2", 0, Decimal(3)),
    "wte": NumberUnit("number of whole time equivalents", "a number of whole time equivalents", "12.25", 2, Decimal(999_999)),
    "hours": NumberUnit("number of hours", "a number of hours", "7.5", 2, Decimal(9_999_999)),
    "pounds": NumberUnit("amount in pounds", "an amount in pounds", "18.50", 2, Decimal(999_999_999)),
    "percent": NumberUnit("percentage", "a percentage", "12.5", 1, Decimal(100)),
    "points": NumberUnit("number of points", "a number of points", "6.7", 2, Decimal(100)),
}
UNITS = frozenset(NUMBER_UNITS) | {"yes_no", "choice"}
LONGEST = 40

_SPACES = "\u0020\u00a0\u2007\u2009\u202f\t\r\n"
_GAP = "[\u0020\u00a0\u2007\u2009\u202f]"
_NUMBER = re.compile(rf"(?:[0-9]+|[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]{{1,3}}(?:{_GAP}[0-9]{{3}})+)(?:\.[0-9]+)?|\.[0-9]+")
_SPREADSHEET_ERROR = re.compile(r"#(REF|N/A|VALUE|NAME|DIV/0|NULL|NUM|SPILL|CALC)", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"[+-]?[0-9.,]+e[+-]?[0-9]+", re.IGNORECASE)
_NOT_A_NUMBER = re.compile(r"[+-]?(nan|inf|infinity|∞)", re.IGNORECASE)
_NEGATIVE = re.compile(r"(?:£\s*)?[-\u2212\u2013]\s*£?\s*[0-9.][0-9,. ]*%?|\([0-9][0-9,. ]*\)")
_YES = frozenset({"yes", "y", "true", "1"})
_NO = frozenset({"no", "n", "false", "0"})


def parse_typed(text: str | None, unit: str, options: Sequence[str] = ()) -> Typed:
    """Return the number that `text` states in `unit`; None when nothing was typed.

    Counts (people, records, items) and scores are whole; wte, hours, pounds and points carry up to 2 decimals, percent 1.
    Yes and no become 1 and 0; a choice becomes its position in `options`, counted from 1.
    Raises ValueError only for a unit that does not exist: that is a fault in a definition, not in what was typed.
    """
    if unit not in UNITS:
        raise ValueError(f"unknown unit {unit!r}")
    if text is None:
        return None
    if "\x00" in text:
        return BadNumber("nul", "Type the value again: it contains a character that cannot be stored")
    trimmed = text.strip(_SPACES)
    if not trimmed:
        return None
    if unit == "yes_no":
        return _yes_or_no(trimmed)
    if unit == "choice":
        return _choice(trimmed, options)
    return _number(trimmed, unit)


def text_of_cell(value: object) -> str:
    """Return the text that a spreadsheet cell shows, so that a stored float 1482.0 reads as "1482".

    Accepts what a workbook reader hands back: None, text, bool, int, float, Decimal; anything else (a date) as its text.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return _text_of_float(value)
    return str(value)


def _text_of_float(value: float) -> str:
    # Fifteen significant digits are all that a spreadsheet keeps: 12.299999999999999 was 12.3.
    number = Decimal(f"{value:.15g}")
    if not number.is_finite():
        return str(value)
    whole = number.to_integral_value()
    return format(whole if number == whole else number, "f")


def _number(text: str, unit: str) -> Decimal | BadNumber:
    kind = NUMBER_UNITS[unit]
    refused = _refused(text, unit)
    if refused is not None:
        return refused
    digits = _without_unit_sign(text, unit)
    if not _NUMBER.fullmatch(digits):
        return _not_digits(digits, kind)
    value = Decimal(re.sub(rf"[,{_SPACES}]", "", digits))
    if "." in digits and kind.places == 0:
        return BadNumber("decimal_point", f"Type {_without_point(unit)}, without a point")
    if value > kind.highest:  # before it is rounded, which numbers of more than 28 digits cannot be
        return _too_large(unit)
    if value != round(value, kind.places):
        places = "1 decimal" if kind.places == 1 else f"{kind.places} decimals"
        return BadNumber("too_many_decimals", f"Type {kind.thing} with at most {places}, for example {kind.example}")
    return value


def _refused(text: str, unit: str) -> BadNumber | None:
    """Name the texts that a machine might read as numbers, or that a spreadsheet leaves behind."""
    kind = NUMBER_UNITS[unit]
    if len(text) > LONGEST:
        return BadNumber("too_long", f"Type {kind.thing}, for example {kind.example}")
    if _SPREADSHEET_ERROR.match(text):
        return BadNumber("spreadsheet_error", f"The spreadsheet shows an error, {text[:12]}. Type {kind.thing}")
    if _NEGATIVE.fullmatch(text):
        return BadNumber("negative", f"Type {kind.thing}, 0 or more, without a minus sign")
    if _NOT_A_NUMBER.fullmatch(text):
        return BadNumber("not_a_number", f"Type {kind.thing}, for example {kind.example}")
    if _SCIENTIFIC.fullmatch(text):
        return BadNumber("scientific", f"Write {kind.thing} out in full, for example {kind.example}, without the letter e")
    if text[0] in "=@+-":
        return BadNumber("formula", f"Type {kind.thing}, not a formula")
    if text[0] in "<>≤≥~":
        return BadNumber("approximate", f"Type the exact {kind.noun}. We hide small numbers before anyone else sees them")
    if text.endswith("%") and unit != "percent":
        wanted = kind.noun.replace("number of", "count of")
        return BadNumber("percentage", f"Enter the {wanted}, not the percentage")
    return None


def _without_unit_sign(text: str, unit: str) -> str:
    if unit == "pounds":
        return text.removeprefix("£").strip(_SPACES)
    if unit == "percent":
        return text.removesuffix("%").strip(_SPACES)
    return text


def _not_digits(text: str, kind: NumberUnit) -> BadNumber:
    if re.fullmatch(rf"[0-9.,{_SPACES}]+", text):
        return BadNumber("separators", f"Check the commas, spaces and points. Type {kind.thing} like {kind.example}")
    return BadNumber("text", f"Type {kind.thing} in figures, for example {kind.example}")


def _without_point(unit: str) -> str:
    return "a score of 0, 1, 2 or 3" if unit == "score" else f"whole {unit}"


def _too_large(unit: str) -> BadNumber:
    kind = NUMBER_UNITS[unit]
    if unit == "score":
        return BadNumber("too_large", f"Type {kind.thing}")
    return BadNumber("too_large", f"Check the number of digits. Type {kind.thing}, {kind.highest:,} or less")


def _yes_or_no(text: str) -> Decimal | BadNumber:
    answer = text.casefold()
    if answer in _YES:
        return Decimal(1)
    if answer in _NO:
        return Decimal(0)
    return BadNumber("yes_no", "Answer yes or no")


def _choice(text: str, options: Sequence[str]) -> Decimal | BadNumber:
    """Match an option as the form sends it (its key) or as a person reads it (spaces for underscores, any case)."""
    wanted = _option_form(text)
    for position, option in enumerate(options, start=1):
        if wanted == _option_form(option):
            return Decimal(position)
    return BadNumber("choice", f"Choose one of: {', '.join(_option_form(option) for option in options)}")


def _option_form(text: str) -> str:
    return re.sub(r"[\s_\-]+", " ", text).casefold().strip()
