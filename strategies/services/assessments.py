"""The only writer of self-assessments: begin, answer, confirm, send back, open again, share."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_now, business_today
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed, StaleData
from edi_portal.periods import Quarter
from edi_portal.reviews.services import ask_for_review
from organisations.models import Organisation
from organisations.permissions import require
from organisations.roles import Right
from strategies.models import Criterion, CriterionAnswer, SelfAssessment
from strategies.selectors.assessments import criteria_in_force, texts_of
from strategies.shared_model.levels import needs_evidence


@dataclass(frozen=True, slots=True)
class AnswerEntry:
    """What an organisation says about one criterion."""

    level: int
    evidence_link: str = ""
    evidence_text: str = ""
    note: str = ""
    target_level: int | None = None
    target_by: date | None = None


@transaction.atomic
def begin_assessment(*, organisation: Organisation, by: Any, is_synthetic: bool = False) -> SelfAssessment:
    """The assessment of this financial year: the one begun, or a new one against the criteria in force."""
    require(by, Right.KEEP_REGISTERS, organisation)
    today = business_today()
    year = Quarter.containing(today).financial_year
    assessment, fresh = SelfAssessment.objects.get_or_create(
        organisation=organisation,
        financial_year=year,
        defaults={"criteria": criteria_in_force(today), "begun_by": by, "is_synthetic": is_synthetic},
    )
    if fresh:
        record(action="self_assessment.begun", by=by, organisation=organisation, subject=subject_of(assessment))
    return assessment


@transaction.atomic
def answer_criterion(
    *, assessment: SelfAssessment, criterion: Criterion, entry: AnswerEntry, seen_version: int, by: Any
) -> CriterionAnswer:
    """Write the answer to one criterion. Raises StaleData when somebody saved it since it was shown."""
    assessment = _draft(assessment, by)
    answer = CriterionAnswer.objects.select_for_update(of=("self",)).filter(assessment=assessment, criterion=criterion).first()
    if (answer.version if answer else 0) != seen_version:
        raise StaleData("Somebody saved this criterion while you were typing. Compare both below, then save again.")
    _write_answer(assessment=assessment, criterion=criterion, answer=answer, entry=entry, by=by)
    record(
        action="self_assessment.answered",
        by=by,
        organisation=assessment.organisation,
        subject=subject_of(assessment),
        details={"criterion": criterion.key},
    )
    return CriterionAnswer.objects.get(assessment=assessment, criterion=criterion)


def _write_answer(
    *, assessment: SelfAssessment, criterion: Criterion, answer: CriterionAnswer | None, entry: AnswerEntry, by: Any
) -> None:
    if criterion.criteria_id != assessment.criteria_id:
        raise Incomplete("This criterion belongs to another version of the criteria.")
    check_entry(entry)
    answer = answer or CriterionAnswer(assessment=assessment, criterion=criterion)
    for name in AnswerEntry.__dataclass_fields__:
        value = getattr(entry, name)
        setattr(answer, name, value.strip() if isinstance(value, str) else value)
    answer.version += 1
    answer.changed_at, answer.changed_by = business_now(), by
    try:
        answer.full_clean(exclude=["changed_by", "assessment", "criterion"])
    except ValidationError as error:
        raise Incomplete(" ".join(error.messages)) from error
    answer.save()


def check_entry(entry: AnswerEntry) -> None:
    """Raises Incomplete with a sentence where evidence or half of a target is missing."""
    if needs_evidence(entry.level) and not (entry.evidence_link.strip() or entry.evidence_text.strip()):
        raise Incomplete(f"Level {entry.level} needs evidence. Give a link, or say in a few words what shows it.")
    if (entry.target_level is None) != (entry.target_by is None):
        raise Incomplete("A target needs both: the level you want to reach, and by when.")
    if entry.target_level is not None and entry.target_level < entry.level:
        raise Incomplete(f"The target, level {entry.target_level}, is below today's level {entry.level}.")


@transaction.atomic
def confirm_assessment(*, assessment: SelfAssessment, by: Any) -> SelfAssessment:
    """The sponsor stands behind it. Raises Incomplete while criteria are open, NotAllowed for whoever wrote in it."""
    assessment = _locked(assessment)
    require(by, Right.CONFIRM_SELF_ASSESSMENT, assessment.organisation)
    if assessment.state != SelfAssessment.State.DRAFT:
        raise InvalidTransition("This self-assessment is confirmed already.")
    answers = list(assessment.answers.all())
    missing = assessment.criteria.rows.count() - len(answers)
    if missing:
        criteria = "1 criterion has" if missing == 1 else f"{missing} criteria have"
        raise Incomplete(f"{criteria} no answer yet, so there is nothing to confirm.")
    if any(answer.changed_by_id == by.pk for answer in answers):
        raise NotAllowed("You wrote in this self-assessment, so another executive sponsor confirms it.")
    assessment.state, assessment.sent_back = SelfAssessment.State.CONFIRMED, ""
    assessment.confirmed_at, assessment.confirmed_by = business_now(), by
    _save(assessment)
    _ask_for_review(assessment, by)
    record(action="self_assessment.confirmed", by=by, organisation=assessment.organisation, subject=subject_of(assessment))
    return assessment


@transaction.atomic
def send_assessment_back(*, assessment: SelfAssessment, reason: str, by: Any) -> SelfAssessment:
    """The sponsor asks for changes; a confirmed one becomes a draft again, and others no longer read it."""
    assessment = _locked(assessment)
    require(by, Right.CONFIRM_SELF_ASSESSMENT, assessment.organisation)
    return _open_again(assessment, reason, by, "self_assessment.sent_back")


@transaction.atomic
def reopen_assessment(*, assessment: SelfAssessment, reason: str, by: Any) -> SelfAssessment:
    """The lead opens a confirmed assessment to mend it; the sponsor confirms it anew."""
    assessment = _locked(assessment)
    require(by, Right.KEEP_REGISTERS, assessment.organisation)
    if assessment.state == SelfAssessment.State.DRAFT:
        raise InvalidTransition("This self-assessment is a draft already.")
    return _open_again(assessment, reason, by, "self_assessment.reopened")


@transaction.atomic
def share_assessment(*, assessment: SelfAssessment, share: bool, by: Any) -> SelfAssessment:
    """Let others read the levels once it is confirmed, or stop that."""
    assessment = _locked(assessment)
    require(by, Right.KEEP_REGISTERS, assessment.organisation)
    if assessment.is_shared == share:
        return assessment
    assessment.is_shared = share
    _save(assessment)
    _ask_for_review(assessment, by)
    action = "self_assessment.shared" if share else "self_assessment.unshared"
    record(action=action, by=by, organisation=assessment.organisation, subject=subject_of(assessment))
    return assessment


def subject_of(assessment: SelfAssessment) -> str:
    """Its name in the audit trail."""
    return f"self-assessment:{assessment.organisation.slug}:{assessment.financial_year}"


def _open_again(assessment: SelfAssessment, reason: str, by: Any, action: str) -> SelfAssessment:
    if not reason.strip():
        raise Incomplete("Say what must change.")
    assessment.state, assessment.sent_back = SelfAssessment.State.DRAFT, reason.strip()
    assessment.confirmed_at = assessment.confirmed_by = None
    _save(assessment)
    record(action=action, by=by, organisation=assessment.organisation, subject=subject_of(assessment))
    return assessment


def _ask_for_review(assessment: SelfAssessment, by: Any) -> None:
    """Others read evidence and notes of an open assessment after a reviewer has."""
    if assessment.is_open_to_others:
        for subject, text in texts_of([assessment]).items():
            ask_for_review(
                subject=subject,
                text=text,
                organisation=assessment.organisation,
                by=by,
                about=f"Self-assessment of {assessment.financial_year}",
            )


def _draft(assessment: SelfAssessment, by: Any) -> SelfAssessment:
    assessment = _locked(assessment)
    require(by, Right.KEEP_REGISTERS, assessment.organisation)
    if assessment.state != SelfAssessment.State.DRAFT:
        raise InvalidTransition("This self-assessment is confirmed. Open it again before you change it.")
    return assessment


def _locked(assessment: SelfAssessment) -> SelfAssessment:
    rows = SelfAssessment.objects.select_related("organisation", "criteria").select_for_update(of=("self",))
    return rows.get(pk=assessment.pk)


def _save(assessment: SelfAssessment) -> None:
    assessment.version += 1
    assessment.save()
