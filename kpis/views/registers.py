"""Answers from the organisation's registers: what would change, and taking it over."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from edi_portal.clock import business_now
from edi_portal.exceptions import StaleData
from kpis import permissions
from kpis.dashboards.registers import register_page
from kpis.selectors.registers import REGISTERS, answered_by_registers
from kpis.selectors.returns import get_return, values_of
from kpis.services import returns as services
from kpis.views.returns import address_of, crumbs_of


@require_http_methods(["GET", "POST"])
def registers(request: HttpRequest, organisation: str, period: str) -> HttpResponse:
    """Question by question, before and after; ticked questions are taken over in one transaction."""
    kpi_return = get_return(request.user, organisation, period)
    permissions.check_can_edit_return(request.user, kpi_return, business_now())
    answers = answered_by_registers(kpi_return, request.user)
    values = values_of(kpi_return)
    if request.method == "POST":
        chosen = set(request.POST.getlist("question"))
        changes = [
            services.CellChange(measure.code, cell, amount, seen=values.get((measure.code, cell.row, cell.column)))
            for measure, cells in answers.items()
            if measure.code in chosen
            for cell, amount in cells.items()
        ]
        outcome = services.save_answers(kpi_return=kpi_return, by=request.user, cells=changes, door="register")
        if outcome.conflicts:
            raise StaleData("Somebody saved one of these answers a moment ago. Look at the page again before you take them over.")
        cells = "1 answer" if outcome.changed == 1 else f"{outcome.changed} answers"
        messages.success(request, f"{cells} taken over from your registers.")
        return redirect(address_of(kpi_return, "overview"))
    questions = register_page(answers, values)
    context = {
        "kpi_return": kpi_return,
        "questions": questions,
        "registers": REGISTERS.values(),
        "changes": sum(question.changes for question in questions),
        "breadcrumbs": crumbs_of(kpi_return, (kpi_return.quarter.months, address_of(kpi_return, "overview"))),
    }
    return render(request, "kpis/return_registers.html", context)
