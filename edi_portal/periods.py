"""Financial years and their quarters, as plain values.

A financial year runs from 1 April to 31 March. Quarter 1 is April to June, quarter 4 January to March of the next calendar year.
The stored form of a quarter is its slug, "2019-20-q3".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

_WRITTEN = re.compile(r"(?P<year>\d{4})[-/\u2013](?P<end>\d{2}|\d{4})[\s\-]+q(?P<number>[1-4])", re.IGNORECASE)
_MONTHS = ("April to June", "July to September", "October to December", "January to March")
_FIRST_MONTHS = (4, 7, 10, 1)


class PeriodError(ValueError):
    """A text that names no quarter; the message says how to write one."""


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """One quarter of a financial year: `Quarter(2019, 3)` is October to December 2019."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if self.number not in (1, 2, 3, 4):
            raise PeriodError(f"A quarter is numbered 1 to 4, not {self.number}.")
        if not 1900 <= self.year <= 9997:
            raise PeriodError(f"The year {self.year} is outside 1900 to 9997.")

    def __hash__(self) -> int:
        # Quarters are keys of most of what a release is made from: the generated hash makes a tuple each time.
        return self.year * 4 + self.number

    @property
    def financial_year(self) -> str:
        """The year it belongs to, written "2019-20"."""
        return f"{self.year}-{(self.year + 1) % 100:02d}"

    @property
    def slug(self) -> str:
        """The stored form and the form in addresses: "2019-20-q3"."""
        return f"{self.financial_year}-q{self.number}"

    @property
    def label(self) -> str:
        """The form on screen: "2019-20 Q3"."""
        return f"{self.financial_year} Q{self.number}"

    @property
    def months(self) -> str:
        """The months in words: "October to December 2019"."""
        return f"{_MONTHS[self.number - 1]} {self.first_day.year}"

    @property
    def first_day(self) -> date:
        """The first day of the quarter."""
        return date(self.year + (self.number == 4), _FIRST_MONTHS[self.number - 1], 1)

    @property
    def last_day(self) -> date:
        """The last day of the quarter."""
        return self.next().first_day - timedelta(days=1)

    def next(self, n: int = 1) -> Quarter:
        """The quarter `n` quarters later; a negative `n` goes back."""
        years, index = divmod(self.number - 1 + n, 4)
        return Quarter(self.year + years, index + 1)

    def previous(self, n: int = 1) -> Quarter:
        """The quarter `n` quarters earlier."""
        return self.next(-n)

    def quarters_since(self, other: Quarter) -> int:
        """How many quarters lie from `other` to this one; negative when this one is the earlier."""
        return (self.year - other.year) * 4 + self.number - other.number

    def __str__(self) -> str:
        return self.slug

    @classmethod
    def containing(cls, day: date) -> Quarter:
        """The quarter in which a day lies."""
        index = (day.month - 4) % 12 // 3
        return cls(day.year - (day.month < 4), index + 1)

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read "2019-20-q3", "2019-20 Q3" or "2019/20 Q3"; raises `PeriodError` for anything else."""
        written = _WRITTEN.fullmatch(text.strip())
        if written is None:
            raise PeriodError(f"“{text}” is not a quarter. Write it like 2019-20 Q3.")
        year, end = int(written["year"]), written["end"]
        if int(end) % 100 != (year + 1) % 100 or (len(end) == 4 and int(end) != year + 1):
            raise PeriodError(f"“{text}” is not a financial year: {year} is followed by {(year + 1) % 100:02d}.")
        return cls(year, int(written["number"]))


@lru_cache(maxsize=1_000)
def last_quarters(quarter: Quarter, n: int) -> tuple[Quarter, ...]:
    """The `n` quarters that end with `quarter`, oldest first."""
    return tuple(quarter.previous(back) for back in range(n - 1, -1, -1))


def last_twelve(quarter: Quarter) -> tuple[Quarter, Quarter, Quarter, Quarter]:
    """The four quarters of the twelve months that end with `quarter`, oldest first."""
    return quarter.previous(3), quarter.previous(2), quarter.previous(1), quarter


@lru_cache(maxsize=1_000)
def quarters_between(first: Quarter, last: Quarter) -> tuple[Quarter, ...]:
    """All quarters from `first` to `last`, both included; empty when `last` is the earlier."""
    return tuple(first.next(step) for step in range(last.quarters_since(first) + 1))


def last_march(quarter: Quarter) -> Quarter:
    """The fourth quarter whose last day is the newest 31 March on or before the end of `quarter`."""
    return quarter if quarter.number == 4 else Quarter(quarter.year - 1, 4)
