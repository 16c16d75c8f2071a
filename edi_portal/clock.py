"""The business clock: what day it is for collections, reminders, reports and triggers.

In PostgreSQL it is the function `business_now()`, `now()` plus an offset kept in one row, so that a deadline
is decided by the database inside the transaction. The offset is zero except in the demonstration, whose day is
20 January 2020. Web sessions, tokens, one-time codes, leases and audit stamps use the real time instead.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta

from django.db import connection
from django.db.models import DateTimeField, Func

from edi_portal.dates import LONDON

_held: ContextVar[list[date] | None] = ContextVar("held", default=None)


class BusinessNow(Func):
    """`business_now()` as an expression for queries and database defaults."""

    function = "business_now"
    template = "%(function)s()"
    output_field = DateTimeField()


def business_now() -> datetime:
    """The business time as an aware datetime in Europe/London."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT business_now()")
        moment: datetime = cursor.fetchone()[0]
    return moment.astimezone(LONDON)


def business_today() -> date:
    """The business day in Europe/London."""
    held = _held.get()
    if held is None:
        return business_now().date()
    if not held:
        held.append(business_now().date())
    return held[0]


@contextmanager
def one_business_day() -> Iterator[None]:
    """Within the body it is one day, read when somebody first asks: for work whose parts each ask what day it is."""
    token = _held.set([])
    try:
        yield
    finally:
        _held.reset(token)


def set_business_day(day: date | None) -> None:
    """Move the business clock so that today becomes `day`; `None` puts it back on the real time. Demonstration and tests only."""
    from edi_portal.models import BusinessClock

    offset = timedelta(0)
    if day is not None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT now()")
            now: datetime = cursor.fetchone()[0]
        offset = offset_to(day, now)
    BusinessClock.objects.update_or_create(id=1, defaults={"offset": offset})


def offset_to(day: date, now: datetime) -> timedelta:
    """What moves the moment `now` to `day` at the same time by London's clock, whether or not that day has summer time."""
    there = datetime.combine(day, now.astimezone(LONDON).time(), tzinfo=LONDON)
    return there.astimezone(UTC) - now.astimezone(UTC)
