"""Networks, capacity, interviews and toolkit in one view, and outreach beside the figures that it should move."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from edi_portal.ui.downloads import csv_response
from kpis.dashboards.engagement import capability_page, outreach_rows
from kpis.selectors.releases import release_as_seen
from kpis.views.overview import PROVENANCE_HEADS, provenance, release_line_of


def _crumbs() -> list[dict[str, str]]:
    return [{"label": "Home", "url": reverse("home")}, {"label": "KPIs", "url": reverse("kpis:list")}]


@require_GET
def capability(request: HttpRequest) -> HttpResponse:
    """What exists, counted, and what is about people, as released."""
    seen = release_as_seen(request)
    context = {
        "page": capability_page(request.user, seen),
        "release": seen.release if seen is not None else None,
        "breadcrumbs": _crumbs(),
        "release_line": release_line_of(seen.release) if seen is not None else "",
    }
    return render(request, "kpis/capability.html", context)


@require_GET
def outreach(request: HttpRequest) -> HttpResponse:
    """Shared outreach with the stored verdict over time of each figure."""
    seen = release_as_seen(request)
    rows = outreach_rows(seen)
    context = {
        "rows": rows,
        "moved": sum(row.own_change.startswith(("Getting better", "Improving")) for row in rows),
        "release": seen.release if seen is not None else None,
        "query": f"?release={seen.release.number}" if seen is not None else "",
        "breadcrumbs": [*_crumbs(), {"label": "Networks, capacity and toolkit", "url": reverse("kpis:capability")}],
        "release_line": release_line_of(seen.release) if seen is not None else "",
    }
    return render(request, "kpis/outreach.html", context)


@require_GET
def outreach_data(request: HttpRequest) -> HttpResponse:
    """The same as a file."""
    seen = release_as_seen(request)
    heads = ["Action", "Organisation", "With", "From", "To", "KPI", "Figure", "Over time", "C&M", "C&M over time"]
    rows = [
        [
            row.action.title,
            row.action.organisation.short_name,
            row.action.get_group_display(),
            row.action.started_on,
            row.action.ended_on,
            row.action.aims_at,
            row.own,
            row.own_change,
            row.system,
            row.system_change,
            *(provenance(seen.release) if seen is not None else ("", None, "")),
        ]
        for row in outreach_rows(seen)
    ]
    return csv_response("edi-outreach.csv", [*heads, *PROVENANCE_HEADS], rows)
