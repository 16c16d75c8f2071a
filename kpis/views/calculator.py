"""The calculator: open to everybody. What is typed is worked out and forgotten: no row, no session, no line in a log."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from edi_portal.ui.rate_limit import limited
from kpis.dashboards.calculator import question_for, result_of, sections_of_calculator
from kpis.forms.calculator import CalculatorForm

PER_MINUTE = 60


@login_not_required
@require_GET
def calculator_list(request: HttpRequest) -> HttpResponse:
    """Every figure that can be worked out."""
    sections = sections_of_calculator()
    number = sum(len(section.kpis) for section in sections)
    return render(request, "kpis/calculator_list.html", {"sections": sections, "number": number})


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@limited(per_minute=PER_MINUTE)
def calculator_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One figure, worked out from counts; the page comes back with what was typed and what it gives."""
    question = question_for(code, request.GET.get("part", ""))
    if question is None:
        raise Http404
    form = CalculatorForm(question, request.POST if request.method == "POST" else None)
    result = result_of(question, form.values(), form.beside()) if form.is_bound and form.is_valid() else None
    context = {
        "question": question,
        "definition": question.definition,
        "form": form,
        "result": result,
        "breadcrumbs": [{"label": "Calculator", "url": reverse("calculator:list")}],
    }
    response = render(request, "kpis/calculator_detail.html", context, status=422 if form.is_bound and form.errors else 200)
    response.headers["Cache-Control"] = "no-store, private"
    return response
