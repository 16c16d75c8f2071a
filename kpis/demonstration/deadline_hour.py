"""The demonstration just before a deadline: every return of the open quarter is a draft that can be sent, three people at it.

Made for `make load`; only in a demonstration that is thrown away afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from edi_portal.exceptions import BusinessError, NotAllowed
from kpis.catalogue import CellKey
from kpis.demonstration.fit_to_send import EXPLANATION, fit_to_send
from kpis.demonstration.footprint import demonstration_accounts
from kpis.models.collections import Collection
from kpis.models.releases import Release
from kpis.models.returns import KpiReturn
from kpis.return_changes import CellChange
from kpis.selectors.returns import ReturnContent, content_of
from kpis.services import returns as services
from kpis.services import workbooks
from kpis.workflow import Status
from organisations.models import User
from organisations.roles import Role
from organisations.services.demonstration_accounts import DOMAIN, Planned, make_accounts

PEOPLE = 3  # at each return, the lead of the demonstration being the first
STEPS = (1, 9)  # how far a person's number moves: both must leave the return fit to be sent
LARGE_ENOUGH = 60


def prepare(folder: Path) -> dict[str, Any]:
    """Make drafts, people and a workbook; says who does what. Raises NotAllowed outside the demonstration."""
    if not settings.DEMONSTRATION:
        raise NotAllowed("A load is prepared only with PORTAL_DEMONSTRATION=1.")
    accounts = demonstration_accounts()
    returns = KpiReturn.objects.live().filter(collection__in=Collection.objects.open_now())
    rows = []
    for found in returns.select_related("organisation", "collection").order_by("organisation__slug"):
        lead = accounts.leads.get(found.organisation_id)
        if lead is not None and (row := _prepared(found, lead)) is not None:
            rows.append(row)
    first = KpiReturn.objects.get(pk=rows[0]["id"])
    workbook = folder / "load.xlsx"
    workbook.write_bytes(workbooks.download_workbook(kpi_return=first, by=accounts.leads[first.organisation_id]))
    released = Release.objects.values("collection")
    closed = Collection.objects.opened().exclude(pk__in=released).exclude(pk__in=Collection.objects.open_now())
    return {
        "returns": rows,
        "workbook": str(workbook),
        "readers": [f"steering@{DOMAIN}", f"board@{DOMAIN}"],
        "admin": accounts.admins[0].email,
        "period": closed.order_by("-period").values_list("period", flat=True).first() or "",
    }


def _prepared(found: KpiReturn, lead: User) -> dict[str, Any] | None:
    """One return as a draft that can be sent, with its people; None when the rules do not let it be."""
    try:
        draft = _draft_of(found, lead)
    except BusinessError:
        return None
    content = fit_to_send(draft, lead)
    if content is None:
        return None
    cells = [cell for _, cell in zip(range(PEOPLE), _free_cells(content, lead), strict=False)]
    colleagues = [
        Planned(f"load{number}.{draft.organisation.slug}", f"Colleague {number}", ((Role.EDI_LEAD, draft.organisation),))
        for number in range(1, PEOPLE)
    ]
    make_accounts(colleagues)
    emails = [lead.email, *(one.email for one in colleagues)]
    people = [{"account": email, **cell} for email, cell in zip(emails, cells, strict=False)]
    if len(people) < PEOPLE:
        return None
    place = f"/returns/{draft.organisation.slug}/{draft.collection.period}"
    return {"id": draft.pk, "organisation": draft.organisation.slug, "path": place, "people": people}


def _draft_of(found: KpiReturn, lead: User) -> KpiReturn:
    if found.status == Status.SUBMITTED:
        return services.recall_return(kpi_return=found, by=lead, comment=EXPLANATION)
    if found.status == Status.SIGNED_OFF:
        return services.reopen_return(kpi_return=found, by=lead, reason=EXPLANATION)
    return found


def _free_cells(content: ReturnContent, lead: User) -> Iterator[dict[str, Any]]:
    """Cells whose number may move a little without an error or a query, each of another question."""
    for measure in content.measures:
        for cell in measure.cells():
            amount = content.facts.values.get((measure.code, cell.row, cell.column))
            if amount is None or amount != int(amount) or amount < LARGE_ENOUGH:
                continue
            base = int(amount)
            if all(_may_be(content.kpi_return, measure.code, cell, base + step, lead) for step in STEPS):
                yield {"section": measure.workstream, "cell": f"{measure.code}/{cell.row}/{cell.column}", "base": base}
                break


def _may_be(draft: KpiReturn, measure: str, cell: CellKey, amount: int, lead: User) -> bool:
    """Whether the return could still be sent with this number; nothing is kept."""
    with transaction.atomic():
        services.save_answers(kpi_return=draft, by=lead, cells=[CellChange(measure, cell, Decimal(amount))])
        fits = content_of(KpiReturn.objects.select_related("organisation", "collection").get(pk=draft.pk)).can_be_sent
        transaction.set_rollback(True)
    return fits
