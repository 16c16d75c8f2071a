"""Actions: the list, one action, raising and changing one, reporting how it stands."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.clock import business_today
from edi_portal.exceptions import BusinessError, InvalidTransition
from edi_portal.ui.downloads import Sheet, csv_response, xlsx_response
from edi_portal.ui.editing import edit
from organisations.permissions import can
from organisations.requests import PortalRequest
from organisations.roles import Right
from steering.dashboards.actions import FILE_HEADS, ActionLine, action_lines, action_page, file_rows, fits, wanted_lines
from steering.forms.actions import ActionFilter, ActionForm, ReportForm, initial_of_action
from steering.models import Action, ActionUpdate, Decision
from steering.permissions import (
    can_change_action,
    can_report_on_action,
    check_can_change_action,
    check_can_raise_action,
    check_can_report_on_action,
    check_can_see_actions,
)
from steering.selectors.actions import actions_shown_to, get_action, updates_of
from steering.services import actions as services
from steering.views.pages import number_typed, own_organisation, trail
from steering.vocabulary import OUTCOMES

ROWS_TO_A_PAGE = 50
WITHOUT_PAGES = 100


def _filtered(request: PortalRequest) -> tuple[ActionFilter, dict[str, Any], tuple[ActionLine, ...]]:
    """The filter as shown, what it asks for, and the lines."""
    form = ActionFilter(request.GET)
    form.is_valid()
    asked = {name: form.cleaned_data.get(name) or "" for name in form.fields}
    asked["state"] = asked["state"] or "open"
    rows = actions_shown_to(request.user)
    workstream = form.cleaned_data.get("workstream")
    if workstream is not None:
        rows = rows.filter(workstream=workstream)
    today = business_today()
    found = [action for action in rows if fits(action, asked["state"], today)]
    lines = action_lines(request, found, today)
    return form, asked, wanted_lines(lines, state=asked["state"], search=asked["q"], today=today)


@require_GET
def action_list(request: PortalRequest) -> HttpResponse:
    """Actions that this reader may know of, those due first on top."""
    check_can_see_actions(request.user)
    _form, asked, lines = _filtered(request)
    today = business_today()
    pages = Paginator(lines, ROWS_TO_A_PAGE if len(lines) > WITHOUT_PAGES else max(len(lines), 1))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "page": pages.get_page(request.GET.get("page")),
        "address": f"?{query.urlencode()}&page=" if query else "?page=",
        "query": f"?{query.urlencode()}" if query else "",
        "lines": lines,
        "overdue": sum(line.action.is_overdue_on(today) for line in lines),
        "asked": asked,
        "form": ActionFilter(initial={**asked, "workstream": asked["workstream"].slug if asked["workstream"] else ""}),
        "may_raise": can(request.user, Right.KEEP_ACTIONS, own_organisation(request)),
    }
    return render(request, "steering/action_list.html", context)


@require_GET
def action_data(request: PortalRequest, ending: str) -> HttpResponse:
    """The listed actions as a file."""
    check_can_see_actions(request.user)
    _form, _asked, lines = _filtered(request)
    rows = file_rows(request, lines)
    if ending == "xlsx":
        return xlsx_response("edi-actions.xlsx", [Sheet("Actions", FILE_HEADS, rows)])
    return csv_response("edi-actions.csv", FILE_HEADS, rows)


@require_http_methods(["GET", "POST"])
def add(request: PortalRequest) -> HttpResponse:
    """Raise an action; an exception's link fills in KPI and organisations."""
    own = None if can(request.user, Right.GOVERN) else own_organisation(request)
    check_can_raise_action(request.user, own)
    # Whoever reads no decisions does not learn which numbers there are.
    decisions = Decision.objects.filter(withdrawn_on__isnull=True) if own is None else Decision.objects.none()
    decision = decisions.filter(pk=number_typed(request.GET.get("decision"))).first()
    asked: dict[str, Any] = {"kpi": request.GET.get("kpi", "").upper(), "organisations": request.GET.getlist("organisation")}
    asked["workstream"] = request.GET.get("workstream", "")
    form = ActionForm(request.POST or None, own=own, initial=asked)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.raise_action(entry=form.entry(), decision=decision, by=request.user)
        except BusinessError as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, f"Action {made.pk} is raised. Others read its words once a reviewer has passed them.")
            return redirect("actions:detail", made.pk)
    context = {"form": form, "own": own, "decision": decision, "breadcrumbs": trail(("Actions", "actions:list"))}
    return render(request, "steering/action_form.html", context, status=422 if form.errors else 200)


