"""The only writer of the group's terms of reference and of its members' terms."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from edi_portal.audit.services import record
from edi_portal.exceptions import Incomplete, InvalidTransition
from organisations.models import Organisation, User
from steering.models import GroupMember, TermsOfReference, Workstream
from steering.permissions import check_can_govern
from steering.services.meanwhile import refuse_changed
from steering.services.texts import ask_for_reviews


@dataclass(frozen=True, slots=True)
class TermsEntry:
    """The terms of reference as typed."""

    purpose: str
    remit: str
    quorum_percent: int
    quorum_both_domains: bool
    meeting_minutes: int
    in_force_from: date
    note: str


@dataclass(frozen=True, slots=True)
class SeatEntry:
    """A seat as typed."""

    seat: str
    role_holder: str
    first: date
    last: date | None = None
    organisation: Organisation | None = None
    workstream: Workstream | None = None
    user: User | None = None


@transaction.atomic
def adopt_terms(*, entry: TermsEntry, by: Any) -> TermsOfReference:
    """The next version of the terms, in force from a day; the earlier ones stay readable."""
    check_can_govern(by)
    last = TermsOfReference.objects.select_for_update().order_by("-number").first()
    if last is not None and entry.in_force_from <= last.in_force_from:
        raise Incomplete(f"Version {last.number} is in force from {last.in_force_from:%-d %B %Y}. Choose a later day.")
    if last is not None and not entry.note.strip():
        raise Incomplete("Say what changed and why.")
    number = (TermsOfReference.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    terms = TermsOfReference(
        number=number, made_by=by, **{name: getattr(entry, name) for name in TermsEntry.__dataclass_fields__}
    )
    _check(terms)
    terms.save()
    ask_for_reviews(terms, by=by)
    record(action="terms.adopted", by=by, subject=f"terms:{number}")
    return terms


@transaction.atomic
def give_seat(*, entry: SeatEntry, by: Any) -> GroupMember:
    """Somebody joins the group from a day to a day."""
    check_can_govern(by)
    if not entry.role_holder.strip():
        raise Incomplete("Enter the role of the member, for example Deputy Director of Nursing.")
    member = GroupMember(
        seat=entry.seat,
        role_holder=entry.role_holder.strip(),
        valid_from=entry.first,
        valid_to=entry.last,
        organisation=entry.organisation,
        workstream=entry.workstream,
        user=entry.user,
        added_by=by,
    )
    _check(member)
    member.save()
    record(action="group.seat_given", by=by, organisation=entry.organisation, subject=f"group-member:{member.pk}")
    return member


@transaction.atomic
def set_last_day(*, member: GroupMember, last: date | None, reason: str, seen: int | None = None, by: Any) -> GroupMember:
    """End a term on a day, prolong it, or leave its end open; the reason stays on record.

    `seen`: the mark of the term that the page showed. Raises StaleData when somebody set another end meanwhile.
    """
    check_can_govern(by)
    member = GroupMember.objects.select_for_update(of=("self",)).get(pk=member.pk)
    what, subject = "set when this term ends", f"group-member:{member.pk}"
    refuse_changed(seen, member.term_mark, what=what, subject=subject, actions=("group.term_changed",))
    if not reason.strip():
        raise Incomplete("Say why the term changes.")
    member.valid_to, member.end_reason = last, reason.strip()
    _check(member)
    member.save(update_fields=["valid_to", "end_reason"])
    record(action="group.term_changed", by=by, organisation=member.organisation, subject=f"group-member:{member.pk}")
    return member


def check_terms_hold(members: list[GroupMember], day: date) -> None:
    """Refuse members whose term does not hold on the day, by name of their role."""
    for member in members:
        if member.holds_on(day):
            continue
        if member.valid_to is not None and member.valid_to < day:
            raise InvalidTransition(
                f"The term of {member} ended on {member.valid_to:%-d %B %Y}, so they do not count on {day:%-d %B %Y}. "
                "Renew the term first."
            )
        raise InvalidTransition(f"The term of {member} begins on {member.valid_from:%-d %B %Y}.")


def _check(row: TermsOfReference | GroupMember) -> None:
    try:
        row.full_clean(exclude=["made_at"])
    except ValidationError as error:
        raise Incomplete(" ".join(error.messages)) from error
