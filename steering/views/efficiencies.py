"""Efficiencies: the own ones with amounts, those that wait for the group, those offered to others, and frozen totals."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.clock import business_today
from edi_portal.periods import Quarter
from edi_portal.ui.editing import seen_version
from organisations.permissions import can, require
from organisations.requests import PortalRequest
from organisations.roles import Right
from organisations.step_up import step_up_required
from steering.efficiencies import ALL, KINDS, mark_of
from steering.forms.efficiencies import ChallengesForm, DecisionForm, EfficiencyForm, initial_of
from steering.models.efficiencies import Efficiency, EfficiencyYear
from steering.selectors.efficiencies import (
    challenges_of,
    efficiencies_of,
    for_others,
    frozen_years,
    get_efficiency,
    offered_to,
    own_totals,
    proposed_years,
    waiting_for_the_group,
)
from steering.selectors.texts import Words
from steering.services import efficiencies as services
from steering.views.form_pages import FormPage, Trail, context_of, form_page, own_organisation

TAGS = {"claimed": "grey", "evidenced": "grey", "accepted": "blue", "returned": "orange", "withdrawn": "grey"}
LABELS = {ALL: "All efficiencies", **KINDS}


def _trail() -> Trail:
    return [{"label": "Efficiencies", "url": reverse("efficiencies:list")}]


def _years() -> list[str]:
    now = Quarter.containing(business_today())
    return [now.previous(4 * back).financial_year for back in range(4)]


@require_GET
def efficiency_list(request: PortalRequest) -> HttpResponse:
    """Own claims and totals for the owner; offers for everybody; what waits for the group; totals of frozen years."""
    require(request.user, Right.VIEW_WORKSTREAMS)
    context = context_of(request)
    organisation = context["organisation"]
    own = list(efficiencies_of(request.user).filter(organisation=organisation)) if organisation is not None else []
    waiting = list(waiting_for_the_group()) if can(request.user, Right.VIEW_GOVERNANCE) else []
    offered = offered_to(organisation)
    words = Words(request.user, [*waiting, *offered])
    mine = challenges_of(organisation) if organisation is not None else frozenset()
    known = {row.financial_year for row in (*frozen_years(), *proposed_years())}
    context |= {
        "own": [{"row": row, "tag": TAGS[row.state]} for row in own],
        "own_totals": own_totals(own),
        "offered": [_said(row, words) | {"match": row.challenge in mine} for row in offered],
        "matching": sum(row.challenge in mine for row in offered),
        "waiting": [_said(row, words) for row in waiting],
        "years": [_year(row) for row in frozen_years()],
        "proposed": list(proposed_years()) if can(request.user, Right.VIEW_GOVERNANCE) else [],
        "may_freeze": can(request.user, Right.PUBLISH_RELEASE),
        "may_be_proposed": [year for year in _years()[1:] if year not in known] if context["may_govern"] else [],
        "synthetic": any(row.is_synthetic for row in (*own, *offered, *waiting)),
    }
    return render(request, "steering/efficiency_list.html", context)


def _said(row: Efficiency, words: Words) -> dict[str, Any]:
    return {"row": row, "title": words.of(row, "title"), "how": words.of(row, "how")}


def _year(row: EfficiencyYear) -> dict[str, Any]:
    content = row.content or {}
    return {
        "row": row,
        "lines": [
            {"label": label, "hours": content["hours"][key], "pounds": content["pounds"][key]} for key, label in LABELS.items()
        ],
    }


@require_http_methods(["GET", "POST"])
def add(request: PortalRequest) -> HttpResponse:
    """Claim an efficiency."""
    organisation = own_organisation(request)
    require(request.user, Right.KEEP_REGISTERS, organisation)
    assert organisation is not None
    form = EfficiencyForm(request.POST or None, organisation=organisation, years=_years())

    def save() -> tuple[str, str]:
        row = services.add_efficiency(organisation=organisation, entry=form.entry(), by=request.user)
        return f"Saved: {row.get_state_display().lower()}.", reverse("efficiencies:list")

    page = FormPage(
        heading="Claim an efficiency",
        button="Save the efficiency",
        back=reverse("efficiencies:list"),
        lede="Hours and pounds stay with you. Others see totals of a year, and only where your share cannot be worked out.",
        caption=organisation.short_name,
        trail=_trail(),
    )
    return form_page(request, form, page, save)


@require_http_methods(["GET", "POST"])
def change(request: PortalRequest, pk: int) -> HttpResponse:
    """Change a claim that is not accepted."""
    row = get_efficiency(request.user, pk)
    require(request.user, Right.KEEP_REGISTERS, row.organisation)
    years = sorted({*_years(), row.financial_year}, reverse=True)
    form = EfficiencyForm(request.POST or None, organisation=row.organisation, years=years, initial=initial_of(row))

    def save() -> tuple[str, str]:
        services.change_efficiency(row=row, entry=form.entry(), seen_version=seen_version(request), by=request.user)
        return "The efficiency is saved.", reverse("efficiencies:list")

    page = FormPage(
        heading=f"Change {row.title}",
        button="Save the efficiency",
        back=reverse("efficiencies:list"),
        lede=f"Returned by the group: {row.decision_reason}" if row.state == "returned" else "",
        version=row.version,
        caption=row.organisation.short_name,
        trail=_trail(),
    )
    return form_page(request, form, page, save)


@require_POST
def withdraw(request: PortalRequest, pk: int) -> HttpResponse:
    """Take a claim back."""
    row = get_efficiency(request.user, pk)
    services.withdraw_efficiency(row=row, by=request.user)
    messages.success(request, "The efficiency is withdrawn. It stays in your list.")
    return redirect("efficiencies:list")


@require_http_methods(["GET", "POST"])
def challenges(request: PortalRequest) -> HttpResponse:
    """Say which challenges the organisation has."""
    organisation = own_organisation(request)
    require(request.user, Right.KEEP_REGISTERS, organisation)
    assert organisation is not None
    stored = challenges_of(organisation)
    form = ChallengesForm(request.POST or None, initial={"challenges": sorted(stored)})

    def save() -> tuple[str, str]:
        services.say_challenges(organisation=organisation, seen=seen_version(request), by=request.user, **form.cleaned_data)
        return "What others did about these challenges now comes first.", reverse("efficiencies:list")

    page = FormPage(
        heading="Which challenges do you have?",
        button="Save the challenges",
        back=reverse("efficiencies:list"),
        version=mark_of(stored),
        caption=organisation.short_name,
        trail=_trail(),
    )
    return form_page(request, form, page, save)


@require_http_methods(["GET", "POST"])
def decide(request: PortalRequest, number: int) -> HttpResponse:
    """The group accepts or returns a claim, without its amounts. One whose evidence is to come is not brought to it yet."""
    require(request.user, Right.GOVERN)
    row = get_object_or_404(for_others().exclude(state="claimed"), pk=number)
    words = Words(request.user, [row])
    form = DecisionForm(request.POST or None)

    def save() -> tuple[str, str]:
        services.decide_efficiency(row=row, seen=seen_version(request), by=request.user, **form.answers())
        return "The decision is on record.", reverse("efficiencies:list")

    facts = [words.of(row, "how"), f"{row.get_kind_display()}, in {row.financial_year}, by {row.organisation.short_name}"]
    facts += [f"Evidence: {row.link}"] if row.link else ["The evidence lies in the organisation's library"]
    page = FormPage(
        heading=words.of(row, "title"),
        button="Record the decision",
        back=reverse("efficiencies:list"),
        lede="You decide on what was done and on its evidence. The amounts stay with the organisation.",
        facts=tuple(facts),
        version=row.version,
        trail=_trail(),
    )
    return form_page(request, form, page, save)


@require_POST
def propose(request: PortalRequest, financial_year: str) -> HttpResponse:
    """The group proposes to freeze a year."""
    require(request.user, Right.GOVERN)
    if financial_year not in _years():
        raise Http404
    services.propose_year(year=financial_year, by=request.user)
    messages.success(request, f"The totals of {financial_year} wait for a portal admin.")
    return redirect("efficiencies:list")


@require_POST
@step_up_required
def freeze(request: PortalRequest, financial_year: str) -> HttpResponse:
    """A portal admin freezes the totals of a year, for good: with a fresh code."""
    require(request.user, Right.PUBLISH_RELEASE)
    row = get_object_or_404(EfficiencyYear, financial_year=financial_year)
    services.freeze_year(row=row, by=request.user)
    messages.success(request, f"The totals of {financial_year} are frozen. Everybody reads the same from now on.")
    return redirect("efficiencies:list")
