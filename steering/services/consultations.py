"""The only writer of consultations: ask, answer, reply."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_now, business_today
from edi_portal.exceptions import Incomplete, InvalidTransition
from organisations.models import Organisation
from organisations.permissions import require
from organisations.roles import Right
from steering.models.consultations import POSITIONS, Consultation, ConsultationAnswer
from steering.services.meanwhile import refuse_changed
from steering.services.texts import ask_for_reviews


@transaction.atomic
def ask_organisations(*, title: str, question: str, background: str, opens_on: date, due_on: date, by: Any) -> Consultation:
    """Ask every organisation something, until a day. They read it once a reviewer has passed its words."""
    require(by, Right.GOVERN)
    if due_on < business_today():
        raise Incomplete("The last day for answers must not be in the past.")
    row = Consultation(
        title=title.strip(),
        question=question.strip(),
        background=background.strip(),
        opens_on=opens_on,
        due_on=due_on,
        asked_by=by,
        asked_at=business_now(),
    )
    try:
        row.full_clean()
    except ValidationError as error:
        raise Incomplete(" ".join(error.messages)) from error
    row.save()
    ask_for_reviews(row, by=by)
    record(action="consultation.asked", by=by, subject=f"consultation:{row.pk}")
    return row


@transaction.atomic
def answer_consultation(
    *, consultation: Consultation, organisation: Organisation, position: str, text: str, seen: int | None = None, by: Any
) -> ConsultationAnswer:
    """Answer for the own organisation; an answer after the day is taken until the group has replied, and marked late.

    `seen`: the mark of the answer that the page showed. Raises StaleData when a colleague answered otherwise meanwhile.
    """
    require(by, Right.KEEP_REGISTERS, organisation)
    row = Consultation.objects.select_for_update(of=("self",)).get(pk=consultation.pk)
    if row.replied_at is not None:
        raise InvalidTransition("The group has replied, so the answers stay as they are.")
    if business_today() < row.opens_on:
        raise InvalidTransition("This consultation is not open yet.")
    before = ConsultationAnswer.objects.filter(consultation=row, organisation=organisation).first()
    refuse_changed(
        seen,
        before.mark if before is not None else 0,
        what="answered for your organisation",
        subject=f"consultation:{row.pk}",
        actions=("consultation.answered",),
        organisation=organisation,
    )
    if position not in POSITIONS:
        raise Incomplete("Choose one of the answers shown.")
    if position in ("changes", "disagree") and not text.strip():
        raise Incomplete("Say what should change, or why you do not agree.")
    answer, _ = ConsultationAnswer.objects.update_or_create(
        consultation=row,
        organisation=organisation,
        defaults={
            "position": position,
            "text": text.strip(),
            "written_for": organisation,
            "answered_by": by,
            "answered_at": business_now(),
        },
    )
    ask_for_reviews(answer, by=by)
    record(action="consultation.answered", by=by, organisation=organisation, subject=f"consultation:{row.pk}")
    return answer


@transaction.atomic
def reply_to_answers(*, consultation: Consultation, reply: str, changed: str, by: Any) -> Consultation:
    """Say what the group heard and what changed. It closes the consultation."""
    require(by, Right.GOVERN)
    row = Consultation.objects.select_for_update(of=("self",)).get(pk=consultation.pk)
    if row.replied_at is not None:
        raise InvalidTransition("The group has replied already.")
    if business_today() <= row.due_on:
        raise InvalidTransition("Organisations can still answer. Reply once the day has passed.")
    if not reply.strip() or not changed.strip():
        raise Incomplete("Say what you heard, and what changed. “Nothing changed, because …” is an answer too.")
    row.reply, row.changed, row.replied_at, row.replied_by = reply.strip(), changed.strip(), business_now(), by
    row.save(update_fields=["reply", "changed", "replied_at", "replied_by"])
    ask_for_reviews(row, by=by)
    record(action="consultation.replied", by=by, subject=f"consultation:{row.pk}")
    return row
