"""Who does what on which day of a collection. Pure: the same dates, organisations and chance give the same diary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum, auto
from random import Random


class Verb(StrEnum):
    """What a person does at one return, or an admin at the release."""

    SEND = auto()
    SEND_BACK = auto()
    SIGN = auto()
    EXTEND = auto()
    REOPEN = auto()
    PREPARE = auto()
    PROPOSE = auto()
    PUBLISH = auto()


# A return that is sent twice on one day, or published before it is signed, would be another story than the one meant.
IN_ORDER = [Verb.EXTEND, Verb.REOPEN, Verb.SEND, Verb.SEND_BACK, Verb.SIGN, Verb.PREPARE, Verb.PROPOSE, Verb.PUBLISH]


@dataclass(frozen=True, slots=True)
class Act:
    """One entry of the diary; the organisation is empty where the release of the collection is meant."""

    day: date
    verb: Verb
    period: str
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Dates:
    """A collection's period with its first, due and last day, and the first day on which people work at it."""

    period: str
    opens_on: date
    due_on: date
    closes_on: date
    begins: date


def diary(dates: Dates, organisations: Sequence[str], chance: Random) -> list[Act]:
    """The whole story of one collection: sent, a tenth sent back and sent again, signed, closed, released, revised twice.

    One organisation sends nothing, one is late by its extension, one corrects what was released. Needs four organisations.
    """
    silent, late, wrong, *_ = chance.sample(organisations, len(organisations))
    acts: list[Act] = []
    for organisation in organisations:
        if organisation not in (silent, late):
            acts += _punctual(dates, organisation, chance)
    after = dates.closes_on + timedelta(1)
    acts += _release(dates.period, after, asked=False)
    acts += _late(dates.period, late, after + timedelta(4))
    acts += _corrected(dates.period, wrong, after + timedelta(5))
    acts += _release(dates.period, after + timedelta(8), asked=True)
    return sorted(acts, key=lambda act: (act.day, IN_ORDER.index(act.verb), act.organisation))


def _punctual(dates: Dates, organisation: str, chance: Random) -> Iterator[Act]:
    """Sent at some day until the due date or shortly after, decided the next day."""
    room = (dates.closes_on - dates.begins).days - 5
    sent = dates.begins + timedelta(1 + chance.randrange(max(1, room)))
    yield Act(sent, Verb.SEND, dates.period, organisation)
    decided = sent + timedelta(1)
    if chance.random() < 0.1:
        yield Act(decided, Verb.SEND_BACK, dates.period, organisation)
        yield Act(decided + timedelta(1), Verb.SEND, dates.period, organisation)
        decided += timedelta(2)
    yield Act(decided, Verb.SIGN, dates.period, organisation)


def _late(period: str, organisation: str, day: date) -> Iterator[Act]:
    yield Act(day, Verb.EXTEND, period, organisation)
    yield Act(day + timedelta(1), Verb.SEND, period, organisation)
    yield Act(day + timedelta(2), Verb.SIGN, period, organisation)


def _corrected(period: str, organisation: str, day: date) -> Iterator[Act]:
    yield Act(day, Verb.EXTEND, period, organisation)
    yield Act(day, Verb.REOPEN, period, organisation)
    yield Act(day + timedelta(1), Verb.SEND, period, organisation)
    yield Act(day + timedelta(2), Verb.SIGN, period, organisation)


def _release(period: str, day: date, *, asked: bool) -> Iterator[Act]:
    """Closing asks for the first release by itself; a revision is asked for."""
    if asked:
        yield Act(day, Verb.PREPARE, period)
    yield Act(day + timedelta(1), Verb.PROPOSE, period)
    yield Act(day + timedelta(2), Verb.PUBLISH, period)
