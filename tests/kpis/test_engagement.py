"""Networks, capacity, interviews and toolkit in one view; outreach beside the stored verdict of its figure."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from edi_portal.clock import set_business_day
from edi_portal.reviews.selectors import waiting
from edi_portal.reviews.services import ask_for_reviews, pass_text
from organisations.models import Organisation
from organisations.roles import Role
from tests.kpis.dashboard_factories import figure, published_release, write
from tests.organisations.factories import person, signed_in
from workforce.models import OutreachAction

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]


@pytest.fixture
def chester() -> Organisation:
    """A trust with two shared actions and one of its own, and a release in which one of their figures gets better."""
    set_business_day(date(2020, 1, 20))
    trust = Organisation.objects.get(slug="countess-of-chester")
    release = published_release("2019-20-q2", 14, [trust])
    write(
        figure(release, "PAT-2", trust, value=91, tier="steering", over_time="better", numerator=910, denominator=1000),
        figure(release, "PAT-2", value=88, statistic="pooled", over_time="no_difference"),
        figure(release, "CAP-1", value=21.5, statistic="pooled"),
    )
    actions = (("Talks", "PAT-2", True), ("Walks", "", True), ("Our secret", "PAT-2", False), ("Not read yet", "PAT-2", True))
    made = OutreachAction.objects.bulk_create(
        OutreachAction(
            organisation=trust,
            title=title,
            what="",
            group="bme",
            started_on=date(2019, 4, 1),
            reach="500_up",
            aims_at=kpi,
            is_shared=shared,
        )
        for title, kpi, shared in actions
    )
    ask_for_reviews(rows=made[:2], organisation=trust, by=None)
    for review in waiting():
        pass_text(review=review, nobody_recognisable=True, by=person(Role.PORTAL_ADMIN))
    return trust


def test_an_action_stands_beside_the_stored_verdict_within_the_tier(chester: Organisation) -> None:
    address = reverse("kpis:outreach")
    page = signed_in(person(Role.STEERING_MEMBER)).get(address).content.decode()
    assert "1 of 2 outreach actions stand beside a figure that is getting better" in page and "91" in page
    assert all(word not in page for word in ("Our secret", "Not read yet", "500 people"))
    board = signed_in(person(Role.BOARD_MEMBER)).get(address).content.decode()
    assert "Getting better" not in board and "91" not in board and "Not shown at this level" in board
    data = signed_in(person(Role.BOARD_MEMBER)).get(reverse("kpis:outreach-data")).content.decode()
    assert "Talks" in data and "Our secret" not in data and "Getting better" not in data


@pytest.mark.parametrize("role", [Role.STEERING_MEMBER, Role.BOARD_MEMBER])
def test_the_view_of_everything_costs_few_queries(chester: Organisation, role: Role) -> None:
    client = signed_in(person(role))
    client.get(reverse("kpis:capability"))
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("kpis:capability")).content.decode()
    assert len(queries) <= 25, len(queries)
    assert "21.5" in page and "Same objectives" in page and "known to have all three core networks" in page
