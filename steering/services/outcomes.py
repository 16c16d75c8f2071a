"""The only writer of planned outcomes: their wording, and the evidence linked to them."""

from datetime import date
from typing import Any

from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_now, business_today
from edi_portal.exceptions import Incomplete, InvalidTransition
from edi_portal.turns import wait_for_turn
from organisations.permissions import require
from organisations.roles import Right
from steering.models.outcomes import OutcomeEvidence, OutcomeWording
from steering.selectors.outcomes import newest_wording
from steering.services.meanwhile import refuse_changed
from steering.services.texts import ask_for_reviews


@transaction.atomic
def word_outcome(*, number: int, title: str, statement: str, source: str, seen: int | None = None, by: Any) -> OutcomeWording:
    """Put other words in place of those that are there; the earlier ones stay on record.

    `seen`: the key of the wording that the page showed, 0 for the planned one. Raises StaleData when somebody reworded it since.
    """
    require(by, Right.GOVERN)
    wait_for_turn(f"words of outcome {number}")
    before, subject, actions = newest_wording(number), f"outcome:{number}", ("outcome.worded",)
    refuse_changed(seen, before.pk if before is not None else 0, what="reworded this outcome", subject=subject, actions=actions)
    row = OutcomeWording.objects.create(
        number=number,
        title=title.strip(),
        statement=statement.strip(),
        source=source.strip(),
        worded_by=by,
        worded_at=business_now(),
    )
    ask_for_reviews(row, by=by)
    record(action="outcome.worded", by=by, subject=subject)
    return row


@transaction.atomic
def link_evidence(*, number: int, title: str, dated_on: date, link: str, by: Any) -> OutcomeEvidence:
    """Link something that shows progress on an outcome."""
    require(by, Right.GOVERN)
    if dated_on > business_today():
        raise Incomplete("The date of the evidence must not be in the future.")
    row = OutcomeEvidence.objects.create(
        number=number, title=title.strip(), dated_on=dated_on, link=link.strip(), added_by=by, added_at=business_now()
    )
    ask_for_reviews(row, by=by)
    record(action="outcome.evidence_linked", by=by, subject=f"outcome:{number}")
    return row


@transaction.atomic
def withdraw_evidence(*, row: OutcomeEvidence, by: Any) -> OutcomeEvidence:
    """Take evidence away that shows nothing or was a mistake. It stays on record."""
    require(by, Right.GOVERN)
    row = OutcomeEvidence.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.withdrawn_at is not None:
        raise InvalidTransition("This evidence was withdrawn already.")
    row.withdrawn_at, row.withdrawn_by = business_now(), by
    row.save(update_fields=["withdrawn_at", "withdrawn_by"])
    record(action="outcome.evidence_withdrawn", by=by, subject=f"outcome:{row.number}")
    return row
