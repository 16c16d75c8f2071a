"""When things happened in the demonstration: who sent and signed a return at which moment. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from edi_portal.periods import Quarter
from kpis.demonstration import stories
from kpis.demonstration.draws import around

LONDON = ZoneInfo("Europe/London")
# A release is published this long after its collection has closed.
PUBLISHED_AFTER_DAYS = 11


@dataclass(frozen=True, slots=True)
class Moments:
    """The moments of one version of a return, all before the collection closes."""

    opened: datetime
    started: datetime
    sent: datetime
    decided: datetime


def moments_of(slug: str, quarter: Quarter, number: int, *, opens_on: date, due_on: date) -> Moments:
    """When one version of a return was opened, begun, sent and decided. A later version follows the first by days."""
    opened = at(opens_on, 8, 0)
    minute = int(around(0, 59, slug, quarter.slug, "minute"))
    if quarter == stories.OPEN_QUARTER:
        started = at(opens_on + timedelta(days=1 + int(around(0, 4, slug, "started"))), 10, minute)
        return Moments(opened, started, at(date(2020, 1, 15), 14, minute), at(date(2020, 1, 17), 11, minute))
    started = at(opens_on + timedelta(days=2 + int(around(0, 8, slug, quarter.slug, "started"))), 10, minute)
    sent = at(due_on - timedelta(days=int(around(0, 8, slug, quarter.slug, "sent"))), 15, minute)
    decided = sent + timedelta(days=1 + int(around(0, 4, slug, quarter.slug, "decided")), hours=-3)
    if number > 1:
        return Moments(
            opened,
            at(due_on + timedelta(days=6), 9, minute),
            at(due_on + timedelta(days=6), 16, minute),
            at(due_on + timedelta(days=8), 12, minute),
        )
    return Moments(opened, started, sent, decided)


def published_at(closes_at: datetime) -> datetime:
    """When the second portal admin confirmed the release of a collection."""
    return at(closes_at.astimezone(LONDON).date() + timedelta(days=PUBLISHED_AFTER_DAYS), 11, 30)


def at(day: date, hour: int, minute: int) -> datetime:
    """A moment in London."""
    return datetime.combine(day, time(hour, minute), tzinfo=LONDON)
