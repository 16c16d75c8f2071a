"""The implementation plan of the shared operating model: the list, one step, and what becomes of it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.clock import business_today
from edi_portal.exceptions import BusinessError
from edi_portal.ui.downloads import csv_response, xlsx_response
from edi_portal.ui.editing import edit
from organisations.permissions import can, require
from organisations.requests import PortalRequest
from organisations.roles import Right
from strategies.dashboards.plan_steps import plan_page, plan_sheet
from strategies.forms.model_documents import DoneForm, LeaveOutForm, PlanFilterForm, StepForm, initial_of_step
from strategies.models import PlanStep
from strategies.selectors.model_documents import get_step, readable_notes, steps_shown_to
from strategies.services import plan_steps as services
from strategies.views.assessments import trail
from strategies.views.documents import own_organisation


@require_GET
def plan(request: PortalRequest) -> HttpResponse:
    """Every step that the reader may know of, what is overdue first."""
    steps = steps_shown_to(request.user)
    owners = {step.owner.slug: step.owner.short_name for step in sorted(steps, key=lambda one: one.owner.short_name)}
    form = PlanFilterForm(request.GET, owners=owners)
    filters = form.cleaned_data if form.is_valid() else {}
    own = own_organisation(request)
    context = {
        "page": plan_page(steps, readable_notes(request.user, steps), business_today(), filters),
        "form": form,
        "filtered": any(filters.values()),
        "may_write": can(request.user, Right.WRITE_OPERATING_MODEL),
        "own": own.pk if own is not None and can(request.user, Right.KEEP_REGISTERS, own) else None,
        "breadcrumbs": trail(),
    }
    return render(request, "strategies/plan.html", context)


@require_GET
def plan_data(request: PortalRequest, ending: str) -> HttpResponse:
    """The plan as a file, as far as the reader may know it."""
    steps = steps_shown_to(request.user)
    sheet = plan_sheet(plan_page(steps, readable_notes(request.user, steps), business_today(), {}))
    if ending == "csv":
        return csv_response("edi-operating-model-plan.csv", sheet.heads, sheet.rows)
    return xlsx_response("edi-operating-model-plan.xlsx", [sheet])


@require_http_methods(["GET", "POST"])
def add(request: PortalRequest) -> HttpResponse:
    """A new step."""
    require(request.user, Right.WRITE_OPERATING_MODEL)
    form = StepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.add_step(entry=form.entry(), by=request.user)
        messages.success(request, "The step is in the plan. Others read it once a reviewer has passed it.")
        return redirect("operating-model:plan")
    context = {"form": form, "breadcrumbs": _plan_trail()}
    return render(request, "strategies/step_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def change(request: PortalRequest, step: int) -> HttpResponse:
    """Change a step."""
    found = get_step(request.user, step)
    require(request.user, Right.WRITE_OPERATING_MODEL)
    form = StepForm(request.POST or None, step=found, initial=initial_of_step(found))

    def save(seen: int) -> PlanStep:
        return services.change_step(step=found, entry=form.entry(), seen_version=seen, by=request.user)

    saved = edit(request, form, save, stored=found.version)
    if saved.is_saved:
        messages.success(request, "The step is saved.")
        return redirect("operating-model:plan")
    context = {"form": form, "step": found, "seen": saved.version, "breadcrumbs": _plan_trail()}
    return render(request, "strategies/step_form.html", context, status=saved.status)


@require_http_methods(["GET", "POST"])
def done(request: PortalRequest, step: int) -> HttpResponse:
    """The step is done."""
    found = get_step(request.user, step)
    _require_owner(request, found)
    form = DoneForm(request.POST or None)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            services.finish_step(step=found, by=request.user, **form.cleaned_data)
        except BusinessError as problem:
            form.add_error(None, str(problem))
            status = 422
        else:
            messages.success(request, "The step is done.")
            return redirect("operating-model:plan")
    context = {"form": form, "step": found, "label": "The step is done", "breadcrumbs": _plan_trail()}
    return render(request, "strategies/step_outcome.html", context, status=status)


@require_http_methods(["GET", "POST"])
def leave_out(request: PortalRequest, step: int) -> HttpResponse:
    """The step is no longer part of the plan."""
    found = get_step(request.user, step)
    require(request.user, Right.WRITE_OPERATING_MODEL)
    form = LeaveOutForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.leave_step_out(step=found, by=request.user, **form.cleaned_data)
        except BusinessError as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, "The step is left out. It stays on record.")
            return redirect("operating-model:plan")
    context = {"form": form, "step": found, "label": "Leave the step out", "breadcrumbs": _plan_trail()}
    return render(request, "strategies/step_outcome.html", context, status=422 if form.errors else 200)


@require_POST
def reopen(request: PortalRequest, step: int) -> HttpResponse:
    """Undo: the step was not done after all, or is taken up again."""
    found = get_step(request.user, step)
    _require_owner(request, found)
    services.reopen_step(step=found, by=request.user)
    messages.success(request, "The step is open again.")
    return redirect("operating-model:plan")


def _require_owner(request: PortalRequest, step: PlanStep) -> None:
    if not can(request.user, Right.KEEP_REGISTERS, step.owner):
        require(request.user, Right.WRITE_OPERATING_MODEL)


def _plan_trail() -> list[dict[str, str]]:
    return trail(("Implementation plan", reverse("operating-model:plan")))
