"""The only writer of returns: save, explain, send, send back, sign off, take back, reopen.

Order of locks: collection, return, values. Every change is one transaction with its audit event; a save that meets
somebody else's newer value keeps both and overwrites nothing.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_now
from edi_portal.exceptions import Incomplete, NotAllowed, StaleData
from kpis import permissions, workflow
from kpis.catalogue import Measure
from kpis.catalogue.measures import CellKey
from kpis.catalogue.windows import snapshot_days
from kpis.models.approvals import SectionApproval
from kpis.models.collections import Collection
from kpis.models.discussions import Discussion
from kpis.models.evidence import EvidenceUse
from kpis.models.returns import (
    AnswerState,
    Explanation,
    KpiReturn,
    ReturnAnswer,
    ReturnComment,
    ReturnEvent,
    ReturnValue,
)
from kpis.selectors.definitions import framework_for
from kpis.selectors.returns import ReturnContent, content_of
from kpis.selectors.shared_work import section_digest
from kpis.validation.registry import rules_in_force
from kpis.workflow import Status
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


class Unseen:
    """The writer did not say which value it saw: the newest value wins without a conflict (workbook, demonstration)."""


UNSEEN = Unseen()


@dataclass(frozen=True, slots=True)
class CellChange:
    """A new value for a cell (None empties it) and the value that the writer saw before."""

    measure: str
    cell: CellKey
    amount: Decimal | None
    seen: Decimal | None | Unseen = UNSEEN


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """What is said about a measure as a whole."""

    measure: str
    state: str = AnswerState.VALUE
    reason: str = ""
    expected_on: date | None = None
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class SnapshotChange:
    """Of which day a measure's figures are (None: the day asked for), and the day that the writer saw before."""

    measure: str
    day: date | None
    seen: date | None | Unseen = UNSEEN


@dataclass(frozen=True, slots=True)
class DayConflict:
    """Somebody else stated another day since the writer saw it. Theirs stands until the writer says again."""

    measure: str
    mine: date
    theirs: date
    who: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody else changed the cell since the writer saw it: both values, who and when. Nothing was overwritten."""

    measure: str
    cell: CellKey
    mine: Decimal | None
    theirs: Decimal | None
    who: str
    when: datetime | None


@dataclass(frozen=True, slots=True)
class SaveOutcome:
    """What a save did: the return's new version, how many cells changed, and conflicts left for the person."""

    version: int
    changed: int
    conflicts: tuple[Conflict, ...] = field(default=())
    days: tuple[DayConflict, ...] = field(default=())


def locked(kpi_return: KpiReturn) -> KpiReturn:
    """The newest row of a return, locked after its collection (the order of locks everywhere)."""
    Collection.objects.select_for_update(of=("self",), no_key=True).get(pk=kpi_return.collection_id)
    rows = KpiReturn.objects.select_related("organisation", "collection").select_for_update(of=("self",))
    return rows.get(pk=kpi_return.pk)


@transaction.atomic
def save_answers(
    *,
    kpi_return: KpiReturn,
    by: Any,
    cells: Iterable[CellChange] = (),
    answers: Iterable[AnswerChange] = (),
    snapshots: Iterable[SnapshotChange] = (),
    door: str = "form",
) -> SaveOutcome:
    """Save cells, answers and snapshot dates; cells and dates that somebody else changed meanwhile come back as conflicts.

    Raises NotAllowed (not one's question), InvalidTransition (closed or signed), Incomplete (unknown cell).
    """
    kpi_return = locked(kpi_return)
    permissions.check_can_edit_return(by, kpi_return, business_now())
    measures = _measures_of_writer(kpi_return, by)
    cells, answers, snapshots = list(cells), list(answers), list(snapshots)
    changes: list[CellChange | AnswerChange | SnapshotChange] = [*cells, *answers, *snapshots]
    for code in {change.measure for change in changes}:
        if code not in measures:
            raise NotAllowed(f"The question “{code}” is not one of yours in this return.")
    version = kpi_return.version + 1
    changed, conflicts = _write_cells(kpi_return, measures, cells, by, version)
    changed += _write_answers(kpi_return, answers, by, version)
    dated, days = _write_snapshots(kpi_return, measures, snapshots, by, version)
    changed += dated
    if not changed:
        return SaveOutcome(kpi_return.version, 0, tuple(conflicts), days)
    first = kpi_return.last_edited_at is None
    kpi_return.version, kpi_return.last_edited_at, kpi_return.last_edited_by = version, business_now(), by
    kpi_return.save(update_fields=["version", "last_edited_at", "last_edited_by"])
    if first:
        ReturnEvent.objects.create(kpi_return=kpi_return, kind="started", by=by)
    record(action="return.saved", by=by, organisation=kpi_return.organisation, subject=kpi_return.subject, details={"door": door})
    return SaveOutcome(version, changed, tuple(conflicts), days)


