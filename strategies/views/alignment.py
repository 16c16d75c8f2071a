"""How strategies agree: coverage of the common framework, overlaps and shared texts, and strategies side by side."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.clock import business_today
from edi_portal.papers.pdf import PDF_TYPE, pdf_bytes
from edi_portal.ui.downloads import attachment, csv_response, xlsx_response
from edi_portal.ui.paging import page_of_rows
from organisations.models import Organisation
from organisations.permissions import can, require
from organisations.requests import PortalRequest
from organisations.roles import Right
from strategies.dashboards.coverage import coverage_page, coverage_sheets
from strategies.dashboards.coverage_paper import coverage_paper_of
from strategies.dashboards.overlaps import groups_of, pair_rows, shared_rows
from strategies.forms.documents import CompareForm, ShareForm
from strategies.models import Objective
from strategies.selectors.documents import coverage_for, judgements, lines_shown_to, overlaps_in, shared_objectives
from strategies.selectors.framework import themes_in_force
from strategies.selectors.hours import released_hours
from strategies.services import overlaps as services
from strategies.views.documents import kpi_choices, own_organisation, trail
from strategies.vocabulary import DEPTHS

MOST_COMPARED = 4
MOST_COLUMNS = 60
"""Organisations that stand in one matrix; of more, fifty at a time."""
MOST_PAIRS = 50
MOST_NAMED = 50
"""Lines without a theme, and judged pairs, that a page lists; the download has them all."""


@require_GET
def coverage(request: PortalRequest) -> HttpResponse:
    """Organisations × themes, with gaps and overlaps in words."""
    lines, themes = lines_shown_to(request.user), themes_in_force()
    page = coverage_page(coverage_for(lines, themes), themes, lines)
    columns = page_of_rows(request, page.owners, most=MOST_COLUMNS)
    context = {
        "page": page.of_owners(columns.start_index() - 1 if page.owners else 0, columns.end_index()),
        "columns": columns,
        "organisations": len(page.owners),
        "without_theme": page.without_theme[:MOST_NAMED],
        "depths": DEPTHS,
        "breadcrumbs": trail(),
    }
    return render(request, "strategies/coverage.html", context)


@require_GET
def coverage_data(request: PortalRequest, ending: str) -> HttpResponse:
    """The same as a file: the matrix as CSV, or everything as a workbook."""
    lines, themes = lines_shown_to(request.user), themes_in_force()
    sheets = coverage_sheets(coverage_page(coverage_for(lines, themes), themes, lines), lines)
    if ending == "csv":
        return csv_response("edi-strategies-coverage.csv", sheets[0].heads, sheets[0].rows)
    return xlsx_response("edi-strategies-coverage.xlsx", sheets)


@require_GET
def coverage_paper(request: PortalRequest) -> HttpResponse:
    """The same as a paper for a board: what is missing, what is done several times, and who promised what."""
    lines, themes = lines_shown_to(request.user), themes_in_force()
    page = coverage_page(coverage_for(lines, themes), themes, lines)
    paper = coverage_paper_of(page, lines, day=business_today(), synthetic=settings.DEMONSTRATION)
    return attachment(pdf_bytes(paper), f"edi-strategies-{paper.day}.pdf", PDF_TYPE)


@require_GET
def overlaps(request: PortalRequest) -> HttpResponse:
    """Pairs of objectives that may ask for the same, groups that people confirmed, and shared texts."""
    lines, judged, hours = lines_shown_to(request.user), judgements(), released_hours()
    rows = pair_rows(overlaps_in(lines), lines, judged)
    context = {
        "waiting": page_of_rows(request, [row for row in rows if row.judgement is None], most=MOST_PAIRS),
        "judged": [row for row in rows if row.judgement is not None][:MOST_NAMED],
        "groups": groups_of(judged, lines),
        "shared": shared_rows(shared_objectives(), hours, lines),
        "hours": hours,
        "may_judge": can(request.user, Right.EDIT_FRAMEWORK),
        "own": own_organisation(request),
        "breadcrumbs": trail(),
    }
    return render(request, "strategies/overlaps.html", context)


@require_POST
def judge(request: PortalRequest) -> HttpResponse:
    """Say whether two objectives ask for the same."""
    require(request.user, Right.EDIT_FRAMEWORK)
    lines = {str(line.pk): line for line in lines_shown_to(request.user)}
    first, second = lines.get(request.POST.get("first", "")), lines.get(request.POST.get("second", ""))
    answer = request.POST.get("same", "")
    if first is None or second is None or answer not in {"yes", "no"}:
        raise Http404
    pair = next((one for one in overlaps_in(lines.values()) if {one.first, one.second} == {first.pk, second.pk}), None)
    services.judge_overlap(first=first, second=second, is_same=answer == "yes", score=pair.score if pair else 0, by=request.user)
    messages.success(request, "Kept: they ask for the same." if answer == "yes" else "Kept: they ask for different things.")
    return redirect("strategies:overlaps")


@require_http_methods(["GET", "POST"])
def share(request: PortalRequest) -> HttpResponse:
    """Write one text in place of several that say the same."""
    require(request.user, Right.EDIT_FRAMEWORK)
    chosen = _chosen(request)
    initial = {
        "text": chosen[0].words if chosen else "",
        "themes": sorted({key for line in chosen for key in line.themes}),
        "kpis": sorted({code for line in chosen for code in line.kpis}),
    }
    form = ShareForm(request.POST or None, themes=themes_in_force(), kpis=kpi_choices(), initial=initial)
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        services.share_objective(
            text=answers["text"], themes=tuple(answers["themes"]), kpis=tuple(answers["kpis"]), by=request.user
        )
        messages.success(request, "The shared objective is there. Each organisation adopts it for its own.")
        return redirect("strategies:overlaps")
    context = {"form": form, "chosen": chosen, "breadcrumbs": trail()}
    return render(request, "strategies/share.html", context, status=422 if form.errors else 200)


def _chosen(request: PortalRequest) -> list[Objective]:
    wanted = set(request.GET.getlist("line")[:20])
    return [line for line in lines_shown_to(request.user) if str(line.pk) in wanted]


@require_GET
def compare(request: PortalRequest) -> HttpResponse:
    """Up to four organisations side by side, theme by theme; the choice is in the address."""
    lines, themes = lines_shown_to(request.user), themes_in_force()
    owners = {line.document.organisation for line in lines}
    form = CompareForm(request.GET or None, organisations=sorted(owners, key=str))
    slugs = (form.cleaned_data["organisation"] if form.is_valid() else [])[:MOST_COMPARED]
    chosen = sorted((one for one in owners if one.slug in slugs), key=str)
    context = {
        "form": form,
        "chosen": chosen,
        "rows": [(theme, [_said(lines, one, theme.key) for one in chosen]) for theme in themes],
        "most": MOST_COMPARED,
        "breadcrumbs": trail(),
    }
    return render(request, "strategies/compare.html", context)


def _said(lines: list[Objective], organisation: Organisation, theme: str) -> list[Objective]:
    return [line for line in lines if line.document.organisation_id == organisation.pk and theme in line.themes]
