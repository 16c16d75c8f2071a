"""The only writer of impact assessments: write, sign, decide, and the actions that they promised."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_now, business_today
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed, StaleData
from kpis.models.evidence import Evidence
from organisations.models import Organisation
from organisations.permissions import require
from organisations.roles import Right
from steering.impact import EFFECTS
from steering.models.impact import ImpactAction, ImpactAssessment
from steering.services.meanwhile import refuse_changed
from workforce.vocabulary import CHARACTERISTICS


@dataclass(frozen=True, slots=True)
class AssessmentEntry:
    """What an organisation says about a proposal. `effects`: protected characteristic → effect."""

    title: str
    kind: str
    proposal: str
    decision_on: date
    effects: Mapping[str, str] = field(default_factory=dict)
    evidence_text: str = ""
    evidence: Evidence | None = None
    mitigation: str = ""


@transaction.atomic
def add_assessment(*, organisation: Organisation, entry: AssessmentEntry, by: Any) -> ImpactAssessment:
    """Begin an assessment of a proposal."""
    require(by, Right.KEEP_REGISTERS, organisation)
    row = ImpactAssessment(organisation=organisation, version=0)
    _write(row, entry, by)
    record(action="impact.added", by=by, organisation=organisation, subject=f"impact:{row.pk}")
    return row


@transaction.atomic
def change_assessment(*, row: ImpactAssessment, entry: AssessmentEntry, seen_version: int, by: Any) -> ImpactAssessment:
    """Change what it says. A signature of the version before no longer holds. Refused once the decision was taken."""
    row = _locked(row)
    require(by, Right.KEEP_REGISTERS, row.organisation)
    if row.version != seen_version:
        raise StaleData("Somebody changed this assessment while you were typing. Look at it again before you save.")
    if row.decided_on is not None:
        raise InvalidTransition("The decision was taken, so the assessment stays as it was. Begin another for the next change.")
    _write(row, entry, by)
    record(action="impact.changed", by=by, organisation=row.organisation, subject=f"impact:{row.pk}")
    return row


@transaction.atomic
def sign_assessment(*, row: ImpactAssessment, seen_version: int, by: Any) -> ImpactAssessment:
    """The sponsor signs what it says now; never the person who wrote it last. Late signatures are kept and flagged."""
    row = _locked(row)
    require(by, Right.SIGN_OFF_RETURN, row.organisation)
    if row.changed_by_id == by.pk:
        raise NotAllowed("You wrote this assessment, so somebody else signs it off.")
    if row.version != seen_version:
        raise StaleData("Somebody changed this assessment while you were reading. Look at it again before you sign it.")
    if row.is_signed:
        raise InvalidTransition("This version is signed off already.")
    if row.unknown:
        raise Incomplete(f"Say first what is known about: {', '.join(row.unknown)}.")
    if row.has_harm and not row.mitigation.strip():
        raise Incomplete("It is worse for somebody. Say first what is done about it.")
    row.signed_at, row.signed_by, row.signed_version = business_now(), by, row.version
    row.save(update_fields=["signed_at", "signed_by", "signed_version"])
    record(
        action="impact.signed_off",
        by=by,
        organisation=row.organisation,
        subject=f"impact:{row.pk}",
        details={"version": row.version, "before_decision": row.facts.in_time},
    )
    return row


@transaction.atomic
def record_decision(
    *, row: ImpactAssessment, decided_on: date, approved: bool, seen: int | None = None, by: Any
) -> ImpactAssessment:
    """What was decided about the proposal, and when. Correcting it later is another event of the audit trail.

    `seen`: the mark of the decision that the page showed. Raises StaleData when somebody recorded another meanwhile.
    """
    row = _locked(row)
    require(by, Right.KEEP_REGISTERS, row.organisation)
    subject = f"impact:{row.pk}"
    refuse_changed(seen, row.decision_mark, what="recorded the decision", subject=subject, actions=("impact.decided",))
    if decided_on > business_today():
        raise Incomplete("The day of the decision must not be in the future.")
    row.decided_on, row.approved = decided_on, approved
    row.save(update_fields=["decided_on", "approved"])
    record(
        action="impact.decided",
        by=by,
        organisation=row.organisation,
        subject=f"impact:{row.pk}",
        details={"approved": approved, "on": f"{decided_on}"},
    )
    return row


@transaction.atomic
def add_action(*, assessment: ImpactAssessment, text: str, owner: str, due_on: date, by: Any) -> ImpactAction:
    """Something that the assessment promises, by a day."""
    require(by, Right.KEEP_REGISTERS, assessment.organisation)
    action = ImpactAction.objects.create(
        assessment=assessment, text=text.strip(), owner=owner.strip(), due_on=due_on, added_by=by
    )
    record(action="impact.action_added", by=by, organisation=assessment.organisation, subject=f"impact:{assessment.pk}")
    return action


@transaction.atomic
def close_action(*, action: ImpactAction, on: date | None, seen: int | None = None, by: Any) -> ImpactAction:
    """Say on which day it was done; None opens it again.

    `seen`: the mark of the day that the page showed. Raises StaleData when somebody closed or opened it meanwhile.
    """
    row = ImpactAction.objects.select_for_update(of=("self",)).select_related("assessment__organisation").get(pk=action.pk)
    organisation = row.assessment.organisation
    require(by, Right.KEEP_REGISTERS, organisation)
    subject, events = f"impact:{row.assessment_id}", ("impact.action_closed", "impact.action_reopened")
    what = "closed this action" if row.closed_on is not None else "opened this action again"
    refuse_changed(seen, row.closed_mark, what=what, subject=subject, actions=events, action=row.pk)
    if on is not None and on > business_today():
        raise Incomplete("The day must not be in the future.")
    row.closed_on = on
    row.save(update_fields=["closed_on"])
    verb = "closed" if on is not None else "reopened"
    record(action=f"impact.action_{verb}", by=by, organisation=organisation, subject=subject, details={"action": row.pk})
    return row


def _locked(row: ImpactAssessment) -> ImpactAssessment:
    return ImpactAssessment.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=row.pk)


def _write(row: ImpactAssessment, entry: AssessmentEntry, by: Any) -> None:
    unknown = set(entry.effects) - set(CHARACTERISTICS) or set(entry.effects.values()) - set(EFFECTS)
    if unknown:
        raise Incomplete("Choose each effect from the list, for the nine protected characteristics.")
    if entry.evidence is not None and entry.evidence.organisation_id != row.organisation_id:
        raise Incomplete("Choose evidence of your own library.")
    row.title, row.kind, row.proposal = entry.title.strip(), entry.kind, entry.proposal.strip()
    row.effects, row.decision_on = dict(entry.effects), entry.decision_on
    row.evidence_text, row.evidence, row.mitigation = entry.evidence_text.strip(), entry.evidence, entry.mitigation.strip()
    row.version += 1
    row.changed_at, row.changed_by = business_now(), by
    try:
        row.full_clean(exclude=["effects"])
    except ValidationError as error:
        raise Incomplete(" ".join(error.messages)) from error
    row.save()
