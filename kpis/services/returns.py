"""The only writer of returns: send, send back, sign off, take back, reopen here; saving and explaining in `return_saving`.

Order of locks: collection, return, values. Every change is one transaction with its audit event.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_now
from edi_portal.exceptions import Incomplete, StaleData
from kpis import permissions, workflow
from kpis.models.approvals import SectionApproval
from kpis.models.discussions import Discussion
from kpis.models.evidence import EvidenceUse
from kpis.models.returns import Explanation, KpiReturn, ReturnAnswer, ReturnComment, ReturnEvent, ReturnValue
from kpis.return_changes import (
    UNSEEN,
    AnswerChange,
    CellChange,
    Conflict,
    DayConflict,
    SaidAnswer,
    SaveOutcome,
    SnapshotChange,
    TextConflict,
    Unseen,
)
from kpis.selectors.returns import ReturnContent, content_of
from kpis.selectors.shared_work import section_digest
from kpis.services.return_digests import content_digest, content_hash, content_hash_of
from kpis.services.return_saving import explain, locked, save_answers
from kpis.validation.registry import rules_in_force
from organisations.selectors.delegations import delegation_used

STATEMENT = (
    "I have reviewed this return on behalf of {organisation}. To the best of my knowledge the figures are complete and correct, "
    "and the explanations given are fair."
)


def statement_for(kpi_return: KpiReturn, user: Any) -> str:
    """The statement that this person signs; a delegate's says for whom and for which days."""
    said = STATEMENT.format(organisation=kpi_return.organisation)
    delegation = delegation_used(kpi_return.organisation, user, business_now().date())
    if delegation is None:
        return said
    days = f"{delegation.valid_from:%-d %B %Y} to {delegation.valid_to:%-d %B %Y}"
    return f"{said} I sign as delegate of {delegation.sponsor}, from {days}."


@transaction.atomic
def submit_return(*, kpi_return: KpiReturn, by: Any) -> KpiReturn:
    """Send the return to the sponsor. Raises Incomplete while an error, an open query or an unanswered question stands."""
    kpi_return = locked(kpi_return)
    permissions.check_can_submit_return(by, kpi_return, business_now())
    content = content_of(kpi_return)
    if not content.can_be_sent:
        raise Incomplete(
            f"The return cannot be sent yet: {_count(len(content.errors), 'error')}, "
            f"{_count(len(content.open_queries), 'query', 'queries')} to explain, "
            f"{_count(len(content.unanswered), 'question')} not answered."
        )
    kpi_return.submitted_at, kpi_return.submitted_by = business_now(), by
    kpi_return.sent_rules = list(rules_in_force())
    kpi_return.comments.filter(settled_at=None).update(settled_at=business_now())
    return _move(kpi_return, "submit", by=by, fields=["submitted_at", "submitted_by", "sent_rules"])


@transaction.atomic
def recall_return(*, kpi_return: KpiReturn, by: Any, comment: str) -> KpiReturn:
    """Take a sent return back into draft before the sponsor has decided."""
    kpi_return = locked(kpi_return)
    permissions.require(by, workflow.TRANSITIONS["recall"].right, kpi_return.organisation)
    kpi_return.submitted_at = kpi_return.submitted_by = None
    return _move(kpi_return, "recall", by=by, comment=comment, fields=["submitted_at", "submitted_by"])


@dataclass(frozen=True, slots=True)
class SponsorComment:
    """What the sponsor wants changed: in one section, at one question, or in general."""

    text: str
    workstream: str = ""
    measure: str = ""


@transaction.atomic
def send_back_return(
    *, kpi_return: KpiReturn, by: Any, comments: Iterable[SponsorComment], approved: Iterable[str] = ()
) -> KpiReturn:
    """Send the return back with at least one comment; each stands at its section until the return is sent again.

    Sections in `approved` keep their approval: the next look says whether they changed since.
    """
    kpi_return = locked(kpi_return)
    permissions.check_can_decide_return(by, kpi_return)
    given = [comment for comment in comments if comment.text.strip()]
    summary = " ".join(comment.text.strip() for comment in given)
    workflow.check("send_back", kpi_return.status, comment=summary)
    ReturnComment.objects.bulk_create(
        ReturnComment(
            kpi_return=kpi_return,
            workstream=comment.workstream,
            measure=comment.measure,
            text=comment.text.strip(),
            written_by=by,
        )
        for comment in given
    )
    _keep_approvals(content_of(kpi_return), approved, by)
    return _move(kpi_return, "send_back", by=by, comment=summary)


@transaction.atomic
def sign_off_return(*, kpi_return: KpiReturn, by: Any, statement: str, seen_hash: str) -> KpiReturn:
    """Sign the return with a statement, bound to the content that the sponsor saw (`seen_hash`)."""
    kpi_return = locked(kpi_return)
    permissions.check_can_decide_return(by, kpi_return)
    if not statement.strip():
        raise Incomplete("Tick the statement before you sign.")
    mark = content_hash(kpi_return)
    if mark != seen_hash:
        raise StaleData("The return changed while you were reading it. Look at it again before you sign.")
    content = content_of(kpi_return)
    if not content.can_be_sent:
        raise Incomplete("A rule found something since the return was sent. Send it back so that it can be mended or explained.")
    # A discussion of a question that is asked no longer has no page on which somebody could close it.
    still_open = Discussion.objects.still_open().filter(kpi_return=kpi_return, measure__in=content.facts.measures).count()
    if still_open:
        raise Incomplete(f"{_count(still_open, 'discussion')} about this return must be closed before you sign.")
    _keep_approvals(content, {measure.workstream for measure in content.measures}, by)
    kpi_return.signed_off_at, kpi_return.signed_off_by = business_now(), by
    kpi_return.statement, kpi_return.content_hash = statement.strip(), mark
    return _move(
        kpi_return, "sign_off", by=by, comment=statement, fields=["signed_off_at", "signed_off_by", "statement", "content_hash"]
    )