@require_GET
def detail(request: PortalRequest, action: int) -> HttpResponse:
    """One action: what, who, until when, whether the figure moved, what was reported."""
    found = get_action(request.user, action)
    today = business_today()
    context = {
        "content": action_page(request, found, updates_of(found), today),
        "action": found,
        "may_change": found.is_open and can_change_action(request.user, found),
        "sees_decisions": can(request.user, Right.VIEW_GOVERNANCE),
        "may_report": can_report_on_action(request.user, found),
        "breadcrumbs": trail(("Actions", "actions:list")),
    }
    return render(request, "steering/action_detail.html", context)


@require_http_methods(["GET", "POST"])
def change(request: PortalRequest, action: int) -> HttpResponse:
    """Change what an open action says."""
    found = get_action(request.user, action)
    check_can_change_action(request.user, found)
    form = ActionForm(request.POST or None, own=found.written_for, initial=initial_of_action(found))

    def save(seen: int) -> Action:
        return services.change_action(action=found, entry=form.entry(), seen_version=seen, by=request.user)

    done = edit(request, form, save, stored=found.version)
    if done.is_saved:
        messages.success(request, f"Action {found.pk} is saved.")
        return redirect("actions:detail", found.pk)
    context = {
        "form": form,
        "action": found,
        "seen": done.version,
        "own": found.written_for,
        "breadcrumbs": _action_trail(found),
    }
    return render(request, "steering/action_form.html", context, status=done.status)


@require_http_methods(["GET", "POST"])
def report(request: PortalRequest, action: int) -> HttpResponse:
    """Say how it stands, or that it is done or dropped."""
    found = get_action(request.user, action)
    check_can_report_on_action(request.user, found)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        progress, text = form.cleaned_data["progress"], form.cleaned_data["text"]
        said = f"Your report on action {found.pk} is saved."
        try:
            if progress in OUTCOMES:
                services.close_action(action=found, outcome=progress, note=text, by=request.user)
                said = f"Action {found.pk} is {OUTCOMES[progress].lower()}. You can reopen it."
            else:
                services.report_on_action(action=found, progress=progress, text=text, by=request.user)
        except InvalidTransition as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, said)
            return redirect("actions:detail", found.pk)
    context = {"form": form, "action": found, "breadcrumbs": _action_trail(found)}
    return render(request, "steering/action_report.html", context, status=422 if form.errors else 200)


@require_POST
def reopen(request: PortalRequest, action: int) -> HttpResponse:
    """Take back that it is done or dropped."""
    found = get_action(request.user, action)
    services.reopen_action(action=found, by=request.user)
    messages.success(request, f"Action {found.pk} is open again.")
    return redirect("actions:detail", found.pk)


@require_POST
def take_back(request: PortalRequest, action: int) -> HttpResponse:
    """Take back a report of one's own."""
    found = get_action(request.user, action)
    update = get_object_or_404(ActionUpdate, action=found, pk=number_typed(request.POST.get("update")))
    if update.by_id != request.user.pk:
        raise Http404
    services.take_back_update(update=update, by=request.user)
    messages.success(request, "Your report is taken back.")
    return redirect("actions:detail", found.pk)


def _action_trail(action: Action) -> list[dict[str, str]]:
    return trail(("Actions", "actions:list"), (f"Action {action.pk}", reverse("actions:detail", args=[action.pk])))
