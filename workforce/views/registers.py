"""Registers of this app by workbook: take out, check, save. What the partnership keeps goes the same way."""

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
from organisations.permissions import active_membership, require
from organisations.requests import PortalRequest
from organisations.roles import Right
from workforce.workbooks.capacity import capacity_sheets
from workforce.workbooks.interviews import interview_sheets
from workforce.workbooks.networks import network_sheets
from workforce.workbooks.toolkit import outreach_sheets, step_sheets, toolkit_sheets


@dataclass(frozen=True, slots=True)
class Kept:
    """A register: its title, its sheets, its page, the page that takes a file, and whether the partnership keeps one too."""

    title: str
    sheets: Callable[[Any, Any], Sequence[Register]]
    page: str
    sheet: str
    of_partnership: bool = False


REGISTERS = {
    "networks": Kept("Staff networks", network_sheets, "networks:list", "networks:sheet"),
    "edi-capacity": Kept("EDI posts, apprenticeships and years", capacity_sheets, "edi-posts:list", "edi-posts:sheet"),
    "interviews": Kept("Mapping interviews", interview_sheets, "interviews:list", "interviews:sheet", of_partnership=True),
    "toolkit": Kept("Toolkit", toolkit_sheets, "toolkit:list", "toolkit:sheet", of_partnership=True),
    "steps": Kept("Steps of the Merseyside model", step_sheets, "toolkit:steps", "toolkit:steps-sheet"),
    "outreach": Kept("Outreach", outreach_sheets, "toolkit:outreach", "toolkit:outreach-sheet"),
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
    """The register as a workbook. It carries what the register holds away, so reading it is put on record."""
    organisation = _organisation(request, register, Right.VIEW_REGISTERS)
    record(action="register.downloaded", by=request.user, organisation=organisation, subject=f"register:{register}")
    return download_page(_exchange(request, register, Right.VIEW_REGISTERS))


def _exchange(request: PortalRequest, register: str, right: Right) -> Exchange:
    organisation, kept = _organisation(request, register, right), REGISTERS[register]
    return Exchange(
        name=register,
        title=kept.title,
        registers=kept.sheets(organisation, request.user),
        owner=organisation.slug if organisation is not None else PARTNERSHIP,
        page=reverse(kept.sheet),
        apply=reverse(f"{kept.sheet}-apply"),
        download=reverse(f"{kept.sheet}-download"),
        back=reverse(kept.page),
        breadcrumbs=[{"label": kept.title, "url": reverse(kept.page)}],
    )


def _organisation(request: PortalRequest, register: str, right: Right) -> Organisation | None:
    """Whose register it is: the organisation's of the role in use, or for a role without one the partnership's."""
    membership = active_membership(request)
    organisation = membership.organisation if membership is not None else None
    if organisation is None and REGISTERS[register].of_partnership:
        require(request.user, Right.GOVERN)
    else:
        require(request.user, right, organisation)
    return organisation
