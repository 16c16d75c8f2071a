"""Who may see what of an organisation and why, and who did see or change it."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from edi_portal.audit.selectors import action_in_words, events_of, subject_in_words
from organisations.models import Organisation
from organisations.permissions import can
from organisations.requests import PortalRequest
from organisations.roles import Right
from organisations.selectors.access import holders_of
from organisations.selectors.organisations import get_organisation

ROWS = 50
CHOICES = {"": "Everything", "seen": "Exact figures seen or taken out", "changed": "Changes"}


@require_GET
def record_page(request: PortalRequest, slug: str) -> HttpResponse:
    """The audit events over this organisation's data: when, who, what. No figure is among them."""
    organisation = _organisation(request, slug)
    only = request.GET.get("only", "")
    if only not in CHOICES:
        raise Http404
    page = Paginator(events_of(organisation.slug, only=only), ROWS).get_page(request.GET.get("page"))
    context = {
        "organisation": organisation,
        "lines": [(event, action_in_words(event.action), subject_in_words(event.subject, organisation.slug)) for event in page],
        "page": page,
        "address": f"?only={only}&page=",
        "choices": [(key, label, key == only) for key, label in CHOICES.items()],
        "breadcrumbs": _trail(organisation),
    }
    return render(request, "organisations/organisation_record.html", context)


@require_GET
def access_page(request: PortalRequest, slug: str) -> HttpResponse:
    """Each person with rights over this organisation's data: what they may do, by which role, since when and by whom."""
    organisation = _organisation(request, slug)
    context = {"organisation": organisation, "holders": holders_of(organisation), "breadcrumbs": _trail(organisation)}
    return render(request, "organisations/organisation_access.html", context)


def _organisation(request: PortalRequest, slug: str) -> Organisation:
    organisation = get_organisation(request.user, slug)
    if not can(request.user, Right.VIEW_PEOPLE, organisation):
        raise Http404
    return organisation


def _trail(organisation: Organisation) -> list[dict[str, str]]:
    return [
        {"label": "Organisations", "url": reverse("organisations:directory")},
        {"label": organisation.short_name, "url": reverse("organisations:detail", args=[organisation.slug])},
    ]
