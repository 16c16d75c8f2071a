"""The registers of strategies, and of pooled resources with joint projects, by workbook: take out, check, save."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.audit.services import record
from edi_portal.exchange.comparing import Register
from edi_portal.exchange.pages import Exchange, apply_page, download_page, sheet_page
from organisations.models import Organisation
from organisations.permissions import require
from organisations.requests import PortalRequest
from organisations.roles import Right
from strategies.selectors.framework import themes_in_force
from strategies.views import assessments
from strategies.views.documents import kpi_choices, own_organisation, trail
from strategies.workbooks.documents import strategy_sheets
from strategies.workbooks.pooled import pooled_sheets


def _strategies(organisation: Organisation, by: Any) -> Sequence[Register]:
    return strategy_sheets(organisation, themes_in_force(), kpi_choices(), by)


@dataclass(frozen=True, slots=True)
class Kept:
    """A register: its title, its sheets, its page, the page that takes a file, and the way back."""

    title: str
    sheets: Callable[[Organisation, Any], Sequence[Register]]
    page: str
    sheet: str
    trail: Callable[[], list[dict[str, str]]]


REGISTERS = {
    "strategies": Kept("Strategies", _strategies, "strategies:list", "strategies:sheet", trail),
    "pooled": Kept(
        "Pooled resources and joint projects",
        pooled_sheets,
        "operating-model:pooled",
        "operating-model:pooled-sheet",
        lambda: assessments.trail(("Pooled resources", reverse("operating-model:pooled"))),
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
    record(action="register.downloaded", by=request.user, organisation=exchange.owner, subject=f"register:{register}")
    return download_page(exchange)


def _exchange(request: PortalRequest, register: str, right: Right) -> Exchange:
    organisation, kept = own_organisation(request), REGISTERS[register]
    require(request.user, right, organisation)
    assert organisation is not None
    return Exchange(
        name=register,
        title=kept.title,
        registers=kept.sheets(organisation, request.user),
        owner=organisation.slug,
        page=reverse(kept.sheet),
        apply=reverse(f"{kept.sheet}-apply"),
        download=reverse(f"{kept.sheet}-download"),
        back=reverse(kept.page),
        breadcrumbs=kept.trail(),
    )
