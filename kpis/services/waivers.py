"""A rule set aside openly: an organisation disputes it at one place, a governing role grants, refuses or ends a waiver."""

from datetime import date
from typing import Any

from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_now, business_today
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed, StaleData
from edi_portal.reviews.wording import phrases_to_check
from kpis import notifications
from kpis.models.returns import KpiReturn
from kpis.models.waivers import Waiver
from kpis.permissions import check_can_edit_return
from kpis.selectors.returns import content_of
from kpis.services.notices import queue_notices
from kpis.validation.waiving import latest_end, may_be_waived
from kpis.validation.words import suspicions
from organisations.permissions import require
from organisations.roles import Right


@transaction.atomic
def dispute_rule(*, kpi_return: KpiReturn, finding: str, reason: str, by: Any) -> Waiver:
    """Say that a rule is wrong at one place of the return. Raises StaleData when the finding is gone."""
    require(by, Right.SUBMIT_RETURN, kpi_return.organisation)
    check_can_edit_return(by, kpi_return, business_now())
    content = content_of(kpi_return)
    match = next((item for item in content.findings if item.key == finding), None)
    if match is None:
        raise StaleData("This finding is gone: the figures behind it have changed.")
    if not may_be_waived(match):
        raise NotAllowed("This rule cannot be set aside: it asks for numbers that can be true, or protects people.")
    if not reason.strip():
        raise Incomplete("Say why the rule is wrong here.")
    _refuse_what_points_to_people(reason)
    if Waiver.objects.filter(organisation=kpi_return.organisation, finding=finding, state=Waiver.ASKED).exists():
        raise InvalidTransition("This dispute is waiting for an answer. You will be told by email.")
    waiver = Waiver.objects.create(
        organisation=kpi_return.organisation,
        collection=kpi_return.collection,
        rule=match.rule,
        finding=match.key,
        measure=match.measure,
        reason=reason.strip(),
        asked_by=by,
    )
    _record("waiver.asked", waiver, by)
    queue_notices(kind="waiver_asked", about=waiver.pk, recipients=notifications.waiver_granters(), by=by)
    return waiver


@transaction.atomic
def decide_waiver(*, waiver: Waiver, granted: bool, answer: str, by: Any, until: date | None = None) -> Waiver:
    """Grant until a day, or refuse; both with a reason that is printed. Never by the person who asked."""
    waiver = _locked(waiver, by)
    if waiver.state != Waiver.ASKED:
        raise InvalidTransition(f"This dispute is already {waiver.get_state_display().lower()}.")
    if waiver.asked_by_id == by.pk:
        raise NotAllowed("You asked for this waiver, so somebody else decides.")
    today = business_today()
    if granted and (until is None or not today <= until <= latest_end(today)):
        raise Incomplete(f"A waiver holds from today until a day not after {latest_end(today):%-d %B %Y}.")
    waiver.until = until if granted else None
    return _decided(waiver, Waiver.GRANTED if granted else Waiver.REFUSED, answer, by)


@transaction.atomic
def end_waiver(*, waiver: Waiver, answer: str, by: Any) -> Waiver:
    """End a waiver before its day; the rule asks again from now on."""
    waiver = _locked(waiver, by)
    if waiver.state != Waiver.GRANTED:
        raise InvalidTransition("Only a waiver that was granted can be ended.")
    return _decided(waiver, Waiver.ENDED, answer, by)


def _locked(waiver: Waiver, by: Any) -> Waiver:
    require(by, Right.GRANT_WAIVER)
    rows = Waiver.objects.select_related("organisation", "collection", "asked_by")
    return rows.select_for_update(of=("self",)).get(pk=waiver.pk)


def _decided(waiver: Waiver, state: str, answer: str, by: Any) -> Waiver:
    if not answer.strip():
        raise Incomplete("Say why. The reason is printed with the waiver.")
    _refuse_what_points_to_people(answer)
    waiver.state, waiver.answer, waiver.decided_by, waiver.decided_at = state, answer.strip(), by, business_now()
    waiver.save(update_fields=["state", "answer", "until", "decided_by", "decided_at"])
    _record(f"waiver.{state}", waiver, by)
    concerned = notifications.people_at(waiver.organisation) | {waiver.asked_by_id: waiver.asked_by}
    queue_notices(kind=f"waiver_{state}", about=waiver.pk, recipients=concerned.values(), by=by)
    return waiver


def _refuse_what_points_to_people(text: str) -> None:
    """Others read these words before anybody reviews them, so a name or a small number of people stops them here."""
    phrases = (*phrases_to_check(text), *(one.words for one in suspicions(text)))
    if phrases:
        raise Incomplete(f"Others read this. Write it without names and without small numbers of people: “{phrases[0]}”.")


def _record(action: str, waiver: Waiver, by: Any) -> None:
    record(
        action=action,
        by=by,
        organisation=waiver.organisation,
        subject=f"waiver:{waiver.pk}",
        details={"rule": waiver.rule, "until": waiver.until.isoformat() if waiver.until else ""},
    )
