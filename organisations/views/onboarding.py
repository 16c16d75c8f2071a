"""Adding organisations: one on guided pages, many by a sheet with a dry run."""

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from import_export.results import InvalidRow, Result

from edi_portal.exceptions import BusinessError
from organisations.forms import FirstPeopleForm, OrganisationForm, SheetForm
from organisations.permissions import can
from organisations.requests import PortalRequest
from organisations.resources import COLUMNS, EXAMPLE, choices, import_rows
from organisations.roles import ROLES, Right
from organisations.selectors.organisations import get_organisation
from organisations.services.onboarding import onboard_with_people
from organisations.sheets import UnreadableSheet, read_rows, template_csv, template_xlsx

DRAFT, SHEET_ROWS = "onboarding-draft", "onboarding-sheet"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def start(request: PortalRequest) -> HttpResponse:
    """Choose between one organisation and a sheet of several."""
    _only_admins(request)
    return render(request, "organisations/onboard_start.html")


@require_http_methods(["GET", "POST"])
def organisation_step(request: PortalRequest) -> HttpResponse:
    """Step 1 of 4: the organisation."""
    _only_admins(request)
    form = OrganisationForm(request.POST or _draft(request).get("organisation") or None)
    if request.method == "POST":
        _keep(request, "organisation")
        if form.is_valid():
            return redirect("organisations:onboard-people")
    return render(request, "organisations/onboard_organisation.html", {"form": form})


@require_http_methods(["GET", "POST"])
def people_step(request: PortalRequest) -> HttpResponse:
    """Step 2 of 4: whom to invite first."""
    _only_admins(request)
    if "organisation" not in _draft(request):
        return redirect("organisations:onboard-organisation")
    form = FirstPeopleForm(request.POST if request.method == "POST" else _draft(request).get("people"))
    if request.method == "POST":
        _keep(request, "people")
        if form.is_valid():
            return redirect("organisations:onboard-check")
    return render(request, "organisations/onboard_people.html", {"form": form})


@require_http_methods(["GET", "POST"])
def check_step(request: PortalRequest) -> HttpResponse:
    """Step 3 of 4: see everything once more, then add it."""
    _only_admins(request)
    organisation, people = OrganisationForm(_draft(request).get("organisation")), FirstPeopleForm(_draft(request).get("people"))
    if not organisation.is_valid():
        return redirect("organisations:onboard-organisation")
    if not people.is_valid():
        return redirect("organisations:onboard-people")
    context = {"new": organisation.to_new_organisation(), "people": _in_words(people), "refusal": ""}
    if request.method == "POST":
        try:
            added = onboard_with_people(new=organisation.to_new_organisation(), people=people.people(), by=request.user)
        except BusinessError as error:
            context["refusal"] = str(error)
            return render(request, "organisations/onboard_check.html", context, status=422)
        request.session.pop(DRAFT, None)
        return redirect("organisations:onboard-done", slug=added.slug)
    return render(request, "organisations/onboard_check.html", context)


@require_GET
def done_step(request: PortalRequest, slug: str) -> HttpResponse:
    """Step 4 of 4: what was done and what comes next."""
    _only_admins(request)
    return render(request, "organisations/onboard_done.html", {"organisation": get_organisation(request.user, slug)})


@require_http_methods(["GET", "POST"])
def upload(request: PortalRequest) -> HttpResponse:
    """A sheet of organisations: a dry run shows what would happen, row by row; nothing is saved yet."""
    _only_admins(request)
    form = SheetForm(request.POST or None, request.FILES or None)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        try:
            rows = read_rows(form.cleaned_data["sheet"], COLUMNS)
        except UnreadableSheet as error:
            form.add_error("sheet", str(error))
        else:
            findings = findings_of(import_rows(rows, by=request.user, dry_run=True))
            context |= {"rows": rows, "findings": findings, "checked": True}
            if findings:
                request.session.pop(SHEET_ROWS, None)
            else:
                request.session[SHEET_ROWS] = rows
    return render(request, "organisations/onboard_upload.html", context)


@require_POST
def commit_upload(request: PortalRequest) -> HttpResponse:
    """Add the organisations of the sheet that was checked, all or none."""
    _only_admins(request)
    rows = request.session.pop(SHEET_ROWS, None)
    if rows is None:
        messages.warning(request, "There is no checked sheet. Choose the file again.")
        return redirect("organisations:onboard-upload")
    findings = findings_of(import_rows(rows, by=request.user, dry_run=False))
    if findings:
        context = {"form": SheetForm(), "rows": rows, "findings": findings, "checked": True}
        return render(request, "organisations/onboard_upload.html", context, status=409)
    noun = "organisation is" if len(rows) == 1 else "organisations are"
    messages.success(request, f"{len(rows)} {noun} added. The invitations are on their way.")
    return redirect("organisations:directory")


@require_GET
def template(request: PortalRequest, kind: str) -> HttpResponse:
    """The empty sheet to fill in, as XLSX or CSV."""
    _only_admins(request)
    content, content_type = (
        (template_xlsx(COLUMNS, EXAMPLE, choices()), XLSX)
        if kind == "xlsx"
        else (template_csv(COLUMNS, EXAMPLE), "text/csv; charset=utf-8")
    )
    name = f"edi-organisations-template.{kind}"
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def findings_of(result: Result) -> list[dict[str, str]]:
    """Every finding of an import: the row of the sheet, the column, and how to mend it."""
    findings = [
        _finding(row, column, str(text))
        for row in result.invalid_rows
        for column, texts in _messages(row).items()
        for text in texts
    ]
    findings += [{"row": "", "column": "", "text": str(error.error)} for error in result.base_errors]
    findings += [
        {"row": str(row.number + 1), "column": "", "text": str(error.error)} for row in result.error_rows for error in row.errors
    ]
    return findings


def _messages(row: InvalidRow) -> dict[str, list[str]]:
    found: dict[str, list[str]] = dict(row.field_specific_errors)
    if row.non_field_specific_errors:
        found[NON_FIELD_ERRORS] = row.non_field_specific_errors
    return found


def _finding(row: InvalidRow, column: str, text: str) -> dict[str, str]:
    # The first row of the sheet holds the headings.
    return {"row": str(row.number + 1), "column": "" if column == NON_FIELD_ERRORS else column, "text": text}


def _only_admins(request: PortalRequest) -> None:
    if not can(request.user, Right.ONBOARD):
        raise Http404


def _draft(request: PortalRequest) -> dict[str, dict[str, str]]:
    draft: dict[str, dict[str, str]] = request.session.get(DRAFT, {})
    return draft


def _keep(request: PortalRequest, step: str) -> None:
    typed = {key: value for key, value in request.POST.items() if key != "csrfmiddlewaretoken"}
    request.session[DRAFT] = {**_draft(request), step: typed}


def _in_words(people: FirstPeopleForm) -> list[dict[str, str]]:
    return [{"role": ROLES[role].label, "name": name, "email": email} for role, name, email in people.people()]