def _measures_of_writer(kpi_return: KpiReturn, by: Any) -> Mapping[str, Measure]:
    framework = framework_for(kpi_return.quarter)
    due = framework.due_measures(kpi_return.organisation)
    return {measure.code: measure for measure in permissions.measures_open_to(by, kpi_return, due)}


def _write_cells(
    kpi_return: KpiReturn, measures: Mapping[str, Measure], changes: list[CellChange], by: Any, version: int
) -> tuple[int, list[Conflict]]:
    rows = ReturnValue.objects.filter(kpi_return=kpi_return, measure__in={change.measure for change in changes})
    stored = {
        (row.measure, row.row, row.column): row for row in rows.select_related("updated_by").select_for_update(of=("self",))
    }
    conflicts: list[Conflict] = []
    to_write: list[ReturnValue] = []
    to_delete: list[int] = []
    now = business_now()
    for change in changes:
        if change.cell not in measures[change.measure].cells():
            raise Incomplete(f"There is no cell {change.measure}/{change.cell} in this return.")
        row = stored.get((change.measure, change.cell.row, change.cell.column))
        current = row.amount if row else None
        if current == change.amount:
            continue
        if not isinstance(change.seen, Unseen) and current != change.seen:
            if change.amount != change.seen:  # the writer changed it too: a person decides
                who = row.updated_by.display_name if row and row.updated_by else "somebody else"
                conflicts.append(
                    Conflict(change.measure, change.cell, change.amount, current, who, row.updated_at if row else None)
                )
            continue
        if change.amount is None:
            to_delete.append(row.pk if row else 0)
        else:
            to_write.append(
                ReturnValue(
                    kpi_return=kpi_return,
                    measure=change.measure,
                    row=change.cell.row,
                    column=change.cell.column,
                    amount=change.amount,
                    version=version,
                    updated_at=now,
                    updated_by=by,
                )
            )
    ReturnValue.objects.filter(pk__in=to_delete).delete()
    ReturnValue.objects.bulk_create(
        to_write,
        update_conflicts=True,
        unique_fields=["kpi_return", "measure", "row", "column"],
        update_fields=["amount", "version", "updated_at", "updated_by"],
    )
    return len(to_write) + len(to_delete), conflicts


def _write_answers(kpi_return: KpiReturn, changes: list[AnswerChange], by: Any, version: int) -> int:
    changed = 0
    for change in changes:
        reason = change.reason.strip()
        if change.state != AnswerState.VALUE and not reason:
            raise Incomplete("Say why there is no figure, so that your sponsor and the steering group can understand it.")
        if change.state == AnswerState.NOT_AVAILABLE and change.expected_on is None:
            raise Incomplete("Say when you expect the figure.")
        values = {
            "state": change.state,
            "reason": reason,
            "expected_on": change.expected_on,
            "evidence": change.evidence.strip(),
        }
        row, created = ReturnAnswer.objects.get_or_create(
            kpi_return=kpi_return, measure=change.measure, defaults=values | {"version": version, "updated_by": by}
        )
        if created:
            changed += 1
        elif any(getattr(row, name) != value for name, value in values.items()):
            for name, value in (values | {"version": version, "updated_by": by, "updated_at": business_now()}).items():
                setattr(row, name, value)
            row.save()
            changed += 1
    return changed


def _write_snapshots(
    kpi_return: KpiReturn, measures: Mapping[str, Measure], changes: list[SnapshotChange], by: Any, version: int
) -> tuple[int, tuple[DayConflict, ...]]:
    """Keep the stated days. A day that somebody else changed meanwhile stands, and comes back."""
    rows = ReturnAnswer.objects.filter(kpi_return=kpi_return, measure__in=[change.measure for change in changes])
    stored = {row.measure: row for row in rows.select_related("updated_by").select_for_update(of=("self",))}
    changed, conflicts = 0, []
    for change in changes:
        days = snapshot_days(measures[change.measure], kpi_return.quarter)
        if days is None:
            raise Incomplete(f"{measures[change.measure].title} counts events, so it has no snapshot date.")
        mine = change.day or days[1]
        row = stored.get(change.measure)
        standing = row.snapshot_on if row else None
        if mine == standing:
            continue
        theirs, seen = standing or days[1], change.seen
        if not isinstance(seen, Unseen) and theirs != (seen or days[1]):
            if mine != (seen or days[1]) and mine != theirs:
                who = row.updated_by.display_name if row and row.updated_by else "somebody else"
                conflicts.append(DayConflict(change.measure, mine, theirs, who))
            continue
        row = row or ReturnAnswer(kpi_return=kpi_return, measure=change.measure)
        row.snapshot_on, row.version, row.updated_by, row.updated_at = mine, version, by, business_now()
        row.save()
        changed += 1
    return changed, tuple(conflicts)


