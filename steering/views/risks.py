"""Risks: the register, one risk with the history of its score, and what the group changes."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.clock import business_today
from edi_portal.ui.downloads import csv_response
from organisations.permissions import require
from organisations.requests import PortalRequest
from organisations.roles import Right
from steering.forms.governance import ReasonForm, RiskForm, initial_of_risk
from steering.models import Risk
from steering.permissions import can_govern, check_can_govern
from steering.selectors.texts import Words
from steering.services import risks as services
from steering.views.pages import FormPage, answer_form, number_typed, trail

FILE_HEADS = (
    "Risk",
    "Title",
    "Workstream",
    "KPI",
    "Likelihood",
    "Impact",
    "Score",
    "Band",
    "Mitigation",
    "Owner",
    "Role",
    "Look at it again on",
    "Closed on",
)


def _rows(request: PortalRequest) -> list[dict[str, Any]]:
    """Open risks first, the highest score on top; closed ones after them."""
    risks = list(Risk.objects.scored().select_related("workstream", "owner_organisation", "written_for"))
    words = Words(request.user, risks)
    today = business_today()
    ordered = sorted(risks, key=lambda risk: (risk.closed_on is not None, -risk.score, risk.pk))
    return [
        {
            "risk": risk,
            "title": words.of(risk, "title", f"Risk {risk.pk}"),
            "mitigation": words.of(risk, "mitigation"),
            "owner_role": words.of(risk, "owner_role", ""),
            "late": risk.closed_on is None and risk.review_on < today,
        }
        for risk in ordered
    ]


@require_GET
def risk_list(request: PortalRequest) -> HttpResponse:
    """The register."""
    require(request.user, Right.VIEW_GOVERNANCE)
    rows = _rows(request)
    going = [row for row in rows if row["risk"].closed_on is None]
    context = {
        "rows": rows,
        "going": len(going),
        "high": sum(row["risk"].band in {"High", "Extreme"} for row in going),
        "late": sum(row["late"] for row in going),
        "may_govern": can_govern(request.user),
    }
    return render(request, "steering/risk_list.html", context)


@require_GET
def risk_data(request: PortalRequest) -> HttpResponse:
    """The register as a file."""
    require(request.user, Right.VIEW_GOVERNANCE)
    lines = []
    for row in _rows(request):
        risk = row["risk"]
        lines.append(
            [
                risk.pk,
                row["title"],
                str(risk.workstream or ""),
                risk.kpi,
                risk.likelihood,
                risk.impact,
                risk.score,
                risk.band,
                row["mitigation"],
                risk.owner,
                row["owner_role"],
                risk.review_on,
                risk.closed_on,
            ]
        )
    return csv_response("edi-risks.csv", FILE_HEADS, lines)


@require_GET
def detail(request: PortalRequest, risk: int) -> HttpResponse:
    """One risk."""
    require(request.user, Right.VIEW_GOVERNANCE)
    found = _risk(risk)
    words = Words(request.user, [found])
    context = {
        "risk": found,
        "words": {field: words.of(found, field) for field in (*found.TEXTS, *found.LATER)},
        "title": words.of(found, "title", f"Risk {found.pk}"),
        "scores": list(found.scores.select_related("scored_by")),
        "may_govern": can_govern(request.user),
        "late": found.closed_on is None and found.review_on < business_today(),
        "breadcrumbs": trail(("Risks", "risks:list")),
    }
    return render(request, "steering/risk_detail.html", context)


@require_http_methods(["GET", "POST"])
def add(request: PortalRequest) -> HttpResponse:
    """A new risk."""
    check_can_govern(request.user)
    page = FormPage("Raise a risk", "Raise the risk", reverse("risks:list"), trail(("Risks", "risks:list")))
    form = RiskForm(request.POST or None, initial={"workstream": request.GET.get("workstream", "")})
    return answer_form(
        request,
        page,
        form,
        save=lambda typed: services.raise_risk(entry=typed.entry(), by=request.user),  # type: ignore[attr-defined]
        done="The risk is in the register.",
    )


@require_http_methods(["GET", "POST"])
def change(request: PortalRequest, risk: int) -> HttpResponse:
    """Change a risk or its score."""
    check_can_govern(request.user)
    found = _risk(risk)
    page = FormPage(f"Change risk {found.pk}", "Save the risk", _address(found), _trail(found), version=found.version)
    seen = number_typed(request.POST.get("version"))
    return answer_form(
        request,
        page,
        RiskForm(request.POST or None, initial=initial_of_risk(found)),
        save=lambda typed: services.change_risk(risk=found, entry=typed.entry(), seen_version=seen, by=request.user),  # type: ignore[attr-defined]
        done="The risk is saved. Earlier scores stay on record.",
    )


@require_http_methods(["GET", "POST"])
def close(request: PortalRequest, risk: int) -> HttpResponse:
    """Close a risk with a reason."""
    check_can_govern(request.user)
    found = _risk(risk)
    page = FormPage(
        f"Close risk {found.pk}",
        "Close the risk",
        _address(found),
        _trail(found),
        lede="It stays on record, and you can reopen it.",
        warning=True,
    )
    return answer_form(
        request,
        page,
        ReasonForm(request.POST or None),
        save=lambda typed: services.close_risk(risk=found, reason=typed.cleaned_data["reason"], by=request.user),
        done="The risk is closed.",
    )


@require_POST
def reopen(request: PortalRequest, risk: int) -> HttpResponse:
    """Take back that it is closed."""
    check_can_govern(request.user)
    services.reopen_risk(risk=_risk(risk), by=request.user)
    messages.success(request, "The risk is open again.")
    return redirect("risks:detail", risk)


def _risk(pk: int) -> Risk:
    return get_object_or_404(Risk.objects.scored().select_related("workstream", "owner_organisation"), pk=pk)


def _address(risk: Risk) -> str:
    return reverse("risks:detail", args=[risk.pk])


def _trail(risk: Risk) -> list[dict[str, str]]:
    return trail(("Risks", "risks:list"), (str(risk), _address(risk)))
