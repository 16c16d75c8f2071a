"""Equality impact assessments of the own organisation: the list, one assessment, signing, deciding, actions."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.clock import business_today
from edi_portal.periods import Quarter
from edi_portal.ui.editing import seen_version
from organisations.permissions import can, require
from organisations.requests import PortalRequest
from organisations.roles import Right
from steering.forms.impact import AssessmentForm, ClosedForm, DecisionForm, ImpactActionForm, initial_of
from steering.impact import state_of
from steering.models.impact import ImpactAssessment
from steering.selectors.impact import assessments_of, get_action, get_assessment, register_answers
from steering.services import impact as services
from steering.views.form_pages import FormPage, Trail, context_of, form_page, own_organisation

TAGS = {"late": "orange", "soon": "orange", "open": "grey", "signed": "blue", "decided": "blue"}


def _trail(*more: ImpactAssessment) -> Trail:
    first = {"label": "Impact assessments", "url": reverse("impact:list")}
    return [first, *({"label": row.title, "url": reverse("impact:detail", args=[row.pk])} for row in more)]


@require_GET
def assessment_list(request: PortalRequest) -> HttpResponse:
    """The own assessments, with what this quarter's return would take from them."""
    require(request.user, Right.VIEW_WORKSTREAMS)
    context = context_of(request)
    organisation, today = context["organisation"], business_today()
    rows = list(assessments_of(request.user).filter(organisation=organisation)) if organisation is not None else []
    quarter = Quarter.containing(today)
    cells = register_answers(organisation, quarter) if rows and organisation is not None else {}
    shown = [_row(row) for row in rows]
    context |= {
        "rows": shown,
        "late": sum(one["state"] == "late" and one["row"].decided_on is None for one in shown),
        "quarter": quarter,
        "needed": sum(amount for (code, _, column), amount in cells.items() if (code, column) == ("eia", "needed")),
        "assessed": sum(amount for (code, _, column), amount in cells.items() if (code, column) == ("eia", "assessed")),
        "due": cells.get(("eia_actions", "due", "value"), 0),
        "closed": cells.get(("eia_actions", "closed", "value"), 0),
    }
    return render(request, "steering/impact_list.html", context)


def _row(row: ImpactAssessment) -> dict[str, Any]:
    state, words = state_of(row.facts, business_today())
    return {"row": row, "state": state, "words": words, "tag": TAGS[state]}


@require_GET
def assessment_page(request: PortalRequest, pk: int) -> HttpResponse:
    """One assessment with the nine characteristics, its signature, decision and actions."""
    row = get_assessment(request.user, pk)
    may_sign = can(request.user, Right.SIGN_OFF_RETURN, row.organisation)
    context = _row(row) | {
        "organisation": row.organisation,
        "may_keep": can(request.user, Right.KEEP_REGISTERS, row.organisation),
        "may_sign": may_sign and not row.is_signed and row.changed_by_id != request.user.pk,
        "today": business_today(),
        "breadcrumbs": _trail(),
    }
    return render(request, "steering/impact_detail.html", context)


@require_http_methods(["GET", "POST"])
def add(request: PortalRequest) -> HttpResponse:
    """Begin an assessment."""
    organisation = own_organisation(request)
    require(request.user, Right.KEEP_REGISTERS, organisation)
    assert organisation is not None
    form = AssessmentForm(request.POST or None, organisation=organisation)

    def save() -> tuple[str, str]:
        row = services.add_assessment(organisation=organisation, entry=form.entry(), by=request.user)
        return "The assessment is begun.", reverse("impact:detail", args=[row.pk])

    page = FormPage(
        heading="Assess the impact of a proposal",
        button="Save the assessment",
        back=reverse("impact:list"),
        lede="Say what the proposal does to people of each protected characteristic, before it is decided.",
        caption=organisation.short_name,
        trail=_trail(),
    )
    return form_page(request, form, page, save)


