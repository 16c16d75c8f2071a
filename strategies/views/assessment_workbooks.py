"""A self-assessment by workbook: take out, check, save."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.exceptions import InvalidTransition
from edi_portal.exchange.pages import Exchange, apply_page, download_page, sheet_page
from organisations.requests import PortalRequest
from strategies.models import SelfAssessment
from strategies.views.assessments import assessment_trail, kept_assessment, own_assessment, page_of
from strategies.workbooks.assessments import AnswerSheet


@require_GET
def download(request: PortalRequest, organisation: str, year: str) -> HttpResponse:
    """The answers as they stand: to read, or to fill in and give back."""
    return download_page(_exchange(request, own_assessment(request, organisation, year)))


@require_http_methods(["GET", "POST"])
def sheet(request: PortalRequest, organisation: str, year: str) -> HttpResponse:
    """Take a file and show what it would do."""
    return sheet_page(request, _exchange(request, _draft(request, organisation, year)))


@require_POST
def apply(request: PortalRequest, organisation: str, year: str) -> HttpResponse:
    """Save what was checked."""
    return apply_page(request, _exchange(request, _draft(request, organisation, year)))


def _draft(request: PortalRequest, organisation: str, year: str) -> SelfAssessment:
    found = kept_assessment(request, organisation, year)
    if found.state != SelfAssessment.State.DRAFT:
        raise InvalidTransition("This self-assessment is confirmed. Open it again before you change it.")
    return found


def _exchange(request: PortalRequest, found: SelfAssessment) -> Exchange:
    of_this = (found.organisation.slug, found.financial_year)
    return Exchange(
        name=f"self-assessment-{found.financial_year}",
        title=f"Self-assessment {found.financial_year}",
        registers=(AnswerSheet(found, request.user),),
        owner=found.organisation.slug,
        page=reverse("operating-model:sheet", args=of_this),
        apply=reverse("operating-model:sheet-apply", args=of_this),
        download=reverse("operating-model:sheet-download", args=of_this),
        back=page_of(found),
        breadcrumbs=assessment_trail(found),
    )
