"""What an organisation writes into its own KPI is read by others only after a portal admin passed it."""

import pytest
from django.urls import reverse

from edi_portal.exceptions import Incomplete
from edi_portal.reviews.models import TextReview
from kpis.dashboards.own_kpis import own_kpis
from kpis.models.definitions import Kpi
from kpis.services import definitions
from organisations.models import Organisation, User
from organisations.roles import Role
from tests.kpis.factories import open_collection
from tests.kpis.test_bespoke import LATER, added
from tests.organisations.factories import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
PAGES = ("kpis:detail", "kpis:definition", "kpis:versions", "kpis:adopt")


@pytest.fixture
def kpi() -> Kpi:
    open_collection("2019-20-q3")
    lead = person(Role.EDI_LEAD, Organisation.objects.get(slug="countess-of-chester"))
    return added(lead, why="Because 2 disabled staff asked.", passed=False)


@pytest.fixture
def member() -> User:
    return person(Role.STEERING_MEMBER)


def test_before_the_review_nobody_else_reads_of_it(kpi: Kpi, member: User) -> None:
    client = signed_in(member)
    assert {client.get(reverse(name, args=[kpi.slug])).status_code for name in PAGES} == {404}
    assert "disabled staff asked" not in client.get(reverse("kpis:list")).content.decode()
    assert own_kpis(member) == ()
    with pytest.raises(Incomplete, match="review"):
        definitions.adopt_kpi(kpi=kpi, from_period=LATER.slug, by=member)


def test_the_queue_points_at_small_numbers_and_a_tick_opens_the_text(kpi: Kpi, member: User) -> None:
    admin = signed_in(person(Role.PORTAL_ADMIN))
    text = admin.get(reverse("text-reviews")).content.decode()
    assert "2 disabled staff" in text and "Because 2 disabled staff asked." in text
    review = TextReview.objects.get(subject="kpi:OWN-1")
    assert admin.post(reverse("text-reviews"), {"review": review.pk, "doing": "pass"}).status_code == 422
    assert admin.post(reverse("text-reviews"), {"review": review.pk, "doing": "pass", "nobody": "on"}).status_code == 302
    client = signed_in(member)
    assert {client.get(reverse(name, args=[kpi.slug])).status_code for name in PAGES} == {200}
    assert [row.kpi for row in own_kpis(member)] == [kpi]


def test_a_text_that_is_sent_back_stays_closed_and_its_owner_reads_why(kpi: Kpi, member: User) -> None:
    admin = signed_in(person(Role.PORTAL_ADMIN))
    review = TextReview.objects.get(subject="kpi:OWN-1")
    admin.post(reverse("text-reviews"), {"review": review.pk, "doing": "back", "reason": "Leave the number out."})
    assert own_kpis(member) == ()
    lead = signed_in(person(Role.EDI_LEAD, kpi.owner))
    assert "Leave the number out." in lead.get(reverse("kpis:own")).content.decode()
