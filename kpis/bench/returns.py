"""Filling in a return: its section page, autosave of one cell, and a full workbook from upload to saved."""

from __future__ import annotations

import io
import json
from itertools import cycle
from time import perf_counter
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from edi_portal.bench import BenchResult, within
from kpis.bench.pages import (
    LEAD,
    MOST_KILOBYTES,
    MOST_QUERIES,
    Ask,
    Page,
    WrongPage,
    client_of,
    measure_page,
    signed_in,
    timed,
)
from kpis.catalogue import CellKey
from kpis.models.collections import Collection
from kpis.models.returns import KpiReturn, KpiReturnQuerySet, ReturnValue
from kpis.selectors.returns import content_of, earlier_values
from kpis.workbooks.answers import shown_value
from kpis.workbooks.layout import layout_of
from organisations.models import Membership
from organisations.roles import Role
from organisations.services.demonstration_accounts import DOMAIN

SECTION_MILLISECONDS = 150.0
SAVE_MILLISECONDS = 250.0
SAVE_QUERIES = 40
UPLOAD_SECONDS = 2.0
MEASURE, CELL = "recruitment_ethnicity", CellKey("white", "applied")
SECTION = "workforce-standards"


def measure() -> list[BenchResult]:
    """All cases of this module."""
    return [*section_and_autosave(), *full_workbook()]


def section_and_autosave() -> list[BenchResult]:
    """The longest section of the EDI lead's return, and saving one changed cell of it."""
    lead = Membership.objects.in_force().get(user__email=f"{LEAD}@{DOMAIN}", role=Role.EDI_LEAD)
    kpi_return = _open_returns().get(organisation=lead.organisation)
    address = f"/returns/{kpi_return.organisation.slug}/{kpi_return.collection.period}/{SECTION}/"
    page = measure_page(Page("Return section", LEAD, address, f"{MEASURE}/{CELL}"))
    client = signed_in(LEAD)
    stored = ReturnValue.objects.get(kpi_return=kpi_return, measure=MEASURE, row=CELL.row, column=CELL.column)
    held = {"seen": f"{stored.amount:f}"}
    numbers = cycle((int(stored.amount) + 1, int(stored.amount)))

    def save() -> Any:
        typed, name = str(next(numbers)), f"{MEASURE}/{CELL}"
        body = {name: typed, "seen": json.dumps({name: held["seen"]})}
        answer = client.post(f"{address}autosave/", body)
        held["seen"] = typed
        return answer

    saved = timed(save)
    said = saved.answer.json()
    stored.refresh_from_db()
    if said.get("conflicts") or said.get("errors", {}).get(f"{MEASURE}/{CELL}") or str(int(stored.amount)) != held["seen"]:
        raise WrongPage(f"Autosave answered {saved.answer.status_code} and did not keep the number.")
    return [
        within("Return section: queries", page.queries, "", MOST_QUERIES),
        within("Return section: HTML", page.kilobytes, "kB", MOST_KILOBYTES),
        within("Return section: median", page.milliseconds, "ms", SECTION_MILLISECONDS),
        within("Autosave of one cell: queries", saved.queries, "", SAVE_QUERIES),
        within("Autosave of one cell: median", saved.milliseconds, "ms", SAVE_MILLISECONDS),
    ]


def full_workbook() -> list[BenchResult]:
    """A return that nobody has started, filled by one workbook: download, upload with all checks, save."""
    kpi_return = _open_returns().filter(last_edited_at=None).order_by("-organisation__headcount_estimate").first()
    if kpi_return is None:
        raise WrongPage("There is no return that nobody has started.")
    lead = Membership.objects.in_force().filter(organisation=kpi_return.organisation, role=Role.EDI_LEAD).latest("-pk")
    client = client_of(lead.user)
    address = f"/returns/{kpi_return.organisation.slug}/{kpi_return.collection.period}"
    blank, download = _clocked(lambda: client.get(f"{address}/workbook/"))
    content, cells = _filled(blank.content, kpi_return)
    file = SimpleUploadedFile("return.xlsx", content)
    checked, upload = _clocked(lambda: client.post(f"{address}/upload/", {"workbook": file}))
    if checked.status_code != 302:
        raise WrongPage(f"The upload answered {checked.status_code}.")
    shown, result = _clocked(lambda: client.get(checked["Location"]))
    saved, save = _clocked(lambda: client.post(checked["Location"], {"action": "save"}))
    stored = ReturnValue.objects.filter(kpi_return=kpi_return).count()
    if shown.status_code != 200 or saved.status_code != 302 or stored != cells:
        raise WrongPage(f"{stored} of {cells} cells of the workbook were saved.")
    return [
        BenchResult("Cells of the full workbook", cells, "", None, True),
        BenchResult("Size of the full workbook", len(content) / 1000, "kB", None, True),
        BenchResult("Download of a workbook", download, "s", None, True),
        within("Upload of a full workbook with every check", upload, "s", UPLOAD_SECONDS),
        BenchResult("Page of the check", result, "s", None, True),
        within("Saving a full workbook", save, "s", UPLOAD_SECONDS),
    ]


def _filled(blank: bytes, kpi_return: KpiReturn) -> tuple[bytes, int]:
    """The blank workbook with the organisation's last figures typed in, and how many cells that are."""
    content = content_of(kpi_return)
    layout = layout_of(content.measures, template_version=kpi_return.collection.template_version)
    figures = earlier_values(content.history, content.measures, kpi_return.quarter)
    book = load_workbook(io.BytesIO(blank))
    for (measure, row, column), amount in figures.items():
        cell, block = CellKey(row, column), layout.by_measure[measure]
        place = block.place(cell)
        book[place.sheet][place.cell] = shown_value(block.measure, cell, amount)
    filled = io.BytesIO()
    book.save(filled)
    return filled.getvalue(), len(figures)


def _open_returns() -> KpiReturnQuerySet:
    returns = KpiReturn.objects.live().filter(collection__in=Collection.objects.open_now())
    return returns.select_related("organisation", "collection")


def _clocked(ask: Ask) -> tuple[Any, float]:
    began = perf_counter()
    answer = ask()
    return answer, perf_counter() - began
