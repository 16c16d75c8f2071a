"""The page "What EDI is, what EDI staff do, what your organisation gains"."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kpis.selectors.releases import release_as_seen
from organisations.permissions import require
from organisations.requests import PortalRequest
from organisations.roles import Right
from steering.dashboards.what_edi_is import gains_of, gains_of_system
from steering.views.form_pages import context_of


@require_GET
def page(request: PortalRequest) -> HttpResponse:
    """Plain words, the reader's own figures, and where staff and patients find help."""
    require(request.user, Right.VIEW_WORKSTREAMS)
    context = context_of(request)
    organisation = context["organisation"]
    seen = release_as_seen(request)
    context |= {
        "gains": gains_of(organisation, seen) if organisation is not None else gains_of_system(seen),
        "release": seen.release if seen is not None else None,
    }
    return render(request, "steering/what_edi_is.html", context)
