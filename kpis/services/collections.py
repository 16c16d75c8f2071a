"""Open and close collections, and give more time."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import LONDON, business_now, business_today
from edi_portal.exceptions import Incomplete
from edi_portal.jobs.services import enqueue
from edi_portal.periods import Quarter
from kpis.models.collections import Collection, Extension, end_of_day
from kpis.models.returns import KpiReturn, ReturnEvent
from kpis.workflow import Status
from organisations.models import Organisation
from organisations.permissions import require
from organisations.roles import Right

# Usual dates, counted from the quarter's last day; an admin changes them per collection.
OPENS_AFTER_DAYS = 6
DUE_AFTER_DAYS = 31
CLOSES_AFTER_DAYS = 40


@transaction.atomic
def plan_collection(
    *, quarter: Quarter, by: Any, opens_on: date | None = None, due_on: date | None = None, closes_on: date | None = None
) -> Collection:
    """Set the dates of a quarter's collection; usual dates where none are given."""
    if by is not None:
        require(by, Right.MANAGE_COLLECTIONS)
    last = quarter.last_day
    opens_on = opens_on or last + timedelta(days=OPENS_AFTER_DAYS)
    due_on = due_on or last + timedelta(days=DUE_AFTER_DAYS)
    closes_on = closes_on or last + timedelta(days=CLOSES_AFTER_DAYS)
    if not opens_on <= due_on <= closes_on:
        raise Incomplete("A collection opens first, is due later and closes last. Check the three dates.")
    collection, created = Collection.objects.get_or_create(
        period=quarter.slug, defaults={"opens_on": opens_on, "due_on": due_on, "closes_at": end_of_day(closes_on)}
    )
    if created:
        record(action="collection.planned", by=by, subject=f"collection:{quarter.slug}")
    return collection


@transaction.atomic
def change_dates(*, collection: Collection, due_on: date, closes_on: date, by: Any) -> Collection:
    """Move the soft and the hard date of a collection that has not closed."""
    require(by, Right.MANAGE_COLLECTIONS)
    collection = Collection.objects.select_for_update().get(pk=collection.pk)
    if collection.closes_at <= business_now():
        raise Incomplete("This collection has closed. Give the organisation an extension instead.")
    if closes_on < business_today():
        raise Incomplete("That closing date has passed. Choose today or a later day, or close the collection on its own page.")
    if not collection.opens_on <= due_on <= closes_on:
        raise Incomplete(f"The due date must lie between {collection.opens_on:%-d %B %Y} and the closing date.")
    collection.due_on, collection.closes_at = due_on, end_of_day(closes_on)
    collection.save(update_fields=["due_on", "closes_at"])
    record(action="collection.dates_changed", by=by, subject=f"collection:{collection.period}")
    return collection


@transaction.atomic
def open_collection(*, collection: Collection, by: Any = None) -> int:
    """Make one return for each organisation that is due; returns how many were made. Running it again adds only missing ones."""
    collection = Collection.objects.select_for_update().get(pk=collection.pk)
    have = set(KpiReturn.objects.filter(collection=collection).values_list("organisation_id", flat=True))
    made = 0
    for organisation in due_organisations(collection):
        if organisation.pk in have:
            continue
        kpi_return = KpiReturn.objects.create(collection=collection, organisation=organisation)
        ReturnEvent.objects.create(kpi_return=kpi_return, kind="opened", by=by)
        made += 1
    if made:
        record(action="collection.opened", by=by, subject=f"collection:{collection.period}", details={"returns": made})
    return made


def due_organisations(collection: Collection) -> list[Organisation]:
    """The organisations that owe a return: in the footprint on the quarter's last day, by dated membership."""
    return list(Organisation.objects.in_footprint(on=collection.quarter.last_day).order_by("slug"))


@transaction.atomic
def close_collection(*, collection: Collection) -> bool:
    """Start the closing work once its time has come: the release job. True when this call started it."""
    collection = Collection.objects.select_for_update().get(pk=collection.pk)
    if collection.closed_at is not None or collection.closes_at > business_now():
        return False
    collection.closed_at = business_now()
    collection.save(update_fields=["closed_at"])
    record(action="collection.closed", by=None, subject=f"collection:{collection.period}")
    enqueue(kind="prepare_release", key=f"prepare_release:{collection.period}:close", payload={"collection": collection.pk})
    return True


@transaction.atomic
def close_now(*, collection: Collection, by: Any) -> bool:
    """Close a collection before its date, because everything is in. True when this call closed it."""
    require(by, Right.MANAGE_COLLECTIONS)
    collection = Collection.objects.select_for_update().get(pk=collection.pk)
    now = business_now()
    if collection.closes_at > now:
        collection.closes_at = now
        collection.due_on = max(collection.opens_on, min(collection.due_on, now.date()))
        collection.save(update_fields=["closes_at", "due_on"])
        record(action="collection.closed_early", by=by, subject=f"collection:{collection.period}")
    return close_collection(collection=collection)


@transaction.atomic
def extend(*, collection: Collection, organisation: Organisation, until: date, reason: str, by: Any) -> Extension:
    """Give one organisation more time. It may also reopen an organisation's return after the close, for a revision.

    An extension that was given by mistake can be made shorter, down to the close.
    """
    require(by, Right.MANAGE_COLLECTIONS)
    if not reason.strip():
        raise Incomplete("Say why this organisation gets more time.")
    if until < business_today():
        raise Incomplete("The extension must end today or later.")
    if end_of_day(until) <= collection.closes_at:
        raise Incomplete(f"Everybody has time until {collection.closes_at.astimezone(LONDON):%-d %B %Y}. Give a later day.")
    extension, _ = Extension.objects.update_or_create(
        collection=collection,
        organisation=organisation,
        defaults={"until": end_of_day(until), "reason": reason.strip(), "granted_by": by},
    )
    record(action="collection.extended", by=by, organisation=organisation, subject=f"collection:{collection.period}")
    return extension


@transaction.atomic
def excuse_return(*, kpi_return: KpiReturn, reason: str, by: Any) -> KpiReturn:
    """Mark a return as not required, with the reason shown to everybody who chases."""
    from kpis import workflow

    require(by, Right.MANAGE_COLLECTIONS)
    kpi_return = KpiReturn.objects.select_for_update(of=("self",)).get(pk=kpi_return.pk)
    workflow.check("excuse", kpi_return.status, comment=reason)
    kpi_return.status, kpi_return.reason = Status.NOT_REQUIRED, reason.strip()
    kpi_return.submitted_at = kpi_return.submitted_by = None
    kpi_return.save(update_fields=["status", "reason", "submitted_at", "submitted_by"])
    ReturnEvent.objects.create(kpi_return=kpi_return, kind="excuse", by=by, comment=reason.strip())
    record(action="return.excused", by=by, organisation=kpi_return.organisation, subject=kpi_return.subject)
    return kpi_return
