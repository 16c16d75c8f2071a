"""Sheets of interviews, toolkit entries and outreach: what goes out, the dry run of what comes in, and saving it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.audit.services import record
from edi_portal.ui.downloads import Sheet, xlsx_response
from organisations.forms import SheetForm
from organisations.permissions import can, require
from organisations.requests import PortalRequest
from organisations.roles import Right
from organisations.sheets import UnreadableSheet, read_rows
from workforce.services.sheets import SHEETS, SheetKind, Taker, take_sheet
from workforce.services.toolkit import require_keep
from workforce.views.asking import own_organisation

# Where each kind of sheet belongs: its list, and the name of that list on screen.
LISTS = {
    "interviews": ("interviews:list", "Mapping interviews"),
    "toolkit": ("toolkit:list", "Toolkit"),
    "outreach": ("toolkit:outreach", "Outreach"),
}
NAMES = {"interviews": "interviews:sheet", "toolkit": "toolkit:sheet", "outreach": "toolkit:outreach-sheet"}


def _taker(request: PortalRequest, kind: str, seen: dict[str, int] | None = None) -> Taker:
    """Who gives the sheet, if they may keep what it holds: the own organisation's, or the partnership's for the toolkit."""
    own, runs = own_organisation(request), can(request.user, Right.GOVERN)
    if kind == "toolkit" or (kind == "interviews" and runs and own is None):
        require_keep(request.user, own)
    else:
        require(request.user, Right.KEEP_REGISTERS, own)
    return Taker(request.user, own, runs, seen or {})


def _session_key(kind: str) -> str:
    return f"sheet-{kind}"


@require_GET
def download(request: PortalRequest, kind: str) -> HttpResponse:
    """What is kept, as a sheet that can come back; with an example where nothing is kept yet."""
    taker, about = _taker(request, kind), SHEETS[kind]
    rows = about.rows(taker) or [list(about.example)]
    record(action=f"sheet.{kind}_downloaded", by=request.user, organisation=taker.organisation, subject=f"sheet:{kind}")
    return xlsx_response(f"edi-{kind}.xlsx", [Sheet(about.noun.capitalize(), about.columns, rows)])


@require_http_methods(["GET", "POST"])
def sheet(request: PortalRequest, kind: str) -> HttpResponse:
    """Choose a sheet; the dry run shows what each row would do. Nothing is saved yet."""
    taker, about = _taker(request, kind), SHEETS[kind]
    form = SheetForm(request.POST or None, request.FILES or None)
    form.fields["sheet"].label = "The sheet"
    context = _context(kind, about, form)
    if form.is_valid():
        try:
            rows = read_rows(form.cleaned_data["sheet"], about.columns, one=about.noun)
        except UnreadableSheet as error:
            form.add_error("sheet", str(error))
        else:
            outcome = take_sheet(about, rows, taker, dry_run=True)
            context |= {"checked": True, "outcome": outcome}
            request.session.pop(_session_key(kind), None)
            if not outcome.findings:
                request.session[_session_key(kind)] = {"rows": rows, "seen": outcome.seen}
    return render(request, "workforce/sheet.html", context, status=422 if form.errors else 200)


@require_POST
def save(request: PortalRequest, kind: str) -> HttpResponse:
    """Save the sheet that was checked, all rows or none."""
    checked = request.session.pop(_session_key(kind), None)
    taker, about = _taker(request, kind, checked["seen"] if checked else None), SHEETS[kind]
    if checked is None:
        messages.warning(request, "There is no checked sheet. Choose the file again.")
        return redirect(NAMES[kind])
    outcome = take_sheet(about, checked["rows"], taker, dry_run=False)
    if outcome.findings:
        context = _context(kind, about, SheetForm()) | {"checked": True, "outcome": outcome}
        return render(request, "workforce/sheet.html", context, status=409)
    count = len(outcome.taken)
    messages.success(request, f"{count} {about.noun if count == 1 else _plural(about.noun)} saved.")
    return redirect(LISTS[kind][0])


def _plural(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"


def _context(kind: str, about: SheetKind, form: SheetForm) -> dict[str, Any]:
    address, label = LISTS[kind]
    return {
        "form": form,
        "noun": about.noun,
        "nouns": _plural(about.noun),
        "columns": about.columns,
        "sheet_url": reverse(NAMES[kind]),
        "save_url": reverse(f"{NAMES[kind]}-save"),
        "download_url": reverse(f"{NAMES[kind]}-data"),
        "breadcrumbs": [{"label": label, "url": reverse(address)}],
    }
