"""Files that cannot be read are answered with a sentence and what to do; nothing is kept, and the draft stays as it was."""

import io
import struct
import time
import zipfile
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

from kpis.catalogue import CellKey
from kpis.models.extracts import Extract, ExtractState
from kpis.models.returns import KpiReturn
from kpis.selectors.returns import values_of
from kpis.services import extracts as services
from kpis.services.returns import CellChange, save_answers
from organisations.models import Organisation, User
from organisations.roles import Role
from tests.kpis.extract_files import HEADINGS, as_csv, as_workbook, staff_file, staff_rows
from tests.kpis.factories import close, open_collection
from tests.organisations.factories import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
STAFF = "staff_in_post"
CELL = CellKey("clinical.band_5", "white")


@pytest.fixture
def draft() -> KpiReturn:
    organisation = Organisation.objects.get(slug="countess-of-chester")
    return KpiReturn.objects.create(collection=open_collection("2019-20-q3"), organisation=organisation)


@pytest.fixture
def lead(draft: KpiReturn) -> User:
    """A lead who has typed something already."""
    lead = person(Role.EDI_LEAD, draft.organisation)
    save_answers(kpi_return=draft, by=lead, cells=[CellChange("staff_ethnicity", CELL, Decimal(41))])
    return lead


@pytest.fixture
def client(lead: User) -> Client:
    return signed_in(lead)


@pytest.fixture
def address(draft: KpiReturn) -> str:
    return reverse("returns:extracts", args=[draft.organisation.slug, draft.collection.period])


def give(client: Client, address: str, content: bytes, name: str = "staff.csv", field: str = STAFF) -> HttpResponse:
    return client.post(address, {field: SimpleUploadedFile(name, content)}, follow=True)


