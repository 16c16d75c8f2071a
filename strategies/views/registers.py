"""Registers of this app by workbook: take out, check, save. Some are an organisation's, some are kept by the steering group."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.audit.services import record
from edi_portal.exchange.comparing import Register
from edi_portal.exchange.pages import PARTNERSHIP, Exchange, apply_page, download_page, sheet_page
from organisations.models import Organisation
from organisations.permissions import require
from organisations.requests import PortalRequest
from organisations.roles import Right
from strategies.selectors.framework import themes_in_force
from strategies.views import assessments
from strategies.views.documents import kpi_choices, own_organisation, trail
from strategies.workbooks.documents import strategy_sheets
from strategies.workbooks.governed import framework_sheets, plan_sheets
from strategies.workbooks.pooled import pooled_sheets


def _strategies(organisation: Organisation, by: Any) -> Sequence[Register]:
    return strategy_sheets(organisation, themes_in_force(), kpi_choices(), by)


@dataclass(frozen=True, slots=True)
class Kept:
    """A register: its title, its sheets, its page, the page that takes a file, and the way back.

    `for_all`: the right of who keeps it for everybody; without it the register is that of the organisation of the role in use.
    """

    title: str
    sheets: Callable[[Any, Any], Sequence[Register]]
    page: str
    sheet: str
    trail: Callable[[], list[dict[str, str]]]
    for_all: Right | None = None


REGISTERS = {
    "strategies": Kept("Strategies", _strategies, "strategies:list", "strategies:sheet", trail),
    "pooled": Kept(
        "Pooled resources and joint projects",
        pooled_sheets,
        "operating-model:pooled",
        "operating-model:pooled-sheet",
        lambda: assessments.trail(("Pooled resources", reverse("operating-model:pooled"))),
    ),
    "plan": Kept(
        "Implementation plan",
        lambda _, by: plan_sheets(by),
        "operating-model:plan",
        "operating-model:plan-sheet",
        lambda: assessments.trail(("Implementation plan", reverse("operating-model:plan"))),
        for_all=Right.WRITE_OPERATING_MODEL,
    ),
    "framework": Kept(
        "Common framework",
        lambda _, by: framework_sheets(by),
        "strategies:framework-draft",
        "strategies:framework-sheet",
        lambda: trail(("Common framework", reverse("strategies:framework"))),
        for_all=Right.EDIT_FRAMEWORK,
    ),
}


@require_http_methods(["GET", "POST"])
def sheet(request: PortalRequest, register: str) -> HttpResponse:
    """Take a file and show what it would do."""
    return sheet_page(request, _exchange(request, register, Right.KEEP_REGISTERS))


@require_POST
def apply(request: PortalRequest, register: str) -> HttpResponse:
    """Save what was checked."""
    return apply_page(request, _exchange(request, register, Right.KEEP_REGISTERS))


@require_GET
def download(request: PortalRequest, register: str) -> HttpResponse:
    """The register as a workbook, drafts, hours and money included, so reading it is put on record."""
    exchange = _exchange(request, register, Right.VIEW_REGISTERS)
    organisation = exchange.owner if exchange.owner != PARTNERSHIP else None
    record(action="register.downloaded", by=request.user, organisation=organisation, subject=f"register:{register}")
    return download_page(exchange)


def _exchange(request: PortalRequest, register: str, right: Right) -> Exchange:
    kept = REGISTERS[register]
    organisation = own_organisation(request) if kept.for_all is None else None
    require(request.user, kept.for_all or right, organisation)
    return Exchange(
        name=register,
        title=kept.title,
        registers=kept.sheets(organisation, request.user),
        owner=organisation.slug if organisation is not None else PARTNERSHIP,
        page=reverse(kept.sheet),
        apply=reverse(f"{kept.sheet}-apply"),
        download=reverse(f"{kept.sheet}-download"),
        back=reverse(kept.page),
        breadcrumbs=kept.trail(),
    )
