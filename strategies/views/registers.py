"""The register of strategies by workbook: take out, check, save."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.audit.services import record
from edi_portal.exchange.pages import Exchange, apply_page, download_page, sheet_page
from organisations.permissions import require
from organisations.requests import PortalRequest
from organisations.roles import Right
from strategies.selectors.framework import themes_in_force
from strategies.views.documents import kpi_choices, own_organisation, trail
from strategies.workbooks import strategy_sheets


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
    record(action="register.downloaded", by=request.user, organisation=exchange.organisation, subject="register:strategies")
    return download_page(exchange)


def _exchange(request: PortalRequest, right: Right) -> Exchange:
    organisation = own_organisation(request)
    require(request.user, right, organisation)
    assert organisation is not None
    return Exchange(
        name="strategies",
        title="Strategies",
        registers=strategy_sheets(organisation, themes_in_force(), kpi_choices(), request.user),
        organisation=organisation.slug,
        page="strategies:sheet",
        apply="strategies:sheet-apply",
        download="strategies:sheet-download",
        back="strategies:list",
        breadcrumbs=trail(),
    )
