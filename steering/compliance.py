"""Duties to publish: who owes what by when, and where an organisation stands with each. Pure.

A duty has a day in each year, or a longest time from one publication to the next. Its day may be moved by the steering group,
with a reason, because guidance changes it from year to year.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

FILE = Path(__file__).resolve().parent / "data" / "duties.toml"
SOON = 60
"""Days before a due date from which it is "due soon"."""
REMINDERS = ((30, "before_30"), (7, "before_7"), (0, "due_today"), (-1, "overdue"))


class State(StrEnum):
    """Where an organisation stands with a duty, by rule alone."""

    NOT_DUE = "not_due"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    MET = "met"
    MET_LATE = "met_late"
    NOT_APPLICABLE = "not_applicable"


STATE_WORDS: Mapping[State, str] = MappingProxyType(
    {
        State.NOT_DUE: "Not due",
        State.DUE_SOON: "Due soon",
        State.OVERDUE: "Overdue: nothing on record",
        State.MET: "Met in time",
        State.MET_LATE: "Met late",
        State.NOT_APPLICABLE: "Not applicable",
    }
)
RULE = (
    f"Overdue: the day has passed and nothing is on record. Due soon: the day is within {SOON} days. "
    "Met in time or late: the last publication against its day. Not due: none of these."
)


class YearDay(NamedTuple):
    """The day of a year on which a duty falls due, from a year on."""

    from_year: int
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty to publish, with its law and source. `days` or `every_years` says when."""

    key: str
    name: str
    what: str
    law: str
    applies_to: frozenset[str]
    source: str
    confirmed: bool
    note: str
    answers: str
    least_headcount: int = 0
    days: tuple[YearDay, ...] = ()
    every_years: int = 0
    first_due: date | None = None

    def binds(self, kind: str, headcount: int | None) -> bool:
        """Whether it applies to an organisation of this kind and size."""
        return kind in self.applies_to and (headcount or 0) >= self.least_headcount

    @property
    def who(self) -> str:
        """To whom it applies, in words."""
        kinds = " and ".join(word for kind, word in KINDS.items() if kind in self.applies_to)
        return f"{kinds} with {self.least_headcount} employees or more" if self.least_headcount else kinds


KINDS = {"trust": "NHS trusts", "ccg": "CCGs", "csu": "CSUs"}


class Publication(NamedTuple):
    """Something published for the due date that it answers. Due dates are those of the rule, before any was moved."""

    due_on: date
    published_on: date


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an organisation stands: the open due date as the rule has it, the day in force, and the last publication."""

    state: State
    due_on: date | None = None
    day: date | None = None
    last: Publication | None = None

    @property
    def words(self) -> str:
        """The state in words."""
        return STATE_WORDS[self.state]

    def days_left(self, today: date) -> int | None:
        """Days until the open day; below 0 once it has passed."""
        return (self.day - today).days if self.day is not None else None


@cache
def duties() -> Mapping[str, Duty]:
    """Every duty by key, in the order of the file."""
    return MappingProxyType({duty.key: duty for duty in map(_read, tomllib.loads(FILE.read_text(encoding="utf-8"))["duties"])})


@cache
def tracked_from() -> date:
    """The first day on which a due date counts: nothing earlier is asked for."""
    day = tomllib.loads(FILE.read_text(encoding="utf-8"))["tracked_from"]
    assert isinstance(day, date)
    return day


def _read(row: Mapping[str, Any]) -> Duty:
    days = tuple(YearDay(**day) for day in row.get("days", ()))
    if bool(days) == bool(row.get("every_years")):
        raise ValueError(f"The duty {row['key']} needs a day of the year or a number of years, one of the two.")
    return Duty(**{**row, "applies_to": frozenset(row["applies_to"]), "days": days})


def due_days(duty: Duty, done: Sequence[Publication], *, since: date, until: date) -> tuple[date, ...]:
    """The due dates from `since` on, those already answered included, up to the first after `until`."""
    if duty.every_years:
        return _after_publications(duty, done)
    first = max(since, tracked_from())
    found = []
    for year in range(first.year, until.year + 2):
        rule = max((day for day in duty.days if day.from_year <= year), default=None)
        if rule is not None and (day := date(year, rule.month, rule.day)) >= first:
            found.append(day)
            if day > until:
                break
    return tuple(found)


def _after_publications(duty: Duty, done: Sequence[Publication]) -> tuple[date, ...]:
    """Each publication moves the next due date; before the first it is the one of the law."""
    assert duty.first_due is not None
    if not done:
        return (duty.first_due,)
    ordered = sorted(done)
    return (*(one.due_on for one in ordered), years_later(ordered[-1].published_on, duty.every_years))


def years_later(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes 28."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def standing_of(
    duty: Duty, done: Sequence[Publication], *, today: date, since: date, moved: Mapping[date, date] | None = None
) -> Standing:
    """Where an organisation stands today. `moved`: due date of the rule → the day that the steering group set instead."""
    moved = moved or {}
    answered = {one.due_on for one in done}
    last = max(done, default=None)
    open_days = [day for day in due_days(duty, done, since=since, until=today) if day not in answered]
    if not open_days:
        return Standing(_of_last(last, moved), last=last)
    due = open_days[0]
    day = moved.get(due, due)
    if day < today:
        return Standing(State.OVERDUE, due, day, last)
    if (day - today).days <= SOON:
        return Standing(State.DUE_SOON, due, day, last)
    return Standing(_of_last(last, moved), due, day, last)


def _of_last(last: Publication | None, moved: Mapping[date, date]) -> State:
    if last is None:
        return State.NOT_DUE
    return State.MET if last.published_on <= moved.get(last.due_on, last.due_on) else State.MET_LATE


def reminder_for(standing: Standing, today: date) -> str | None:
    """The newest reminder whose day has come; None while none is, and when nothing is open."""
    left = standing.days_left(today)
    if left is None:
        return None
    return next((name for before, name in reversed(REMINDERS) if left <= before), None)


def in_date_on(duty: Duty, done: Sequence[Publication], day: date, *, since: date, moved: Mapping[date, date]) -> bool | None:
    """Whether what stood published on a day was in date; None where no due date had come and nothing stood."""
    stood = [one for one in done if one.published_on <= day]
    if duty.every_years:
        if stood:
            return day < years_later(max(one.published_on for one in stood), duty.every_years)
        return False if duty.first_due is not None and duty.first_due <= day else None
    due = [due for due in due_days(duty, done, since=since, until=day) if moved.get(due, due) <= day]
    if not due:
        return True if stood else None
    return any(one.due_on >= due[-1] for one in stood)


def publication_cells(duty: Duty, applies: bool, in_date: bool | None) -> dict[tuple[str, str, str], Decimal]:
    """The answers on one document of the question on publications; none where nothing is known."""
    if not duty.answers or (applies and in_date is None):
        return {}
    return {
        ("publications", duty.answers, "applies"): Decimal(applies),
        ("publications", duty.answers, "in_date"): Decimal(bool(applies and in_date)),
    }
