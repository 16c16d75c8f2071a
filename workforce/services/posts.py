"""The only writer of EDI posts, apprenticeships and yearly facts. A save that meets somebody else's newer row changes nothing."""

from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_now
from edi_portal.exceptions import Incomplete, StaleData
from organisations.permissions import require
from organisations.roles import Right
from workforce.models import EdiApprenticeship, EdiPost, EdiYear

Row = TypeVar("Row", EdiPost, EdiApprenticeship, EdiYear)

KINDS = {EdiPost: "edi-post", EdiApprenticeship: "apprenticeship", EdiYear: "edi-year"}


@transaction.atomic
def save_row(*, row: Row, by: Any, seen_version: int | None = None) -> Row:
    """Save a new or changed row of a register. `seen_version` is the version that the writer saw; None for a new row.

    Raises StaleData when somebody saved it since, Incomplete when it does not hold together.
    """
    require(by, Right.KEEP_REGISTERS, row.organisation)
    if row.pk is not None:
        stored = type(row).objects.select_for_update(of=("self",)).get(pk=row.pk)
        if stored.version != seen_version:
            raise StaleData(
                "Somebody changed this entry while you were typing, and nothing of theirs is lost. "
                "Look at it in another window, then save yours again if it still holds."
            )
    row.version += 1
    row.changed_at, row.changed_by = business_now(), by
    try:
        row.full_clean(exclude=["changed_by"])
    except ValidationError as error:
        raise Incomplete(" ".join(error.messages)) from error
    row.save()
    _record(row, "saved", by)
    return row


@transaction.atomic
def remove_row(*, row: Row, by: Any) -> None:
    """Take out an entry that was a mistake. A post that came to an end gets its last day instead."""
    require(by, Right.KEEP_REGISTERS, row.organisation)
    _record(row, "removed", by)
    row.delete()


def _record(row: Row, verb: str, by: Any) -> None:
    kind = KINDS[type(row)]
    record(action=f"{kind}.{verb}", by=by, organisation=row.organisation, subject=f"{kind}:{row.pk}")
