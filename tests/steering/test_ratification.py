"""Ratification: who replies, what waits for whom, what a return brings about, and what everybody sees of it."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from edi_portal.clock import set_business_day
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed
from organisations.models import Place, User
from organisations.roles import Role
from steering.models import Proposal, Reply
from steering.selectors.proposals import asked_of, standing_of
from steering.services.proposals import ProposalEntry, propose, reply_to_proposal, take_back_reply, withdraw_proposal
from tests.organisations.factories import person, signed_in
from tests.steering.test_workstreams_actions import TODAY, pass_everything, text_of

ENTRY = ProposalEntry("priority", "Fair shortlists", "Two trained people shortlist.", "Gaps are wide.", date(2020, 3, 31))


@pytest.fixture
def member(db: None) -> User:
    set_business_day(TODAY)
    return person(Role.STEERING_MEMBER)


@pytest.fixture
def proposal(member: User) -> Proposal:
    made = propose(entry=ENTRY, by=member)
    pass_everything(person(Role.PORTAL_ADMIN))
    return made


@pytest.fixture
def board(member: User) -> User:
    return person(Role.BOARD_MEMBER)


@pytest.fixture
def healthwatch(member: User) -> User:
    return person(Role.HEALTHWATCH_READER, Place.objects.get(slug="liverpool"))


def test_words_that_wait_for_a_reviewer_cannot_be_ratified(member: User, board: User) -> None:
    made = propose(entry=ENTRY, by=member)
    with pytest.raises(InvalidTransition, match="wait for a reviewer"):
        reply_to_proposal(proposal=made, outcome="ratified", reason="", by=board)
    assert "Two trained people shortlist." not in text_of(signed_in(board), f"/ratifications/{made.pk}/")
    assert "A reviewer reads its words first" in text_of(signed_in(board), "/ratifications/")


def test_two_clicks_from_the_home_of_a_healthwatch_reader(proposal: Proposal, healthwatch: User) -> None:
    client = signed_in(healthwatch)
    assert f'href="/ratifications/{proposal.pk}/">Reply to: Fair shortlists</a>' in text_of(client, "/")
    assert f'action="/ratifications/{proposal.pk}/ratify/"' in text_of(client, "/ratifications/")
    assert client.post(f"/ratifications/{proposal.pk}/ratify/").status_code == 302
    assert not asked_of(healthwatch)
    page = text_of(client, f"/ratifications/{proposal.pk}/")
    assert "Healthwatch Liverpool" in page and "Take your reply back" in page


def test_what_is_returned_comes_back_to_the_group_with_its_reason(
    proposal: Proposal, member: User, board: User, healthwatch: User
) -> None:
    with pytest.raises(Incomplete, match="Say why it is returned"):
        reply_to_proposal(proposal=proposal, outcome="returned", reason=" ", by=healthwatch)
    reply_to_proposal(proposal=proposal, outcome="returned", reason="Nothing for deaf patients.", by=healthwatch)
    with pytest.raises(InvalidTransition, match="given already"):
        reply_to_proposal(proposal=proposal, outcome="ratified", reason="", by=healthwatch)
    assert standing_of(proposal).words == "Returned by Healthwatch Liverpool"
    client = signed_in(member)
    assert "Change what was returned" in text_of(client, "/")
    assert "Nothing for deaf patients." not in text_of(client, f"/ratifications/{proposal.pk}/")
    pass_everything(person(Role.PORTAL_ADMIN))
    assert "Nothing for deaf patients." in text_of(client, f"/ratifications/{proposal.pk}/")
    second = propose(entry=ENTRY, replaces=proposal, by=member)
    assert standing_of(proposal).words == f"Replaced by proposal {second.pk}"
    with pytest.raises(InvalidTransition):
        reply_to_proposal(proposal=Proposal.objects.get(pk=proposal.pk), outcome="ratified", reason="", by=board)


def test_it_is_ratified_when_the_board_and_every_healthwatch_ratify(proposal: Proposal, board: User) -> None:
    reply = reply_to_proposal(proposal=proposal, outcome="ratified", reason="", by=board)
    bodies = len(standing_of(proposal).bodies)
    assert standing_of(proposal).words == f"1 of {bodies} have replied"
    for place in Place.objects.all():
        reader = person(Role.HEALTHWATCH_READER, place)
        reply_to_proposal(proposal=proposal, outcome="ratified", reason="", by=reader)
    assert standing_of(proposal).state == "ratified"
    with pytest.raises(NotAllowed, match="Only the body that replied"):
        take_back_reply(reply=reply, by=reader)
    take_back_reply(reply=reply, by=board)
    assert standing_of(proposal).state == "waiting" and Reply.objects.filter(proposal=proposal).count() == bodies


def test_only_bodies_reply_only_the_group_proposes_and_all_roles_see_the_state(
    proposal: Proposal, member: User, board: User
) -> None:
    with pytest.raises(NotAllowed):
        reply_to_proposal(proposal=proposal, outcome="ratified", reason="", by=member)
    with pytest.raises(NotAllowed):
        propose(entry=ENTRY, by=board)
    for reader in (person(Role.PORTAL_ADMIN), board, member):
        assert "have replied" in text_of(signed_in(reader), "/ratifications/")
    withdraw_proposal(proposal=proposal, reason="We joined two priorities.", by=member)
    with pytest.raises(InvalidTransition):
        reply_to_proposal(proposal=Proposal.objects.get(pk=proposal.pk), outcome="ratified", reason="", by=board)


def test_the_list_asks_the_same_however_many_proposals(proposal: Proposal, member: User, board: User) -> None:
    asked = []
    for number in (1, 20):
        for _ in range(number):
            reply_to_proposal(proposal=proposal, outcome="ratified", reason="", by=board)
            proposal = propose(entry=ENTRY, by=member)
            pass_everything(person(Role.PORTAL_ADMIN))
        client = signed_in(board)
        with CaptureQueriesContext(connection) as queries:
            text_of(client, "/ratifications/")
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 25


def test_a_framework_is_proposed_with_its_version(member: User) -> None:
    client = signed_in(member)
    typed = {
        "kind": "framework",
        "title": "Version 1",
        "text": "The themes.",
        "reason": "One language.",
        "reply_by-day": "31",
        "reply_by-month": "3",
        "reply_by-year": "2020",
    }
    answer = client.post("/ratifications/add/", typed)
    assert answer.status_code == 422 and "Choose the version that is proposed" in answer.content.decode()
    assert client.post("/ratifications/add/", {**typed, "subject_key": "framework:1"}).status_code == 302
    made = Proposal.objects.get()
    page = text_of(client, f"/ratifications/{made.pk}/")
    assert 'href="/strategies/framework/versions/1/"' in page
