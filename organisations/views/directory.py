"""The directory, one organisation's page, and its history."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from edi_portal.clock import business_today
from organisations.figures import figures_of, panels_about
from organisations.forms import DirectoryForm
from organisations.permissions import can
from organisations.requests import PortalRequest
from organisations.roles import Right
from organisations.selectors.organisations import directory, get_organisation, history_of, standing_of


@require_GET
def directory_page(request: PortalRequest) -> HttpResponse:
    """Search and list of organisations; every answer is in the address."""
    form = DirectoryForm(request.GET)
    answers = form.cleaned_data if form.is_valid() else {}
    today = business_today()
    found = directory(
        request.user, on=today, words=answers.get("q", ""), kind=answers.get("kind", ""), former=answers.get("former", False)
    )
    context = {"form": form, "organisations": list(found), "today": today, "may_onboard": can(request.user, Right.ONBOARD)}
    return render(request, "organisations/organisation_directory.html", context)


@require_GET
def organisation_page(request: PortalRequest, slug: str) -> HttpResponse:
    """Who the organisation is, its peers and why, its history in words, and the figures where the app above shows them."""
    organisation = get_organisation(request.user, slug)
    today = business_today()
    history = history_of(organisation, on=today)
    names = list(organisation.names.all())
    context = {
        "organisation": organisation,
        "standing": standing_of(organisation, on=today),
        "places": [row.place for row in organisation.organisation_places.select_related("place")],
        "codes": list(organisation.codes.all()),
        "served_by": list(organisation.served_by.on(today).select_related("csu")),
        "serves": list(organisation.serves.on(today).select_related("organisation")),
        "history": [line for line in history if not line.later],
        "names_differ": len(names) > 1,
        "today": today,
        "may_see_people": can(request.user, Right.VIEW_PEOPLE, organisation),
        "may_onboard": can(request.user, Right.ONBOARD),
        "breadcrumbs": [{"label": "Organisations", "url": reverse("organisations:directory")}],
        "panels": panels_about(request, organisation),
        **figures_of(request, organisation),
    }
    return render(request, "organisations/organisation_detail.html", context)


@require_GET
def history_page(request: PortalRequest, slug: str) -> HttpResponse:
    """Everything on record: what happened, names, codes, membership and peer groups with their days."""
    organisation = get_organisation(request.user, slug)
    today = business_today()
    history = history_of(organisation, on=today)
    context = {
        "organisation": organisation,
        "past": [line for line in history if not line.later],
        "later": [line for line in history if line.later],
        "names": organisation.names.all(),
        "codes": organisation.codes.all(),
        "memberships": organisation.footprint_memberships.all(),
        "peer_groups": organisation.peer_groups.order_by("valid_from"),
        "today": today,
        "breadcrumbs": [
            {"label": "Organisations", "url": reverse("organisations:directory")},
            {"label": organisation.short_name, "url": reverse("organisations:detail", args=[organisation.slug])},
        ],
    }
    return render(request, "organisations/organisation_history.html", context)
