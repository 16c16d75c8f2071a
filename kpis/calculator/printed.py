"""A figure as somebody else printed it: "1.54%", "-1.8", "£4.10", with the sign and the decimals it came with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

LONGEST = 30
_PRINTED = re.compile(
    r"(?P<minus>[-\u2212\u2013])?\s*(?P<pounds>£)?\s*(?P<inner>[-\u2212\u2013])?(?P<digits>[0-9][0-9,]*(?:\.[0-9]{1,4})?|\.[0-9]{1,4})"
    r"\s*(?P<unit>%|pp|p|percentage points?|points?)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Printed:
    """The number, how many decimals it was printed with, and the sign beside it: "%", "£", "pp", "p" or nothing."""

    value: Decimal
    decimals: int
    sign: str = ""


@dataclass(frozen=True, slots=True)
class NotReadable:
    """Why a text is no figure, as a sentence that says what to type."""

    mend: str


def read_printed(text: str) -> Printed | NotReadable | None:
    """Read a printed figure; None when nothing was typed."""
    trimmed = text.strip()
    if not trimmed:
        return None
    match = _PRINTED.fullmatch(trimmed) if len(trimmed) <= LONGEST else None
    if match is None:
        return NotReadable("Type the figure as it was printed, for example 1.67, 12.5% or -1.8")
    digits = match["digits"].replace(",", "")
    value = Decimal(digits)
    unit = (match["unit"] or "").lower()
    sign = "£" if match["pounds"] else "pp" if unit.startswith(("pp", "percentage", "point")) else unit
    if match["minus"] or match["inner"]:
        value = -value
    return Printed(value, len(digits.partition(".")[2]), sign)
