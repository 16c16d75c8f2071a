"""Reminders of returns that are due: 14, 7 and 2 days before, on the day, and when overdue; and those sent by hand."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import LONDON, business_now, business_today
from edi_portal.exceptions import Incomplete
from kpis import notifications
from kpis.models.collections import Collection, Extension, Reminder
from kpis.models.returns import KpiReturn
from kpis.selectors.notices import digest_readers, silent_people
from kpis.services.notices import queue_notices
from kpis.workflow import Status
from organisations.permissions import require
from organisations.roles import Right

# Days before the due date on which people are reminded, with the name of the reminder.
REMINDERS = ((14, "before_14"), (7, "before_7"), (2, "before_2"), (0, "due_today"), (-1, "overdue"))
WAITING = (Status.DRAFT, Status.SENT_BACK, Status.SUBMITTED)
AGAIN_AFTER = timedelta(days=1)
DIGEST_WEEKDAY, DIGEST_HOUR = 0, 8


def reminder_for(days: int) -> str | None:
    """The newest reminder whose day has come, so many days before the due date; None while none is."""
    return next((name for before, name in reversed(REMINDERS) if days <= before), None)


@transaction.atomic
def queue_reminders(*, collection: Collection) -> int:
    """Queue what is due for every return that is not signed, the newest kind only; returns how many are new.

    The lead is reminded first; once a return is overdue, or lies with the sponsor, the sponsor is too. An organisation with
    more time is reminded by its own date, and it alone once the collection is closed. Each kind bears its date: where that is
    moved, people are reminded of the new one as well.
    """
    waiting = KpiReturn.objects.live().filter(collection=collection, status__in=WAITING)
    waiting = waiting.select_related("organisation", "collection")
    extensions = Extension.objects.filter(collection=collection)
    if collection.closes_at <= business_now():
        extensions = extensions.filter(until__gt=business_now())
        waiting = waiting.filter(organisation__in=extensions.values("organisation"))
    more_time = {row.organisation_id: row.until.astimezone(LONDON).date() for row in extensions}
    silent = silent_people()
    due = {}
    for kpi_return in waiting:
        day = max(collection.due_on, more_time.get(kpi_return.organisation_id, collection.due_on))
        kind = reminder_for((day - business_today()).days)
        if kind is not None:
            due[kpi_return] = f"{kind}@{day:%Y%m%d}"
    people = notifications.people_to_remind(due)
    number = 0
    for kpi_return, kind in due.items():
        recipients = [user for user in people[kpi_return.pk] if user.pk not in silent]
        number += queue_notices(kind=f"reminder:{kind}", about=kpi_return.pk, recipients=recipients)
    return number


def reminded_within_a_day(collection: Collection, organisations: Iterable[int]) -> set[int]:
    """Which of the organisations got a reminder, by the clock or by hand, less than a day ago."""
    since = business_now() - AGAIN_AFTER
    rows = Reminder.objects.filter(collection=collection, organisation__in=list(organisations), sent_at__gt=since)
    return set(rows.values_list("organisation_id", flat=True))


@transaction.atomic
def remind_by_hand(*, kpi_returns: list[KpiReturn], by: Any, again: bool = False) -> int:
    """Remind the people of the given returns now; returns how many reminders were queued.

    Raises Incomplete when one of them was reminded less than a day ago and `again` does not say so.
    """
    require(by, Right.MANAGE_COLLECTIONS)
    if kpi_returns and not again:
        recent = reminded_within_a_day(kpi_returns[0].collection, [one.organisation_id for one in kpi_returns])
        names = [str(one.organisation) for one in kpi_returns if one.organisation_id in recent]
        if names:
            raise Incomplete(f"A reminder went out less than a day ago: {', '.join(names)}. Say that it should go again.")
    kind = f"by_hand_{business_now():%Y%m%d%H%M}"
    people = notifications.people_to_remind(dict.fromkeys(kpi_returns, kind))
    number = 0
    for kpi_return in kpi_returns:
        number += queue_notices(kind=f"reminder:{kind}", about=kpi_return.pk, recipients=people[kpi_return.pk], by=by)
        record(action="return.reminded", by=by, organisation=kpi_return.organisation, subject=kpi_return.subject)
    return number


def week_of(day: date) -> str:
    """The ISO week as "2020-W04": what makes a digest the only one of its week."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


@transaction.atomic
def queue_digests() -> int:
    """Queue this week's digest for each person who wants it, from Monday at 8 on; returns how many are new."""
    now = business_now()
    monday = now.date() - timedelta(days=now.weekday())
    if now.date() == monday and now.hour < DIGEST_HOUR:
        return 0
    week = week_of(monday)
    return queue_notices(kind=f"digest:{week}", about=0, recipients=digest_readers())
