"""Public pages of published figures. No sign-in; nothing here comes from a collection or a release."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from edi_portal.ui.downloads import csv_response
from kpis.dashboards.published import DATA_HEADS, data_rows, indicator_page, list_page, organisation_page
from kpis.forms.published import PublishedFilter
from kpis.published_indicators import INDICATORS, PublishedIndicator
from kpis.selectors.published import organisations_with_figures, values_of_indicators, values_of_organisation


def _indicator(slug: str) -> PublishedIndicator:
    if slug not in INDICATORS:
        raise Http404
    return INDICATORS[slug]


def _crumbs() -> list[dict[str, str]]:
    return [{"label": "Published figures", "url": reverse("published:list")}]


def _marked(request: HttpRequest) -> str:
    """The organisation to show: the one in the address, otherwise the reader's own."""
    membership = getattr(request, "membership", None)
    own = membership.organisation if membership is not None else None
    return request.GET.get("organisation", own.slug if own is not None else "")


@login_not_required
@require_GET
def published_list(request: HttpRequest) -> HttpResponse:
    """Every indicator with its years, and every organisation."""
    return render(request, "kpis/published_list.html", list_page())


@login_not_required
@require_GET
def published_detail(request: HttpRequest, indicator: str) -> HttpResponse:
    """One indicator: organisations in one year, one organisation over its years, all figures, source and licence."""
    page = indicator_page(_indicator(indicator), year=request.GET.get("year", ""), organisation=_marked(request))
    form = PublishedFilter({"year": page.year, "organisation": page.chosen}, years=page.years, organisations=page.choices)
    context = {"page": page, "form": form, "breadcrumbs": _crumbs()}
    return render(request, "kpis/published_detail.html", context)


@login_not_required
@require_GET
def published_data(request: HttpRequest, indicator: str) -> HttpResponse:
    """The figures of one indicator as a file, of one year or of all."""
    about, year = _indicator(indicator), request.GET.get("year", "")
    values = [one for one in values_of_indicators([about.slug]) if year in ("", one.year)]
    if not values:
        raise Http404
    return csv_response(f"published-{about.slug}{'-' + year if year else ''}.csv", DATA_HEADS, data_rows(values))


@login_not_required
@require_GET
def published_organisation(request: HttpRequest, organisation: str) -> HttpResponse:
    """Everything published about one organisation."""
    found = get_object_or_404(organisations_with_figures(), slug=organisation)
    context = {"organisation": found, "page": organisation_page(found), "breadcrumbs": _crumbs()}
    return render(request, "kpis/published_organisation.html", context)


@login_not_required
@require_GET
def published_organisation_data(request: HttpRequest, organisation: str) -> HttpResponse:
    """Everything published about one organisation as a file."""
    found = get_object_or_404(organisations_with_figures(), slug=organisation)
    return csv_response(f"published-{found.slug}.csv", DATA_HEADS, data_rows(values_of_organisation(found)))
