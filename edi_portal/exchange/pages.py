"""The page that takes a register's workbook, shows what it would do, and applies it; and the download.

Between check and applying the rows lie in the session of who gave them. Applying checks everything again, for somebody may have
changed an entry meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from edi_portal.exchange.comparing import Outcome, Register, compare
from edi_portal.exchange.reading import MAX_BYTES, Book, Row, UnreadableSheet, read_book
from edi_portal.ui.downloads import xlsx_response
from edi_portal.ui.forms import PortalForm

PARTNERSHIP = "partnership"
"""The owner of what is kept for all."""
MOST_SHOWN = 100
"""Changes and problems that the page lists; it says how many there are altogether."""


class WorkbookForm(PortalForm):
    """The file that a person gives back."""

    sheet = forms.FileField(label="File", help_text="The download of this page, changed by you.")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A register that goes by workbook: its words, its sheets, and the addresses of its pages.

    `owner` is the organisation whose register it is, by its slug; of what is kept for all it is `PARTNERSHIP`.
    """

    name: str
    title: str
    registers: Sequence[Register]
    owner: str
    page: str
    apply: str
    download: str
    back: str
    breadcrumbs: Sequence[dict[str, str]] = ()

    @property
    def key(self) -> str:
        """Where the rows wait in the session; another organisation's are not found under it."""
        return f"exchange-{self.name}-{self.owner}"

    @property
    def kinds_of_file(self) -> str:
        """What may be given back: a CSV file has one sheet."""
        return "XLSX or CSV" if len(self.registers) == 1 else "XLSX"

    @property
    def headings(self) -> dict[str, list[str]]:
        """Sheet → the headings that it must have."""
        return {one.title: [column.heading for column in one.all_columns] for one in self.registers}


def sheet_page(request: HttpRequest, exchange: Exchange) -> HttpResponse:
    """Take a file and show what it would do; nothing is saved yet."""
    form = WorkbookForm(request.POST or None, request.FILES or None)
    context: dict[str, object] = {}
    if request.method == "POST" and form.is_valid():
        request.session.pop(exchange.key, None)
        file = form.cleaned_data["sheet"]
        try:
            book = read_book(file.read(MAX_BYTES + 1), file.name or "", exchange.headings)
        except UnreadableSheet as error:
            form.add_error("sheet", str(error))
        else:
            outcome = compare(exchange.registers, book.sheets, apply=False)
            context = _shown(outcome) | {"unknown": book.unknown}
            if outcome.is_fit:
                request.session[exchange.key] = _kept(book)
    return _page(request, exchange, form, context, 422 if form.errors else 200)


def apply_page(request: HttpRequest, exchange: Exchange) -> HttpResponse:
    """Save what was checked, all of it or nothing."""
    kept = request.session.pop(exchange.key, None)
    if kept is None:
        messages.warning(request, "There is no checked file. Choose it again.")
        return redirect(exchange.page)
    rows = {title: [Row(number, cells) for number, cells in those] for title, those in kept.items()}
    outcome = compare(exchange.registers, rows, apply=True)
    if outcome.problems:
        return _page(request, exchange, WorkbookForm(), _shown(outcome), 409)
    number = len(outcome.changes)
    messages.success(request, f"{number} {'entry is' if number == 1 else 'entries are'} saved.")
    return redirect(exchange.back)


def download_page(exchange: Exchange) -> HttpResponse:
    """The register as a workbook: what it says, and a key and a version for each entry."""
    sheets = [register.sheet() for register in exchange.registers]
    return xlsx_response(f"edi-{exchange.name}-{exchange.owner}.xlsx", sheets)


def _kept(book: Book) -> dict[str, list[tuple[int, dict[str, str]]]]:
    return {title: [(row.number, dict(row.cells)) for row in rows] for title, rows in book.sheets.items()}


def _shown(outcome: Outcome) -> dict[str, object]:
    return {
        "outcome": outcome,
        "changes": outcome.changes[:MOST_SHOWN],
        "findings": [
            {
                "kind": "error",
                "where": f"{one.sheet}, row {one.row}",
                "field": one.column,
                "wrote": one.wrote,
                "wrong": one.wrong,
                "mend": one.mend or "Mend it in your workbook and choose that again.",
            }
            for one in outcome.problems[:MOST_SHOWN]
        ],
    }


def _page(request: HttpRequest, exchange: Exchange, form: WorkbookForm, context: dict[str, object], status: int) -> HttpResponse:
    context = {"exchange": exchange, "form": form, "breadcrumbs": exchange.breadcrumbs, **context}
    context["takes_new"] = any(register.takes_new for register in exchange.registers)
    return render(request, "ui/register_sheet.html", context, status=status)
