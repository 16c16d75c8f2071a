"""The dates on a home page, at the signature and in the workbook are the organisation's: one with more time reads its own."""

import html
import io
import re
from datetime import UTC, date, datetime

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from edi_portal.clock import set_business_day
from kpis.models.collections import Collection, end_of_day
from kpis.models.returns import KpiReturn
from kpis.selectors.arrivals import arrivals
from kpis.selectors.notices import digest_of
from kpis.workflow import Status
from organisations.models import Organisation
from organisations.roles import Role
from tests.organisations.factories import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
ROLES = [(Role.EDI_LEAD, ""), (Role.CONTRIBUTOR, "recruitment"), (Role.EXECUTIVE_SPONSOR, "")]


@pytest.fixture
def collection() -> Collection:
    set_business_day(date(2020, 1, 20))
    return Collection.objects.create(
        period="2019-20-q3", opens_on=date(2020, 1, 6), due_on=date(2020, 1, 31), closes_at=end_of_day(date(2020, 2, 9))
    )


def dates_of(client: Client, address: str = "") -> str:
    """The words of a page, of the home page unless another is named, in one line."""
    page = re.sub(r"<[^>]+>", " ", html.unescape(client.get(address or reverse("home")).content.decode()))
    return " ".join(page.split())


def sent_with_more_time(collection: Collection) -> KpiReturn:
    """A return that lies with its sponsor, of an organisation with time until 18 March."""
    trust, admin = Organisation.objects.get(slug="countess-of-chester"), person(Role.PORTAL_ADMIN)
    until = end_of_day(date(2020, 3, 18))
    collection.extensions.create(organisation=trust, until=until, reason="The system moves.", granted_by=admin)
    lead = person(Role.EDI_LEAD, trust)
    moment = datetime(2020, 1, 20, 9, tzinfo=UTC)
    return KpiReturn.objects.create(
        collection=collection,
        organisation=trust,
        status=Status.SUBMITTED,
        submitted_at=moment,
        submitted_by=lead,
        last_edited_at=moment,
    )


@pytest.mark.parametrize(("role", "area"), ROLES)
def test_who_has_more_time_reads_the_own_dates_and_others_those_of_the_collection(
    collection: Collection, role: Role, area: str
) -> None:
    trust, other = Organisation.objects.get(slug="countess-of-chester"), Organisation.objects.get(slug="mid-cheshire")
    for one in (trust, other):
        KpiReturn.objects.create(collection=collection, organisation=one)
    until = end_of_day(date(2020, 3, 18))
    admin = person(Role.PORTAL_ADMIN)
    collection.extensions.create(organisation=trust, until=until, reason="The system moves.", granted_by=admin)
    usual = f"{collection.due_on:%-d %b} Q3 return due"
    mine = dates_of(signed_in(person(role, trust, area=area)))
    assert "18 Mar Q3 return due" in mine and "18 Mar Q3 collection closes" in mine and usual not in mine
    theirs = dates_of(signed_in(person(role, other, area=area)))
    assert usual in theirs and "18 Mar" not in theirs
    set_business_day(date(2020, 3, 10))
    assert "18 Mar Q3 return due" in dates_of(signed_in(person(role, trust, area=area))), "closed for the others"
    assert "Q3 return due" not in dates_of(signed_in(person(role, other, area=area)))


@pytest.mark.parametrize("page", ["home", "returns:sign-offs", "returns:sign-off"])
def test_a_sponsor_reads_by_when_the_own_organisation_sends(collection: Collection, page: str) -> None:
    sent = sent_with_more_time(collection)
    where = [sent.organisation.slug, collection.period] if page == "returns:sign-off" else []
    words = dates_of(signed_in(person(Role.EXECUTIVE_SPONSOR, sent.organisation)), reverse(page, args=where))
    assert re.search(r"Due (on )?18 March 2020\.", words) and "31 January 2020" not in words


def test_the_sponsor_of_a_return_that_is_being_filled_in_reads_the_own_date(collection: Collection) -> None:
    sent = sent_with_more_time(collection)
    KpiReturn.objects.filter(pk=sent.pk).update(status=Status.DRAFT)
    words = dates_of(signed_in(person(Role.EXECUTIVE_SPONSOR, sent.organisation)))
    assert "It is due on 18 March 2020." in words and "31 January 2020" not in words


def test_a_workbook_says_the_day_to_which_its_organisation_has_time(collection: Collection) -> None:
    draft = sent_with_more_time(collection)
    address = reverse("returns:workbook", args=[draft.organisation.slug, collection.period])
    answer = signed_in(person(Role.EDI_LEAD, draft.organisation)).get(address)
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content) if answer.streaming else answer.content))
    said = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if "Due on" in str(cell.value)]
    assert said and all("Due on 18 March 2020." in one for one in said), said


def test_who_has_more_time_is_not_counted_as_late(collection: Collection) -> None:
    trust = sent_with_more_time(collection).organisation
    KpiReturn.objects.filter(organisation=trust).update(status=Status.DRAFT, submitted_at=None, submitted_by=None)
    KpiReturn.objects.create(collection=collection, organisation=Organisation.objects.get(slug="mid-cheshire"))
    set_business_day(date(2020, 2, 3))
    admin = signed_in(person(Role.PORTAL_ADMIN))
    board = dates_of(admin, reverse("collections:board", args=[collection.period]))
    assert "Late 1 closes" in board and "1 late" in dates_of(admin)
    assert [one.is_late for one in arrivals(collection) if one.kpi_return.organisation == trust] == [False]
    set_business_day(date(2020, 3, 19))
    assert [one.is_late for one in arrivals(collection)] == [True, True]


def test_a_return_that_was_sent_in_time_waits_for_its_signature_after_the_close(collection: Collection) -> None:
    sent = sent_with_more_time(collection)
    collection.extensions.all().delete()
    sponsor = person(Role.EXECUTIVE_SPONSOR, sent.organisation)
    before = [one.text for one in digest_of(sponsor)]
    set_business_day(date(2020, 2, 12))
    words = dates_of(signed_in(sponsor))
    assert "1 return is waiting for your signature" in words and "Sent by" in words
    assert [one.text for one in digest_of(sponsor)] == before != []
    KpiReturn.objects.filter(pk=sent.pk).update(status=Status.DRAFT, submitted_at=None, submitted_by=None)
    assert "Nothing is waiting for your signature" in dates_of(signed_in(sponsor)) and not digest_of(sponsor)
    assert "Q3 return due" not in dates_of(signed_in(person(Role.EDI_LEAD, sent.organisation)))
