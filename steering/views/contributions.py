"""Voices that come to boards: planned, held, and what they changed."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from edi_portal.clock import business_today
from organisations.permissions import require
from organisations.requests import PortalRequest
from organisations.roles import Right
from steering.forms.governance import ContributionForm, HeldForm, ReasonForm
from steering.models import Contribution
from steering.permissions import can_govern, check_can_govern
from steering.selectors.meetings import contributions
from steering.selectors.texts import Words
from steering.services import contributions as services
from steering.views.pages import FormPage, answer_form, number_typed, trail


@require_GET
def contribution_list(request: PortalRequest) -> HttpResponse:
    """What is planned, and what the earlier ones changed."""
    require(request.user, Right.VIEW_GOVERNANCE)
    today = business_today()
    rows = list(contributions())
    words = Words(request.user, rows)
    lines: list[dict[str, Any]] = [
        {
            "row": row,
            "about": words.of(row, "subject_line"),
            "who": words.of(row, "who"),
            "changed": words.of(row, "changed"),
            "cancel_reason": words.of(row, "cancel_reason"),
            "late": row.is_overdue_on(today),
        }
        for row in rows
    ]
    context = {
        "planned": [line for line in lines if line["row"].held_on is None and line["row"].cancelled_on is None],
        "past": [line for line in reversed(lines) if line["row"].held_on or line["row"].cancelled_on],
        "may_govern": can_govern(request.user),
        "breadcrumbs": trail(("Meetings", "meetings:list")),
    }
    return render(request, "steering/contribution_list.html", context)


@require_http_methods(["GET", "POST"])
def add(request: PortalRequest) -> HttpResponse:
    """Plan a contribution."""
    check_can_govern(request.user)
    return answer_form(
        request,
        _page("Plan a contribution to a board", "Plan the contribution"),
        ContributionForm(request.POST or None),
        save=lambda typed: services.plan_contribution(entry=typed.entry(), by=request.user),  # type: ignore[attr-defined]
        done="The contribution is planned.",
    )


@require_http_methods(["GET", "POST"])
def held(request: PortalRequest, contribution: int) -> HttpResponse:
    """Say that it took place and what it changed."""
    check_can_govern(request.user)
    found = get_object_or_404(Contribution, pk=contribution)
    seen = number_typed(request.POST.get("version"))
    return answer_form(
        request,
        _page("What did it change?", "Save what it changed", version=found.held_mark),
        HeldForm(request.POST or None, initial={"held_on": found.held_on or found.planned_on, "changed": found.changed}),
        save=lambda typed: services.hold_contribution(contribution=found, seen=seen, by=request.user, **typed.cleaned_data),
        done="It is saved what the contribution changed.",
    )


@require_http_methods(["GET", "POST"])
def cancel(request: PortalRequest, contribution: int) -> HttpResponse:
    """Cancel one with a reason."""
    check_can_govern(request.user)
    found = get_object_or_404(Contribution, pk=contribution)
    return answer_form(
        request,
        _page("Cancel the contribution", "Cancel the contribution", warning=True),
        ReasonForm(request.POST or None),
        save=lambda typed: services.cancel_contribution(contribution=found, reason=typed.cleaned_data["reason"], by=request.user),
        done="The contribution is cancelled.",
    )


def _page(heading: str, button: str, *, warning: bool = False, version: int | None = None) -> FormPage:
    crumbs = trail(("Meetings", "meetings:list"), ("Voices to boards", "contributions:list"))
    return FormPage(heading, button, reverse("contributions:list"), crumbs, warning=warning, version=version)
