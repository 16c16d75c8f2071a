"""The register of duties to publish by file: take out, check, save."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.audit.services import record
from edi_portal.exchange.pages import Exchange, apply_page, download_page, sheet_page
from organisations.models import Organisation
from organisations.permissions import require
from organisations.requests import PortalRequest
from organisations.roles import Right
from steering.views.form_pages import own_organisation
from steering.workbooks import publication_sheets


@require_http_methods(["GET", "POST"])
def sheet(request: PortalRequest) -> HttpResponse:
    """Take a file and show what it would do."""
    return sheet_page(request, _exchange(request, _own(request, Right.KEEP_REGISTERS)))


@require_POST
def apply(request: PortalRequest) -> HttpResponse:
    """Save what was checked."""
    return apply_page(request, _exchange(request, _own(request, Right.KEEP_REGISTERS)))


@require_GET
def download(request: PortalRequest) -> HttpResponse:
    """The register as a workbook; that it was taken out is put on record."""
    organisation = _own(request, Right.VIEW_REGISTERS)
    record(action="register.downloaded", by=request.user, organisation=organisation, subject="register:duties")
    return download_page(_exchange(request, organisation))


def _own(request: PortalRequest, right: Right) -> Organisation:
    organisation = own_organisation(request)
    require(request.user, right, organisation)
    assert organisation is not None
    return organisation


def _exchange(request: PortalRequest, organisation: Organisation) -> Exchange:
    return Exchange(
        name="duties",
        title="Duties to publish",
        registers=publication_sheets(organisation, request.user),
        owner=organisation.slug,
        page=reverse("compliance:sheet"),
        apply=reverse("compliance:sheet-apply"),
        download=reverse("compliance:sheet-download"),
        back=reverse("compliance:list"),
        breadcrumbs=[{"label": "Duties to publish", "url": reverse("compliance:list")}],
    )
