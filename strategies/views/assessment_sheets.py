"""A self-assessment by spreadsheet: download, dry run, save."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.exceptions import InvalidTransition
from edi_portal.ui.downloads import xlsx_response
from organisations.requests import PortalRequest
from organisations.sheets import UnreadableSheet, read_rows
from strategies.assessment_sheets import COLUMNS, answers_sheet, check_sheet, from_session, to_session
from strategies.forms.assessments import SheetForm
from strategies.models import SelfAssessment
from strategies.services.assessments import import_answers
from strategies.views.assessments import assessment_trail, kept_assessment, own_assessment, page_of

KEPT = "self-assessment-sheet"


@require_GET
def answers(request: PortalRequest, organisation: str, year: str) -> HttpResponse:
    """The answers as they stand: to read, or to fill in and send back."""
    found = own_assessment(request, organisation, year)
    return xlsx_response(f"edi-self-assessment-{organisation}-{year}.xlsx", [answers_sheet(found)])


@require_http_methods(["GET", "POST"])
def upload(request: PortalRequest, organisation: str, year: str) -> HttpResponse:
    """A dry run shows what a sheet would change, row by row; nothing is saved yet."""
    found = kept_assessment(request, organisation, year)
    if found.state != SelfAssessment.State.DRAFT:
        raise InvalidTransition("This self-assessment is confirmed. Open it again before you change it.")
    form = SheetForm(request.POST or None, request.FILES or None) if request.method == "POST" else SheetForm()
    context: dict[str, object] = {"assessment": found, "form": form, "breadcrumbs": assessment_trail(found)}
    if form.is_valid():
        try:
            rows = read_rows(form.cleaned_data["sheet"], COLUMNS, one="criterion")
        except UnreadableSheet as error:
            form.add_error("sheet", str(error))
        else:
            check = check_sheet(found, rows)
            context |= {"check": check, "mend": len(check.findings)}
            request.session.pop(KEPT, None)
            if not check.findings and check.changes:
                request.session[KEPT] = {"assessment": found.pk, "changes": to_session(check)}
    refused = request.method == "POST" and (bool(form.errors) or bool(context.get("mend")))
    return render(request, "strategies/assessment_sheet.html", context, status=422 if refused else 200)


@require_POST
def save(request: PortalRequest, organisation: str, year: str) -> HttpResponse:
    """Save the answers of the sheet that was checked, all or none."""
    found = kept_assessment(request, organisation, year)
    kept = request.session.pop(KEPT, None)
    if kept is None or kept["assessment"] != found.pk:
        messages.warning(request, "There is no checked sheet. Choose the file again.")
        return redirect("operating-model:sheet", organisation, year)
    saved = import_answers(assessment=found, changes=from_session(kept["changes"]), by=request.user)
    messages.success(request, f"{saved} {'answer is' if saved == 1 else 'answers are'} saved.")
    return redirect(page_of(found))
