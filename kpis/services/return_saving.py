"""Saving of a return: cells, answers, dates, explanations.

A save that meets somebody else's newer value keeps both and overwrites nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_now
from edi_portal.exceptions import Incomplete, NotAllowed, StaleData
from kpis import permissions
from kpis.catalogue import Measure
from kpis.catalogue.windows import snapshot_days
from kpis.models.collections import Collection
from kpis.models.returns import AnswerState, Explanation, KpiReturn, ReturnAnswer, ReturnEvent, ReturnValue
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
from kpis.selectors.definitions import framework_for
from kpis.selectors.returns import content_of
from kpis.validation.findings import Finding

Held = TypeVar("Held")


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
    """Save cells, answers and snapshot dates; what somebody else changed meanwhile stands, and comes back as a conflict.

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
    answered, texts = _write_answers(kpi_return, answers, by, version)
    dated, days = _write_snapshots(kpi_return, measures, snapshots, by, version)
    changed += answered + dated
    if not changed:
        return SaveOutcome(kpi_return.version, 0, tuple(conflicts), days, texts)
    first = kpi_return.last_edited_at is None
    kpi_return.version, kpi_return.last_edited_at, kpi_return.last_edited_by = version, business_now(), by
    kpi_return.save(update_fields=["version", "last_edited_at", "last_edited_by"])
    if first:
        ReturnEvent.objects.create(kpi_return=kpi_return, kind="started", by=by)
    record(action="return.saved", by=by, organisation=kpi_return.organisation, subject=kpi_return.subject, details={"door": door})
    return SaveOutcome(version, changed, tuple(conflicts), days, texts)


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


def _write_answers(
    kpi_return: KpiReturn, changes: list[AnswerChange], by: Any, version: int
) -> tuple[int, tuple[TextConflict, ...]]:
    """Keep what is said in the place of figures, and where the evidence is: two things, each with its own conflict."""
    rows = ReturnAnswer.objects.filter(kpi_return=kpi_return, measure__in=[change.measure for change in changes])
    stored = {row.measure: row for row in rows.select_related("updated_by").select_for_update(of=("self",))}
    changed, conflicts = 0, []
    for change in changes:
        _check_answer(change)
        row = stored.get(change.measure) or ReturnAnswer(kpi_return=kpi_return, measure=change.measure)
        held, held_evidence, evidence = SaidAnswer(row.state, row.reason, row.expected_on), row.evidence, change.evidence.strip()
        said, clash = merged(change.said, held, change.seen)
        if clash:
            conflicts.append(_text_conflict("answer", row, change.said, held))
        row.evidence, clash = merged(evidence, held_evidence, change.seen_evidence)
        if clash:
            conflicts.append(_text_conflict("evidence", row, evidence, held_evidence))
        if row.pk is None or (said, row.evidence) != (held, held_evidence):
            row.state, row.reason, row.expected_on = said.state, said.reason, said.expected_on
            row.version, row.updated_by, row.updated_at = version, by, business_now()
            row.save()
            changed += 1
    return changed, tuple(conflicts)


def _check_answer(change: AnswerChange) -> None:
    if change.state != AnswerState.VALUE and not change.reason.strip():
        raise Incomplete("Say why there is no figure, so that your sponsor and the steering group can understand it.")
    if change.state == AnswerState.NOT_AVAILABLE and change.expected_on is None:
        raise Incomplete("Say when you expect the figure.")


def merged(mine: Held, held: Held, seen: Held | Unseen) -> tuple[Held, bool]:
    """What stands after a save, and whether two people said different things: then what is held stands, and a person decides."""
    if isinstance(seen, Unseen) or seen == held or mine == held:
        return mine, False
    return held, mine != seen


def _text_conflict(part: str, row: ReturnAnswer, mine: SaidAnswer | str, theirs: SaidAnswer | str) -> TextConflict:
    who = row.updated_by.display_name if row.updated_by else "somebody else"
    return TextConflict(part, row.measure, mine, theirs, who, row.updated_at)


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
def explain(
    *, kpi_return: KpiReturn, finding: str, text: str, by: Any, seen: str | Unseen = UNSEEN
) -> Explanation | TextConflict | None:
    """Explain a query for the figures as they are now; an empty text takes the explanation back.

    `seen` is the explanation that the writer saw: one that somebody else wrote since then stands, and comes back as a conflict.
    """
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
    row = Explanation.objects.filter(kpi_return=kpi_return, finding=finding).select_related("written_by").first()
    held = row.text if row else ""
    wanted, clash = merged(text, held, seen)
    if clash:
        who = row.written_by.display_name if row and row.written_by else "somebody else"
        return TextConflict("explain", finding, text, held, who, row.written_at if row else None)
    if wanted != text:
        return row
    return _keep_explanation(kpi_return, match, text, by)


def _keep_explanation(kpi_return: KpiReturn, match: Finding, text: str, by: Any) -> Explanation | None:
    row = None
    if text:
        row, _ = Explanation.objects.update_or_create(
            kpi_return=kpi_return,
            finding=match.key,
            defaults={"text": text, "fingerprint": match.fingerprint, "written_by": by, "written_at": business_now()},
        )
    else:
        Explanation.objects.filter(kpi_return=kpi_return, finding=match.key).delete()
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
