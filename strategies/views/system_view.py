"""The operating model across organisations: the page, by what the reader may know, and the same as files."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from edi_portal.clock import business_today
from edi_portal.periods import Quarter
from edi_portal.ui.downloads import csv_response, xlsx_response
from organisations.permissions import tier_of
from organisations.requests import PortalRequest
from organisations.roles import Tier
from strategies.dashboards.system_view import SystemView, system_sheets, system_view
from strategies.forms.assessments import SystemFilterForm
from strategies.selectors.assessments import (
    criteria_in_force,
    criteria_of,
    members_today,
    open_assessments,
    years_with_open_assessments,
)
from strategies.shared_model.vocabulary import FEWEST_ORGANISATIONS, LEVELS
from strategies.views.assessments import trail
from strategies.views.documents import own_organisation


@require_GET
def system(request: PortalRequest) -> HttpResponse:
    """Levels by organisation for the steering tier, counts per level for everybody."""
    form = SystemFilterForm(request.GET, years=_years())
    own = own_organisation(request)
    context = {
        "view": _view(request, form),
        "form": form,
        "levels": LEVELS,
        "own": own.slug if own else "",
        "fewest": FEWEST_ORGANISATIONS,
        "query": request.GET.urlencode(),
        "breadcrumbs": trail(),
    }
    return render(request, "strategies/system_view.html", context)


@require_GET
def system_data(request: PortalRequest, ending: str) -> HttpResponse:
    """The same as a file: the first table as CSV, or everything as a workbook."""
    view = _view(request, SystemFilterForm(request.GET, years=_years()))
    sheets = system_sheets(view)
    name = f"edi-operating-model-{view.year}"
    if ending == "csv":
        return csv_response(f"{name}.csv", sheets[0].heads, sheets[0].rows)
    return xlsx_response(f"{name}.xlsx", sheets)


def _years() -> list[str]:
    return years_with_open_assessments() or [Quarter.containing(business_today()).financial_year]


def _view(request: PortalRequest, form: SystemFilterForm) -> SystemView:
    if not form.is_valid():
        raise Http404
    year = form.cleaned_data["year"] or form.years[0]
    rows = open_assessments(year)
    newest = max((one.criteria for one in rows), key=lambda one: one.number, default=None)
    return system_view(
        rows,
        criteria_of(newest or criteria_in_force(business_today())),
        year=year,
        members=members_today().count(),
        by_organisation=tier_of(request.user) is Tier.STEERING,
        domain=form.cleaned_data["domain"],
    )
