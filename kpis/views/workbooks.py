"""Pages of the workbook: download, upload, the check before saving, the own file with comments, the comparison as CSV."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from edi_portal.clock import business_now
from edi_portal.ui.downloads import XLSX_TYPE, attachment, csv_response
from edi_portal.ui.rate_limit import EXPORTS, UPLOADS, limited
from kpis import permissions
from kpis.dashboards.workbook_check import check_page, comparison_rows
from kpis.models.files import UploadStatus, WorkbookUpload
from kpis.models.returns import KpiReturn
from kpis.selectors.returns import get_return
from kpis.selectors.workbooks import get_upload
from kpis.services import workbooks as services
from kpis.services.returns import note_sent_workbook
from kpis.views.returns import address_of, crumbs_of
from organisations.step_up import step_up_required


@require_GET
@limited(per_minute=EXPORTS, methods=("GET",))
@step_up_required(reading=True)
def workbook(request: HttpRequest, organisation: str, period: str) -> HttpResponse:
    """Download the return's workbook, prefilled with what is saved."""
    kpi_return = get_return(request.user, organisation, period)
    content = services.download_workbook(kpi_return=kpi_return, by=request.user)
    sent = partial(note_sent_workbook, kpi_return=kpi_return, by=request.user)
    return attachment(content, f"{organisation}-{period}.xlsx", XLSX_TYPE, sent=sent)


@require_http_methods(["GET", "POST"])
@limited(per_minute=UPLOADS)
def upload(request: HttpRequest, organisation: str, period: str) -> HttpResponse:
    """Choose a workbook. A file that cannot be taken is answered here, with a sentence and what to do."""
    kpi_return = get_return(request.user, organisation, period)
    permissions.check_can_edit_return(request.user, kpi_return, business_now())
    problem, name = "", ""
    if request.method == "POST":
        file = request.FILES.get("workbook")
        if file is None or isinstance(file, list):
            problem = "Choose your workbook, then press the button."
        else:
            checked = services.check_upload(kpi_return=kpi_return, file=file, by=request.user)
            if checked.status != UploadStatus.REFUSED:
                return redirect(address_of(kpi_return, "upload-result", checked.pk))
            problem, name = checked.refusal, checked.file_name
    context = {
        "kpi_return": kpi_return,
        "problem": problem,
        "file_name": name,
        "has_errors": bool(problem),
        "template": address_of(kpi_return, "workbook"),
        "breadcrumbs": _crumbs(kpi_return),
    }
    return render(request, "kpis/workbook_upload.html", context, status=422 if problem else 200)


@require_http_methods(["GET", "POST"])
def upload_result(request: HttpRequest, organisation: str, period: str, key: UUID) -> HttpResponse:
    """The check of one workbook; its buttons save every change, or check again."""
    kpi_return, found = _upload_of(request, organisation, period, key)
    if request.method == "POST":
        return _act(request, kpi_return, found)
    changed_at = services.clock_text(kpi_return.last_edited_at or business_now())
    page = check_page(found, version=kpi_return.version, changed_at=changed_at, everything="all" in request.GET)
    context = {
        "kpi_return": kpi_return,
        "upload": found,
        "page": page,
        "has_errors": bool(page.errors),
        "addresses": {
            "file": address_of(kpi_return, "upload-file", found.pk),
            "comparison": address_of(kpi_return, "upload-comparison", found.pk),
            "upload": address_of(kpi_return, "upload"),
            "overview": address_of(kpi_return, "overview"),
            "form": _first_section(kpi_return, page.findings),
        },
        "breadcrumbs": _crumbs(kpi_return),
    }
    return render(request, "kpis/workbook_check.html", context)


@require_GET
def upload_file(request: HttpRequest, organisation: str, period: str, key: UUID) -> HttpResponse:
    """The person's own workbook, with a comment at each cell that must be mended or explained."""
    kpi_return, found = _upload_of(request, organisation, period, key)
    content = services.commented_workbook(upload=found, by=request.user)
    if content is None:
        messages.info(request, "We could not write comments into your file. The table below says what to mend.")
        return redirect(address_of(kpi_return, "upload-result", found.pk))
    return attachment(content, f"{organisation}-{period}-with-comments.xlsx", XLSX_TYPE)


@require_GET
def upload_comparison(request: HttpRequest, organisation: str, period: str, key: UUID) -> HttpResponse:
    """Before and after, cell by cell, as CSV."""
    _, found = _upload_of(request, organisation, period, key)
    heads = ("Sheet and cell", "Answer", "In the portal", "In your file", "Change")
    return csv_response(f"{organisation}-{period}-comparison.csv", heads, comparison_rows(found))


def _upload_of(request: HttpRequest, organisation: str, period: str, key: UUID) -> tuple[KpiReturn, WorkbookUpload]:
    kpi_return = get_return(request.user, organisation, period)
    found = get_upload(request.user, kpi_return, key)
    if found.status == UploadStatus.REFUSED:
        raise Http404
    return kpi_return, found


def _act(request: HttpRequest, kpi_return: KpiReturn, found: WorkbookUpload) -> HttpResponse:
    action = request.POST.get("action", "save")
    if action in {"check", "take-all"}:
        fresh = services.check_again(upload=found, by=request.user, keep_newer=action == "check")
        if fresh.status == UploadStatus.REFUSED:
            messages.info(request, fresh.refusal)
            return redirect(address_of(kpi_return, "upload"))
        return redirect(address_of(kpi_return, "upload-result", fresh.pk))
    saved = services.save_upload(upload=found, by=request.user)
    number = len(saved.outcome["cells"]) + len(saved.outcome["answers"])
    messages.success(request, f"{number} {'change' if number == 1 else 'changes'} saved from your workbook.")
    return redirect(address_of(kpi_return, "overview"))


def _first_section(kpi_return: KpiReturn, findings: Any) -> str:
    """The form at the first thing to mend."""
    from kpis.selectors.definitions import framework_for

    measures = framework_for(kpi_return.quarter).measures
    for finding in findings:
        if finding["measure"] in measures:
            section = measures[finding["measure"]].workstream
            return f"{address_of(kpi_return, 'section', section)}#question-{finding['measure']}"
    return ""


def _crumbs(kpi_return: KpiReturn) -> list[dict[str, str]]:
    return crumbs_of(kpi_return, (kpi_return.quarter.months, address_of(kpi_return, "overview")))
