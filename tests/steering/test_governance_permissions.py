"""Who may do what in governance: the group within its term, each side its own actions, each Healthwatch its own place."""

from datetime import date, timedelta
from typing import Any

import pytest

from edi_portal.clock import business_today, set_business_day
from edi_portal.exceptions import InvalidTransition, NotAllowed
from organisations.models import Organisation, Place, User
from organisations.roles import Right, Role, roles_granting
from steering import permissions
from steering.models import Action, GroupMember, Proposal
from tests.organisations.factories import OrganisationFactory, PlaceFactory, UserFactory, hold, person

pytestmark = pytest.mark.django_db
TODAY = date(2020, 3, 10)
DAY = timedelta(1)


@pytest.fixture(autouse=True)
def today() -> None:
    set_business_day(TODAY)


@pytest.fixture
def trust() -> Organisation:
    return OrganisationFactory()


@pytest.fixture
def member() -> User:
    return person(Role.STEERING_MEMBER)


def everybody(trust: Organisation) -> dict[Role, User]:
    """One account for each role."""
    where = {Role.HEALTHWATCH_READER: PlaceFactory()} | dict.fromkeys(
        (Role.EDI_LEAD, Role.CONTRIBUTOR, Role.EXECUTIVE_SPONSOR), trust
    )
    return {role: person(role, where.get(role)) for role in Role}


def may(check: Any, *given: Any) -> bool:
    try:
        check(*given)
    except NotAllowed:
        return False
    return True


def seat(user: User, first: date, last: date | None = None) -> GroupMember:
    return GroupMember.objects.create(user=user, role_holder="Director of Nursing", valid_from=first, valid_to=last)


@pytest.mark.parametrize(
    ("check", "right"),
    [
        (permissions.check_can_govern, Right.GOVERN),
        (permissions.check_can_see_actions, Right.VIEW_ACTIONS),
        (lambda user: permissions.check_can_raise_action(user, None), Right.GOVERN),
        (lambda user: permissions.check_can_reply(user, Proposal()), Right.RATIFY),
        (permissions.check_can_comment, Right.SCORE_PANELS),
    ],
)
def test_each_check_opens_to_the_roles_of_its_right(trust: Organisation, check: Any, right: Right) -> None:
    assert {role for role, user in everybody(trust).items() if may(check, user)} == set(roles_granting(right))


def test_panels_are_read_by_healthwatch_by_the_group_and_by_lead_and_sponsor(trust: Organisation) -> None:
    readers = {role for role, user in everybody(trust).items() if may(permissions.check_can_read_panels, user)}
    assert readers == {
        Role.HEALTHWATCH_READER,
        Role.STEERING_MEMBER,
        Role.PORTAL_ADMIN,
        Role.EDI_LEAD,
        Role.EXECUTIVE_SPONSOR,
    }


@pytest.mark.parametrize(
    ("first", "last", "governs"),
    [
        (TODAY, TODAY, True),
        (TODAY, None, True),
        (TODAY - 9 * DAY, TODAY - DAY, False),
        (TODAY + DAY, None, False),
        (TODAY + DAY, TODAY + 9 * DAY, False),
    ],
)
def test_a_member_decides_within_the_own_term(member: User, first: date, last: date | None, governs: bool) -> None:
    seat(UserFactory(), TODAY - 9 * DAY, TODAY - DAY)  # somebody else's term ends nothing
    assert permissions.can_govern(member)
    seat(member, first, last)
    assert permissions.can_govern(member) is governs


def test_of_two_terms_one_that_holds_is_enough_and_the_words_name_the_right_day(member: User) -> None:
    seat(member, date(2019, 1, 1), date(2019, 6, 30))
    seat(member, date(2019, 8, 1), date(2019, 12, 31))
    with pytest.raises(NotAllowed, match="ended on 31 December 2019"):
        permissions.check_can_govern(member)
    seat(member, date(2020, 4, 1))
    with pytest.raises(NotAllowed, match="ended on 31 December 2019"):
        permissions.check_can_govern(member)
    GroupMember.objects.filter(valid_to__isnull=False).delete()
    seat(member, date(2020, 3, 20), date(2020, 3, 25))
    with pytest.raises(NotAllowed, match="begins on 20 March 2020"):
        permissions.check_can_govern(member)
    seat(member, TODAY, TODAY)
    permissions.check_can_govern(member)