@transaction.atomic
def explain(*, kpi_return: KpiReturn, finding: str, text: str, by: Any) -> Explanation | None:
    """Explain a query for the figures as they are now; an empty text takes the explanation back."""
    kpi_return = locked(kpi_return)
    permissions.check_can_edit_return(by, kpi_return, business_now())
    content = content_of(kpi_return)
    match = next((item for item in content.findings if item.key == finding), None)
    if match is None:
        raise StaleData("This query is gone: the figures behind it have changed.")
    mine = _measures_of_writer(kpi_return, by)
    if match.measure and match.measure not in mine:
        raise NotAllowed("This query belongs to a question that is not one of yours.")
    text = text.strip()
    if not text:
        Explanation.objects.filter(kpi_return=kpi_return, finding=finding).delete()
        row = None
    else:
        row, _ = Explanation.objects.update_or_create(
            kpi_return=kpi_return,
            finding=finding,
            defaults={"text": text, "fingerprint": match.fingerprint, "written_by": by, "written_at": business_now()},
        )
    kpi_return.version += 1
    kpi_return.last_edited_at, kpi_return.last_edited_by = business_now(), by
    kpi_return.save(update_fields=["version", "last_edited_at", "last_edited_by"])
    record(
        action="return.explained",
        by=by,
        organisation=kpi_return.organisation,
        subject=kpi_return.subject,
        details={"rule": match.rule},
    )
    return row


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
    still_open = Discussion.objects.still_open().filter(kpi_return=kpi_return).count()
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
    """Remember that the workbook of a return was downloaded (arrivals board)."""
    ReturnEvent.objects.create(kpi_return=kpi_return, kind="downloaded", by=by)
    record(action="return.workbook_downloaded", by=by, organisation=kpi_return.organisation, subject=kpi_return.subject)


def note_export(*, kpi_return: KpiReturn, by: Any, name: str) -> None:
    """Remember that somebody took the own exact figures out as a file or a paper."""
    record(
        action="return.exported", by=by, organisation=kpi_return.organisation, subject=kpi_return.subject, details={"file": name}
    )


def content_hash(kpi_return: KpiReturn) -> str:
    """SHA-256 over everything that is signed: cells, answers, explanations and evidence."""
    return content_digest(
        subject=kpi_return.subject,
        values=ReturnValue.objects.filter(kpi_return=kpi_return).values_list("measure", "row", "column", "amount"),
        answers=ReturnAnswer.objects.filter(kpi_return=kpi_return).values_list(
            "measure", "state", "reason", "expected_on", "evidence"
        ),
        explanations=Explanation.objects.filter(kpi_return=kpi_return).values_list("finding", "text"),
        snapshots=[
            (measure, day)
            for measure, day in ReturnAnswer.objects.filter(kpi_return=kpi_return).values_list("measure", "snapshot_on")
            if day is not None
        ],
        evidence=[
            (measure, digest or link)
            for measure, digest, link in EvidenceUse.objects.filter(kpi_return=kpi_return).values_list(
                "measure", "evidence__file__digest", "evidence__link"
            )
        ],
    )


def content_hash_of(content: ReturnContent) -> str:
    """The same from a return that was read already, for the page that shows it."""
    facts = content.facts
    return content_digest(
        subject=content.kpi_return.subject,
        values=((*key, amount) for key, amount in facts.values.items()),
        answers=(
            (code, state.state, state.reason, state.expected_on, facts.texts.get((code, "evidence"), ""))
            for code, state in facts.states.items()
        ),
        explanations=((finding, given.text) for finding, given in content.explanations.items()),
        snapshots=facts.snapshots.items(),
        evidence=(
            (code, item.file.digest if item.file else item.link) for code, items in content.evidence.items() for item in items
        ),
    )


def content_digest(
    *,
    subject: str,
    values: Iterable[tuple[str, str, str, Decimal]],
    answers: Iterable[tuple[Any, ...]],
    explanations: Iterable[tuple[str, str]],
    evidence: Iterable[tuple[str, str]] = (),
    snapshots: Iterable[tuple[str, date]] = (),
) -> str:
    """SHA-256 of a return's content in canonical JSON. Sorted here, so that no database's way of sorting text changes it.

    Without items of the evidence library and without snapshot dates the digest is that of returns signed before these were kept.
    """
    content = {
        "return": subject,
        "values": sorted([*row[:3], format(row[3].normalize(), "f")] for row in values),
        "answers": sorted([*map(str, row)] for row in answers),
        "explanations": sorted(list(row) for row in explanations),
    }
    if held := sorted(list(row) for row in evidence):
        content["evidence"] = held
    if days := sorted([measure, day.isoformat()] for measure, day in snapshots):
        content["snapshots"] = days
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


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
    "SaveOutcome",
    "SnapshotChange",
    "SponsorComment",
    "Status",
    "content_digest",
    "content_hash",
    "content_hash_of",
    "explain",
    "note_download",
    "recall_return",
    "reopen_return",
    "save_answers",
    "send_back_return",
    "sign_off_return",
    "statement_for",
    "submit_return",
]
