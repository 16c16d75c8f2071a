"""Registers by workbook: out and in again changes nothing; a dry run names every problem; a newer entry is never overwritten."""

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import set_business_day
from organisations.models import Organisation, User
from organisations.roles import Role
from tests.organisations.factories import OrganisationFactory, person, signed_in
from workforce.models import EdiApprenticeship, EdiPost, EdiYear, StaffNetwork
from workforce.services.networks import NetworkEntry, add_meeting, add_network, change_network
from workforce.services.posts import save_row

pytestmark = pytest.mark.django_db

ENTRY = NetworkEntry(
    name="REACH",
    characteristics=("race",),
    purpose="Hears colleagues.\nSpeaks for them.",
    chair="=The chair",
    terms_agreed_on=date(2018, 4, 1),
    members=37,
    leads=2,
    lead_hours=Decimal("8.25"),
    budget=4_000,
    maturity=3,
    is_shared=True,
)
Change = Callable[[Worksheet], None]


@pytest.fixture(autouse=True)
def today() -> None:
    set_business_day(date(2020, 1, 20))


@pytest.fixture
def trust() -> Organisation:
    return OrganisationFactory.create(slug="here")


@pytest.fixture
def lead(trust: Organisation) -> User:
    return person(Role.EDI_LEAD, trust)


@pytest.fixture
def client(lead: User) -> Client:
    return signed_in(lead)


@pytest.fixture
def network(trust: Organisation, lead: User) -> StaffNetwork:
    made = add_network(organisation=trust, entry=ENTRY, by=lead)
    add_meeting(network=made, held_on=date(2019, 11, 4), by=lead)
    return made


def taken_out(client: Client, where: str) -> bytes:
    answer = client.get(f"{where}workbook/download/")
    assert answer.status_code == 200
    return answer.content


def changed(content: bytes, title: str, change: Change) -> bytes:
    """The workbook after somebody worked on one of its sheets."""
    book = load_workbook(io.BytesIO(content))
    change(book[title])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def put(row: int, heading: str, value: Any) -> Change:
    """Write into the cell below a heading."""

    def change(sheet: Worksheet) -> None:
        column = next(cell.column for cell in sheet[1] if cell.value == heading)
        sheet.cell(row=row, column=column, value=value)

    return change


def given(client: Client, where: str, content: bytes) -> HttpResponse:
    answer: HttpResponse = client.post(f"{where}workbook/", {"sheet": SimpleUploadedFile("register.xlsx", content)})
    return answer


def test_out_and_in_again_changes_nothing(client: Client, trust: Organisation, lead: User, network: StaffNetwork) -> None:
    day = date(2019, 4, 1)
    for row in (
        EdiPost(organisation=trust, title="-Adviser", band="5", funded_wte=Decimal("0.80"), valid_from=day, qualification=3),
        EdiApprenticeship(organisation=trust, programme="Management", level=5, band="5", started_on=day, cost_avoided=1200),
        EdiYear(organisation=trust, financial_year="2018-19", survey_part="", spending=9_000),
    ):
        save_row(row=row, by=lead)
    for where in ("/networks/", "/edi-posts/"):
        body = given(client, where, taken_out(client, where)).content.decode()
        assert "The file says what the register says" in body, body
    assert AuditEvent.objects.filter(action="register.downloaded").count() == 2


def test_a_changed_and_a_new_row_are_shown_and_then_saved_together(client: Client, network: StaffNetwork) -> None:
    def work(sheet: Worksheet) -> None:
        put(2, "Members", 41)(sheet)
        put(3, "Name", "Proud")(sheet)
        put(3, "Protected characteristics", "Sexual orientation; Gender reassignment")(sheet)

    content = changed(taken_out(client, "/networks/"), "Staff networks", work)
    content = changed(content, "Meetings", lambda sheet: sheet.append([None, None, "Proud", "2020-01-14"]))
    body = given(client, "/networks/", content).content.decode()
    assert "Nothing has been saved yet. 3 entries would change." in body
    assert "37" in body and "41" in body and StaffNetwork.objects.count() - _published() == 1
    assert client.post("/networks/workbook/save/").status_code == 302
    network.refresh_from_db()
    assert (network.members, network.chair, network.purpose) == (41, "=The chair", "Hears colleagues.\nSpeaks for them.")
    proud = StaffNetwork.objects.get(name="Proud")
    assert proud.core == frozenset({"lgbt"}) and proud.meetings.get().held_on == date(2020, 1, 14)


