"""The only writer of contributions to boards: plan, hold, cancel."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_today
from edi_portal.exceptions import Incomplete, InvalidTransition
from organisations.models import Organisation
from steering.models import Contribution
from steering.permissions import check_can_govern
from steering.services.meanwhile import refuse_changed
from steering.services.texts import ask_for_reviews


@dataclass(frozen=True, slots=True)
class ContributionEntry:
    """A contribution as typed."""

    kind: str
    subject_line: str
    who: str
    planned_on: date
    board: Organisation | None = None


@transaction.atomic
def plan_contribution(*, entry: ContributionEntry, by: Any) -> Contribution:
    """Something that others will bring to a board."""
    check_can_govern(by)
    made = Contribution(kind=entry.kind, board=entry.board, planned_on=entry.planned_on, planned_by=by)
    made.subject_line, made.who = entry.subject_line.strip(), entry.who.strip()
    try:
        made.full_clean()
    except ValidationError as error:
        raise Incomplete(" ".join(error.messages)) from error
    made.save()
    _said("contribution.planned", made, by)
    return made


@transaction.atomic
def hold_contribution(
    *, contribution: Contribution, held_on: date, changed: str, seen: int | None = None, by: Any
) -> Contribution:
    """It took place, and this is what it changed; also a later word on what it changed.

    `seen`: the mark of what the page showed. Raises StaleData when somebody wrote otherwise meanwhile.
    """
    check_can_govern(by)
    row = _locked(contribution)
    if row.cancelled_on is not None:
        raise InvalidTransition("This contribution was cancelled. Plan a new one.")
    what, subject = "wrote what it changed", f"contribution:{row.pk}"
    refuse_changed(seen, row.held_mark, what=what, subject=subject, actions=("contribution.held",))
    if held_on > business_today():
        raise Incomplete("Say what it changed once it took place.")
    if not changed.strip():
        raise Incomplete("Say what it changed, or that nothing has changed yet.")
    row.held_on, row.changed = held_on, changed.strip()
    row.save(update_fields=["held_on", "changed"])
    _said("contribution.held", row, by)
    return row


@transaction.atomic
def cancel_contribution(*, contribution: Contribution, reason: str, by: Any) -> Contribution:
    """It does not take place; it stays on record with the reason."""
    check_can_govern(by)
    row = _locked(contribution)
    if row.held_on is not None or row.cancelled_on is not None:
        raise InvalidTransition("This contribution took place, or was cancelled already.")
    if not reason.strip():
        raise Incomplete("Say why it is cancelled.")
    row.cancelled_on, row.cancel_reason = business_today(), reason.strip()
    row.save(update_fields=["cancelled_on", "cancel_reason"])
    _said("contribution.cancelled", row, by)
    return row


def _locked(contribution: Contribution) -> Contribution:
    return Contribution.objects.select_for_update(of=("self",)).get(pk=contribution.pk)


def _said(action: str, row: Contribution, by: Any) -> None:
    ask_for_reviews(row, by=by)
    record(action=action, by=by, organisation=row.board, subject=f"contribution:{row.pk}")
