"""Odd files through the portal's pages: read where they can be, and the page says in words what is odd about them."""

import html
import io
import re
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from edi_portal.periods import Quarter
from kpis.demonstration.extract_files import csv_bytes, recruitment_file
from kpis.extracts.__main__ import main
from kpis.models.extracts import Extract, ExtractState
from kpis.models.returns import KpiReturn
from kpis.selectors.returns import values_of
from organisations.models import Organisation
from organisations.roles import Role
from tests.kpis.extract_files import HEADINGS, as_csv, as_workbook, staff_file, staff_rows
from tests.kpis.factories import open_collection
from tests.organisations.factories import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
STAFF = "staff_in_post"
SCALE, ETHNIC = HEADINGS.index("Pay Scale"), HEADINGS.index("Ethnic Origin")


@pytest.fixture
def draft() -> KpiReturn:
    organisation = Organisation.objects.get(slug="countess-of-chester")
    return KpiReturn.objects.create(collection=open_collection("2019-20-q3"), organisation=organisation)


@pytest.fixture
def client(draft: KpiReturn) -> Client:
    return signed_in(person(Role.EDI_LEAD, draft.organisation))


@pytest.fixture
def address(draft: KpiReturn) -> str:
    return reverse("returns:extracts", args=[draft.organisation.slug, draft.collection.period])


def give(client: Client, address: str, content: bytes, name: str = "staff.csv", field: str = STAFF) -> str:
    """Give one file by the form; the text of the page that it leads to."""
    answer = client.post(address, {field: SimpleUploadedFile(name, content)}, follow=True)
    assert answer.status_code == 200
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def test_of_two_sheets_with_staff_a_person_chooses_one(client: Client, address: str) -> None:
    book = as_workbook(staff_rows(60), copies=2)
    said = give(client, address, book, "staff.xlsx")
    assert "2 sheets of the workbook hold “Staff in post”" in said
    assert "Which sheet holds Staff in post?" in said and "Read sheet “Staff 2”" in said
    action = re.search(r'formaction="([^"]+Staff%202)"', client.get(address).content.decode())
    assert action is not None
    assert "sheet “Staff 2”, headings in row 1" in give(client, html.unescape(action[1]), book, "staff.xlsx")
    read = Extract.objects.get(state=ExtractState.READ)
    assert read.rows_read == 60
    assert "Which sheet" not in client.get(address).content.decode(), "it was answered"


def test_a_sheet_that_is_not_there_is_asked_for_again_and_a_csv_file_has_none(client: Client, address: str) -> None:
    said = give(client, f"{address}?sheet=Winter", as_workbook(staff_rows(20)), "staff.xlsx")
    assert "The workbook has no sheet “Winter”" in said and "Read sheet “Staff 1”" in said
    give(client, f"{address}?sheet=Winter", staff_file(30))
    assert Extract.objects.get(state=ExtractState.READ).rows_read == 30


def test_the_file_of_another_organisation_is_named_and_refused(client: Client, address: str) -> None:
    banner = "Staff in post,Wirral University Teaching Hospital NHS Foundation Trust (RBL)\n\n"
    said = give(client, address, banner.encode() + staff_file(40))
    assert "The file is about Wirral" in said and "not about Countess" in said
    rows = [[*row, "RBL"] for row in staff_rows(40)]
    said = give(client, address, as_csv(rows, headings=[*HEADINGS, "Organisation Code"]))
    assert said.count("Choose the file of your own organisation. Nothing of this one was kept.") == 2
    assert set(Extract.objects.values_list("state", "aggregate")) == {(ExtractState.REFUSED, None)}


def test_headings_in_merged_cells_are_read(client: Client, address: str) -> None:
    sheet = openpyxl.Workbook().worksheets[0]
    sheet.append(["Staff in post"])
    sheet.append([*HEADINGS[:ETHNIC], "Equality monitoring"])
    sheet.append([""] * ETHNIC + list(HEADINGS[ETHNIC:]))
    for column in range(1, ETHNIC + 1):
        sheet.merge_cells(start_row=2, end_row=3, start_column=column, end_column=column)
    sheet.merge_cells(start_row=2, end_row=2, start_column=ETHNIC + 1, end_column=len(HEADINGS))
    for row in staff_rows(50):
        sheet.append(row)
    written = io.BytesIO()
    sheet.parent.save(written)
    said = give(client, address, written.getvalue(), "staff.xlsx")
    assert Extract.objects.get().rows_read == 50
    assert "would change" in said and "headings in row 3" in said


