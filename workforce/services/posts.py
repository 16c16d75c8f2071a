"""The only writer of EDI posts, apprenticeships, yearly facts, steps and outreach: a newer row of somebody else is never lost."""

from typing import Any, TypeVar

from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_now
from edi_portal.exceptions import InvalidTransition, StaleData
from organisations.permissions import require
from organisations.roles import Right
from workforce.models import EdiApprenticeship, EdiPost, EdiYear, OutreachAction, StepProgress
from workforce.services.saving import check_row, refuse_stale

Row = TypeVar("Row", EdiPost, EdiApprenticeship, EdiYear, StepProgress, OutreachAction)

KINDS = {
    EdiPost: "edi-post",
    EdiApprenticeship: "apprenticeship",
    EdiYear: "edi-year",
    StepProgress: "shared-step",
    OutreachAction: "outreach",
}


@transaction.atomic
def save_row(*, row: Row, by: Any, seen_version: int | None = None) -> Row:
    """Save a new or changed row of a register. `seen_version` is the version that the writer saw; None for a new row.

    Raises StaleData when somebody saved it since, Incomplete when it does not hold together.
    """
    require(by, Right.KEEP_REGISTERS, row.organisation)
    if row.pk is not None:
        refuse_stale(_locked(row), seen_version)
    row.version += 1
    row.changed_at, row.changed_by = business_now(), by
    check_row(row, "changed_by")
    row.save()
    _record(row, "saved", by)
    return row


@transaction.atomic
def remove_row(*, row: Row, seen_version: int, by: Any) -> None:
    """Take out an entry that was a mistake. A post that came to an end gets its last day instead.

    Raises StaleData when somebody changed it since it was seen: that is not taken out unread.
    """
    require(by, Right.KEEP_REGISTERS, row.organisation)
    if _locked(row).version != seen_version:
        raise StaleData("Somebody changed this entry since you opened it. Look at it again before you take it out.")
    _record(row, "removed", by)
    row.delete()


def _locked(row: Row) -> Any:
    """The row as it is stored now, held until the transaction ends."""
    stored = type(row).objects.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if stored is None:
        raise InvalidTransition("Somebody took this entry out of the register since you opened it.")
    return stored


def _record(row: Row, verb: str, by: Any) -> None:
    kind = KINDS[type(row)]
    record(action=f"{kind}.{verb}", by=by, organisation=row.organisation, subject=f"{kind}:{row.pk}")
