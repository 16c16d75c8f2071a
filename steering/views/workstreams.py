"""Workstreams: the seven side by side, one with its plan on a page, and what the steering group changes of a plan."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.clock import business_today
from edi_portal.exceptions import BusinessError
from edi_portal.ui.editing import edit
from kpis.selectors.releases import release_as_seen
from kpis.views.overview import release_line_of
from organisations.permissions import can, require
from organisations.requests import PortalRequest
from organisations.roles import Right
from steering.dashboards.workstreams import workstream_page, workstream_rows
from steering.forms.workstreams import ColourForm, DropForm, LeadForm, MilestoneForm
from steering.models import Milestone, Risk, Workstream
from steering.permissions import can_govern, check_can_govern
from steering.rag import RULE
from steering.selectors.meetings import decisions
from steering.selectors.proposals import proposals, standings
from steering.selectors.texts import Words
from steering.selectors.workstreams import get_workstream, plan_states
from steering.services import workstreams as services
from steering.views.pages import trail


@require_GET
def workstream_list(request: PortalRequest) -> HttpResponse:
    """All seven, by domain."""
    require(request.user, Right.VIEW_WORKSTREAMS)
    seen = release_as_seen(request)
    states = plan_states()
    context = {
        "domains": workstream_rows(request.user, states, seen),
        "behind": sum(state.colour in {"red", "amber"} for state in states.values()),
        "unplanned": sum(state.colour == "none" for state in states.values()),
        "number": len(states),
        "rule": RULE,
        "release": seen.release if seen else None,
        "release_line": release_line_of(seen.release) if seen else "",
    }
    return render(request, "steering/workstream_list.html", context)


@require_GET
def detail(request: PortalRequest, workstream: str) -> HttpResponse:
    """One workstream: on plan or not, its data, its KPIs, what is next."""
    require(request.user, Right.VIEW_WORKSTREAMS)
    today = business_today()
    state = plan_states(today).get(workstream)
    if state is None:
        raise Http404
    found, seen = state.workstream, release_as_seen(request)
    sees = can(request.user, Right.VIEW_GOVERNANCE)
    proposed = standings(proposals().filter(workstream=found))
    decided = list(decisions().filter(workstream=found, withdrawn_on__isnull=True)) if sees else []
    risks = list(Risk.objects.open_now().scored().filter(workstream=found)) if sees else []
    words = Words(request.user, [*(one.proposal for one in proposed), *decided, *risks])
    context = {
        "workstream": found,
        "proposals": [(one, words.of(one.proposal, "title", str(one.proposal))) for one in proposed],
        "decisions": [(one, words.of(one, "title", str(one))) for one in decided],
        "risks": [(one, words.of(one, "title", str(one))) for one in risks],
        "state": state,
        "content": workstream_page(request.user, state, seen, today),
        "rule": RULE,
        "may_govern": can_govern(request.user),
        "sees_governance": sees,
        "release": seen.release if seen else None,
        "release_line": release_line_of(seen.release) if seen else "",
        "breadcrumbs": trail(("Workstreams", "workstreams:list")),
    }
    return render(request, "steering/workstream_detail.html", context)


@require_http_methods(["GET", "POST"])
def lead(request: PortalRequest, workstream: str) -> HttpResponse:
    """Name the lead from a day on."""
    check_can_govern(request.user)
    found = get_workstream(workstream)
    form = LeadForm(request.POST or None, initial={"first": business_today()})
    if request.method == "POST" and form.is_valid():
        try:
            services.name_lead(workstream=found, by=request.user, **form.cleaned_data)
        except BusinessError as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, "The lead is named. Who led before stays on record.")
            return redirect("workstreams:detail", found.slug)
    context = {"form": form, "workstream": found, "breadcrumbs": _way_back(found)}
    return render(request, "steering/workstream_lead.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def colour(request: PortalRequest, workstream: str) -> HttpResponse:
    """Set a colour against the rule."""
    check_can_govern(request.user)
    found = get_workstream(workstream)
    state = plan_states()[found.slug]
    form = ColourForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_colour(workstream=found, rule_said=state.rule.colour, by=request.user, **form.cleaned_data)
        except BusinessError as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, "The colour is set. What the rule says stays beside it.")
            return redirect("workstreams:detail", found.slug)
    context = {"form": form, "workstream": found, "state": state, "rule": RULE, "breadcrumbs": _way_back(found)}
    return render(request, "steering/workstream_colour.html", context, status=422 if form.errors else 200)


@require_POST
def rule(request: PortalRequest, workstream: str) -> HttpResponse:
    """Let the rule decide again."""
    check_can_govern(request.user)
    found = get_workstream(workstream)
    services.follow_rule(workstream=found, by=request.user)
    messages.success(request, "The rule decides the colour again.")
    return redirect("workstreams:detail", found.slug)


@require_http_methods(["GET", "POST"])
def add_milestone(request: PortalRequest, workstream: str) -> HttpResponse:
    """A new step of the plan."""
    check_can_govern(request.user)
    found = get_workstream(workstream)
    form = MilestoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.add_milestone(workstream=found, by=request.user, **form.cleaned_data)
        messages.success(request, "The milestone is in the plan. Others read its words once a reviewer has passed them.")
        return redirect("workstreams:detail", found.slug)
    context = {"form": form, "workstream": found, "breadcrumbs": _way_back(found)}
    return render(request, "steering/milestone_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def milestone(request: PortalRequest, workstream: str, milestone: int) -> HttpResponse:
    """Change a step of the plan, reach it, drop it with a reason, or reopen it."""
    check_can_govern(request.user)
    found = get_workstream(workstream)
    step = get_object_or_404(Milestone.objects.select_related("workstream"), workstream=found, pk=milestone)
    doing = request.POST.get("doing", "")
    changing = request.method == "POST" and doing not in {"reach", "drop", "reopen"}
    form = MilestoneForm(request.POST if changing else None, initial={"title": step.title, "due_on": step.due_on})
    drop = DropForm(request.POST if doing == "drop" else None)
    done, status = "", 200
    version: int | None = step.version
    if doing == "reach":
        services.reach_milestone(milestone=step, by=request.user)
        done = "The milestone is reached."
    elif doing == "reopen":
        services.reopen_milestone(milestone=step, by=request.user)
        done = "The milestone is open again."
    elif drop.is_valid():
        services.drop_milestone(milestone=step, by=request.user, **drop.cleaned_data)
        done = "The milestone is dropped. It stays on record."
    elif changing:
        changed = edit(request, form, lambda seen: _change(step, form, seen, request.user), stored=step.version)
        version, status = changed.version, changed.status
        done = "The milestone is saved." if changed.is_saved else ""
    if done:
        messages.success(request, done)
        return redirect("workstreams:detail", found.slug)
    context = {
        "form": form,
        "drop": drop,
        "has_errors": bool(drop.errors),
        "workstream": found,
        "milestone": step,
        "version": version,
        "title": Words(request.user, [step]).of(step, "title"),
        "breadcrumbs": _way_back(found),
    }
    return render(request, "steering/milestone_form.html", context, status=422 if drop.errors else status)


def _change(step: Milestone, form: MilestoneForm, seen: int, by: Any) -> Milestone:
    return services.change_milestone(milestone=step, seen_version=seen, by=by, **form.cleaned_data)


def _way_back(workstream: Workstream) -> list[dict[str, str]]:
    address = reverse("workstreams:detail", args=[workstream.slug])
    return trail(("Workstreams", "workstreams:list"), (workstream.short_title, address))
