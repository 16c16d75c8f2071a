"""The compliance register: who records and reads what, moved days, baselines, reminders, and the budget of its page."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from edi_portal.clock import set_business_day
from edi_portal.exceptions import Incomplete, NotAllowed
from edi_portal.jobs.models import Job
from edi_portal.periods import Quarter
from kpis.models.definitions import Kpi
from kpis.notifications import send_notice
from kpis.services.evidence import add_evidence
from organisations.models import Organisation, User
from organisations.roles import Role
from steering.compliance import State
from steering.dashboards.compliance import board_lines
from steering.models.compliance import Baseline, ComplianceRecord
from steering.selectors.compliance import public_documents, standings
from steering.services.compliance import (
    PublicationEntry,
    choose_public,
    fix_baseline,
    move_due_date,
    queue_compliance_reminders,
    record_publication,
    withdraw_publication,
)
from tests.organisations.factories import OrganisationFactory, person, signed_in
from tests.steering.test_saved_meanwhile import version_in

pytestmark = pytest.mark.django_db

TODAY, DUE = date(2020, 1, 20), date(2019, 9, 30)
ENTRY = PublicationEntry(DUE, date(2019, 9, 20), "https://trust.example.invalid/wres")


@pytest.fixture(autouse=True)
def today() -> None:
    set_business_day(TODAY)


@pytest.fixture
def trust() -> Organisation:
    return OrganisationFactory.create(slug="here")


@pytest.fixture
def lead(trust: Organisation) -> User:
    return person(Role.EDI_LEAD, trust)


def state(trust: Organisation, duty: str = "wres") -> State:
    return standings([trust], TODAY)[trust][duty].state


def test_the_public_page_shows_what_the_organisation_chose_and_nothing_withdrawn(trust: Organisation, lead: User) -> None:
    row = record_publication(organisation=trust, duty="wres", entry=ENTRY, by=lead)
    assert public_documents(trust) == []
    with pytest.raises(NotAllowed):
        choose_public(row=row, shown=True, by=person(Role.STEERING_MEMBER))
    browser, address = signed_in(lead), f"/compliance/records/{row.pk}/public/"
    page = browser.get(address).content.decode()
    assert "Show it to everybody" in page
    assert browser.post(address, {"version": version_in(page)}).status_code == 302
    assert [(one.duty, one.link) for one in public_documents(trust)] == [(row.duty_name, ENTRY.link)]
    choose_public(row=row, shown=False, by=lead)
    assert public_documents(trust) == []
    choose_public(row=row, shown=True, by=lead)
    withdraw_publication(row=row, reason="The wrong year", by=lead)
    assert public_documents(trust) == []


def test_two_who_take_a_record_off_the_public_page_take_it_off(trust: Organisation, lead: User) -> None:
    row = record_publication(organisation=trust, duty="wres", entry=replace(ENTRY, on_public_page=True), by=lead)
    browser, address = signed_in(lead), f"/compliance/records/{row.pk}/public/"
    page = browser.get(address).content.decode()
    assert "Take it off the page" in page
    choose_public(row=row, shown=False, by=person(Role.EDI_LEAD, trust))
    answer = browser.post(address, {"version": version_in(page)}, follow=True)
    assert "The publication is off your public page." in answer.content.decode()
    assert public_documents(trust) == []


def test_a_publication_settles_its_due_date_and_a_withdrawn_one_opens_it_again(trust: Organisation, lead: User) -> None:
    assert state(trust) is State.OVERDUE
    row = record_publication(organisation=trust, duty="wres", entry=ENTRY, by=lead)
    assert state(trust) is State.MET
    with pytest.raises(Incomplete, match="on record"):
        record_publication(organisation=trust, duty="wres", entry=ENTRY, by=lead)
    with pytest.raises(Incomplete, match="Say why"):
        withdraw_publication(row=row, reason=" ", by=lead)
    withdraw_publication(row=row, reason="The wrong year", by=lead)
    assert state(trust) is State.OVERDUE and ComplianceRecord.objects.count() == 1


def test_what_does_not_hold_together_is_refused_with_the_way_out(trust: Organisation, lead: User) -> None:
    with pytest.raises(Incomplete, match="future"):
        record_publication(organisation=trust, duty="wres", entry=replace(ENTRY, published_on=TODAY + timedelta(1)), by=lead)
    ccg = OrganisationFactory.create(kind="ccg")
    with pytest.raises(Incomplete, match="does not apply"):
        record_publication(organisation=ccg, duty="wdes", entry=ENTRY, by=person(Role.EDI_LEAD, ccg))
    foreign = add_evidence(
        organisation=ccg, title="A paper", dated_on=None, link="https://x.nhs.uk", by=person(Role.EDI_LEAD, ccg)
    )
    with pytest.raises(Incomplete, match="own library"):
        record_publication(organisation=trust, duty="wres", entry=replace(ENTRY, evidence=foreign), by=lead)


def test_only_the_lead_records_and_only_the_group_moves_days_and_fixes_baselines(trust: Organisation, lead: User) -> None:
    for user in (
        person(Role.EXECUTIVE_SPONSOR, trust),
        person(Role.STEERING_MEMBER),
        person(Role.EDI_LEAD, OrganisationFactory()),
    ):
        with pytest.raises(NotAllowed):
            record_publication(organisation=trust, duty="wres", entry=ENTRY, by=user)
    for user in (lead, person(Role.BOARD_MEMBER), person(Role.PORTAL_ADMIN)):
        with pytest.raises(NotAllowed):
            move_due_date(duty="wres", due_on=DUE, day=TODAY, reason="Guidance", by=user)
        with pytest.raises(NotAllowed):
            fix_baseline(kpi=Kpi.objects.get(code="WRES-7"), quarter=Quarter(2018, 4), reason="First", by=user)


def test_a_moved_day_counts_for_everybody_and_its_reason_waits_for_a_reviewer(trust: Organisation, lead: User) -> None:
    move_due_date(
        duty="wres", due_on=DUE, day=TODAY + timedelta(20), reason="Guidance of the year", by=person(Role.STEERING_MEMBER)
    )
    assert state(trust) is State.DUE_SOON
    page = signed_in(lead).get("/compliance/wres/").content.decode()
    assert "9 February 2020 instead of 30 September 2019" in page and "Guidance of the year" not in page
    with pytest.raises(Incomplete, match="no day to move"):
        move_due_date(duty="psed-information", due_on=DUE, day=TODAY, reason="x", by=person(Role.STEERING_MEMBER))


def test_baselines_keep_their_history(lead: User) -> None:
    member, kpi = person(Role.STEERING_MEMBER), Kpi.objects.get(code="WRES-7")
    fix_baseline(kpi=kpi, quarter=Quarter(2017, 4), reason="The first survey", by=member)
    client = signed_in(member)
    answer = client.post("/compliance/baselines/wres-7/", {"quarter": "2018-19-q4", "reason": "The survey of 2018"})
    assert answer.status_code == 302
    assert [row.period for row in Baseline.objects.all()] == ["2018-19-q4", "2017-18-q4"]
    assert "The first survey" in client.get("/compliance/baselines/wres-7/").content.decode()
    with pytest.raises(Incomplete, match="has begun"):
        fix_baseline(kpi=kpi, quarter=Quarter(2021, 1), reason="Later", by=member)


def test_the_group_sees_names_others_see_counts_and_evidence_stays_at_home(trust: Organisation, lead: User) -> None:
    paper = add_evidence(
        organisation=trust, title="Minutes of the board", dated_on=None, link="https://in.nhs.uk/minutes", by=lead
    )
    record_publication(organisation=trust, duty="wres", entry=replace(ENTRY, evidence=paper), by=lead)
    stranger = person(Role.EDI_LEAD, OrganisationFactory.create(short_name="Elsewhere"))
    for reader, names in ((person(Role.STEERING_MEMBER), True), (person(Role.BOARD_MEMBER), False), (stranger, False)):
        client = signed_in(reader)
        pages = "".join(client.get(address).content.decode() for address in ("/compliance/", "/compliance/wres/"))
        assert ("trust.example.invalid" in pages) is False and "Minutes of the board" not in pages
        assert (">Here<" in pages) is names
        assert client.get("/compliance/data.csv").status_code == (200 if names else 403)
    assert "Minutes of the board" in signed_in(lead).get("/compliance/").content.decode()
    lines = board_lines(standings([trust], TODAY))
    assert "WRES report and action plan: nothing is overdue at 1 organisation." in lines and "Here" not in " ".join(lines)


def test_reminders_go_out_once_and_stop_when_it_is_published(trust: Organisation, lead: User, mailoutbox: list) -> None:
    first = queue_compliance_reminders()
    assert first and queue_compliance_reminders() == 0
    job = Job.objects.get(key__contains=":compliance:wres@20190930@overdue", payload__user=lead.pk)
    arguments = {"kind": job.payload["kind"], "about": trust.pk, "user": lead}
    assert send_notice(**arguments) == 1
    assert "/compliance/wres/record/" in mailoutbox[0].body and "30 September 2019" in mailoutbox[0].body
    record_publication(organisation=trust, duty="wres", entry=ENTRY, by=lead)
    assert send_notice(**arguments) == 0


def test_the_page_asks_as_much_of_300_organisations_as_of_30() -> None:
    client = signed_in(person(Role.STEERING_MEMBER))
    numbers = []
    for more in (0, 25):
        OrganisationFactory.create_batch(more)
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/compliance/").status_code == 200
        numbers.append(len(queries))
    assert numbers[0] == numbers[1] <= 25


def test_the_organisations_page_says_where_it_stands_to_those_who_may_read_it_by_name(trust: Organisation, lead: User) -> None:
    address = f"/organisations/{trust.slug}/"
    readers = {
        "own": lead,
        "group": person(Role.STEERING_MEMBER),
        "admin": person(Role.PORTAL_ADMIN),
        "board": person(Role.BOARD_MEMBER),
        "another": person(Role.EDI_LEAD, OrganisationFactory.create(slug="elsewhere")),
    }
    shown = {name: "<h2>Duties to publish" in signed_in(one).get(address).content.decode() for name, one in readers.items()}
    assert shown == {"own": True, "group": True, "admin": True, "board": False, "another": False}
    page = signed_in(lead).get(address).content.decode()
    assert "overdue</h2>" in page and 'href="/compliance/wres/">' in page and "Overdue: nothing on record" in page
    before = int(page.split("<h2>Duties to publish: ")[1].split(" overdue")[0])
    record_publication(organisation=trust, duty="wres", entry=ENTRY, by=lead)
    assert f"Duties to publish: {before - 1} overdue</h2>" in signed_in(lead).get(address).content.decode()


def test_the_organisations_page_stays_within_its_queries(trust: Organisation, lead: User) -> None:
    client = signed_in(lead)
    client.get(f"/organisations/{trust.slug}/")
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/organisations/{trust.slug}/")
    assert len(queries) <= 25
