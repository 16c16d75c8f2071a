"""Merging and closing organisations: pages that say what will happen and ask for it once more."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from edi_portal.ui.editing import edit
from organisations.forms import CloseForm, MergeForm
from organisations.models import Organisation
from organisations.permissions import can
from organisations.requests import PortalRequest
from organisations.roles import Right
from organisations.selectors.organisations import get_organisation
from organisations.services.organisations import close_organisation, merge_organisations


@require_http_methods(["GET", "POST"])
def merge(request: PortalRequest, slug: str) -> HttpResponse:
    """Merge the organisation into another."""
    organisation = _organisation(request, slug)
    form = MergeForm(request.POST or None, organisation=organisation)
    done = edit(request, form, lambda seen: merge_organisations(predecessor=organisation, by=request.user, **form.cleaned_data))
    if done.is_saved:
        messages.success(request, f"{organisation} merges into {form.cleaned_data['successor']}.")
        return redirect("organisations:history", slug=slug)
    return render(request, "organisations/organisation_merge.html", _context(organisation, form), status=done.status)


@require_http_methods(["GET", "POST"])
def close(request: PortalRequest, slug: str) -> HttpResponse:
    """Close the organisation without a successor."""
    organisation = _organisation(request, slug)
    form = CloseForm(request.POST or None)
    done = edit(request, form, lambda seen: close_organisation(organisation=organisation, by=request.user, **form.cleaned_data))
    if done.is_saved:
        messages.success(request, f"{organisation} leaves the partnership.")
        return redirect("organisations:history", slug=slug)
    return render(request, "organisations/organisation_close.html", _context(organisation, form), status=done.status)


def _organisation(request: PortalRequest, slug: str) -> Organisation:
    if not can(request.user, Right.ONBOARD):
        raise Http404
    return get_organisation(request.user, slug)


def _context(organisation: Organisation, form: MergeForm | CloseForm) -> dict[str, object]:
    trail = [
        {"label": "Organisations", "url": reverse("organisations:directory")},
        {"label": organisation.short_name, "url": reverse("organisations:detail", args=[organisation.slug])},
    ]
    return {"organisation": organisation, "form": form, "breadcrumbs": trail}
