"""Files and a paper of an organisation's own exact figures. Each download is put on record."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from edi_portal.clock import business_today
from edi_portal.exceptions import NotAllowed
from edi_portal.ui.downloads import xlsx_response
from edi_portal.ui.rate_limit import EXPORTS, limited
from kpis.dashboards.own_files import NOTICE, TEMPLATES, board_sheets, own_figures_in_words, template_sheets
from kpis.models.returns import KpiReturn
from kpis.permissions import sees_every_question
from kpis.selectors.returns import content_of, get_return
from kpis.services.returns import note_export
from kpis.views.returns import address_of, crumbs_of
from organisations.step_up import step_up_required

BOARD = "board-paper"


def _own(request: HttpRequest, organisation: str, period: str) -> KpiReturn:
    """The return, for those who see all of its figures: a contributor sees the own questions only."""
    kpi_return = get_return(request.user, organisation, period)
    if not sees_every_question(request.user, kpi_return):
        raise NotAllowed("These files hold every figure of the return. Ask your EDI lead or your executive sponsor.")
    return kpi_return


@require_GET
@limited(per_minute=EXPORTS, methods=("GET",))
@step_up_required(reading=True)
def own_file(request: HttpRequest, organisation: str, period: str, template: str) -> HttpResponse:
    """A national template or the board paper as a workbook, with counts as entered."""
    kpi_return = _own(request, organisation, period)
    if template != BOARD and template not in TEMPLATES:
        raise Http404
    content = content_of(kpi_return)
    sheets = list(board_sheets(content) if template == BOARD else template_sheets(content, TEMPLATES[template]))
    note_export(kpi_return=kpi_return, by=request.user, name=template)
    return xlsx_response(f"edi-{template}-{organisation}-{period}-own-exact-figures.xlsx", sheets)


@require_GET
@limited(per_minute=EXPORTS, methods=("GET",))
@step_up_required(reading=True)
def board_paper(request: HttpRequest, organisation: str, period: str) -> HttpResponse:
    """The board paper as a page to print."""
    kpi_return = _own(request, organisation, period)
    figures = own_figures_in_words(content_of(kpi_return))
    sections: dict[str, list[object]] = {}
    for one in figures:
        sections.setdefault(one.workstream, []).append(one)
    note_export(kpi_return=kpi_return, by=request.user, name="board-paper-page")
    context = {
        "kpi_return": kpi_return,
        "sections": list(sections.items()),
        "number": len(figures),
        "to_act": sum(one.verdict == "act" for one in figures),
        "notice": NOTICE,
        "today": business_today(),
        "templates": TEMPLATES.values(),
        "breadcrumbs": crumbs_of(kpi_return, (kpi_return.quarter.months, address_of(kpi_return, "overview"))),
    }
    return render(request, "kpis/board_paper.html", context)
