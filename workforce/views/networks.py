"""Staff networks: who has which, one network, and the register that an organisation keeps."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.clock import business_today
from edi_portal.exceptions import BusinessError, Incomplete
from edi_portal.periods import Quarter
from edi_portal.ui.editing import edit
from edi_portal.ui.paging import page_of_rows
from organisations.models import Organisation
from organisations.permissions import can, require
from organisations.requests import PortalRequest
from organisations.roles import Right
from workforce.establishment import missing_to_run
from workforce.forms.networks import EndNetworkForm, MeetingForm, NetworkForm, RegisterFilterForm, initial_of
from workforce.models import StaffNetwork
from workforce.selectors.networks import (
    core_networks,
    core_rows,
    counts_of,
    get_network,
    matches_in,
    networks_shown_to,
    register_of,
    review_words,
)
from workforce.services import networks as services
from workforce.views.asking import own_organisation
from workforce.vocabulary import CORE_LABELS, MATURITY

Trail = list[dict[str, str]]


@require_GET
def network_list(request: PortalRequest) -> HttpResponse:
    """The own register first, then which organisation has which network, and who could help to start one."""
    organisation = own_organisation(request)
    quarter = Quarter.containing(business_today())
    form = RegisterFilterForm(request.GET)
    answers = form.cleaned_data if form.is_valid() else {}
    known = networks_shown_to(request.user, ended_on__isnull=True)
    rows = core_rows(known)
    members = page_of_rows(request, rows)
    own = register_of(request.user, organisation) if organisation is not None else []
    context = {
        "form": form,
        "organisation": organisation,
        "quarter": quarter,
        "own": [
            {
                "network": network,
                "missing": missing_to_run(network.facts_for(organisation), quarter),
                "mine": network.organisation == organisation,
            }
            for network in own
        ],
        "counts": counts_of(own, organisation, quarter) if organisation is not None else None,
        "may_keep": organisation is not None and can(request.user, Right.KEEP_REGISTERS, organisation),
        "others": page_of_rows(request, _narrowed(known, answers, organisation), name="others"),
        "others_address": _address_of(request, "others"),
        "core_labels": list(CORE_LABELS.values()),
        "core_rows": [
            {"organisation": row.organisation, "cells": [row.found.get(key, ()) for key in CORE_LABELS]} for row in members
        ],
        "members": members,
        "members_address": _address_of(request, "page"),
        "organisations": len(rows),
        "complete": sum(not row.missing for row in rows),
        "matches": matches_in(rows, organisation) if organisation is not None else (),
    }
    return render(request, "workforce/network_list.html", context)


def _address_of(request: PortalRequest, name: str) -> str:
    """The address of this page up to the number of one of its tables; what else was chosen stays."""
    kept = request.GET.copy()
    kept.pop(name, None)
    return f"?{kept.urlencode()}{'&' if kept else ''}{name}="


def _narrowed(known: list[StaffNetwork], answers: dict[str, str], organisation: Organisation | None) -> list[StaffNetwork]:
    own = organisation.pk if organisation is not None else None
    rows = [network for network in known if network.is_shared and network.organisation_id != own]
    # Looked for in what this reader reads: a hit must not tell of words that wait for their review.
    if words := answers.get("q", "").casefold():
        rows = [network for network in rows if words in f"{network.name}\n{network.focus}\n{network.purpose}".casefold()]
    wanted = answers.get("core")
    return [network for network in rows if not wanted or wanted in network.core]


@require_GET
def network_page(request: PortalRequest, network: str) -> HttpResponse:
    """One network: what everybody may know, and for its organisation the whole entry with what is missing."""
    return _network_page(request, get_network(request.user, network), MeetingForm())


def _network_page(request: PortalRequest, found: StaffNetwork, form: MeetingForm) -> HttpResponse:
    """The page of a network; after a refused meeting with what was typed."""
    whole = can(request.user, Right.VIEW_REGISTERS, found.organisation)
    quarter = Quarter.containing(business_today())
    context = {
        "network": found,
        "whole": whole,
        "review": review_words(found) if whole else "",
        "may_keep": can(request.user, Right.KEEP_REGISTERS, found.organisation),
        "missing": missing_to_run(found.facts_for(found.organisation), quarter) if whole else (),
        "quarter": quarter,
        "maturity": MATURITY,
        "meeting_form": form,
        "breadcrumbs": _trail(),
    }
    return render(request, "workforce/network_page.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def add(request: PortalRequest) -> HttpResponse:
    """A new entry of the own register."""
    organisation = own_organisation(request)
    require(request.user, Right.KEEP_REGISTERS, organisation)
    assert organisation is not None
    form = NetworkForm(request.POST or None, organisation=organisation)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.add_network(organisation=organisation, entry=form.entry(), by=request.user)
        except BusinessError as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, f"{made.name} is in the register.")
            return redirect("networks:detail", made.slug)
    context = {"form": form, "organisation": organisation, "breadcrumbs": _trail()}
    return render(request, "workforce/network_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def change(request: PortalRequest, network: str) -> HttpResponse:
    """Change an entry; saving also confirms it. Two people at one entry: the later one sees both."""
    found = _kept(request, network)
    form = NetworkForm(request.POST or None, organisation=found.organisation, initial=initial_of(found))

    def save(seen: int) -> StaffNetwork:
        return services.change_network(network=found, entry=form.entry(), seen_version=seen, by=request.user)

    done = edit(request, form, save, stored=found.version)
    if done.is_saved:
        messages.success(request, f"{found.name} is saved.")
        return redirect("networks:detail", found.slug)
    context = {
        "form": form,
        "network": found,
        "seen": done.version,
        "organisation": found.organisation,
        "breadcrumbs": [*_trail(), {"label": found.name, "url": reverse("networks:detail", args=[found.slug])}],
    }
    return render(request, "workforce/network_form.html", context, status=done.status)


@require_POST
def confirm(request: PortalRequest, network: str) -> HttpResponse:
    """Say that a published network exists."""
    found = _kept(request, network)
    services.confirm_network(network=found, by=request.user)
    messages.success(request, f"{found.name} is confirmed. Complete its entry so that it counts.")
    return redirect("networks:detail", found.slug)


@require_POST
def met(request: PortalRequest, network: str) -> HttpResponse:
    """Note a meeting."""
    found = _kept(request, network)
    form = MeetingForm(request.POST)
    if form.is_valid():
        try:
            meeting = services.add_meeting(network=found, held_on=form.cleaned_data["held_on"], by=request.user)
        except BusinessError as problem:
            form.add_error("held_on" if isinstance(problem, Incomplete) else None, str(problem))
        else:
            messages.success(request, f"The meeting of {meeting} is noted.")
            return redirect("networks:detail", found.slug)
    return _network_page(request, found, form)


@require_http_methods(["GET", "POST"])
def end(request: PortalRequest, network: str) -> HttpResponse:
    """End a network, or take an end back: an own page that says what happens and asks why."""
    found = _kept(request, network)
    form = EndNetworkForm(request.POST or None)
    if request.method == "POST" and request.POST.get("doing") == "take-back":
        services.reopen_network(network=found, by=request.user)
        messages.success(request, f"{found.name} goes on.")
        return redirect("networks:detail", found.slug)
    if request.method == "POST" and form.is_valid():
        try:
            services.end_network(network=found, by=request.user, **form.cleaned_data)
        except BusinessError as problem:
            form.add_error("on" if isinstance(problem, Incomplete) else None, str(problem))
        else:
            messages.success(request, f"{found.name} has ended. Its entry stays on record.")
            return redirect("networks:detail", found.slug)
    context = {"form": form, "network": found, "breadcrumbs": _trail()}
    return render(request, "workforce/network_end.html", context, status=422 if form.errors else 200)


@require_GET
def start_guide(request: PortalRequest) -> HttpResponse:
    """How to start a network, step by step, with the people nearby who have done it."""
    organisation = own_organisation(request)
    context = {
        "organisation": organisation,
        "matches": matches_in(core_networks(request.user), organisation) if organisation is not None else (),
        "maturity": MATURITY,
        "may_keep": organisation is not None and can(request.user, Right.KEEP_REGISTERS, organisation),
        "breadcrumbs": _trail(),
    }
    return render(request, "workforce/network_start.html", context)


def _kept(request: PortalRequest, slug: str) -> StaffNetwork:
    """A network of a register that this reader keeps; one that they only see is refused, any other does not exist."""
    found = get_network(request.user, slug)
    if not can(request.user, Right.VIEW_REGISTERS, found.organisation):
        raise Http404
    require(request.user, Right.KEEP_REGISTERS, found.organisation)
    return found


def _trail() -> Trail:
    return [{"label": "Staff networks", "url": reverse("networks:list")}]
