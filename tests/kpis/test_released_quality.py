"""What others read of an organisation's data quality: from releases, with its rules, within the tier, in few queries."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from edi_portal.clock import LONDON, business_now
from kpis.data_quality import declaration, returned
from kpis.models.collections import Collection, Extension, end_of_day
from kpis.models.releases import Release
from kpis.models.returns import KpiReturn
from kpis.workflow import Status
from organisations.models import Organisation, Place
from organisations.roles import Role
from tests.kpis.dashboard_factories import figure, number, published_release, write
from tests.organisations.factories import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
PERIODS = ("2018-19-q4", "2019-20-q1", "2019-20-q2", "2019-20-q3")


@pytest.fixture
def trust() -> Organisation:
    return Organisation.objects.get(slug="countess-of-chester")


def released(trust: Organisation, late: dict[str, int], **shares: float | None) -> Release:
    """Four quarters, each signed so many days after its due day; figures of the newest."""
    lead, sponsor = person(Role.EDI_LEAD, trust), person(Role.EXECUTIVE_SPONSOR, trust)
    for place, period in enumerate(PERIODS, start=1):
        release = published_release(period, place, [trust])
        signed = datetime.combine(
            release.collection.due_on + timedelta(days=late.get(period, 0)), end_of_day(date.min).time(), LONDON
        )
        KpiReturn.objects.create(
            collection=release.collection,
            organisation=trust,
            status=Status.SIGNED_OFF,
            submitted_at=signed,
            submitted_by=lead,
            signed_off_at=signed,
            signed_off_by=sponsor,
            statement="Signed for a test.",
            content_hash="0" * 64,
        )
    rows = [figure(release, "WRES-2", trust, value=1.4, low=1.1, high=1.8, tier="steering")]
    rows.append(figure(release, "NET-1", trust, status="not_returned", verdict="not_returned"))
    for code, share in (("DQ-1", shares.get("ethnicity")), ("DQ-2", shares.get("disability"))):
        rows.append(
            figure(
                release,
                code,
                trust,
                value=share,
                status="" if share is not None else "withheld",
                verdict="withheld" if share is None else "no_difference",
                tier="steering",
            )
        )
    write(*rows)
    return release


def page_for(reader: object, trust: Organisation) -> str:
    return signed_in(reader).get(reverse("kpis:organisation", args=[trust.slug])).content.decode()  # type: ignore[arg-type]


def test_the_steering_tier_reads_three_parts_each_with_its_rule(trust: Organisation) -> None:
    released(trust, {"2019-20-q1": 1}, ethnicity=4.2, disability=31.0)
    text = page_for(person(Role.STEERING_MEMBER), trust)
    assert "Data quality: 1 of 3 parts in order" in text
    assert "3 of 4 figures, 75%" in text and "Figures returned and signed out of figures due, at least 90%." in text
    assert "3 of 4 on time" in text and "at least 75%" in text
    assert "Ethnicity not known for 4.2%; disability not known for 31.0%" in text and "at most 20%" in text
    assert "to explain" not in text and "Open queries" not in text, "what its rules ask stays with the organisation"


def test_more_time_counts_and_a_draft_of_the_open_quarter_tells_nothing(trust: Organisation) -> None:
    release = released(trust, {"2019-20-q1": 9, "2019-20-q2": 9}, ethnicity=4.2, disability=11.0)
    late = KpiReturn.objects.get(collection__period="2019-20-q2").collection
    Extension.objects.create(
        collection=late,
        organisation=trust,
        until=end_of_day(late.due_on + timedelta(days=10)),
        reason="x",
        granted_by=person(Role.PORTAL_ADMIN),
    )
    steering = person(Role.STEERING_MEMBER)
    before = page_for(steering, trust)
    assert "3 of 4 on time" in before
    quarter = release.quarter.next()
    nxt = Collection.objects.create(
        period=quarter.slug, opens_on=quarter.last_day, due_on=quarter.last_day, closes_at=end_of_day(quarter.last_day)
    )
    KpiReturn.objects.create(collection=nxt, organisation=trust, last_edited_at=business_now())
    assert "3 of 4 on time" in page_for(steering, trust)


def test_what_is_withheld_is_not_judged(trust: Organisation) -> None:
    released(trust, {}, ethnicity=4.2, disability=None)
    text = page_for(person(Role.STEERING_MEMBER), trust)
    assert "Ethnicity not known for 4.2%; disability: not released" in text
    assert "Data quality: 1 of 3 parts in order" in text, "on time; neither complete nor judged in full"


@pytest.mark.parametrize("role", [Role.BOARD_MEMBER, Role.HEALTHWATCH_READER, Role.CONTRIBUTOR])
def test_no_other_tier_reads_it(trust: Organisation, role: Role) -> None:
    released(trust, {}, ethnicity=4.2, disability=11.0)
    where = {Role.HEALTHWATCH_READER: Place.objects.first(), Role.CONTRIBUTOR: trust}.get(role)
    assert "Data quality:" not in page_for(person(role, where), trust)


def test_the_page_stays_within_its_queries(trust: Organisation) -> None:
    released(trust, {}, ethnicity=4.2, disability=11.0)
    browser = signed_in(person(Role.STEERING_MEMBER))
    address = reverse("kpis:organisation", args=[trust.slug])
    browser.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert b"Data quality:" in browser.get(address).content
    assert len(queries) <= 20


def test_parts_are_judged_by_their_limits() -> None:
    assert (returned(9, 10).is_met, returned(8, 10).is_met, returned(0, 0).is_met) == (True, False, None)
    told = {
        (number(4), number(12)): True,
        (number(11), number(12)): False,
        (number(4), None): None,
        (number(11), None): False,
        (None, None): None,
    }
    assert {shares: declaration(*shares, missing="not released").is_met for shares in told} == told
