"""Ending a staff network by page: what is refused is said there, and nothing typed is lost."""

import html
from datetime import date

import pytest

from edi_portal.clock import set_business_day
from organisations.roles import Role
from tests.organisations.factories import OrganisationFactory, person, signed_in
from workforce.services.networks import NetworkEntry, add_network, end_network

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
    assert client.post(address, {"doing": "take-back"}).status_code == 302
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


def test_who_ends_a_network_that_a_colleague_ended_meanwhile_does_not_take_that_end_back() -> None:
    set_business_day(date(2020, 1, 20))
    trust = OrganisationFactory.create()
    lead = person(Role.EDI_LEAD, trust)
    network = add_network(organisation=trust, entry=NetworkEntry(name="REACH", characteristics=("race",)), by=lead)
    client, address = signed_in(lead), f"/networks/{network.slug}/end/"
    assert "Last day" in client.get(address).content.decode()
    end_network(network=network, on=date(2020, 1, 10), reason="It joined another.", by=person(Role.EDI_LEAD, trust))
    answer = client.post(address, {"on": "20/1/2020", "reason": "The chair moved on."})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422 and "This network has already ended." in page and "It joined another." in page
    network.refresh_from_db()
    assert (network.ended_on, network.end_reason) == (date(2020, 1, 10), "It joined another.")


def test_a_meeting_of_a_network_that_ended_meanwhile_is_refused_with_the_way_out() -> None:
    set_business_day(date(2020, 1, 20))
    trust = OrganisationFactory.create()
    lead = person(Role.EDI_LEAD, trust)
    network = add_network(organisation=trust, entry=NetworkEntry(name="REACH", characteristics=("race",)), by=lead)
    end_network(network=network, on=date(2020, 1, 10), reason="It joined another.", by=lead)
    answer = signed_in(lead).post(f"/networks/{network.slug}/met/", {"held_on": "20/1/2020"})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422 and "This network has ended, so no meeting is added to it." in page
    assert not network.meetings.exists()
