"""The shared operating model: its first page, and its criteria with the five levels of each."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from edi_portal.clock import business_today
from organisations.permissions import tier_of
from organisations.requests import PortalRequest
from organisations.roles import Tier
from strategies.selectors.assessments import criteria_in_force, criteria_of
from strategies.shared_model.vocabulary import LEVELS, MODEL_DOMAINS
from strategies.views.assessments import trail
from strategies.views.documents import own_organisation


@require_GET
def home(request: PortalRequest) -> HttpResponse:
    """What the shared operating model is, and where each part of it is."""
    context = {
        "domains": MODEL_DOMAINS.values(),
        "organisation": own_organisation(request),
        "is_steering_tier": tier_of(request.user) is Tier.STEERING,
    }
    return render(request, "strategies/operating_model.html", context)


@require_GET
def criteria(request: PortalRequest) -> HttpResponse:
    """The criteria in force, by domain."""
    version = criteria_in_force(business_today())
    rows = criteria_of(version)
    context = {
        "version": version,
        "levels": LEVELS,
        "domains": [(label, [row for row in rows if row.domain == key]) for key, label in MODEL_DOMAINS.items()],
        "breadcrumbs": trail(),
    }
    return render(request, "strategies/criteria.html", context)