def _published() -> int:
    return StaffNetwork.objects.exclude(source_url="").count()


def test_every_problem_is_named_by_sheet_row_and_column_and_nothing_is_saved(client: Client, network: StaffNetwork) -> None:
    def spoil(sheet: Worksheet) -> None:
        put(2, "Maturity", "Splendid")(sheet)
        put(3, "Name", "Without purpose")(sheet)
        put(4, "Entry", "nobody-knows")(sheet)
        put(4, "Name", "Unknown")(sheet)
        put(5, "Name", "Proud")(sheet)
        put(5, "What else it is for", "everybody")(sheet)
        put(5, "Members", "many")(sheet)

    answer = given(client, "/networks/", changed(taken_out(client, "/networks/"), "Staff networks", spoil))
    body = answer.content.decode()
    assert "Nothing has been saved. 4 cells must be mended." in body
    for row, said in (
        (2, "“Splendid” is none of the choices"),
        (3, "Say what the network is for"),
        (4, "There is no entry “nobody-knows” in your register."),
        (5, "Members on its list must be a whole number"),
    ):
        assert f"Staff networks, row {row}" in body and said in body
    assert client.post("/networks/workbook/save/").status_code == 302
    assert not StaffNetwork.objects.filter(name="Proud").exists(), "a file with a problem waits nowhere"


def test_an_entry_that_somebody_changed_since_is_shown_with_both_and_never_overwritten(
    client: Client, lead: User, network: StaffNetwork
) -> None:
    content = changed(taken_out(client, "/networks/"), "Staff networks", put(2, "Members", 41))
    newer = NetworkEntry(**{name: getattr(ENTRY, name) for name in NetworkEntry.__dataclass_fields__} | {"members": 50})
    assert "Save 1 entry" in given(client, "/networks/", content).content.decode()
    change_network(network=network, entry=newer, seen_version=network.version, by=lead)
    late = client.post("/networks/workbook/save/")
    assert late.status_code == 409
    body = late.content.decode()
    assert "was changed in the portal since this file was taken out. It now says: 50." in body and "41" in body
    assert StaffNetwork.objects.get(pk=network.pk).members == 50
    assert "1 entry was" in given(client, "/networks/", content).content.decode()


def test_posts_go_through_the_same_rules_as_the_page(client: Client, trust: Organisation) -> None:
    content = changed(
        taken_out(client, "/edi-posts/"),
        "EDI posts",
        lambda sheet: sheet.append(
            [None, None, "EDI lead", "Band 7", "Both", 1, 1.4, None, None, "no", None, "2019-04-01", None]
        ),
    )
    body = given(client, "/edi-posts/", content).content.decode()
    assert "EDI posts, row 2" in body and "at most 1.00 WTE is filled" in body
    content = changed(content, "EDI posts", put(2, "WTE in post", 0.6))
    assert "Save 1 entry" in given(client, "/edi-posts/", content).content.decode()
    assert client.post("/edi-posts/workbook/save/").status_code == 302
    post = EdiPost.objects.get(organisation=trust)
    assert (post.band, post.filled_wte, post.valid_from) == ("7", Decimal("0.60"), date(2019, 4, 1))


def test_a_lead_takes_out_the_own_register_alone(network: StaffNetwork) -> None:
    other = signed_in(person(Role.EDI_LEAD, OrganisationFactory.create()))
    book = load_workbook(io.BytesIO(taken_out(other, "/networks/")))
    assert [sheet.max_row for sheet in book] == [1, 1]
