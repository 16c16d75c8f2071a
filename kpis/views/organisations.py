"""An organisation's released figures, and the place for them on its own page."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from edi_portal.ui.downloads import csv_response
from kpis.dashboards.data_quality import quality_of
from kpis.dashboards.organisation_page import data_rows, page_of
from kpis.dashboards.released_quality import released_quality
from kpis.data_quality import Quality
from kpis.models.returns import KpiReturn
from kpis.permissions import sees_every_question
from kpis.selectors.releases import release_as_seen, release_in_force, releases_up_to
from kpis.selectors.returns import content_of
from kpis.views.overview import release_line_of
from organisations.models import Organisation, User
from organisations.permissions import active_membership
from organisations.selectors.organisations import get_organisation, history_of


@require_GET
def figures(request: HttpRequest, slug: str) -> HttpResponse:
    """How the organisation stands on all KPIs within the reader's tier."""
    organisation = get_organisation(cast(User, request.user), slug)
    seen = release_as_seen(request)
    release = seen.release if seen else None
    page = page_of(seen, slug) if seen else None
    context: dict[str, Any] = {
        "organisation": organisation,
        "release": release,
        "page": page,
        "breadcrumbs": [
            {"label": "Home", "url": reverse("home")},
            {"label": "Organisations", "url": reverse("organisations:directory")},
            {"label": organisation.short_name, "url": reverse("organisations:detail", args=[slug])},
        ],
        "release_line": release_line_of(release) if release else "",
    }
    context["quality"] = _own_quality(request, organisation)
    if context["quality"] is None and seen is not None and page is not None:
        context["quality_as_released"] = released_quality(seen, page, organisation)
    if release is not None:
        history = history_of(organisation, on=release.quarter.last_day)
        context["history"] = [line for line in history if line.breaks_series and not line.later]
        if page is None:
            context["last"] = next((one for one in releases_up_to(release) if slug in one.due), None)
    return render(request, "kpis/organisation_page.html", context)


def _own_quality(request: HttpRequest, organisation: Organisation) -> Quality | None:
    """The data quality of the newest return, for the owner's leads and sponsors alone; nobody else's page reads a return."""
    membership = active_membership(request)
    if membership is None or membership.organisation_id != organisation.pk:
        return None
    rows = KpiReturn.objects.visible_to(request.user).live().filter(organisation=organisation)
    newest = rows.select_related("organisation", "collection").prefetch_related("collection__extensions").first()
    return quality_of(content_of(newest)) if newest is not None and sees_every_question(request.user, newest) else None


@require_GET
def figures_data(request: HttpRequest, slug: str) -> HttpResponse:
    """The same as a file."""
    get_organisation(cast(User, request.user), slug)
    seen = release_as_seen(request)
    page = page_of(seen, slug) if seen else None
    if page is None:
        raise Http404
    release = page.release
    heads, rows = data_rows(page)
    return csv_response(f"edi-{slug}-{release.collection.period}-release-{release.number}.csv", heads, rows)


def figures_on_organisation_page(request: HttpRequest, organisation: Organisation) -> dict[str, Any]:
    """Context of `kpis/organisation_figures.html`: whether the newest release holds figures of this organisation."""
    release = release_in_force(request)
    if release is None:
        return {"figures_release": None}
    due = organisation.slug in release.due
    return {
        "figures_release": release,
        "figures_due": due,
        "figures_returned": organisation.slug in release.returned,
    }