def _keep_approvals(content: ReturnContent, sections: Iterable[str], by: Any) -> None:
    """Store that sections were approved as they are, each with the digest of its content."""
    SectionApproval.objects.bulk_create(
        [
            SectionApproval(
                kpi_return=content.kpi_return,
                workstream=section,
                digest=section_digest(content, section),
                approved_at=business_now(),
                approved_by=by,
            )
            for section in sorted(set(sections))
        ],
        update_conflicts=True,
        unique_fields=["kpi_return", "workstream"],
        update_fields=["digest", "approved_at", "approved_by"],
    )


@transaction.atomic
def reopen_return(*, kpi_return: KpiReturn, by: Any, reason: str) -> KpiReturn:
    """Make a new version in draft with the same content; the signed version stays as it was."""
    kpi_return = locked(kpi_return)
    permissions.check_can_reopen_return(by, kpi_return, business_now())
    if not reason.strip():
        raise Incomplete("Say why the return is reopened.")
    kpi_return.superseded_at = business_now()
    kpi_return.save(update_fields=["superseded_at"])
    fresh = KpiReturn.objects.create(
        collection=kpi_return.collection,
        organisation=kpi_return.organisation,
        number=kpi_return.number + 1,
        reopens=kpi_return,
        reason=reason.strip(),
        last_edited_at=business_now(),
        last_edited_by=by,
    )
    _copy(ReturnValue, kpi_return, fresh)
    _copy(ReturnAnswer, kpi_return, fresh)
    _copy(Explanation, kpi_return, fresh)
    _copy(EvidenceUse, kpi_return, fresh)
    _copy(SectionApproval, kpi_return, fresh)
    ReturnEvent.objects.create(kpi_return=fresh, kind="reopened", by=by, comment=reason.strip())
    record(action="return.reopened", by=by, organisation=fresh.organisation, subject=fresh.subject)
    return fresh


def _copy(model: Any, signed: KpiReturn, fresh: KpiReturn) -> None:
    """The rows of the signed version, once more for the new one."""
    rows = list(model.objects.filter(kpi_return=signed))
    for row in rows:
        row.pk, row.kpi_return = None, fresh
    model.objects.bulk_create(rows)


def note_download(*, kpi_return: KpiReturn, by: Any) -> None:
    """Record that the workbook of a return is about to leave: written before its first byte, so that nothing leaves unseen."""
    record(action="return.workbook_downloaded", by=by, organisation=kpi_return.organisation, subject=kpi_return.subject)


def note_sent_workbook(*, kpi_return: KpiReturn, by: Any) -> None:
    """Remember that the workbook of a return was sent to its last byte (arrivals board, history of the return)."""
    ReturnEvent.objects.create(kpi_return=kpi_return, kind="downloaded", by=by)


def note_export(*, kpi_return: KpiReturn, by: Any, name: str) -> None:
    """Remember that somebody took the own exact figures out as a file or a paper."""
    record(
        action="return.exported", by=by, organisation=kpi_return.organisation, subject=kpi_return.subject, details={"file": name}
    )


def _move(kpi_return: KpiReturn, verb: str, *, by: Any, comment: str = "", fields: Iterable[str] = ()) -> KpiReturn:
    step = workflow.check(verb, kpi_return.status, comment=comment)
    kpi_return.status = step.target
    kpi_return.version += 1
    kpi_return.save(update_fields=["status", "version", *fields])
    ReturnEvent.objects.create(kpi_return=kpi_return, kind=verb, by=by, comment=comment)
    record(action=f"return.{verb}", by=by, organisation=kpi_return.organisation, subject=kpi_return.subject)
    _notify(kpi_return, verb, by)
    return kpi_return


def _notify(kpi_return: KpiReturn, verb: str, by: Any) -> None:
    from edi_portal.jobs.services import enqueue

    if verb in {"submit", "send_back", "sign_off"}:
        key = f"return_mail:{kpi_return.pk}:{verb}:{kpi_return.version}"
        enqueue(kind="return_mail", key=key, payload={"return": kpi_return.pk, "verb": verb}, by=by)


def _count(number: int, word: str, plural: str = "") -> str:
    return f"{number} {word if number == 1 else plural or word + 's'}"


__all__ = [
    "STATEMENT",
    "UNSEEN",
    "AnswerChange",
    "CellChange",
    "Conflict",
    "DayConflict",
    "SaidAnswer",
    "SaveOutcome",
    "SnapshotChange",
    "SponsorComment",
    "TextConflict",
    "Unseen",
    "content_digest",
    "content_hash",
    "content_hash_of",
    "explain",
    "locked",
    "note_download",
    "note_sent_workbook",
    "note_export",
    "recall_return",
    "reopen_return",
    "save_answers",
    "send_back_return",
    "sign_off_return",
    "statement_for",
    "submit_return",
]
