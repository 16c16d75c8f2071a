"""The only writer of meetings: plan, agenda, attendance, papers, minutes, decisions."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import LONDON, business_now, business_today
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed, StaleData
from kpis.models.collections import Collection
from steering.dashboards.agenda import live_agenda
from steering.models import AgendaItem, Decision, GroupMember, Meeting, Workstream
from steering.permissions import check_can_govern
from steering.selectors.group import DEFAULT_MINUTES, quorum_at, terms_on
from steering.services.group import check_terms_hold
from steering.services.meanwhile import refuse_changed
from steering.services.texts import ask_for_reviews


@transaction.atomic
def plan_meeting(*, held_on: date, place: str, by: Any) -> Meeting:
    """A meeting on a day; its agenda builds itself from now on."""
    check_can_govern(by)
    meeting = Meeting(held_on=held_on, place=place.strip())
    try:
        meeting.full_clean()
    except ValidationError as error:
        raise Incomplete(" ".join(error.messages)) from error
    meeting.save()
    ask_for_reviews(meeting, by=by)
    _record("meeting.planned", meeting, by)
    return meeting


@transaction.atomic
def cancel_meeting(*, meeting: Meeting, by: Any) -> Meeting:
    """It does not take place; it stays on record. One with decisions or minutes took place."""
    check_can_govern(by)
    meeting = _locked(meeting)
    if meeting.minutes or meeting.decisions.exists():
        raise InvalidTransition("This meeting took place: it has minutes or decisions.")
    if meeting.cancelled_on is not None:
        raise InvalidTransition("This meeting is cancelled already.")
    meeting.cancelled_on = business_today()
    meeting.save(update_fields=["cancelled_on"])
    _record("meeting.cancelled", meeting, by)
    return meeting


@transaction.atomic
def reinstate_meeting(*, meeting: Meeting, by: Any) -> Meeting:
    """It takes place after all."""
    check_can_govern(by)
    meeting = _locked(meeting)
    if meeting.cancelled_on is None:
        raise InvalidTransition("This meeting is not cancelled.")
    meeting.cancelled_on = None
    meeting.save(update_fields=["cancelled_on"])
    _record("meeting.reinstated", meeting, by)
    return meeting


@transaction.atomic
def add_agenda_item(*, meeting: Meeting, title: str, domain: str, by: Any) -> AgendaItem:
    """Put something on the agenda, as long as the papers are not issued."""
    check_can_govern(by)
    meeting = _locked(meeting)
    _check_not_issued(meeting)
    if not title.strip():
        raise Incomplete("Say what it is about.")
    item = AgendaItem.objects.create(meeting=meeting, title=title.strip(), domain=domain, added_by=by)
    ask_for_reviews(item, by=by)
    _record("meeting.item_added", meeting, by)
    return item


@transaction.atomic
def take_off_item(*, item: AgendaItem, by: Any) -> None:
    """Take something off the agenda again; what is off already stays as it is."""
    check_can_govern(by)
    meeting = _locked(item.meeting)
    _check_not_issued(meeting)
    if AgendaItem.objects.filter(pk=item.pk, taken_off_at__isnull=True).update(taken_off_at=business_now()):
        _record("meeting.item_taken_off", meeting, by)


@transaction.atomic
def issue_papers(*, meeting: Meeting, by: Any) -> Meeting:
    """The agenda stays as it is now, in the words that everybody may read: papers outlive who issued them.

    What comes up later is for the next meeting.
    """
    check_can_govern(by)
    meeting = _locked(meeting)
    _check_not_issued(meeting)
    terms = terms_on(meeting.held_on)
    minutes = terms.meeting_minutes if terms is not None else DEFAULT_MINUTES
    meeting.agenda = live_agenda(AnonymousUser(), meeting, minutes=minutes, today=business_today()).as_data()
    meeting.issued_at, meeting.issued_by = business_now(), by
    meeting.save(update_fields=["agenda", "issued_at", "issued_by"])
    _record("meeting.papers_issued", meeting, by)
    return meeting


@transaction.atomic
def record_attendance(*, meeting: Meeting, members: list[GroupMember], seen: int | None = None, by: Any) -> Meeting:
    """Who was there. A member whose term did not hold on that day is refused, with the way out.

    `seen`: the mark of those whom the page showed. Raises StaleData when somebody recorded others meanwhile.
    """
    check_can_govern(by)
    meeting = _locked(meeting)
    _check_takes_place(meeting)
    if meeting.held_on > business_today():
        raise InvalidTransition(f"The meeting is on {meeting.held_on:%-d %B %Y}. Record on that day who is there.")
    refuse_changed(
        seen,
        meeting.attendance_mark,
        what="recorded who was there",
        subject=_subject(meeting),
        actions=("meeting.attendance_recorded",),
    )
    check_terms_hold(members, meeting.held_on)
    if meeting.decisions.filter(withdrawn_on__isnull=True).exists() and not members:
        raise InvalidTransition("This meeting took decisions, so somebody was there.")
    meeting.attended.set(members)
    _record("meeting.attendance_recorded", meeting, by)
    return meeting


@transaction.atomic
def write_minutes(*, meeting: Meeting, text: str, seen_version: int, by: Any) -> Meeting:
    """The minutes; changed ones must be agreed again."""
    check_can_govern(by)
    meeting = _locked(meeting)
    _check_takes_place(meeting)
    if meeting.version != seen_version:
        raise StaleData("Somebody wrote the minutes while you were typing. Look at them again before you save.")
    if not text.strip():
        raise Incomplete("Write the minutes.")
    meeting.minutes, meeting.minutes_by, meeting.version = text.strip(), by, meeting.version + 1
    meeting.agreed_at, meeting.agreed_by = None, None
    meeting.save(update_fields=["minutes", "minutes_by", "version", "agreed_at", "agreed_by"])
    ask_for_reviews(meeting, by=by)
    _record("meeting.minutes_written", meeting, by)
    return meeting


@transaction.atomic
def agree_minutes(*, meeting: Meeting, by: Any) -> Meeting:
    """Another member than the writer agrees the minutes."""
    check_can_govern(by)
    meeting = _locked(meeting)
    if not meeting.minutes:
        raise InvalidTransition("There are no minutes to agree.")
    if meeting.agreed_at is not None:
        raise InvalidTransition("These minutes are agreed.")
    if meeting.minutes_by_id == by.pk:
        raise NotAllowed("You wrote these minutes, so another member agrees them.")
    meeting.agreed_at, meeting.agreed_by = business_now(), by
    meeting.save(update_fields=["agreed_at", "agreed_by"])
    _record("meeting.minutes_agreed", meeting, by)
    return meeting


@dataclass(frozen=True, slots=True)
class DecisionEntry:
    """A decision as typed. `period` is the collection that it is about, if any."""

    title: str
    text: str
    reason: str
    workstream: Workstream | None = None
    kpi: str = ""
    period: str = ""


@transaction.atomic
def record_decision(*, meeting: Meeting, entry: DecisionEntry, by: Any) -> Decision:
    """What was decided and why; only where enough members were there, and never about a collection that is closed."""
    check_can_govern(by)
    meeting = _locked(meeting)
    if meeting.cancelled_on is not None or meeting.held_on > business_today():
        raise InvalidTransition("A decision is recorded at a meeting that takes place today or took place.")
    quorum = quorum_at(meeting, terms_on(meeting.held_on))
    if not quorum.reached:
        raise InvalidTransition(f"This meeting cannot decide yet. {quorum.words} Record who is there, or decide at the next one.")
    if entry.period:
        _check_collection_open(entry.period)
    decision = Decision(meeting=meeting, recorded_by=by)
    for name in ("title", "text", "reason"):
        setattr(decision, name, getattr(entry, name).strip())
    decision.workstream, decision.kpi, decision.period = entry.workstream, entry.kpi.upper(), entry.period
    try:
        decision.full_clean(exclude=["taken_at"])
    except ValidationError as error:
        raise Incomplete(" ".join(error.messages)) from error
    decision.save()
    ask_for_reviews(decision, by=by)
    record(action="decision.recorded", by=by, subject=f"decision:{decision.pk}", details={"meeting": str(meeting.held_on)})
    return decision


@transaction.atomic
def withdraw_decision(*, decision: Decision, reason: str, by: Any) -> Decision:
    """It no longer holds; it stays on record with the reason."""
    check_can_govern(by)
    decision = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if decision.withdrawn_on is not None:
        raise InvalidTransition("This decision is withdrawn already.")
    if not reason.strip():
        raise Incomplete("Say why the decision is withdrawn.")
    decision.withdrawn_on, decision.withdraw_reason = business_today(), reason.strip()
    decision.save(update_fields=["withdrawn_on", "withdraw_reason"])
    ask_for_reviews(decision, by=by)
    record(action="decision.withdrawn", by=by, subject=f"decision:{decision.pk}")
    return decision


def _check_collection_open(period: str) -> None:
    collection = Collection.objects.filter(period=period).first()
    if collection is None:
        raise Incomplete("There is no collection of this period. Choose one from the list.")
    if collection.closes_at <= business_now():
        closed = f"{collection.closes_at.astimezone(LONDON):%-d %B %Y}"
        raise InvalidTransition(
            f"The collection {collection.quarter.label} closed on {closed}: its returns are signed and "
            "nothing can be decided about it any more. Decide about an open collection; a wrong figure is mended by its "
            "organisation, which reopens the return."
        )


def _check_takes_place(meeting: Meeting) -> None:
    """One that took minutes could never take place after all."""
    if meeting.cancelled_on is not None:
        raise InvalidTransition("This meeting is cancelled. Let it take place after all first.")


def _check_not_issued(meeting: Meeting) -> None:
    _check_takes_place(meeting)
    if meeting.issued_at is not None:
        raise InvalidTransition("The papers are issued, so the agenda stays as it is. Use the next meeting.")


def _locked(meeting: Meeting) -> Meeting:
    return Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)


def _subject(meeting: Meeting) -> str:
    return f"meeting:{meeting.held_on.isoformat()}"


def _record(action: str, meeting: Meeting, by: Any) -> None:
    record(action=action, by=by, subject=_subject(meeting))