@require_http_methods(["GET", "POST"])
def change(request: PortalRequest, pk: int) -> HttpResponse:
    """Change what an assessment says; its signature no longer holds."""
    row = get_assessment(request.user, pk)
    require(request.user, Right.KEEP_REGISTERS, row.organisation)
    form = AssessmentForm(request.POST or None, organisation=row.organisation, initial=initial_of(row))

    def save() -> tuple[str, str]:
        services.change_assessment(row=row, entry=form.entry(), seen_version=seen_version(request), by=request.user)
        return "The assessment is saved.", reverse("impact:detail", args=[pk])

    page = FormPage(
        heading=f"Change {row.title}",
        button="Save the assessment",
        back=reverse("impact:detail", args=[pk]),
        lede="A sign-off of the version before no longer holds." if row.is_signed else "",
        version=row.version,
        caption=row.organisation.short_name,
        trail=_trail(row),
    )
    return form_page(request, form, page, save)


@require_POST
def sign(request: PortalRequest, pk: int) -> HttpResponse:
    """The sponsor signs what it says now."""
    row = get_assessment(request.user, pk)
    services.sign_assessment(row=row, seen_version=seen_version(request), by=request.user)
    messages.success(request, "The assessment is signed off.")
    return redirect("impact:detail", pk)


@require_http_methods(["GET", "POST"])
def decide(request: PortalRequest, pk: int) -> HttpResponse:
    """Record what was decided."""
    row = get_assessment(request.user, pk)
    require(request.user, Right.KEEP_REGISTERS, row.organisation)
    decided = {None: "", True: "yes", False: "no"}[row.approved]
    form = DecisionForm(request.POST or None, initial={"decided_on": row.decided_on or row.decision_on, "approved": decided})

    def save() -> tuple[str, str]:
        services.record_decision(row=row, seen=seen_version(request), by=request.user, **form.answers())
        return "The decision is on record.", reverse("impact:detail", args=[pk])

    unsigned = "It is not signed off. The decision then counts as taken without an assessment."
    page = FormPage(
        heading=f"What was decided about {row.title}?",
        button="Record the decision",
        back=reverse("impact:detail", args=[pk]),
        lede="It is signed off." if row.is_signed else unsigned,
        version=row.decision_mark,
        trail=_trail(row),
    )
    return form_page(request, form, page, save)


@require_http_methods(["GET", "POST"])
def add_action(request: PortalRequest, pk: int) -> HttpResponse:
    """Promise something, by a day."""
    row = get_assessment(request.user, pk)
    require(request.user, Right.KEEP_REGISTERS, row.organisation)
    form = ImpactActionForm(request.POST or None)

    def save() -> tuple[str, str]:
        services.add_action(assessment=row, by=request.user, **form.cleaned_data)
        return "The action is added.", reverse("impact:detail", args=[pk])

    page = FormPage(
        heading="Add an action of this assessment",
        button="Add the action",
        back=reverse("impact:detail", args=[pk]),
        caption=row.title,
        trail=_trail(row),
    )
    return form_page(request, form, page, save)


@require_http_methods(["GET", "POST"])
def close_action(request: PortalRequest, pk: int) -> HttpResponse:
    """Say when an action was done, or open it again."""
    action = get_action(request.user, pk)
    row = action.assessment
    require(request.user, Right.KEEP_REGISTERS, row.organisation)
    form = ClosedForm(request.POST or None, initial={"on": action.closed_on})

    def save() -> tuple[str, str]:
        services.close_action(action=action, seen=seen_version(request), by=request.user, **form.cleaned_data)
        return "The action is saved.", reverse("impact:detail", args=[row.pk])

    page = FormPage(
        heading="When was it done?",
        button="Save the day",
        back=reverse("impact:detail", args=[row.pk]),
        lede=action.text,
        version=action.closed_mark,
        caption=row.title,
        trail=_trail(row),
    )
    return form_page(request, form, page, save)