@pytest.mark.parametrize("damage", ["05-Jul", "2019-07-05 00:00:00"])
def test_a_band_that_became_a_date_is_located_and_never_guessed(damage: str, client: Client, address: str) -> None:
    rows = sorted(staff_rows(400), key=lambda row: row[SCALE])
    for row in rows[2:8]:
        assert row[SCALE].endswith("Band 3")
        row[SCALE] = damage
    said = give(client, address, as_csv(rows))
    assert "A spreadsheet has turned the band into a date" in said and "4 to 9" in said


@pytest.mark.parametrize(
    "content",
    [as_csv(staff_rows(80)).decode().encode("utf-16"), as_csv(staff_rows(80), separator=";")],
    ids=["UTF-16", "semicolons"],
)
def test_other_encodings_and_separators_give_the_same_cells(
    content: bytes, client: Client, draft: KpiReturn, address: str
) -> None:
    plain = give(client, address, as_csv(staff_rows(80)))
    odd = give(client, address, content)
    cells = re.compile(r"\d+ cells would change")
    assert cells.search(odd) and cells.findall(odd) == cells.findall(plain)
    newest, other = Extract.objects.order_by("-begun_at")
    assert newest.aggregate["lines"] and other.state == ExtractState.REPLACED
    assert not values_of(draft)


def test_fifteen_per_cent_unknown_blocks_and_asks(client: Client, address: str) -> None:
    said = give(client, address, staff_file(200, odd_scale=30))
    assert "Above 2% nothing of the file can be taken over" in said and "15.0% of the rows" in said
    assert "Say what 1 value means" in said and "Take over" not in said


def test_counts_that_the_command_made_are_taken_over_as_the_file_itself(
    client: Client, draft: KpiReturn, address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    extract, counts = tmp_path / "staff.csv", tmp_path / "staff.json"
    extract.write_bytes(staff_file(300))
    assert main([str(extract), "--period", "2019-20-q3", "--organisation", "RJR", "--out", str(counts)]) == 0
    assert "Written" in capsys.readouterr().out
    assert "cells would change" in give(client, address, counts.read_bytes(), "staff.json", field="counts")
    made = Extract.objects.get()
    url = reverse("returns:extract-result", args=[draft.organisation.slug, draft.collection.period, made.pk])
    page = client.get(url).content.decode()
    hidden = {name: html.unescape(value) for name, value in re.findall(r'name="(shown|seen)" value="([^"]*)"', page)}
    client.post(url, {"question": re.findall(r'name="question" type="checkbox" value="(\w+)"', page)} | hidden)
    held = values_of(draft).items()
    white = sum(amount for (code, _, column), amount in held if (code, column) == ("staff_ethnicity", "white"))
    assert white == sum(row[ETHNIC].startswith("A ") for row in staff_rows(300))
    made.refresh_from_db()
    assert made.taken_at is not None
    other = tmp_path / "other.json"
    assert main([str(extract), "--period", "2019-20-q3", "--organisation", "RBL", "--out", str(other)]) == 0
    assert "These counts are of another organisation." in give(client, address, other.read_bytes(), "x.json", field="counts")


def test_what_stands_beside_the_figures_is_said_in_words(client: Client, draft: KpiReturn, address: str) -> None:
    file = recruitment_file(3000, Quarter(2019, 3))
    said = give(client, address, csv_bytes(file.rows), "trac.csv", field="recruitment")
    assert "Counted as appointed the stages Appointed, Recruited, Start date agreed" in said
    assert re.search(r"International recruitment \d+ of those appointed; such recruitment distorts the ratio", said)
    assert re.search(r"WRES-2 \d\.\d\d in this file with international recruitment, \d\.\d\d without it", said)
    give(client, address, b"Staff in post as at 30 November 2019,,,\n\n" + staff_file(60))
    newest = Extract.objects.get(kind=STAFF)
    url = reverse("returns:extract-result", args=[draft.organisation.slug, draft.collection.period, newest.pk])
    assert "30 November 2019, as its first lines say" in client.get(url).content.decode()
    assert Decimal(60) == newest.rows_read
