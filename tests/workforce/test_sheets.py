"""Interviews, toolkit and outreach by spreadsheet: the dry run saves nothing, findings say where, nothing of others is lost."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from edi_portal.clock import set_business_day
from edi_portal.ui.downloads import csv_bytes
from organisations.models import Organisation
from organisations.roles import Role
from tests.organisations.factories import person, signed_in
from workforce.models import MappingInterview, OutreachAction, Resource
from workforce.services.interviews import open_round
from workforce.services.sheets import SHEETS

pytestmark = pytest.mark.django_db

GOOD = (
    "A leaflet",
    "resource",
    "",
    "https://trust.invalid/",
    "",
    "patients; carers",
    "race",
    "leaflet",
    "en",
    "2021-01-31",
    "yes",
)


@pytest.fixture(autouse=True)
def today() -> None:
    set_business_day(date(2020, 1, 20))


@pytest.fixture
def trust() -> Organisation:
    return Organisation.objects.get(slug="countess-of-chester")


def given(kind: str, *rows: tuple[str, ...]) -> dict[str, SimpleUploadedFile]:
    return {"sheet": SimpleUploadedFile("sheet.csv", csv_bytes(SHEETS[kind].columns, rows))}


def test_a_dry_run_saves_nothing_and_saving_takes_all_rows(trust: Organisation) -> None:
    client = signed_in(person(Role.EDI_LEAD, trust))
    checked = client.post(reverse("toolkit:sheet"), given("toolkit", GOOD, ("Second", *GOOD[1:])))
    assert "Nothing has been saved yet. 2 entries are ready" in checked.content.decode() and not Resource.objects.exists()
    assert client.post(reverse("toolkit:sheet-save")).status_code == 302 and Resource.objects.count() == 2
    assert Resource.objects.get(title="A leaflet").audiences == ["carers", "patients"]
    out = load_workbook(BytesIO(client.get(reverse("toolkit:sheet-data")).content)).active
    assert [cell.value for cell in out[1]] == list(SHEETS["toolkit"].columns) and out.max_row == 3
    again = client.post(reverse("toolkit:sheet"), given("toolkit", GOOD, ("Second", "resource", "New words", *GOOD[3:])))
    page = again.content.decode()
    assert "nothing, it is the same" in page and "it is replaced by the row" in page
    assert client.post(reverse("toolkit:sheet-save")).status_code == 302
    assert client.post(reverse("toolkit:sheet-save"), follow=True).content.decode().count("no checked sheet") == 1


def test_a_finding_names_row_and_column_and_nothing_is_saved(trust: Organisation) -> None:
    client = signed_in(person(Role.EDI_LEAD, trust))
    bad = ("", "resource", "", "", "", "patients; nobody", "race", "leaflet", "en", "31.31.2020", "perhaps")
    page = client.post(reverse("toolkit:sheet"), given("toolkit", GOOD, bad)).content.decode()
    assert "thing must" in page or "things must" in page
    assert "Write yes or no" in page and not Resource.objects.exists()
    bad = bad[:-1] + ("no",)
    page = client.post(reverse("toolkit:sheet"), given("toolkit", GOOD, bad)).content.decode()
    assert all(column in page for column in (">title<", ">link<", ">audiences<", ">review_on<")) and "real date" in page
    assert not Resource.objects.exists()


def test_a_row_changed_since_the_dry_run_is_a_finding(trust: Organisation) -> None:
    client = signed_in(person(Role.EDI_LEAD, trust))
    row = ("Health talks", "", "bme", "2019-10-01", "", "25_99", "PAT-2", "no")
    OutreachAction.objects.create(organisation=trust, title="Health talks", group="bme", started_on=date(2019, 1, 1), version=1)
    client.post(reverse("toolkit:outreach-sheet"), given("outreach", row))
    OutreachAction.objects.update(version=2, what="Somebody wrote this meanwhile.")
    answer = client.post(reverse("toolkit:outreach-sheet-save"))
    assert answer.status_code == 409 and "Somebody changed this entry" in answer.content.decode()
    assert OutreachAction.objects.get().what == "Somebody wrote this meanwhile."


def test_interviews_come_in_for_open_rounds_and_only_where_one_may_write(trust: Organisation) -> None:
    steering = person(Role.STEERING_MEMBER)
    open_round(financial_year="2019-20", by=steering)
    row = ("mid-cheshire", "2020-01-10", "EDI lead", "One post.", "", "", "", "", "", "works_alone; network_missing")
    closed = ("east-cheshire", "2018-11-10", *row[2:])
    client = signed_in(steering)
    page = client.post(reverse("interviews:sheet"), given("interviews", row, closed)).content.decode()
    assert "no open round of interviews for 2018-19" in page and not MappingInterview.objects.exists()
    client.post(reverse("interviews:sheet"), given("interviews", row))
    client.post(reverse("interviews:sheet-save"))
    made = MappingInterview.objects.get()
    assert made.interviewer == steering and made.themes == ["network_missing", "works_alone"]
    stranger = signed_in(person(Role.EDI_LEAD, trust))
    assert "Choose an organisation" in stranger.post(reverse("interviews:sheet"), given("interviews", row)).content.decode()
    out = load_workbook(BytesIO(stranger.get(reverse("interviews:sheet-data")).content)).active
    assert "mid-cheshire" not in {cell.value for row in out for cell in row}
