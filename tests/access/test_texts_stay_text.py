"""Whatever people type arrives as text: every field of words is filled with harm, then every page and file is read.

A page shows it escaped: no element, attribute or script comes of it. A file holds it as text: no formula, no cell that runs.
The long run asks for all that everybody sees.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, models, transaction
from django.http import HttpResponse
from openpyxl import load_workbook
from pypdf import PdfReader

from edi_portal.reviews.models import ReviewedTexts
from edi_portal.reviews.selectors import waiting
from edi_portal.reviews.services import ask_for_review, ask_for_reviews, pass_text
from edi_portal.ui.downloads import XLSX_TYPE
from organisations.roles import Role
from strategies.models import ModelVersion
from strategies.selectors.model_documents import text_of_version
from tests.access.addresses import address
from tests.access.matrix import Line, lines
from tests.access.test_free_texts import CODES, MODELS, REASONS, REFERENCE, RELEASED, written
from tests.access.world import READERS, World
from tests.organisations.factories import person

OURS_ON_DISK = ("edi_portal", "organisations", "workforce", "kpis", "strategies", "steering")
MARK = "zqharm"
HARM = f"={MARK}(1)</title></script><{MARK} on{MARK}=1>\"on{MARK}='1' {{{{ 7|{MARK} }}}} #{MARK}[*] $x_1$ \u202e\u0007"
"""Formula, element, attribute in both quotes, template, typesetting, a turned direction and a bell."""
RUNS = ("=", "+", "-", "@", "\t", "\r", "|", "\uff1d")
NEVER_TYPED = (CODES, REFERENCE, RELEASED)
NO_WORDS = re.compile(
    r"slug|code|fingerprint|digest|hash|token|period|financial_year|link|url|source|email|password|kind|key$|^rule$|^finding$"
)
GIVEN_BACK = {"returns:evidence-file", "strategies:file"}
SHORTEST = 30
"""Shorter fields hold codes, not words."""


def typed_fields(label: str) -> Iterator[models.Field]:
    """The fields of a model into which somebody types words."""
    model, reasons = MODELS[label], REASONS.get(label, {})
    for name in written(model):
        field = model._meta.get_field(name)
        never = reasons.get(name, reasons.get("*", "")) in NEVER_TYPED or NO_WORDS.search(name)
        if not never and type(field) in (models.CharField, models.TextField) and (field.max_length or 999) >= SHORTEST:
            yield field


def plant(world: World) -> set[str]:
    """Fill every field of every row that may still change. Returns the fields that were filled."""
    filled = set()
    for label in MODELS:
        for field in typed_fields(label):
            for key in MODELS[label]._base_manager.values_list("pk", flat=True):
                row = MODELS[label]._base_manager.filter(pk=key)
                text = f"{HARM}{str(key)[:4]} " + "long " * 60
                try:
                    with transaction.atomic():
                        row.update(**{field.name: text[: field.max_length or 400]})
                    filled.add(f"{label}.{field.name}")
                except DatabaseError:
                    pass  # a closed return, a release: what is frozen was text when it was typed
    _pass_everything(world)
    return filled


def _pass_everything(world: World) -> None:
    """Others read a text once a reviewer passed it."""
    for model in MODELS.values():
        if issubclass(model, ReviewedTexts):
            ask_for_reviews(rows=model._default_manager.all(), organisation=world.own, by=None)
    for version in ModelVersion.objects.all():
        for subject, text in text_of_version(version).items():
            ask_for_review(subject=subject, text=text, organisation=None, by=None)
    reviewer = person(Role.PORTAL_ADMIN)
    for review in waiting():
        pass_text(review=review, nobody_recognisable=True, by=reviewer)


class Elements(HTMLParser):
    """What a browser would make of a page: elements and attributes of ours, and what stands in scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.harmed: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Neither an element nor an attribute comes of a text."""
        if MARK in tag or any(MARK in name for name, _ in attrs):
            self.harmed.append(f"<{tag} {attrs}>")


def faults_of(answer: HttpResponse) -> list[str]:
    """Where a text did not stay one."""
    kind, body = answer.headers.get("Content-Type", ""), getattr(answer, "content", b"")
    if kind.startswith("text/html"):
        page = Elements()
        page.feed(body.decode())
        return page.harmed
    if kind.startswith("text/csv"):
        rows = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""))
        return [cell[:40] for row in rows for cell in row if cell.startswith(RUNS) and MARK in cell]
    if kind == XLSX_TYPE:
        cells = (cell for sheet in load_workbook(BytesIO(body)) for row in sheet.iter_rows() for cell in row)
        return [
            str(cell.value)[:40]
            for cell in cells
            if MARK in str(cell.value) and (cell.data_type == "f" or str(cell.value).startswith(RUNS))
        ]
    if kind == "application/pdf":
        return [] if PdfReader(BytesIO(body)).pages else ["no page"]
    if "json" in kind:
        json.loads(body)
    return []


def shows(answer: HttpResponse) -> bool:
    """Whether one of our texts stands in it."""
    kind, body = answer.headers.get("Content-Type", ""), getattr(answer, "content", b"")
    if kind == "application/pdf":
        return any(MARK in page.extract_text() for page in PdfReader(BytesIO(body)).pages)
    if kind == XLSX_TYPE:
        return any(MARK in str(cell) for sheet in load_workbook(BytesIO(body)) for row in sheet.values for cell in row)
    return MARK.encode() in body


def asked(readers: Iterable[str]) -> Iterator[tuple[Line, str, str]]:
    """Every page and file that one of these readers gets, but for files that are given back as they came."""
    for line in lines():
        if line.name in GIVEN_BACK:
            continue
        for thing in line.things:
            for reader in readers:
                if line.method == "GET" and line.statuses[reader] == 200:
                    yield line, thing, reader


def walk(world: World, pages: Iterable[tuple[Line, str, str]], *, kinds: set[str], least: int) -> None:
    """Plant, then read: no fault, and the texts are really there, in each kind of file."""
    assert len(plant(world)) > 60
    faults, shown = [], set()
    for line, thing, reader in pages:
        with transaction.atomic():
            answer = world.client(reader).get(address(world, line.name, thing))
            transaction.set_rollback(True)
        where = f"{line.name} {thing} as {reader}"
        if answer.status_code not in (200, 302, 404):
            faults.append(f"{where}: {answer.status_code}")
        elif answer.status_code == 200:
            faults += [f"{where}: {fault}" for fault in faults_of(answer)]
            if shows(answer):
                shown.add((line.name, answer.headers["Content-Type"].partition(";")[0]))
    assert not faults, "\n".join(faults)
    assert kinds <= {kind for _, kind in shown}, sorted(shown)
    assert len(shown) >= least, sorted(shown)


@pytest.mark.long
@pytest.mark.security(24)
def test_what_people_type_is_text_on_each_page_and_in_each_file_of_everybody(world: World) -> None:
    walk(world, asked(READERS), kinds={"text/html", "text/csv", XLSX_TYPE, "application/pdf"}, least=80)


@pytest.mark.security(24)
def test_mails_are_plain_text() -> None:
    root = Path(settings.BASE_DIR)
    code = [path.read_text() for app in OURS_ON_DISK for path in (root / app).rglob("*.py")]
    assert not [text for text in code if re.search(r"html_message|attach_alternative|EmailMultiAlternatives", text)]
    mails = [path for path in (root / "templates").rglob("email/*") if path.is_file()]
    assert len(mails) > 5 and {path.suffix for path in mails} == {".txt"}


@pytest.mark.parametrize(
    ("kind", "harm"),
    [
        ("text/html; charset=utf-8", f"<p>{HARM}</p>"),
        ("text/html; charset=utf-8", f'<p title="{HARM}">'),
        ("text/csv; charset=utf-8", f"a,{HARM.split('<')[0]}"),
    ],
)
@pytest.mark.security(24)
def test_this_test_would_notice(kind: str, harm: str) -> None:
    assert faults_of(HttpResponse(harm, content_type=kind))
