"""Asking about a figure of the return, answering, and closing: between lead, contributors and sponsor of one organisation."""

from typing import Any

from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_now
from edi_portal.exceptions import Incomplete, InvalidTransition
from edi_portal.jobs.services import enqueue
from kpis import permissions
from kpis.catalogue import CellKey, Measure
from kpis.models.discussions import Discussion, Remark
from kpis.models.returns import KpiReturn
from kpis.services.returns import locked


@transaction.atomic
def open_discussion(*, kpi_return: KpiReturn, measure: Measure, cell: CellKey | None, text: str, by: Any) -> Discussion:
    """Ask about a question of the return, or about one of its cells. It blocks the sign-off until somebody closes it."""
    kpi_return = locked(kpi_return)
    permissions.check_can_discuss(by, kpi_return, measure)
    if cell is not None and cell not in measure.cells():
        raise Incomplete("Choose one of the cells of this question, or the question as a whole.")
    if not text.strip():
        raise Incomplete("Write what you want to ask.")
    discussion = Discussion.objects.create(
        kpi_return=kpi_return,
        measure=measure.code,
        row=cell.row if cell else "",
        column=cell.column if cell else "",
        opened_by=by,
    )
    _say(discussion, text, by)
    record(action="discussion.opened", by=by, organisation=kpi_return.organisation, subject=_subject(discussion))
    return discussion


@transaction.atomic
def answer_discussion(*, discussion: Discussion, measure: Measure, text: str, by: Any) -> Remark:
    """Say something in an open discussion."""
    discussion = _locked(discussion, measure, by)
    if discussion.closed_at is not None:
        raise InvalidTransition("This discussion is closed. Ask anew if something is left.")
    if not text.strip():
        raise Incomplete("Write your answer.")
    remark = _say(discussion, text, by)
    organisation = discussion.kpi_return.organisation
    record(action="discussion.answered", by=by, organisation=organisation, subject=_subject(discussion))
    return remark


@transaction.atomic
def close_discussion(*, discussion: Discussion, measure: Measure, by: Any) -> Discussion:
    """Settle a discussion: whoever asked may at any time, everybody else once there is an answer."""
    discussion = _locked(discussion, measure, by)
    if discussion.closed_at is not None:
        raise InvalidTransition("This discussion is closed already.")
    answered = discussion.remarks.exclude(written_by=discussion.opened_by).exists()
    if discussion.opened_by_id != by.pk and not answered:
        raise Incomplete("Answer first, then close the discussion.")
    discussion.closed_at, discussion.closed_by = business_now(), by
    discussion.save(update_fields=["closed_at", "closed_by"])
    record(action="discussion.closed", by=by, organisation=discussion.kpi_return.organisation, subject=_subject(discussion))
    return discussion


def _locked(discussion: Discussion, measure: Measure, by: Any) -> Discussion:
    kpi_return = locked(discussion.kpi_return)
    row = Discussion.objects.select_for_update().get(pk=discussion.pk, kpi_return=kpi_return, measure=measure.code)
    row.kpi_return = kpi_return
    permissions.check_can_discuss(by, kpi_return, measure)
    return row


def _say(discussion: Discussion, text: str, by: Any) -> Remark:
    remark = Remark.objects.create(discussion=discussion, text=text.strip(), written_by=by)
    enqueue(kind="discussion_mail", key=f"discussion_mail:{remark.pk}", payload={"remark": remark.pk}, by=by)
    return remark


def _subject(discussion: Discussion) -> str:
    return f"discussion:{discussion.pk}"
