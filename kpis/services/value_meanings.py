"""The only writer of what an organisation's own spellings mean: proposed by those who fill the return, decided by portal admins.

A proposal counts for its own organisation at once, so that nobody waits for an admin on the day a return is due; the lead and
the sponsor see that it does. A declined one counts no more. An audit event names the field, never the value or its meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_now
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed
from kpis import permissions
from kpis.extracts import FIELDS, UnmappedValue
from kpis.models.extracts import MeaningState, ValueMeaning
from kpis.models.returns import KpiReturn
from organisations.permissions import require
from organisations.roles import Right


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a value that was found in a file is said to mean."""

    found: UnmappedValue
    code: str


@transaction.atomic
def propose_meanings(*, kpi_return: KpiReturn, meanings: Iterable[Meaning], by: Any) -> int:
    """Remember what values mean; returns how many are new or other than before. Raises Incomplete for a meaning that is none."""
    permissions.check_can_edit_return(by, kpi_return, business_now())
    meanings, changed = list(meanings), 0
    for meaning in meanings:
        found = meaning.found
        if meaning.code not in codes_of(found.field):
            raise Incomplete(f"Choose what “{found.shown}” means from the list.")
        row = ValueMeaning.objects.select_for_update().filter(
            organisation=kpi_return.organisation, field=found.field, value=found.value
        )
        known = row.first()
        if known is not None and known.code == meaning.code and known.state != MeaningState.DECLINED:
            continue
        row.delete()
        ValueMeaning.objects.create(
            organisation=kpi_return.organisation,
            field=found.field,
            value=found.value,
            shown=found.shown[:200],
            code=meaning.code,
            rows=found.rows,
            proposed_by=by,
        )
        changed += 1
    if changed:
        record(
            action="meaning.proposed",
            by=by,
            organisation=kpi_return.organisation,
            subject=kpi_return.subject,
            details={"fields": sorted({meaning.found.field for meaning in meanings})},
        )
    return changed


@transaction.atomic
def decide_meaning(*, meaning: ValueMeaning, approve: bool, reason: str = "", by: Any) -> ValueMeaning:
    """Approve or decline a proposal. Raises Incomplete for declining without a reason, InvalidTransition when it is decided."""
    require(by, Right.DECIDE_MEANINGS)
    meaning = ValueMeaning.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=meaning.pk)
    if meaning.state != MeaningState.PROPOSED:
        raise InvalidTransition("This meaning is decided already.")
    if meaning.proposed_by_id == by.pk:
        raise NotAllowed("You proposed this meaning, so another portal admin decides about it.")
    reason = reason.strip()
    if not approve and not reason:
        raise Incomplete("Say why the meaning is declined, so that the EDI lead can mend it.")
    meaning.state = MeaningState.APPROVED if approve else MeaningState.DECLINED
    meaning.reason, meaning.decided_at, meaning.decided_by = ("" if approve else reason), business_now(), by
    meaning.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    record(
        action=f"meaning.{meaning.state}",
        by=by,
        organisation=meaning.organisation,
        subject=meaning.subject,
        details={"field": meaning.field},
    )
    return meaning


def codes_of(field: str) -> Mapping[str, str]:
    """The meanings that a value of a field can be given, with their words."""
    return FIELDS[field].codes if field in FIELDS else {}
