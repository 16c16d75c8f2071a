"""What is asked about a return: everything on one page, and the discussions of one question with their forms."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from edi_portal.exceptions import Incomplete
from kpis import permissions
from kpis.catalogue import CellKey, Measure
from kpis.dashboards.return_section import amount_text, cell_label, field_name
from kpis.forms.shared_work import AskForm
from kpis.models.discussions import Discussion
from kpis.models.returns import KpiReturn
from kpis.selectors.definitions import framework_for
from kpis.selectors.returns import get_return, values_of
from kpis.selectors.shared_work import discussions_of
from kpis.services import discussions as services
from kpis.validation.facts import Values
from kpis.views.returns import address_of, crumbs_of


@require_GET
def discussion_list(request: HttpRequest, organisation: str, period: str) -> HttpResponse:
    """Every discussion that the reader may see, open ones first."""
    kpi_return = get_return(request.user, organisation, period)
    measures = {measure.code: measure for measure in _open_to(request, kpi_return)}
    found = discussions_of(kpi_return, measures)
    context = {
        "kpi_return": kpi_return,
        "still_open": [_row(kpi_return, row, measures[row.measure]) for row in found if row.closed_at is None],
        "closed": [_row(kpi_return, row, measures[row.measure]) for row in found if row.closed_at is not None],
        "breadcrumbs": crumbs_of(kpi_return, (kpi_return.quarter.months, address_of(kpi_return, "overview"))),
    }
    return render(request, "kpis/discussion_list.html", context)


@require_http_methods(["GET", "POST"])
def discuss(request: HttpRequest, organisation: str, period: str, section: str, measure: str) -> HttpResponse:
    """The discussions of one question: read, ask, answer, close."""
    kpi_return = get_return(request.user, organisation, period)
    found = next((one for one in _open_to(request, kpi_return) if (one.code, one.workstream) == (measure, section)), None)
    if found is None:
        raise Http404
    may_write = permissions.can_discuss(request.user, kpi_return, found)
    asking = request.method == "POST" and request.POST.get("form", "ask") == "ask"
    start = {"cell": request.GET.get("cell", "")}
    form = AskForm(request.POST if asking else None, initial=start, measure=found)
    problem = {"discussion": 0, "text": "", "typed": ""}
    if request.method == "POST":
        permissions.check_can_discuss(request.user, kpi_return, found)
        if asking and form.is_valid():
            cell = _cell(found, form.cleaned_data["cell"])
            services.open_discussion(
                kpi_return=kpi_return, measure=found, cell=cell, text=form.cleaned_data["text"], by=request.user
            )
            messages.success(request, "Your question is sent. It must be closed before the return is signed.")
            return redirect(request.path)
        if not asking:
            problem = _act(request, kpi_return, found)
            if not problem["text"]:
                return redirect(request.path)
    values = values_of(kpi_return)
    rows = [
        _row(kpi_return, row, found) | {"value": _value(found, row, values)} for row in discussions_of(kpi_return, [found.code])
    ]
    context = {
        "kpi_return": kpi_return,
        "measure": found,
        "rows": rows,
        "form": form if may_write else None,
        "problem": problem,
        "may_write": may_write,
        "has_errors": bool(problem["text"]) or form.is_bound,
        "back": address_of(kpi_return, "section", section) + f"#question-{found.code}",
        "breadcrumbs": crumbs_of(kpi_return, (kpi_return.quarter.months, address_of(kpi_return, "overview"))),
    }
    return render(request, "kpis/discussion_measure.html", context, status=422 if request.method == "POST" else 200)


def _act(request: HttpRequest, kpi_return: KpiReturn, measure: Measure) -> dict[str, object]:
    """Answer, close, or both; what the rules refuse stands at the discussion with what was typed."""
    number = request.POST.get("discussion", "")
    rows = Discussion.objects.filter(kpi_return=kpi_return, measure=measure.code)
    discussion = get_object_or_404(rows, pk=int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0)
    text, closing = request.POST.get("text", ""), request.POST.get("form") == "close"
    try:
        if text.strip() or not closing:
            services.answer_discussion(discussion=discussion, measure=measure, text=text, by=request.user)
        if closing:
            services.close_discussion(discussion=discussion, measure=measure, by=request.user)
    except Incomplete as error:
        return {"discussion": discussion.pk, "text": str(error), "typed": text}
    messages.success(request, "The discussion is closed." if closing else "Your answer is sent.")
    return {"discussion": 0, "text": "", "typed": ""}


def _open_to(request: HttpRequest, kpi_return: KpiReturn) -> tuple[Measure, ...]:
    due = framework_for(kpi_return.quarter).due_measures(kpi_return.organisation)
    return permissions.measures_open_to(request.user, kpi_return, due)


def _row(kpi_return: KpiReturn, discussion: Discussion, measure: Measure) -> dict[str, object]:
    about = cell_label(measure, CellKey(discussion.row, discussion.column)) if discussion.row else "The question as a whole"
    url = address_of(kpi_return, "discuss", measure.workstream, measure.code) + f"#discussion-{discussion.pk}"
    return {"discussion": discussion, "measure": measure, "about": about, "url": url}


def _cell(measure: Measure, name: str) -> CellKey | None:
    return next((cell for cell in measure.cells() if field_name(measure.code, cell) == name), None)


def _value(measure: Measure, discussion: Discussion, values: Values) -> str:
    if not discussion.row:
        return ""
    amount = values.get((measure.code, discussion.row, discussion.column))
    return amount_text(amount, measure.unit_of(CellKey(discussion.row, discussion.column))) or "not answered"
