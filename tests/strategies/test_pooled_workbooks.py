"""Pooled resources and joint projects by workbook: out and in again changes nothing, what is new is saved together."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from edi_portal.clock import set_business_day
from organisations.models import Organisation, User
from organisations.roles import Role
from strategies.models import JointProject, PooledOffer
from strategies.services import pooled as services
from strategies.services.pooled import OfferEntry, ProjectEntry, UseEntry
from tests.organisations.factories import OrganisationFactory, person, signed_in

pytestmark = pytest.mark.django_db
TODAY = date(2020, 1, 20)


@pytest.fixture
def giver() -> Organisation:
    set_business_day(TODAY)
    return OrganisationFactory.create(slug="giver")


@pytest.fixture
def lead(giver: Organisation) -> User:
    return person(Role.EDI_LEAD, giver)


@pytest.fixture
def offer(giver: Organisation, lead: User) -> PooledOffer:
    entry = OfferEntry("post", "Analyst", TODAY, "Two days\na month", hours=1237, pounds=48611, is_shared=True)
    return services.save_offer(organisation=giver, offer=None, entry=entry, seen_version=0, by=lead)


@pytest.fixture
def project(giver: Organisation, lead: User) -> JointProject:
    partner = Organisation.objects.get(slug="mid-cheshire")
    entry = ProjectEntry("Panels", programme="Better Together", aim="Fair panels", partners=(partner,), starts_on=TODAY)
    return services.save_project(organisation=giver, project=None, entry=entry, seen_version=0, by=lead)


def book_of(client: Client) -> Workbook:
    return load_workbook(BytesIO(client.get(reverse("operating-model:pooled-sheet-download")).content))


def given(client: Client, book: Workbook) -> Any:
    content = BytesIO()
    book.save(content)
    return client.post(reverse("operating-model:pooled-sheet"), {"sheet": SimpleUploadedFile("p.xlsx", content.getvalue())})


def put(book: Workbook, title: str, row: int, **values: Any) -> None:
    heads = {cell.value: cell.column for cell in book[title][1]}
    for heading, value in values.items():
        book[title].cell(row=row, column=heads[heading.replace("_", " ")], value=value)


def test_out_and_in_again_changes_nothing(lead: User, offer: PooledOffer, project: JointProject) -> None:
    client = signed_in(lead)
    assert "The file says what the register says" in given(client, book_of(client)).content.decode()


def test_changed_and_new_rows_are_saved_together(lead: User, offer: PooledOffer, project: JointProject) -> None:
    client = signed_in(lead)
    book = book_of(client)
    put(book, "Offers", 2, Hours_a_year=800)
    put(book, "Offers", 3, What_it_is="Training places", Name_of_it="Places", Offered_from="1/4/2020")
    put(book, "Joint projects", 2, State="Finished", Outcome="Panels run everywhere.")
    answer = given(client, book)
    assert "3 entries would change" in answer.content.decode(), answer.content.decode()
    assert PooledOffer.objects.get(pk=offer.pk).hours == 1237, "a check saves nothing"
    assert client.post(reverse("operating-model:pooled-sheet-apply")).status_code == 302
    assert {one.title: one.hours for one in PooledOffer.objects.all()} == {"Analyst": 800, "Places": None}
    done = JointProject.objects.get()
    assert (done.state, done.outcome) == ("finished", "Panels run everywhere.")
    assert [one.slug for one in done.partners.all()] == ["mid-cheshire"]


def test_problems_and_newer_entries_are_named_and_nothing_is_saved(
    giver: Organisation, lead: User, offer: PooledOffer, project: JointProject
) -> None:
    client = signed_in(lead)
    book = book_of(client)
    put(book, "Offers", 2, Hours_a_year=800)
    put(book, "Joint projects", 2, State="Stopped")
    put(book, "Joint projects", 3, Project="Second", Aim="More", Partners="Nobody", State="Running")
    newer = OfferEntry("post", "Analyst", TODAY, hours=900)
    services.save_offer(organisation=giver, offer=offer, entry=newer, seen_version=offer.version, by=lead)
    body = given(client, book).content.decode()
    for said in (
        "It now says: 900",
        "Say what came of it",
        "“Nobody” is none of the choices",
        "1 entry was changed in the portal",
    ):
        assert said in body, said
    assert PooledOffer.objects.get().hours == 900 and JointProject.objects.get().state == "idea"


def test_the_file_holds_nothing_that_others_asked(giver: Organisation, lead: User, offer: PooledOffer) -> None:
    taker = OrganisationFactory.create(short_name="Zqx Taker")
    asked = UseEntry(date(2020, 4, 1), hours=613, pounds=7919)
    services.ask_for(offer=offer, organisation=taker, entry=asked, by=person(Role.EDI_LEAD, taker))
    cells = {str(cell.value) for sheet in book_of(signed_in(lead)) for row in sheet for cell in row}
    assert "1237" in cells and not {"613", "7919"} & cells and not any("Zqx" in cell for cell in cells)