def zipped(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return buffer.getvalue()


def without_an_end(workbook: bytes, **more: bytes) -> bytes:
    """A workbook with parts added or replaced."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in more:
                new.writestr(name, old.read(name))
        for name, content in more.items():
            new.writestr(name, content)
    return buffer.getvalue()


def workbook_with(**parts: bytes) -> bytes:
    return without_an_end(as_workbook(staff_rows(20)), **{name.replace("__", "/"): content for name, content in parts.items()})


DTD = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet>&a;</worksheet>'
PROTECTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600

REFUSED = {
    "nothing in it": (b"", "empty"),
    "a password": (PROTECTED, "password"),
    "a PDF": (b"%PDF-1.7\n" + b"x" * 400, "PDF"),
    "random bytes": (bytes(range(256)) * 40, "neither a CSV file nor an Excel workbook"),
    "a broken zip": (as_workbook(staff_rows(20))[:2000], "damaged"),
    "a zip bomb": (workbook_with(xl__media__big=b"\0" * 80_000_000), "unpacks to far more"),
    "ten thousand parts": (zipped(**{f"xl__part{number}": b"" for number in range(10_000)}), "far more parts"),
    "a nested zip": (zipped(inner_dot_zip=as_workbook(staff_rows(5))), "zip archive"),
    "entities that multiply": (workbook_with(**{"xl__worksheets__sheet1.xml": DTD}), "code that a spreadsheet never writes"),
    "an entity from outside": (workbook_with(**{"xl__worksheets__sheet1.xml": OUTSIDE}), "code that a spreadsheet never writes"),
    "a macro": (workbook_with(**{"xl__vbaProject.bin": b"x"}), "macro"),
    "links to other files": (workbook_with(**{"xl__externalLinks__externalLink1.xml": b"<x/>"}), "links to other files"),
    "two sheets with staff": (as_workbook(staff_rows(20), copies=2), "2 sheets"),
    "a text without headings": (b"dear colleague,\nplease find the list attached\n" * 30, "headings"),
    "only headings": (as_csv([]), "no row below"),
    "no pay scale": (as_csv([row[:9] + row[10:] for row in staff_rows(30)], headings=HEADINGS[:9] + HEADINGS[10:]), "Pay scale"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_read_is_answered_with_a_sentence(
    name: str, client: Client, draft: KpiReturn, address: str
) -> None:
    content, words = REFUSED[name]
    began = time.monotonic()
    response = give(client, address, content, name="staff.xlsx" if content.startswith(b"PK") else "staff.csv")
    assert response.status_code == 200
    page = response.content.decode()
    assert "Traceback" not in page
    if not content:
        assert "Choose at least one file" in page or words in page
    else:
        extract = Extract.objects.get()
        assert (extract.state, extract.aggregate) == (ExtractState.REFUSED, None), extract.refusal
        assert words.lower() in f"{extract.refusal} {extract.how_to_mend}".lower()
        assert extract.how_to_mend
    assert time.monotonic() - began < 5
    assert values_of(draft) == {("staff_ethnicity", CELL.row, CELL.column): Decimal(41)}, "what was typed stays"


@pytest.mark.parametrize("name", ["../../etc/passwd", "nul", "x" * 300 + ".csv", "staff\u202excod.csv", "a\r\nSet-Cookie: x.csv"])
def test_a_hostile_file_name_is_shown_harmless(name: str, client: Client, address: str) -> None:
    give(client, address, staff_file(60), name=name)
    shown = Extract.objects.get().file_name
    assert len(shown) <= 120 and not set(shown) & set("/\\\r\n\u202e")


READ = {
    "UTF-16": as_csv(staff_rows(80)).decode().encode("utf-16"),
    "semicolons": as_csv(staff_rows(80), separator=";"),
    "a banner above the headings": b"Staff in post,,,\nas at 31 December 2019,,,\n\n" + as_csv(staff_rows(80)),
    "formulas as text": as_csv([[*row[:1], "=HYPERLINK(1)", *row[2:]] for row in staff_rows(80)]),
}


@pytest.mark.parametrize("name", READ)
def test_odd_but_honest_files_are_read(name: str, client: Client, address: str) -> None:
    give(client, address, READ[name])
    extract = Extract.objects.get()
    assert (extract.state, extract.rows_read) == (ExtractState.READ, 80), extract.refusal


def test_a_part_of_the_codes_unknown_blocks_and_says_how_many(client: Client, address: str) -> None:
    response = give(client, address, staff_file(200, odd_scale=30))
    assert "15.0% of the rows" in response.content.decode()


@pytest.mark.parametrize("tenth", range(1, 10))
def test_an_upload_cut_at_each_tenth_leaves_a_failed_row_and_nothing_else(
    tenth: int, client: Client, draft: KpiReturn, address: str
) -> None:
    body = encode_multipart(BOUNDARY, {STAFF: SimpleUploadedFile("staff.csv", staff_file(3000))})
    cut = body[: len(body) * tenth // 10]
    response = client.generic(
        "POST", address, b"x", MULTIPART_CONTENT, CONTENT_LENGTH=str(len(body)), **{"wsgi.input": io.BytesIO(cut)}
    )
    assert response.status_code in {302, 400, 422}
    extract = Extract.objects.get()
    assert (extract.state, extract.aggregate, extract.digest) == (ExtractState.STOPPED, None, "")
    assert extract.refusal == services.LOST
    assert services.LOST in client.get(address).content.decode()
    assert list(values_of(draft).values()) == [Decimal(41)]


def test_a_file_above_the_limit_is_refused_while_it_arrives(client: Client, address: str, settings: object) -> None:
    settings.EXTRACT_LARGEST_CSV = 1024 * 1024
    give(client, address, staff_file(20_000))
    extract = Extract.objects.get()
    assert extract.state == ExtractState.REFUSED and "at most 1 MB" in extract.refusal


def test_a_request_above_the_limit_is_refused_before_it_is_read(client: Client, address: str, settings: object) -> None:
    settings.EXTRACT_LARGEST_REQUEST = 1000
    response = give(client, address, staff_file(100))
    assert response.status_code == 413
    assert not Extract.objects.exists()


def test_a_child_without_memory_is_a_refusal_and_the_next_file_is_read(client: Client, address: str, settings: object) -> None:
    settings.EXTRACT_MEMORY = 24 * 1024 * 1024
    give(client, address, staff_file(50))
    assert Extract.objects.get().state == ExtractState.REFUSED
    settings.EXTRACT_MEMORY = 1536 * 1024 * 1024
    give(client, address, staff_file(50))
    assert Extract.objects.filter(state=ExtractState.READ).count() == 1


@pytest.mark.security(29)
def test_too_many_uploads_are_asked_to_wait(client: Client, lead: User, draft: KpiReturn, address: str, settings: object) -> None:
    settings.EXTRACT_READINGS_AN_HOUR = 1
    give(client, address, staff_file(50))
    response = give(client, address, staff_file(60))
    assert response.status_code == 429 and response.headers["Retry-After"]
    settings.EXTRACT_READINGS_AN_HOUR = 60
    for _ in range(2):
        services.begin_reading(kpi_return=draft, kind=None, file_name="", by=lead)
    assert "Other files of your organisation are being read" in give(client, address, staff_file(60)).content.decode()
    settings.EXTRACT_READINGS_IN_ALL = 2
    assert "Many files are being read at this moment" in give(client, address, staff_file(60)).content.decode()


def test_a_closed_collection_takes_no_file(client: Client, draft: KpiReturn, address: str) -> None:
    close(draft.collection)
    response = give(client, address, staff_file(50))
    assert response.status_code == 409
    assert not Extract.objects.exists()


def test_a_reading_that_is_stopped_meanwhile_keeps_nothing(
    client: Client, lead: User, draft: KpiReturn, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kpis.views import extract_uploads

    monkeypatch.setattr(extract_uploads, "EVERY_SECONDS", 0)
    real = services.note_progress

    def stopped_by_somebody(*, extract: Extract, rows: int, size: int) -> bool:
        services.stop_reading(extract=extract, by=lead)
        return real(extract=extract, rows=rows, size=size)

    monkeypatch.setattr(services, "note_progress", stopped_by_somebody)
    give(client, address, staff_file(3000))
    extract = Extract.objects.get()
    assert (extract.state, extract.aggregate, extract.refusal) == (ExtractState.STOPPED, None, services.CANCELLED)


def test_a_reading_whose_server_stopped_is_settled(lead: User, draft: KpiReturn, client: Client, address: str) -> None:
    services.begin_reading(kpi_return=draft, kind=None, file_name="", by=lead)
    assert services.settle_silent_readings() == 0
    Extract.objects.update(alive_at="2019-01-01T12:00Z")
    assert services.settle_silent_readings() == 1
    assert services.DIED in client.get(address).content.decode()


def test_a_request_from_another_site_starts_nothing(draft: KpiReturn, lead: User, address: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed_in(lead).cookies
    content = {STAFF: SimpleUploadedFile("staff.csv", staff_file(50))}
    assert client.post(address, content, headers={"Origin": "https://elsewhere.invalid"}).status_code == 403
    content = {STAFF: SimpleUploadedFile("staff.csv", staff_file(50))}
    assert client.post(address, content).status_code == 403, "without the token of the form"
    assert not Extract.objects.exists()


COUNTS_REFUSED = {
    "no JSON": b"Employee Number,Ethnic Origin\n1,A\n",
    "another thing": b'{"format": "something else"}',
    "deep nesting": b"[" * 200_000,
    "NaN": b'{"format": "edi-extract-aggregate", "version": 1, "kind": "staff_in_post", "rows_read": NaN}',
    "huge numbers": b'{"format": "edi-extract-aggregate", "version": 1, "rows_read": ' + b"9" * 5000 + b"}",
    "a lone surrogate": b'{"format": "edi-extract-aggregate", "version": 1, "kind": "\\ud800"}',
    "a null byte": b'{"format": "edi-extract-aggregate", "version": 1, "kind": "a\\u0000"}',
    "binary": struct.pack("<5000Q", *range(5000)),
}


@pytest.mark.parametrize("name", COUNTS_REFUSED)
def test_a_file_of_counts_that_is_none_is_refused(name: str, client: Client, address: str) -> None:
    response = give(client, address, COUNTS_REFUSED[name], name="counts.json", field="counts")
    assert response.status_code == 200
    extract = Extract.objects.get()
    assert extract.state == ExtractState.REFUSED
    assert "counts" in extract.refusal
