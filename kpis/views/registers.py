"""Answers from the organisation's registers: what would change, and taking it over."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from edi_portal.clock import business_now
from kpis import permissions
from kpis.dashboards.registers import conflict_lines, register_page
from kpis.dashboards.return_section import field_name, seen_amounts
from kpis.forms.returns import read_seen
from kpis.selectors.registers import REGISTERS, answered_by_registers
from kpis.selectors.returns import get_return, values_of
from kpis.services import returns as services
from kpis.views.returns import address_of, crumbs_of


@require_http_methods(["GET", "POST"])
def registers(request: HttpRequest, organisation: str, period: str) -> HttpResponse:
    """Question by question, before and after; what somebody typed since the page was read is shown and never replaced."""
    kpi_return = get_return(request.user, organisation, period)
    permissions.check_can_edit_return(request.user, kpi_return, business_now())
    answers = answered_by_registers(kpi_return, request.user)
    conflicts: tuple[services.Conflict, ...] = ()
    if request.method == "POST":
        chosen, seen = set(request.POST.getlist("question")), read_seen(request.POST.get("seen", ""))
        changes = [
            services.CellChange(measure.code, cell, amount, seen=seen.get(field_name(measure.code, cell)))
            for measure, cells in answers.items()
            if measure.code in chosen
            for cell, amount in cells.items()
        ]
        outcome = services.save_answers(kpi_return=kpi_return, by=request.user, cells=changes, door="register")
        if not outcome.conflicts:
            cells = "1 answer" if outcome.changed == 1 else f"{outcome.changed} answers"
            messages.success(request, f"{cells} taken over from your registers.")
            return redirect(address_of(kpi_return, "overview"))
        conflicts = outcome.conflicts
    values = values_of(kpi_return)
    questions = register_page(answers, values)
    context = {
        "kpi_return": kpi_return,
        "questions": questions,
        "registers": REGISTERS.values(),
        "seen": seen_amounts(answers, values),
        "conflicts": conflict_lines(conflicts, answers),
        "has_errors": bool(conflicts),
        "changes": sum(question.changes for question in questions),
        "breadcrumbs": crumbs_of(kpi_return, (kpi_return.quarter.months, address_of(kpi_return, "overview"))),
    }
    return render(request, "kpis/return_registers.html", context, status=409 if conflicts else 200)
