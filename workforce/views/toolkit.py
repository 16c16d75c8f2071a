"""The communications and engagement toolkit: the library, one entry, the steps of the Merseyside model, outreach."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.clock import business_today
from edi_portal.exceptions import BusinessError
from edi_portal.ui.editing import edit
from organisations.permissions import can, require
from organisations.requests import PortalRequest
from organisations.roles import Right
from workforce.engagement import STEPS, ReviewState
from workforce.forms.toolkit import OutreachForm, ResourceForm, StepForm, ToolkitFilter, initial_of, read_filter
from workforce.models import OutreachAction, Resource, StepProgress
from workforce.selectors import toolkit as selectors
from workforce.services import toolkit as services
from workforce.views.asking import own_organisation

Trail = list[dict[str, str]]


def _trail(*more: tuple[str, str]) -> Trail:
    return [{"label": label, "url": reverse(name)} for label, name in (("Toolkit", "toolkit:list"), *more)]


def _keeps(request: PortalRequest) -> bool:
    """Whether this reader may add entries: of the own organisation, or of the partnership."""
    own = own_organisation(request)
    return services.may_keep_resource(request.user, own) if own is not None else can(request.user, Right.GOVERN)


@require_GET
def library(request: PortalRequest) -> HttpResponse:
    """Every entry that this reader may find, narrowed by what they ask for."""
    own = own_organisation(request)
    form, answers = read_filter(ToolkitFilter, request.GET)
    uses = selectors.used_by(own) if own is not None else frozenset()
    rows = selectors.narrowed(selectors.resources_shown_to(request.user), answers, uses)
    context = {
        "form": form,
        "rows": rows,
        "narrowed": any(answers.values()),
        "due": sum(row.state == ReviewState.DUE for row in rows),
        "uses": uses,
        "organisation": own,
        "may_keep": _keeps(request),
    }
    return render(request, "workforce/toolkit_list.html", context)


@require_GET
def entry_page(request: PortalRequest, resource: str) -> HttpResponse:
    """One entry: what it is, its words where they may be read, and who uses it."""
    found, own = selectors.get_resource(request.user, resource), own_organisation(request)
    keeps = services.may_keep_resource(request.user, found.organisation)
    whole = keeps or (found.organisation is not None and found.organisation == own)
    users = [use.organisation for use in found.uses.select_related("organisation")]
    context = {
        "resource": found,
        "review": selectors.review_words(found) if whole else "",
        "whole": whole,
        "may_keep": keeps,
        "users": users,
        "uses_it": own in users,
        "may_use": own is not None and can(request.user, Right.KEEP_REGISTERS, own),
        "organisation": own,
        "breadcrumbs": _trail(),
    }
    return render(request, "workforce/toolkit_entry.html", context)


@require_http_methods(["GET", "POST"])
def add(request: PortalRequest) -> HttpResponse:
    """A new entry of the own organisation, or of the partnership for whoever keeps its templates."""
    own = own_organisation(request)
    if own is None and not can(request.user, Right.GOVERN):
        require(request.user, Right.KEEP_REGISTERS, own)
    services.require_keep(request.user, own)
    form = ResourceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.add_resource(organisation=own, entry=form.entry(), by=request.user)
        except BusinessError as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, f"{made.title} is in the toolkit.")
            return redirect("toolkit:detail", made.slug)
    context = {"form": form, "organisation": own, "breadcrumbs": _trail()}
    return render(request, "workforce/toolkit_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def change(request: PortalRequest, resource: str) -> HttpResponse:
    """Change an entry."""
    found = _kept(request, resource)
    form = ResourceForm(request.POST or None, initial=initial_of(found))

    def save(seen: int) -> Resource:
        return services.change_resource(resource=found, entry=form.entry(), seen_version=seen, by=request.user)

    done = edit(request, form, save, stored=found.version)
    if done.is_saved:
        messages.success(request, f"{found.title} is saved.")
        return redirect("toolkit:detail", found.slug)
    context = {
        "form": form,
        "resource": found,
        "organisation": found.organisation,
        "version": done.version,
        "breadcrumbs": _trail(),
    }
    return render(request, "workforce/toolkit_form.html", context, status=done.status)


@require_POST
def withdraw(request: PortalRequest, resource: str) -> HttpResponse:
    """Withdraw an entry, or bring it back."""
    wanted = request.POST.get("withdrawn") != "no"
    found = services.withdraw_resource(resource=_kept(request, resource), withdrawn=wanted, by=request.user)
    messages.success(request, f"{found.title} is {'withdrawn' if found.withdrawn_on else 'in the toolkit again'}.")
    return redirect("toolkit:detail", found.slug)


@require_POST
def use(request: PortalRequest, resource: str) -> HttpResponse:
    """Say that the own organisation uses an entry, or no more."""
    found, own = selectors.get_resource(request.user, resource), own_organisation(request)
    require(request.user, Right.KEEP_REGISTERS, own)
    assert own is not None
    uses = request.POST.get("uses") == "yes"
    services.note_use(resource=found, organisation=own, uses=uses, by=request.user)
    messages.success(request, f"{own.short_name} {'uses' if uses else 'no longer uses'} {found.title}.")
    return redirect("toolkit:detail", found.slug)


@require_GET
def steps(request: PortalRequest) -> HttpResponse:
    """How far each organisation of Cheshire is with the model that Merseyside shares."""
    rows, own = selectors.step_rows(), own_organisation(request)
    mine = next((row for row in rows if row.organisation == own), None)
    context = {
        "steps": STEPS,
        "rows": rows,
        "complete": sum(row.adopted == len(STEPS) for row in rows),
        "own": selectors.own_steps(own) if own is not None and mine is not None else (),
        "organisation": own,
        "may_keep": own is not None and mine is not None and can(request.user, Right.KEEP_REGISTERS, own),
        "breadcrumbs": _trail(),
    }
    return render(request, "workforce/steps.html", context)


@require_http_methods(["GET", "POST"])
def step(request: PortalRequest, model_step: str) -> HttpResponse:
    """Say how far the own organisation is with one step."""
    own = own_organisation(request)
    require(request.user, Right.KEEP_REGISTERS, own)
    assert own is not None
    found = next((pair for pair in selectors.own_steps(own) if pair[0].key == model_step), None)
    if found is None or own not in selectors.cheshire_organisations():
        raise Http404
    about, progress = found
    initial = {"state": progress.state, "since": progress.since, "note": progress.note}
    form = StepForm(request.POST or None, initial=initial)

    def save(seen: int) -> StepProgress:
        for name, value in form.cleaned_data.items():
            setattr(progress, name, value)
        return services.save_step(progress=progress, by=request.user, seen_version=seen)

    done = edit(request, form, save, stored=progress.version)
    if done.is_saved:
        messages.success(request, f"{about.name}: saved.")
        return redirect("toolkit:steps")
    context = {
        "form": form,
        "step": about,
        "organisation": own,
        "version": done.version,
        "breadcrumbs": _trail(("Steps of the Merseyside model", "toolkit:steps")),
    }
    return render(request, "workforce/step_form.html", context, status=done.status)


@require_GET
def outreach(request: PortalRequest) -> HttpResponse:
    """What is done with BME and disabled people, by the own organisation and by those who share it."""
    own = own_organisation(request)
    context = {
        "rows": [{"action": one, "mine": one.organisation == own} for one in selectors.outreach_known_to(request.user)],
        "organisation": own,
        "may_keep": own is not None and can(request.user, Right.KEEP_REGISTERS, own),
        "breadcrumbs": _trail(),
    }
    return render(request, "workforce/outreach.html", context)


@require_http_methods(["GET", "POST"])
def add_outreach(request: PortalRequest) -> HttpResponse:
    """A new action."""
    own = own_organisation(request)
    require(request.user, Right.KEEP_REGISTERS, own)
    return _edit_outreach(request, OutreachAction(organisation=own, started_on=business_today()))


@require_http_methods(["GET", "POST"])
def change_outreach(request: PortalRequest, pk: int) -> HttpResponse:
    """Change an action."""
    row = get_object_or_404(OutreachAction.objects.visible_to(request.user).select_related("organisation"), pk=pk)
    require(request.user, Right.KEEP_REGISTERS, row.organisation)
    return _edit_outreach(request, row)


def _edit_outreach(request: PortalRequest, row: OutreachAction) -> HttpResponse:
    form = OutreachForm(request.POST or None, instance=row)

    def save(seen: int) -> OutreachAction:
        return services.save_outreach(action=form.save(commit=False), by=request.user, seen_version=seen)

    done = edit(request, form, save, stored=row.version)
    if done.is_saved:
        messages.success(request, f"{row.title} is saved.")
        return redirect("toolkit:outreach")
    context: dict[str, Any] = {
        "form": form,
        "row": row,
        "organisation": row.organisation,
        "version": done.version,
        "breadcrumbs": _trail(("Outreach", "toolkit:outreach")),
    }
    return render(request, "workforce/outreach_form.html", context, status=done.status)


def _kept(request: PortalRequest, slug: str) -> Resource:
    """An entry that this reader keeps; one that the role only sees is refused, another organisation's does not exist here."""
    found, own = selectors.get_resource(request.user, slug), own_organisation(request)
    if found.organisation is not None and found.organisation != own:
        raise Http404
    services.require_keep(request.user, found.organisation)
    return found
