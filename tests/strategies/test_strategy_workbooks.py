"""The register of strategies by workbook: a round trip, new documents with their lines, and conflicts."""

from datetime import date

import pytest
from django.test import Client
from openpyxl.worksheet.worksheet import Worksheet

from edi_portal.clock import set_business_day
from organisations.models import Organisation, User
from organisations.roles import Role
from strategies.models import Objective, StrategyDocument
from strategies.services.documents import DocumentEntry, LineEntry, add_document, add_lines, change_line
from tests.organisations.factories import OrganisationFactory, person, signed_in
from tests.workforce.test_register_workbooks import changed, given, put, taken_out

pytestmark = pytest.mark.django_db
WHERE = "/strategies/"


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
def document(trust: Organisation, lead: User) -> StrategyDocument:
    entry = DocumentEntry(kind="strategy", title="Inclusion", starts_on=date(2019, 4, 1), vision="One.\n\nTwo.")
    made = add_document(organisation=trust, entry=entry, by=lead)
    add_lines(document=made, entries=[LineEntry("Equal access", themes=("access",), is_psed=True)], by=lead)
    Objective.objects.filter(document=made).update(themes=["access", "left-out-since"])
    return StrategyDocument.objects.get(pk=made.pk)


def test_out_and_in_again_changes_nothing(client: Client, document: StrategyDocument) -> None:
    body = given(client, WHERE, taken_out(client, WHERE)).content.decode()
    assert "The file says what the register says" in body, body


def test_a_new_document_comes_with_its_lines_and_an_old_line_keeps_what_left_the_framework(
    client: Client, trust: Organisation, document: StrategyDocument
) -> None:
    def documents(sheet: Worksheet) -> None:
        put(3, "What it is", "Action plan")(sheet)
        put(3, "Title", "Plan of the year")(sheet)

    def lines(sheet: Worksheet) -> None:
        put(2, "What it says", "Equal access for all")(sheet)
        put(3, "Document (title)", "Plan of the year")(sheet)
        put(3, "What it says", "Meet each quarter")(sheet)
        put(3, "What it is", "Action")(sheet)

    content = changed(changed(taken_out(client, WHERE), "Strategies", documents), "Objectives", lines)
    assert "3 entries would change" in given(client, WHERE, content).content.decode()
    assert client.post(f"{WHERE}workbook/save/").status_code == 302
    made = StrategyDocument.objects.get(organisation=trust, title="Plan of the year")
    assert (made.kind, made.lines.get().kind, made.is_shared) == ("plan", "action", False)
    line = document.lines.get()
    assert (line.text, line.themes, line.is_psed) == ("Equal access for all", ["access", "left-out-since"], True)


def test_a_line_that_changed_since_is_a_conflict_and_one_without_document_is_named(
    client: Client, lead: User, document: StrategyDocument
) -> None:
    def lines(sheet: Worksheet) -> None:
        put(2, "What it says", "Typed into the file")(sheet)
        put(3, "Document (title)", "No such strategy")(sheet)
        put(3, "What it says", "Meet each quarter")(sheet)
        put(3, "What it is", "Action")(sheet)

    content = changed(taken_out(client, WHERE), "Objectives", lines)
    line = document.lines.get(number=1)
    change_line(line=line, entry=LineEntry("Saved meanwhile"), seen_version=line.version, by=lead)
    add_lines(document=document, entries=[LineEntry("Added meanwhile")], by=lead)
    body = given(client, WHERE, content).content.decode()
    assert "It now says: Saved meanwhile." in body and "Your register has no document of the title “No such strategy”." in body
    assert document.lines.get(number=1).text == "Saved meanwhile"
