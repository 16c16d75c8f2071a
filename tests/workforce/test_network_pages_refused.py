"""What the service refuses of a staff network is said on the page where it was typed, and nothing typed is lost."""

import html
from datetime import date

import pytest

from edi_portal.clock import set_business_day
from organisations.models import Organisation, User
from organisations.roles import Role
from tests.organisations.factories import OrganisationFactory, person, signed_in
from workforce.models import NetworkMeeting, StaffNetwork
from workforce.services.networks import NetworkEntry, add_network

pytestmark = pytest.mark.django_db


@pytest.fixture
def trust() -> Organisation:
    set_business_day(date(2020, 1, 20))
    return OrganisationFactory.create()


@pytest.fixture
def lead(trust: Organisation) -> User:
    return person(Role.EDI_LEAD, trust)


@pytest.fixture
def network(trust: Organisation, lead: User) -> StaffNetwork:
    return add_network(organisation=trust, entry=NetworkEntry(name="REACH", characteristics=("race",)), by=lead)


@pytest.mark.parametrize(
    ("day", "words"), [("21/1/2020", "A meeting is noted when it has been held"), ("40/1/2020", "must be a real date")]
)
def test_a_refused_meeting_is_refused_on_the_whole_page_of_the_network(
    lead: User, network: StaffNetwork, day: str, words: str
) -> None:
    answer = signed_in(lead).post(f"/networks/{network.slug}/met/", {"held_on": day})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422 and words in page and f'value="{day.partition("/")[0]}"' in page
    assert "It does not count as running yet." in page and "Add its terms of reference" in page
    assert "It runs, and counts in your return." not in page
    assert not NetworkMeeting.objects.exists()


def test_a_second_network_of_the_same_name_is_refused_on_its_form(lead: User, network: StaffNetwork) -> None:
    typed = {"name": network.name, "characteristics": ["race"], "purpose": "Words JKQ of the purpose", "partners": []}
    client = signed_in(lead)
    answer = client.post("/networks/add/", typed)
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422 and "already has a network of that name" in page and "Words JKQ of the purpose" in page
    assert StaffNetwork.objects.get(organisation=network.organisation) == network
    assert client.post("/networks/add/", typed | {"name": "VXZ"}).status_code == 302
