"""The register of strategies by workbook: take out, check, save."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.audit.services import record
from edi_portal.exchange.pages import Exchange, apply_page, download_page, sheet_page
from organisations.permissions import require
from organisations.requests import PortalRequest
from organisations.roles import Right
from strategies.selectors.framework import themes_in_force
from strategies.views.documents import kpi_choices, own_organisation, trail
from strategies.workbooks.documents import strategy_sheets


@require_http_methods(["GET", "POST"])
def sheet(request: PortalRequest) -> HttpResponse:
    """Take a workbook and show what it would do."""
    return sheet_page(request, _exchange(request, Right.KEEP_REGISTERS))


@require_POST
def apply(request: PortalRequest) -> HttpResponse:
    """Save what was checked."""
    return apply_page(request, _exchange(request, Right.KEEP_REGISTERS))


@require_GET
def download(request: PortalRequest) -> HttpResponse:
    """The register as a workbook, drafts included, so reading it is put on record."""
    exchange = _exchange(request, Right.VIEW_REGISTERS)
    record(action="register.downloaded", by=request.user, organisation=exchange.owner, subject="register:strategies")
    return download_page(exchange)


def _exchange(request: PortalRequest, right: Right) -> Exchange:
    organisation = own_organisation(request)
    require(request.user, right, organisation)
    assert organisation is not None
    return Exchange(
        name="strategies",
        title="Strategies",
        registers=strategy_sheets(organisation, themes_in_force(), kpi_choices(), request.user),
        owner=organisation.slug,
        page=reverse("strategies:sheet"),
        apply=reverse("strategies:sheet-apply"),
        download=reverse("strategies:sheet-download"),
        back=reverse("strategies:list"),
        breadcrumbs=trail(),
    )
