"""The only writer of the agreed document: draft, propose, take back, and the replies of the STP board and each Healthwatch."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max

from edi_portal.audit.services import record
from edi_portal.clock import business_now, business_today
from edi_portal.exceptions import Incomplete, InvalidTransition, StaleData
from edi_portal.reviews.services import ask_for_review
from organisations.permissions import require
from organisations.roles import Right
from strategies.models import ModelReply, ModelVersion
from strategies.selectors.model_documents import bodies_asked, body_of, replies_to, text_of_reply, text_of_version
from strategies.selectors.replies import check_can_reply, place_replied_for
from strategies.shared_model.replies import DECISIONS, RETURN, standing
from strategies.shared_model.vocabulary import SECTIONS

State = ModelVersion.State


@dataclass(frozen=True, slots=True)
class VersionEntry:
    """A version as typed: its sections by key, and what changed."""

    what_changed: str = ""
    sections: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def begin_version(*, by: Any, is_synthetic: bool = False) -> ModelVersion:
    """The draft of the next version: the one being written, or a copy of the newest."""
    require(by, Right.WRITE_OPERATING_MODEL)
    draft = ModelVersion.objects.filter(state=State.DRAFT).first()
    if draft is not None:
        return draft
    newest = ModelVersion.objects.first()
    number = (ModelVersion.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    draft = ModelVersion.objects.create(
        number=number,
        sections=dict(newest.sections) if newest is not None else {},
        changed_by=by,
        is_synthetic=is_synthetic or (newest is not None and newest.is_synthetic),
    )
    record(action="operating_model.drafted", by=by, subject=_subject(draft))
    return draft


@transaction.atomic
def save_version(*, version: ModelVersion, entry: VersionEntry, seen_version: int, by: Any) -> ModelVersion:
    """Write the draft. Raises StaleData when somebody saved it since it was shown."""
    require(by, Right.WRITE_OPERATING_MODEL)
    version = _locked(version, State.DRAFT, "Only a draft is changed. Begin the next version.")
    if version.version != seen_version:
        raise StaleData("Somebody saved this draft while you were typing. Look at it in another window, then save again.")
    if unknown := set(entry.sections) - set(SECTIONS):
        raise Incomplete(f"There is no section called {', '.join(sorted(unknown))}.")
    version.sections = {key: entry.sections.get(key, "").strip() for key in SECTIONS}
    version.what_changed = entry.what_changed.strip()
    _save(version, by)
    record(action="operating_model.saved", by=by, subject=_subject(version))
    return version


@transaction.atomic
def propose_version(*, version: ModelVersion, by: Any) -> ModelVersion:
    """Put the draft before the STP board and each Healthwatch; they read it once a reviewer has passed it."""
    require(by, Right.WRITE_OPERATING_MODEL)
    version = _locked(version, State.DRAFT, "This version was proposed already.")
    # A reply that opens an earlier version again waits for this, or this for it.
    list(ModelVersion.objects.select_for_update().exclude(pk=version.pk))
    if empty := [label for key, label in SECTIONS.items() if not version.sections.get(key)]:
        raise Incomplete(f"Write these sections before you propose it: {'; '.join(empty)}.")
    if ModelVersion.objects.exclude(pk=version.pk).exclude(state=State.DRAFT).exists() and not version.what_changed:
        raise Incomplete("Say what changed since the version before.")
    if other := ModelVersion.objects.filter(state=State.PROPOSED).first():
        raise InvalidTransition(f"Version {other.number} waits for replies. Take it back first, or wait.")
    version.state, version.proposed_on, version.proposed_by = State.PROPOSED, business_today(), by
    _save(version, by)
    for subject, text in text_of_version(version).items():
        ask_for_review(subject=subject, text=text, organisation=None, by=by, about=str(version))
    record(action="operating_model.proposed", by=by, subject=_subject(version))
    return version


@transaction.atomic
def take_back_version(*, version: ModelVersion, by: Any) -> ModelVersion:
    """Undo a proposal to which nobody has replied: it is a draft again."""
    require(by, Right.WRITE_OPERATING_MODEL)
    version = _locked(version, State.PROPOSED, "Only a proposed version can be taken back.")
    if version.replies.exists():
        raise InvalidTransition("Somebody has replied already, so this version stays. Begin the next one.")
    if ModelVersion.objects.filter(state=State.DRAFT).exists():
        raise InvalidTransition("There is a draft of the next version. Propose that one instead.")
    version.state, version.proposed_on, version.proposed_by = State.DRAFT, None, None
    _save(version, by)
    record(action="operating_model.taken_back", by=by, subject=_subject(version))
    return version


@transaction.atomic
def record_reply(*, version: ModelVersion, by: Any, decision: str, reason: str, on: date) -> ModelReply:
    """The reply of the body for which this person acts: a board member for the STP board, a reader for the place's Healthwatch.

    One return makes the version returned; when the board and every Healthwatch agree it is ratified, and the version in force
    until then is replaced. A body may reply again while the version is proposed or returned; its newest reply counts.
    Nobody replies to what they cannot read: a reviewer passes the text first.
    """
    place = place_replied_for(by)
    version = ModelVersion.objects.select_for_update().get(pk=version.pk)
    check_can_reply(by, version)
    if decision not in DECISIONS:
        raise Incomplete("Choose whether the version is ratified or returned.")
    if decision == RETURN and not reason.strip():
        raise Incomplete("Say why you return it, so that the steering group knows what to change.")
    if on > business_today() or (version.proposed_on is not None and on < version.proposed_on):
        raise Incomplete("The day of the reply lies between the day it was proposed and today.")
    reply = ModelReply.objects.create(
        document=version, place=place, decision=decision, reason=reason.strip(), replied_on=on, recorded_by=by
    )
    for subject, text in text_of_reply(reply).items():
        ask_for_review(subject=subject, text=text, organisation=None, by=by, about=f"Reply to: {version}")
    record(
        action="operating_model.replied",
        by=by,
        subject=_subject(version),
        details={"body": body_of(reply), "decision": decision},
    )
    _settle(version, by)
    return reply


def _settle(version: ModelVersion, by: Any) -> None:
    """Where the version stands by the newest reply of each body: returned since the first return, ratified with the last yes."""
    latest = {body_of(one): one for one in replies_to(version)}
    state = standing({body: one.decision for body, one in latest.items()}, bodies_asked())
    if state == version.state:
        return
    if state == State.RATIFIED:
        ModelVersion.objects.filter(state=State.RATIFIED).update(state=State.REPLACED)
    version.state, version.settled_on = state, None
    if state == State.RETURNED:
        version.settled_on = min(one.replied_on for one in latest.values() if one.decision == RETURN)
    elif state == State.RATIFIED:
        version.settled_on = max(one.replied_on for one in latest.values())
    _save(version, by)
    record(action=f"operating_model.{state}", by=by, subject=_subject(version))


def _locked(version: ModelVersion, state: str, otherwise: str) -> ModelVersion:
    version = ModelVersion.objects.select_for_update().get(pk=version.pk)
    if version.state != state:
        raise InvalidTransition(otherwise)
    return version


def _save(version: ModelVersion, by: Any) -> None:
    version.version += 1
    version.changed_at, version.changed_by = business_now(), by
    version.save()


def _subject(version: ModelVersion) -> str:
    return f"operating-model:{version.number}"
