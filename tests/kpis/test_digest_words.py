"""The weekly digest, role by role: what waits for whom, in which words, and what does not."""

from datetime import date

import pytest
from django.core import mail

from edi_portal.clock import business_now, set_business_day
from kpis.models.collections import Collection, Extension, end_of_day
from kpis.models.returns import KpiReturn
from kpis.notifications import send_notice, tell_about_return
from kpis.selectors.notices import digest_of
from kpis.selectors.returns import content_of
from kpis.services import extensions, waivers
from kpis.validation.waiving import may_be_waived
from kpis.workflow import Status
from organisations.models import Organisation, User
from organisations.roles import Role
from tests.kpis.factories import fill, plain_values
from tests.organisations.factories import person, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def kpi_return() -> KpiReturn:
    """A draft of Mid Cheshire, due on 31 January 2020; today is 20 January."""
    set_business_day(date(2020, 1, 20))
    collection = Collection.objects.create(
        period="2019-20-q3", opens_on=date(2020, 1, 6), due_on=date(2020, 1, 31), closes_at=end_of_day(date(2020, 2, 9))
    )
    return KpiReturn.objects.create(collection=collection, organisation=Organisation.objects.get(slug="mid-cheshire"))


@pytest.fixture
def lead(kpi_return: KpiReturn) -> User:
    return person(Role.EDI_LEAD, kpi_return.organisation)


@pytest.fixture
def sponsor(kpi_return: KpiReturn) -> User:
    return person(Role.EXECUTIVE_SPONSOR, kpi_return.organisation)


@pytest.fixture
def admin() -> User:
    return person(Role.PORTAL_ADMIN)


def move(kpi_return: KpiReturn, status: Status) -> None:
    """Let the return stand at a step, sent and signed where that goes with it."""
    sent = status in {Status.SUBMITTED, Status.SIGNED_OFF}
    signed = status == Status.SIGNED_OFF
    people = [person(role, kpi_return.organisation) for role in (Role.EDI_LEAD, Role.EXECUTIVE_SPONSOR)]
    now = business_now()
    KpiReturn.objects.filter(pk=kpi_return.pk).update(
        status=status,
        submitted_at=now if sent else None,
        submitted_by=people[0] if sent else None,
        signed_off_at=now if signed else None,
        signed_off_by=people[1] if signed else None,
        statement="Signed for a test." if signed else "",
        content_hash="0" * 64 if signed else "",
    )


def test_the_digest_of_a_sponsor_holds_what_waits_for_a_signature_and_no_draft(kpi_return: KpiReturn, sponsor: User) -> None:
    assert digest_of(sponsor) == []
    move(kpi_return, Status.SUBMITTED)
    (line,) = digest_of(sponsor)
    assert line.text == (
        "Mid Cheshire, return for October to December 2019: sent to sponsor, due 31 January 2020, closes 9 February 2020."
    )
    assert (line.page, line.arguments) == ("returns:sign-off", ("mid-cheshire", "2019-20-q3"))


def test_the_digest_of_a_lead_forgets_what_is_sent_closed_or_of_a_neighbour(kpi_return: KpiReturn, lead: User) -> None:
    neighbour = Organisation.objects.get(slug="east-cheshire")
    KpiReturn.objects.create(collection=kpi_return.collection, organisation=neighbour)
    (line,) = digest_of(lead)
    assert "Mid Cheshire" in line.text and line.page == "returns:overview"
    move(kpi_return, Status.SENT_BACK)
    assert "sent back" in digest_of(lead)[0].text
    move(kpi_return, Status.SUBMITTED)
    assert digest_of(lead) == []
    move(kpi_return, Status.DRAFT)
    set_business_day(date(2020, 2, 10))
    assert digest_of(lead) == [], "the collection is closed"


def test_more_time_stands_in_the_digest_on_the_home_page_and_in_mail(
    kpi_return: KpiReturn, lead: User, sponsor: User, admin: User
) -> None:
    Extension.objects.create(
        collection=kpi_return.collection,
        organisation=kpi_return.organisation,
        until=end_of_day(date(2020, 2, 20)),
        reason="The system moves.",
        granted_by=admin,
    )
    assert digest_of(lead)[0].text.endswith("draft, due 20 February 2020, closes 20 February 2020.")
    neighbour = Organisation.objects.get(slug="east-cheshire")
    KpiReturn.objects.create(collection=kpi_return.collection, organisation=neighbour)
    other = person(Role.EDI_LEAD, neighbour)
    assert digest_of(other)[0].text.endswith("draft, due 31 January 2020, closes 9 February 2020.")
    home = signed_in(lead)
    assert "Due in 31 days, Thursday 20 February 2020." in home.get("/").content.decode()
    assert "In 31 days, 20 February 2020" in home.get("/returns/").content.decode()
    tell_about_return(kpi_return, "submit")
    assert "It is due on 20 February 2020." in str(mail.outbox[-1].body)
    set_business_day(date(2020, 2, 15))
    assert len(digest_of(lead)) == 1 and digest_of(other) == [], "closed for all but who has more time"
    assert "Due in 5 days, Thursday 20 February 2020." in home.get("/").content.decode()
    assert "Return for October to December 2019" not in signed_in(other).get("/").content.decode()
    set_business_day(date(2020, 2, 21))
    assert digest_of(lead) == [] and "Return for October to December 2019" not in home.get("/").content.decode()


@pytest.mark.parametrize(
    ("day", "when"),
    [(20, "11 days to the due date"), (30, "1 day to the due date"), (31, "the due date has come")],
)
def test_the_digest_of_an_admin_counts_what_is_signed_and_asked(
    kpi_return: KpiReturn, lead: User, admin: User, day: int, when: str
) -> None:
    set_business_day(date(2020, 1, day))
    (line,) = digest_of(admin)
    assert line.text == f"Returns for October to December 2019: 0 of 1 signed, {when}."
    extensions.ask_for_more_time(kpi_return=kpi_return, until=date(2020, 2, 21), reason="The system moves.", by=lead)
    move(kpi_return, Status.SIGNED_OFF)
    texts = [one.text for one in digest_of(admin)]
    assert texts == [
        f"Returns for October to December 2019: 1 of 1 signed, {when}.",
        "Requests for more time to answer: 1.",
    ]


def test_a_dispute_waits_in_the_digest_of_those_who_decide_it(kpi_return: KpiReturn, lead: User) -> None:
    member, reader = person(Role.STEERING_MEMBER), person(Role.BOARD_MEMBER)
    assert digest_of(member) == [] == digest_of(reader)
    fill(kpi_return, plain_values(kpi_return.organisation, kpi_return.quarter))
    disputed = next(one.key for one in content_of(kpi_return).open_queries if may_be_waived(one))
    waivers.dispute_rule(kpi_return=kpi_return, finding=disputed, reason="The wards moved.", by=lead)
    assert [(one.text, one.page) for one in digest_of(member)] == [("Disputes of a rule to decide: 1.", "waivers:list")]
    assert digest_of(reader) == []
    assert send_notice(kind="digest:2020-W04", about=0, user=reader) == 1
    assert mail.outbox[-1].to == [reader.email] and "Nothing is waiting for you." in str(mail.outbox[-1].body)
