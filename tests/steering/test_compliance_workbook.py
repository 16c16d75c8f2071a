"""Duties to publish by file: a round trip, new records, what is refused with the way out, and whose register it is."""

from datetime import date

import pytest
from django.test import Client
from openpyxl.worksheet.worksheet import Worksheet

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import set_business_day
from organisations.models import Organisation, User
from organisations.roles import Role
from steering.compliance import duties
from steering.models.compliance import ComplianceRecord
from steering.services.compliance import PublicationEntry, choose_public, record_publication
from tests.organisations.factories import OrganisationFactory, person, signed_in
from tests.workforce.test_register_workbooks import changed, given, put, taken_out

pytestmark = pytest.mark.django_db
WHERE, SHEET, DUE = "/compliance/", "Publications", "2019-09-30"


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
def recorded(trust: Organisation, lead: User) -> ComplianceRecord:
    entry = PublicationEntry(date(2019, 9, 30), date(2019, 9, 20), "https://trust.example.invalid/wres")
    return record_publication(organisation=trust, duty="wres", entry=entry, by=lead)


def row(number: int, **cells: str) -> list:
    heads = {"duty": "Duty", "due": "Due date", "day": "Published on", "link": "Web address", "shown": "Show on our public page"}
    return [put(number, heads[name], text) for name, text in cells.items()]


def with_rows(client: Client, *changes: list) -> bytes:
    def work(sheet: Worksheet) -> None:
        for change in (one for those in changes for one in those):
            change(sheet)

    return changed(taken_out(client, WHERE), SHEET, work)


def test_out_and_in_again_changes_nothing_and_both_are_on_record(client: Client, recorded: ComplianceRecord) -> None:
    assert "The file says what the register says" in given(client, WHERE, taken_out(client, WHERE)).content.decode()
    assert AuditEvent.objects.filter(action="register.downloaded", subject="register:duties").count() == 1


def test_a_dry_run_shows_what_would_be_recorded_and_saving_does_it(
    client: Client, trust: Organisation, recorded: ComplianceRecord
) -> None:
    wdes = duties()["wdes"].name
    link = "https://trust.example.invalid/wdes"
    content = with_rows(client, row(2, shown="yes"), row(3, duty=wdes, due=DUE, day="2019-09-28", link=link, shown="yes"))
    page = given(client, WHERE, content).content.decode()
    assert "Nothing has been saved yet. 2 entries would change." in page and wdes in page
    assert ComplianceRecord.objects.count() == 1
    assert client.post(f"{WHERE}workbook/save/").status_code == 302
    made = ComplianceRecord.objects.get(duty="wdes")
    assert (made.organisation, made.published_on, made.link, made.on_public_page) == (trust, date(2019, 9, 28), link, True)
    recorded.refresh_from_db()
    assert recorded.on_public_page
    assert AuditEvent.objects.filter(action="compliance.recorded", subject="duty:wdes").count() == 1


def test_what_cannot_be_is_named_with_the_way_out_and_nothing_is_saved(client: Client, recorded: ComplianceRecord) -> None:
    wdes, link = duties()["wdes"].name, "https://trust.example.invalid/wdes"
    content = with_rows(
        client,
        row(2, link="https://elsewhere.example.invalid/wres"),
        row(3, duty=wdes, due="2019-09-29", day="2019-09-28", link=link),
        row(4, duty=wdes, due=DUE, day="2021-01-01", link=link),
        row(5, duty="No such duty", due=DUE, day="2019-09-28", link=link),
        row(6, due=DUE, day="2019-09-28", link=link),
    )
    page = given(client, WHERE, content).content.decode()
    for words in (
        "A record stays as it was made",
        "No publication is waited for on this day. These days wait: ",
        "must not be in the future",
        "is none of the choices",
    ):
        assert words in page, words
    assert client.post(f"{WHERE}workbook/save/").status_code == 302 and ComplianceRecord.objects.count() == 1


def test_a_record_that_was_shown_meanwhile_is_a_conflict(client: Client, lead: User, recorded: ComplianceRecord) -> None:
    stale = taken_out(client, WHERE)
    choose_public(row=recorded, shown=True, by=lead)
    page = given(client, WHERE, stale).content.decode()
    assert "was changed in the portal since this file was taken out" in page


def test_a_file_never_reaches_another_organisation_and_a_sponsor_only_reads(
    client: Client, trust: Organisation, recorded: ComplianceRecord
) -> None:
    other = OrganisationFactory.create(slug="other")
    elsewhere = signed_in(person(Role.EDI_LEAD, other))
    page = given(elsewhere, WHERE, taken_out(client, WHERE)).content.decode()
    assert f"There is no entry “wres/{DUE}” in your register." in page
    assert not ComplianceRecord.objects.filter(organisation=other).exists()
    sponsor = signed_in(person(Role.EXECUTIVE_SPONSOR, trust))
    assert sponsor.get(f"{WHERE}workbook/download/").status_code == 200
    assert sponsor.get(f"{WHERE}workbook/").status_code == 403
    assert "Record many in one file" not in sponsor.get(WHERE).content.decode()
