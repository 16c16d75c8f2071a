"""Health inequalities between wards, open to everybody; and what the page of a place shows of indicators and releases."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from edi_portal.ui.downloads import CSV_TYPE, csv_bytes, public_file
from kpis.dashboards.place_page import members_of_place, patient_side, staff_beside
from kpis.dashboards.ward_figures import FILE_HEADS, chart_of_place, file_rows, indicator_page, lines_of_all, lines_of_place
from kpis.forms.ward_packs import PlaceFilter
from kpis.models.ward_packs import WardIndicator
from kpis.selectors.releases import release_as_seen
from kpis.selectors.ward_packs import shown_indicator
from kpis.views.overview import release_line_of
from organisations.models import Place
from organisations.permissions import can
from organisations.roles import Right

LIST_CRUMBS = ({"label": "Places", "url_name": "places:list"}, {"label": "Health inequalities", "url_name": "inequalities:list"})


def _crumbs(number: int) -> list[dict[str, str]]:
    return [{"label": one["label"], "url": reverse(one["url_name"])} for one in LIST_CRUMBS[:number]]


def _indicator(code: str) -> WardIndicator:
    found = shown_indicator(code)
    if found is None:
        raise Http404
    return found


@login_not_required
@require_safe
def indicator_list(request: HttpRequest) -> HttpResponse:
    """Every indicator that packs bring, with the gap between the most and the least deprived fifth."""
    context = {
        "lines": lines_of_all(),
        "keeps_packs": can(request.user, Right.KEEP_WARD_PACKS),
        "breadcrumbs": _crumbs(1),
    }
    return render(request, "kpis/inequality_list.html", context)


@login_not_required
@require_safe
def indicator_detail(request: HttpRequest, indicator: str) -> HttpResponse:
    """One indicator: its gradient over all places, or within one place with its wards."""
    found, places = _indicator(indicator), list(Place.objects.order_by("name"))
    asked = request.GET.get("place", "")
    chosen = next((place for place in places if place.slug == asked), None)
    if asked and chosen is None:
        raise Http404
    context = {
        "page": indicator_page(found, places, chosen),
        "form": PlaceFilter(initial={"place": asked}, places=[(place.slug, place.name) for place in places]),
        "breadcrumbs": _crumbs(2),
    }
    return render(request, "kpis/inequality_detail.html", context)


@login_not_required
@require_safe
def indicator_data(request: HttpRequest, indicator: str) -> HttpResponse:
    """Every ward of an indicator as a file."""
    found = _indicator(indicator)
    content = csv_bytes(FILE_HEADS, file_rows(found, list(Place.objects.all())))
    response = public_file(content, f"ward-figures-{found.code}-pack-{found.pack_id}.csv", CSV_TYPE)
    response.headers["Cache-Control"] = "public, max-age=300"  # a withdrawn pack is gone within minutes
    return response


def figures_on_place_page(request: HttpRequest, place: Place) -> dict[str, Any]:
    """Context of `kpis/place_figures.html`: indicators of its wards, and released figures of the reader's tier."""
    lines = lines_of_place(place)
    context: dict[str, Any] = {
        "lines": lines,
        "chart": chart_of_place(place, lines) if lines else None,
        "synthetic_packs": any(one.indicator.pack.synthetic for one in lines),
    }
    seen = release_as_seen(request)
    if seen is None:
        return context
    members, signed_in = members_of_place(seen, place), request.user.is_authenticated
    return context | {
        "release": seen.release,
        "release_line": release_line_of(seen.release),
        "staff": staff_beside(seen, place, members, signed_in=signed_in),
        "patients": patient_side(seen, members, signed_in=signed_in),
    }
