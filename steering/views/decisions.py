"""The log of decisions: what was decided, why, and what came of it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from edi_portal.ui.downloads import csv_response
from organisations.permissions import require
from organisations.requests import PortalRequest
from organisations.roles import Right
from steering.forms.governance import ReasonForm
from steering.permissions import can_govern, check_can_govern
from steering.selectors.meetings import decisions
from steering.selectors.texts import Words
from steering.services import meetings as services
from steering.views.pages import FormPage, answer_form, trail

FILE_HEADS = ("Decision", "Meeting", "Title", "What", "Why", "Workstream", "KPI", "Actions", "Withdrawn on")


@require_GET
def decision_list(request: PortalRequest) -> HttpResponse:
    """Every decision, newest first."""
    require(request.user, Right.VIEW_GOVERNANCE)
    rows = list(decisions())
    words = Words(request.user, rows)
    context = {
        "rows": [
            {
                "decision": row,
                "title": words.of(row, "title", str(row)),
                "text": words.of(row, "text"),
                "reason": words.of(row, "reason"),
                "withdrawn": words.of(row, "withdraw_reason"),
                "actions": list(row.actions.all()),
            }
            for row in rows
        ],
        "holding": sum(row.withdrawn_on is None for row in rows),
        "may_govern": can_govern(request.user),
        "breadcrumbs": trail(("Meetings", "meetings:list")),
    }
    return render(request, "steering/decision_list.html", context)


@require_GET
def decision_data(request: PortalRequest) -> HttpResponse:
    """The log as a file."""
    require(request.user, Right.VIEW_GOVERNANCE)
    rows = list(decisions())
    words = Words(request.user, rows)
    lines = [
        [
            row.pk,
            row.meeting.held_on,
            words.of(row, "title", str(row)),
            words.of(row, "text"),
            words.of(row, "reason"),
            str(row.workstream or ""),
            row.kpi,
            ", ".join(str(action.pk) for action in row.actions.all()),
            row.withdrawn_on,
        ]
        for row in rows
    ]
    return csv_response("edi-decisions.csv", FILE_HEADS, lines)


@require_http_methods(["GET", "POST"])
def withdraw(request: PortalRequest, decision: int) -> HttpResponse:
    """Withdraw a decision with a reason."""
    check_can_govern(request.user)
    found = get_object_or_404(decisions(), pk=decision)
    page = FormPage(
        f"Withdraw decision {found.pk}",
        "Withdraw the decision",
        reverse("decisions:list"),
        trail(("Meetings", "meetings:list"), ("Decisions", "decisions:list")),
        lede="It stays on record with the reason.",
        warning=True,
    )
    return answer_form(
        request,
        page,
        ReasonForm(request.POST or None),
        save=lambda typed: services.withdraw_decision(decision=found, reason=typed.cleaned_data["reason"], by=request.user),
        done="The decision is withdrawn.",
    )
