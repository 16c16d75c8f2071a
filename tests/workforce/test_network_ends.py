"""Ending a staff network by page: what is refused is said there, and nothing typed is lost."""

import html
from datetime import date

import pytest

from edi_portal.clock import set_business_day
from organisations.roles import Role
from tests.organisations.factories import OrganisationFactory, person, signed_in
from workforce.services.networks import NetworkEntry, add_network

pytestmark = pytest.mark.django_db


def test_a_last_day_before_the_first_is_refused_on_the_page_and_the_reason_stays_typed() -> None:
    set_business_day(date(2020, 1, 20))
    trust = OrganisationFactory.create()
    lead = person(Role.EDI_LEAD, trust)
    entry = NetworkEntry(name="REACH", characteristics=("race",), started_on=date(2019, 6, 1))
    network = add_network(organisation=trust, entry=entry, by=lead)
    client, address = signed_in(lead), f"/networks/{network.slug}/end/"
    typed = {"on": "1/5/2019", "reason": "The chair moved on."}
    answer = client.post(address, typed)
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422 and "The chair moved on." in page and "nhsuk-error-summary" in page
    network.refresh_from_db()
    assert network.ended_on is None
    assert client.post(address, typed | {"on": "1/1/2020"}).status_code == 302
    network.refresh_from_db()
    assert (network.ended_on, network.end_reason) == (date(2020, 1, 1), "The chair moved on.")
    assert client.post(address).status_code == 302
    network.refresh_from_db()
    assert (network.ended_on, network.end_reason) == (None, "")


def test_a_last_day_to_come_is_refused_because_the_network_still_runs() -> None:
    set_business_day(date(2020, 1, 20))
    trust = OrganisationFactory.create()
    lead = person(Role.EDI_LEAD, trust)
    network = add_network(organisation=trust, entry=NetworkEntry(name="REACH", characteristics=("race",)), by=lead)
    client, address = signed_in(lead), f"/networks/{network.slug}/end/"
    answer = client.post(address, {"on": "21/1/2020", "reason": "Words JKQ of the reason"})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422 and "its last day has come" in page and "Words JKQ of the reason" in page
    assert 'href="#id_on-day"' in page
    network.refresh_from_db()
    assert network.ended_on is None
    assert client.post(address, {"on": "20/1/2020", "reason": "Words JKQ of the reason"}).status_code == 302