def test_a_lead_raises_actions_of_the_own_organisation(trust: Organisation, member: User) -> None:
    lead, other = person(Role.EDI_LEAD, trust), OrganisationFactory()
    assert [may(permissions.check_can_raise_action, lead, owner) for owner in (trust, other, None)] == [True, False, False]
    assert [may(permissions.check_can_raise_action, member, owner) for owner in (trust, other, None)] == [True, True, True]
    assert not may(permissions.check_can_raise_action, person(Role.EXECUTIVE_SPONSOR, trust), trust)
    seat(member, TODAY - 9 * DAY, TODAY - DAY)
    assert not may(permissions.check_can_raise_action, member, trust)
    assert permissions.side_of(lead, trust) == trust
    assert permissions.side_of(member, trust) is None


def test_the_words_of_an_action_are_changed_by_the_side_that_wrote_it(trust: Organisation, member: User) -> None:
    lead, neighbour = person(Role.EDI_LEAD, trust), person(Role.EDI_LEAD, OrganisationFactory())
    of_the_group, of_the_trust = Action(owner_organisation=trust), Action(owner_organisation=trust, written_for=trust)
    people = (member, lead, neighbour)
    assert [permissions.can_change_action(user, of_the_group) for user in people] == [True, False, False]
    assert [permissions.can_change_action(user, of_the_trust) for user in people] == [False, True, False]
    assert [permissions.can_report_on_action(user, of_the_group) for user in people] == [True, True, False]
    assert [permissions.can_report_on_action(user, of_the_trust) for user in people] == [True, True, False]
    with pytest.raises(NotAllowed, match="raised this action and changes its words"):
        permissions.check_can_change_action(member, of_the_trust)


def test_a_proposal_that_was_withdrawn_or_replaced_is_answered_no_more() -> None:
    board = person(Role.BOARD_MEMBER)
    day = business_today()

    def proposal(**fields: Any) -> Proposal:
        words = {"kind": "framework", "title": "A", "text": "B", "reason": "C", "proposed_on": day, "reply_by": day}
        return Proposal.objects.create(**words, **fields)

    first = proposal()
    permissions.check_can_reply(board, first)
    proposal(replaces=first)
    for closed in (Proposal.objects.get(pk=first.pk), proposal(withdrawn_on=day, withdraw_reason="Too early.")):
        with pytest.raises(InvalidTransition, match="no longer open"):
            permissions.check_can_reply(board, closed)


def test_who_replies_replies_for_a_body(member: User, trust: Organisation) -> None:
    place = PlaceFactory()
    reader = person(Role.HEALTHWATCH_READER, place)
    assert permissions.body_of(reader) == (True, place)
    assert permissions.body_of(person(Role.BOARD_MEMBER)) == (True, None)
    assert permissions.body_of(member) == (False, None)
    hold(member, Role.HEALTHWATCH_READER, place)
    assert permissions.body_of(member) == (True, place)


def test_a_healthwatch_scores_the_organisations_of_its_own_place_and_comments_on_any(trust: Organisation) -> None:
    place, other = PlaceFactory(), PlaceFactory()
    trust.organisation_places.create(place=place)
    reader, neighbour = person(Role.HEALTHWATCH_READER, place), person(Role.HEALTHWATCH_READER, other)
    assert permissions.check_can_score(reader, trust) == permissions.check_can_comment(reader) == place
    assert permissions.check_can_comment(neighbour) == other
    with pytest.raises(NotAllowed, match="You score organisations of"):
        permissions.check_can_score(neighbour, trust)
    people = (reader, neighbour, person(Role.EDI_LEAD, trust))
    assert [permissions.can_score(user, trust) for user in people] == [True, False, False]


def test_whoever_holds_another_role_too_speaks_for_the_healthwatch_and_not_for_that(trust: Organisation) -> None:
    place: Place = PlaceFactory()
    user = person(Role.EDI_LEAD, trust)
    hold(user, Role.HEALTHWATCH_READER, place)
    assert permissions.check_can_comment(user) == place
