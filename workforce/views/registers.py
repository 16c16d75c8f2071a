"""Registers of networks and EDI capacity by workbook: take out, check, save."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.audit.services import record
from edi_portal.exchange.pages import Exchange, apply_page, download_page, sheet_page
from organisations.models import Organisation
from organisations.permissions import active_membership, require
from organisations.requests import PortalRequest
from organisations.roles import Right
from workforce.workbooks import capacity_sheets, network_sheets

# The register of an address: its title, its sheets, and the namespace of its pages.
REGISTERS = {
    "networks": ("Staff networks", network_sheets, "networks"),
    "edi-capacity": ("EDI posts, apprenticeships and years", capacity_sheets, "edi-posts"),
}


@require_http_methods(["GET", "POST"])
def sheet(request: PortalRequest, register: str) -> HttpResponse:
    """Take a workbook and show what it would do."""
    return sheet_page(request, _exchange(request, register, Right.KEEP_REGISTERS))


@require_POST
def apply(request: PortalRequest, register: str) -> HttpResponse:
    """Save what was checked."""
    return apply_page(request, _exchange(request, register, Right.KEEP_REGISTERS))


@require_GET
def download(request: PortalRequest, register: str) -> HttpResponse:
    """The register as a workbook. It carries members, hours and money away, so reading it is put on record."""
    exchange = _exchange(request, register, Right.VIEW_REGISTERS)
    record(action="register.downloaded", by=request.user, organisation=exchange.organisation, subject=f"register:{register}")
    return download_page(exchange)


def _exchange(request: PortalRequest, register: str, right: Right) -> Exchange:
    organisation = _organisation(request, right)
    title, sheets, space = REGISTERS[register]
    return Exchange(
        name=register,
        title=title,
        registers=sheets(organisation, request.user),
        organisation=organisation.slug,
        page=f"{space}:sheet",
        apply=f"{space}:sheet-apply",
        download=f"{space}:sheet-download",
        back=f"{space}:list",
        breadcrumbs=[{"label": title, "url": reverse(f"{space}:list")}],
    )


def _organisation(request: PortalRequest, right: Right) -> Organisation:
    membership = active_membership(request)
    organisation = membership.organisation if membership is not None else None
    require(request.user, right, organisation)
    assert organisation is not None
    return organisation
