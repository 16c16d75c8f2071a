"""More time on request: a lead asks with a reason and a day, a portal admin grants or refuses, everybody concerned is told."""

from datetime import date
from typing import Any

from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import LONDON, business_now, business_today
from edi_portal.exceptions import Incomplete, InvalidTransition
from kpis import notifications
from kpis.models.collections import Collection, ExtensionRequest, end_of_day
from kpis.models.returns import KpiReturn
from kpis.permissions import closes_at_for
from kpis.services.collections import extend
from kpis.services.notices import queue_notices
from kpis.workflow import Status
from organisations.permissions import require
from organisations.roles import Right

LATEST_DAYS = 90


@transaction.atomic
def ask_for_more_time(*, kpi_return: KpiReturn, until: date, reason: str, by: Any) -> ExtensionRequest:
    """Ask for more time for one return; raises Incomplete with what is missing, InvalidTransition when it is of no use."""
    require(by, Right.SUBMIT_RETURN, kpi_return.organisation)
    Collection.objects.select_for_update(no_key=True).get(pk=kpi_return.collection_id)
    if kpi_return.status in {Status.SIGNED_OFF, Status.NOT_REQUIRED}:
        raise InvalidTransition("This return needs no more time.")
    if not reason.strip():
        raise Incomplete("Say why you need more time.")
    last = closes_at_for(kpi_return).date()
    if until <= last:
        raise Incomplete(f"You have time until {last:%-d %B %Y}. Ask for a later day.")
    if (until - business_today()).days > LATEST_DAYS:
        raise Incomplete(f"Ask for a day within the next {LATEST_DAYS} days.")
    rows = ExtensionRequest.objects.filter(collection=kpi_return.collection, organisation=kpi_return.organisation)
    if rows.filter(state=ExtensionRequest.ASKED).exists():
        raise InvalidTransition("Your request is waiting for the portal admin. You will be told by email.")
    request = ExtensionRequest.objects.create(
        collection=kpi_return.collection,
        organisation=kpi_return.organisation,
        until=until,
        reason=reason.strip(),
        asked_by=by,
    )
    record(action="extension.asked", by=by, organisation=kpi_return.organisation, subject=kpi_return.subject)
    queue_notices(kind="extension_asked", about=request.pk, recipients=notifications.portal_admins(), by=by)
    return request


@transaction.atomic
def decide_extension(
    *, request: ExtensionRequest, granted: bool, answer: str, by: Any, until: date | None = None
) -> ExtensionRequest:
    """Grant (for the day asked or another) or refuse with a reason; the lead, the sponsor and who asked are told."""
    require(by, Right.MANAGE_COLLECTIONS)
    rows = ExtensionRequest.objects.select_related("collection", "organisation", "asked_by")
    request = rows.select_for_update(of=("self",)).get(pk=request.pk)
    if request.state != ExtensionRequest.ASKED:
        raise InvalidTransition(f"This request is already {request.get_state_display().lower()}.")
    answer = answer.strip()
    if not granted and not answer:
        raise Incomplete("Say why there is no more time.")
    if granted:
        day = until or request.until
        _check_gives_time(request, day)
        extend(collection=request.collection, organisation=request.organisation, until=day, reason=request.reason, by=by)
        request.until = day
    request.state = ExtensionRequest.GRANTED if granted else ExtensionRequest.REFUSED
    request.answer, request.decided_by, request.decided_at = answer, by, business_now()
    request.save(update_fields=["state", "answer", "until", "decided_by", "decided_at"])
    subject = f"collection:{request.collection.period}"
    record(action=f"extension.{request.state}", by=by, organisation=request.organisation, subject=subject)
    concerned = notifications.people_at(request.organisation) | {request.asked_by_id: request.asked_by}
    queue_notices(kind="extension_decided", about=request.pk, recipients=concerned.values(), by=by)
    return request


def _check_gives_time(request: ExtensionRequest, day: date) -> None:
    """A day that comes no later than the one the organisation has gives nothing, and would take an extension away."""
    own = request.collection.extensions.filter(organisation=request.organisation).values_list("until", flat=True)
    last = max([request.collection.closes_at, *own])
    if end_of_day(day) <= last:
        until = f"{last.astimezone(LONDON):%-d %B %Y}"
        raise Incomplete(f"{request.organisation} has time until {until} already. Give a later day, or refuse.")
