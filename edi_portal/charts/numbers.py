"""Numbers as text, the same on every page, chart and file.

A value is always in its own unit: 45.0 with the unit "percent" reads "45.0%". `quantise` gives the number
that is shown, so a chart can draw exactly what its table says and not a digit more.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType

MINUS = "\u2212"
SMALL_BASE = 1000  # a released percentage of fewer people carries no decimal place

Number = Decimal | int | float

DECIMAL_PLACES: Mapping[str, int] = MappingProxyType(
    {
        "ratio": 2,
        "percent": 1,
        "points": 1,
        "score": 1,
        "count": 0,
        "people": 0,
        "records": 0,
        "items": 0,
        "pounds": 2,
        "wte": 2,
        "hours": 1,
        "rate": 1,
        "per_thousand": 1,
    }
)


def quantise(value: Number, unit: str, base: Number | None = None) -> Decimal:
    """The number as shown: rounded half up (away from zero) to the places of its unit.

    `base` is the released number of people behind a percentage; under 1,000 it is shown without decimals.
    Raises ValueError for a unit that is not a number (yes_no, choice) or unknown.
    """
    places = DECIMAL_PLACES.get(unit)
    if places is None:
        raise ValueError(f"No number format for the unit {unit!r}.")
    if unit in ("percent", "points") and base is not None and base < SMALL_BASE:
        places = 0
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    rounded = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return abs(rounded) if rounded == 0 else rounded  # never "−0.0"


def _signed(number: Decimal, prefix: str = "") -> str:
    sign = MINUS if number < 0 else ""
    return f"{sign}{prefix}{abs(number):,}"


def count_text(value: Number) -> str:
    """A whole number with thousands comma: 1,482."""
    return _signed(quantise(value, "count"))


def percent_text(value: Number, base: Number | None = None) -> str:
    """A percentage: 45.0%, or 45% when the released `base` is under 1,000."""
    return f"{_signed(quantise(value, 'percent', base))}%"


def ratio_text(value: Number) -> str:
    """A ratio with two decimals: 1.67."""
    return _signed(quantise(value, "ratio"))


def points_text(value: Number, *, short: bool = False, base: Number | None = None) -> str:
    """A difference of percentages: 14.0 percentage points, or 14.0 pp for tables and axes (`short`)."""
    number = quantise(value, "points", base)
    if short:
        return f"{_signed(number)} pp"
    return f"{_signed(number)} percentage point{'' if abs(number) == 1 else 's'}"


def pounds_text(value: Number, *, pence: bool = True) -> str:
    """Money: £1.02, or £12,500 without pence."""
    return _signed(quantise(value, "pounds" if pence else "count"), "£")


def score_text(value: Number) -> str:
    """A score with one decimal: 7.1."""
    return _signed(quantise(value, "score"))


def format_figure(value: Number | str, unit: str, base: Number | None = None) -> str:
    """A figure in its unit, short enough for a table cell.

    `unit` is that of the KPI or measure. A yes_no is 1 or 0; a choice is its own label.
    Raises ValueError when the unit is unknown or a text comes with a unit of numbers.
    """
    if isinstance(value, str):
        if unit != "choice":
            raise ValueError(f"{value!r} is no number for the unit {unit!r}.")
        return value
    if unit == "yes_no":
        return "Yes" if value else "No"
    if unit == "percent":
        return percent_text(value, base)
    if unit == "points":
        return points_text(value, short=True, base=base)
    if unit == "pounds":
        return pounds_text(value)
    return _signed(quantise(value, unit, base))


def interval_text(low: Number, high: Number, unit: str, base: Number | None = None) -> str:
    """Both ends of a range with "to" between: 1.29 to 2.15. The unit stands once where it is a suffix."""
    if unit == "points":
        ends = [_signed(quantise(end, unit, base)) for end in (low, high)]
        return f"{ends[0]} to {ends[1]} pp"
    return f"{format_figure(low, unit, base)} to {format_figure(high, unit, base)}"


def ordinal_text(position: int) -> str:
    """1st, 2nd, 3rd, 4th … 11th, 12th, 13th."""
    if position % 100 in (11, 12, 13):
        return f"{position}th"
    return f"{position}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(position % 10, 'th') }"


def plural(number: Number, noun: str, many: str | None = None) -> str:
    """A counted noun: 1 quarter, 14 quarters, 2 people (`many` where an s is not enough)."""
    return f"{count_text(number)} {noun if number == 1 else (many or noun + 's')}"
