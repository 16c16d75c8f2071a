"""Whether the KPIs behind an objective moved: the stored verdict of one organisation in the newest release."""

from datetime import date

import pytest
from django.test import RequestFactory

from edi_portal.clock import set_business_day
from organisations.models import Membership, Organisation, User
from organisations.roles import Role
from strategies.dashboards.movement import Movement, movements
from tests.kpis.dashboard_factories import figure, published_release, write
from tests.organisations.factories import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]


@pytest.fixture
def trust() -> Organisation:
    set_business_day(date(2020, 1, 20))
    return Organisation.objects.get(slug="countess-of-chester")


def seen_by(user: User, organisation: str, *codes: str) -> dict[str, Movement]:
    request = RequestFactory().get("/")
    request.user, request.session = user, {}  # type: ignore[attr-defined,assignment]
    request.membership = Membership.objects.get(user=user)  # type: ignore[attr-defined]
    return movements(request, organisation, codes)


def test_a_figure_that_got_better_says_so_and_one_without_a_figure_says_nothing(trust: Organisation) -> None:
    release = published_release("2019-20-q2", 1, [trust])
    write(
        figure(release, "WRES-2", trust, value=1.4, verdict="watch", over_time="better", tier="steering"),
        figure(release, "DQ-1", trust, value=5, verdict="no_difference", over_time="no_difference", tier="steering"),
        figure(release, "WRES-3", value=1.1, tier="steering", statistic="pooled"),
    )
    member = person(Role.STEERING_MEMBER)
    found = seen_by(member, trust.slug, "wres-2", "WRES-3", "WRES-2")
    assert set(found) == {"WRES-2"}
    moved = found["WRES-2"]
    assert (moved.reading, moved.change, moved.slug) == ("watch", "better", "wres-2")
    assert moved.words == moved.words.lower() and "better" in moved.words


def test_the_newest_release_counts(trust: Organisation) -> None:
    for number, (period, over_time) in enumerate((("2019-20-q1", "better"), ("2019-20-q2", "worse")), start=1):
        release = published_release(period, number, [trust])
        write(figure(release, "WRES-2", trust, value=1.4, verdict="act", over_time=over_time, tier="steering"))
    assert seen_by(person(Role.STEERING_MEMBER), trust.slug, "WRES-2")["WRES-2"].change == "worse"


def test_without_kpis_a_release_or_a_member_nothing_is_said(trust: Organisation) -> None:
    member = person(Role.STEERING_MEMBER)
    assert seen_by(member, trust.slug, "WRES-2") == {}, "nothing is released"
    release = published_release("2019-20-q2", 1, [trust])
    write(figure(release, "WRES-2", trust, value=1.4, verdict="act", over_time="better", tier="steering"))
    assert seen_by(member, trust.slug) == {} == seen_by(member, "no-such-one", "WRES-2")
    assert seen_by(member, trust.slug, "NO-SUCH-1") == {}


def test_a_neighbour_and_a_reader_of_another_tier_learn_nothing_of_it(trust: Organisation) -> None:
    other = Organisation.objects.get(slug="mid-cheshire")
    release = published_release("2019-20-q2", 1, [trust, other])
    write(figure(release, "WRES-2", trust, value=1.4, verdict="act", over_time="better", tier="steering"))
    assert seen_by(person(Role.STEERING_MEMBER), other.slug, "WRES-2") == {}
    assert seen_by(person(Role.BOARD_MEMBER), trust.slug, "WRES-2") == {}
