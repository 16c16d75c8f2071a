"""The only writer of proposals and of the replies to them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_now, business_today
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed
from steering.models import Decision, Proposal, Reply, Workstream
from steering.permissions import body_of, check_can_govern, check_can_reply
from steering.selectors.texts import Words
from steering.services.texts import ask_for_reviews


@dataclass(frozen=True, slots=True)
class ProposalEntry:
    """A proposal as typed. `subject_key` says what it is about, as `framework:2`."""

    kind: str
    title: str
    text: str
    reason: str
    reply_by: date
    subject_key: str = ""
    workstream: Workstream | None = None
    decision: Decision | None = None


@transaction.atomic
def propose(*, entry: ProposalEntry, by: Any, replaces: Proposal | None = None) -> Proposal:
    """Ask the board and each Healthwatch to ratify. One that was returned is replaced by the next, and stays on record."""
    check_can_govern(by)
    if replaces is not None:
        _check_open(_locked(replaces))
    made = Proposal(kind=entry.kind, proposed_on=business_today(), proposed_by=by, replaces=replaces, reply_by=entry.reply_by)
    for name in ("title", "text", "reason"):
        setattr(made, name, getattr(entry, name).strip())
    made.subject_key, made.workstream, made.decision = entry.subject_key, entry.workstream, entry.decision
    try:
        made.full_clean()
    except ValidationError as error:
        raise Incomplete(" ".join(error.messages)) from error
    made.save()
    ask_for_reviews(made, by=by)
    record(action="proposal.made", by=by, subject=f"proposal:{made.pk}", details={"kind": made.kind})
    return made


@transaction.atomic
def withdraw_proposal(*, proposal: Proposal, reason: str, by: Any) -> Proposal:
    """The group takes it back; it stays on record with the reason."""
    check_can_govern(by)
    row = _locked(proposal)
    _check_open(row)
    if not reason.strip():
        raise Incomplete("Say why the proposal is withdrawn.")
    row.withdrawn_on, row.withdraw_reason = business_today(), reason.strip()
    row.save(update_fields=["withdrawn_on", "withdraw_reason"])
    ask_for_reviews(row, by=by)
    record(action="proposal.withdrawn", by=by, subject=f"proposal:{row.pk}")
    return row


@transaction.atomic
def reply_to_proposal(*, proposal: Proposal, outcome: str, reason: str, by: Any) -> Reply:
    """A body ratifies, or returns with a reason. Only words that a reviewer passed can be ratified."""
    row = _locked(proposal)
    check_can_reply(by, row)
    _, place = body_of(by)
    words = Words(by, [row])
    if not all(words.may_read(row, field) for field in ("title", "text", "reason")):
        raise InvalidTransition("The words of this proposal wait for a reviewer. You can reply once they are passed.")
    if outcome == "returned" and not reason.strip():
        raise Incomplete("Say why it is returned, so that the group can change it.")
    if Reply.objects.filter(proposal=row, place=place, taken_back_at__isnull=True).exists():
        raise InvalidTransition("A reply was given already. Take it back first.")
    reply = Reply(proposal=row, place=place, outcome=outcome, reason=reason.strip(), replied_by=by)
    try:
        reply.full_clean(exclude=["replied_at"])
    except ValidationError as error:
        raise Incomplete(" ".join(error.messages)) from error
    reply.save()
    ask_for_reviews(reply, by=by)
    details = {"outcome": outcome, "body": place.slug if place is not None else "board"}
    record(action="proposal.replied", by=by, subject=f"proposal:{row.pk}", details=details)
    return reply


@transaction.atomic
def take_back_reply(*, reply: Reply, by: Any) -> Reply:
    """A body takes its reply back while the proposal is open; it stays on record."""
    reply = Reply.objects.select_for_update(of=("self",)).select_related("proposal", "place").get(pk=reply.pk)
    replies, place = body_of(by)
    if not replies or reply.place_id != (place.pk if place is not None else None):
        raise NotAllowed("Only the body that replied takes its reply back.")
    _check_open(_locked(reply.proposal))
    if reply.taken_back_at is not None:
        raise InvalidTransition("This reply was taken back already.")
    reply.taken_back_at = business_now()
    reply.save(update_fields=["taken_back_at"])
    record(action="proposal.reply_taken_back", by=by, subject=f"proposal:{reply.proposal_id}")
    return reply


def _locked(proposal: Proposal) -> Proposal:
    return Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)


def _check_open(proposal: Proposal) -> None:
    if proposal.withdrawn_on is not None:
        raise InvalidTransition("This proposal is withdrawn.")
    if Proposal.objects.filter(replaces=proposal).exists():
        raise InvalidTransition("A later proposal took the place of this one.")
