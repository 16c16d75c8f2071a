"""`can()` and its kin: rights follow memberships, the one in use, and nothing else."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from guardian.shortcuts import assign_perm

from edi_portal.clock import set_business_day
from edi_portal.exceptions import NotAllowed
from organisations.models import Membership, Organisation, User
from organisations.permissions import as_bool, can, keys_of_organisations_with_right, organisations_with_right, require, tier_of
from organisations.roles import RIGHTS, Right, Role, Tier
from tests.organisations.factories import OrganisationFactory, UserFactory, hold, person

pytestmark = pytest.mark.django_db


def test_a_lead_may_edit_the_own_return_and_no_other():
    own, other = OrganisationFactory(), OrganisationFactory()
    lead = person(Role.EDI_LEAD, own)
    assert can(lead, Right.EDIT_RETURN, own)
    assert not can(lead, Right.EDIT_RETURN, other)
    assert not can(lead, Right.EDIT_RETURN)
    assert not can(lead, Right.SIGN_OFF_RETURN, own)
    assert list(organisations_with_right(lead, Right.EDIT_RETURN)) == [own]


def test_strangers_and_closed_accounts_may_nothing():
    own = OrganisationFactory()
    lead = person(Role.EDI_LEAD, own)
    lead.is_active = False
    for nobody in (AnonymousUser(), lead):
        assert not any(can(nobody, right, own) for right in Right)
        assert not organisations_with_right(nobody, Right.VIEW_RETURN).exists()
        assert not Organisation.objects.visible_to(nobody).exists()


def test_rights_over_the_portal_need_no_organisation():
    steering, admin = person(Role.STEERING_MEMBER), person(Role.PORTAL_ADMIN)
    organisation = OrganisationFactory()
    assert can(steering, Right.VIEW_OVERVIEW)
    assert not can(steering, Right.VIEW_RETURN, organisation)
    assert can(admin, Right.MANAGE_PEOPLE, organisation)
    assert not can(admin, Right.VIEW_RETURN, organisation)
    assert set(organisations_with_right(admin, Right.MANAGE_PEOPLE)) == set(Organisation.objects.all())
    assert not organisations_with_right(admin, Right.VIEW_RETURN).exists()


def test_adding_a_role_never_takes_rows_away():
    first, second = OrganisationFactory(), OrganisationFactory()
    user = person(Role.EDI_LEAD, first)
    before = {(right, o.pk) for right in Right for o in organisations_with_right(user, right)}
    for role, where in ((Role.EXECUTIVE_SPONSOR, second), (Role.CONTRIBUTOR, first), (Role.BOARD_MEMBER, None)):
        hold(user, role, where)
        after = {(right, o.pk) for right in Right for o in organisations_with_right(user, right)}
        assert before <= after
        before = after
    assert {o for o in organisations_with_right(user, Right.VIEW_RETURN)} == {first, second}


def test_the_membership_in_use_alone_counts_within_a_request():
    first, second = OrganisationFactory(), OrganisationFactory()
    user = UserFactory()
    as_lead, as_sponsor = hold(user, Role.EDI_LEAD, first), hold(user, Role.EXECUTIVE_SPONSOR, second)
    user.active_membership = as_lead
    assert can(user, Right.EDIT_RETURN, first)
    assert not can(user, Right.SIGN_OFF_RETURN, second)
    assert list(organisations_with_right(user, Right.VIEW_RETURN)) == [first]
    user.active_membership = as_sponsor
    assert can(user, Right.SIGN_OFF_RETURN, second)
    assert not can(user, Right.EDIT_RETURN, first)


def test_keys_say_what_the_query_says_whatever_is_held():
    first, second = OrganisationFactory(), OrganisationFactory()
    user = UserFactory()
    held = [hold(user, Role.EDI_LEAD, first), hold(user, Role.EXECUTIVE_SPONSOR, second), hold(user, Role.CONTRIBUTOR, second)]
    people = [person(role) for role in (Role.STEERING_MEMBER, Role.PORTAL_ADMIN, Role.BOARD_MEMBER)]
    for who, in_use in [(user, one) for one in (None, *held)] + [(one, None) for one in (*people, AnonymousUser())]:
        if in_use is not None:
            who.active_membership = in_use
        for right in Right:
            keys = keys_of_organisations_with_right(who, right)
            assert keys == set(organisations_with_right(who, right).values_list("pk", flat=True)), (who, in_use, right)
    user.active_membership = held[1]
    assert keys_of_organisations_with_right(user, Right.VIEW_RETURN) == {second.pk}
    user.is_active = False
    assert keys_of_organisations_with_right(user, Right.VIEW_RETURN) == frozenset()


def test_a_role_holds_from_its_first_to_its_last_day():
    own = OrganisationFactory()
    set_business_day(date(2020, 1, 5))
    user = person(Role.EDI_LEAD, own, valid_from=date(2020, 1, 10), valid_to=date(2020, 1, 20))
    for day, expected in (
        (date(2020, 1, 9), False),
        (date(2020, 1, 10), True),
        (date(2020, 1, 20), True),
        (date(2020, 1, 21), False),
    ):
        set_business_day(day)
        assert can(user, Right.VIEW_RETURN, own) is expected, day
        assert organisations_with_right(user, Right.VIEW_RETURN).exists() is expected, day


def test_a_guardian_row_without_a_membership_opens_nothing():
    own, other = OrganisationFactory(), OrganisationFactory()
    user = person(Role.EDI_LEAD, own)
    assign_perm("organisations.view_return", user, other)
    assert not can(user, Right.VIEW_RETURN, other)
    assert list(organisations_with_right(user, Right.VIEW_RETURN)) == [own]


def test_a_membership_without_its_guardian_row_opens_nothing():
    own = OrganisationFactory()
    user = UserFactory()
    Membership.objects.create(user=user, role=Role.EDI_LEAD, organisation=own, valid_from=date(2016, 4, 1))
    assert not can(user, Right.VIEW_RETURN, own)
    assert not organisations_with_right(user, Right.VIEW_RETURN).exists()


@pytest.mark.security(5)
def test_a_global_permission_widens_nobodys_rows():
    own = OrganisationFactory()
    OrganisationFactory()
    user = person(Role.EDI_LEAD, own)
    user.user_permissions.add(*Permission.objects.filter(codename__in=[right.value for right in Right]))
    fresh = User.objects.get(pk=user.pk)
    assert list(organisations_with_right(fresh, Right.VIEW_RETURN)) == [own]
    assert not can(fresh, Right.SIGN_OFF_RETURN, own)


def test_every_right_is_a_permission_of_the_organisation():
    assert set(
        Permission.objects.filter(content_type__app_label="organisations", codename__in=[r.value for r in Right]).values_list(
            "codename", "name"
        )
    ) == {(right.value, about.label) for right, about in RIGHTS.items()}


def test_the_refusal_says_what_and_who():
    own = OrganisationFactory(short_name="North")
    lead = person(Role.EDI_LEAD, own)
    with pytest.raises(NotAllowed, match="sign off the return.*Executive sponsor of North"):
        require(lead, Right.SIGN_OFF_RETURN, own)
    assert as_bool(require)(lead, Right.SIGN_OFF_RETURN, own) is False
    assert as_bool(require)(lead, Right.EDIT_RETURN, own) is True


@pytest.mark.parametrize(
    ("role", "tier"),
    [(Role.STEERING_MEMBER, Tier.STEERING), (Role.BOARD_MEMBER, Tier.BOARD), (Role.PORTAL_ADMIN, Tier.STEERING)],
)
def test_tier_of_membership_and_account(role, tier):
    user = person(role)
    assert tier_of(user) == tier_of(user.memberships.get()) == tier


def test_tier_of_nobody_is_public_and_of_several_roles_the_widest_unless_one_is_in_use():
    user = person(Role.BOARD_MEMBER)
    as_board = user.memberships.get()
    hold(user, Role.STEERING_MEMBER)
    assert tier_of(None) == tier_of(AnonymousUser()) == Tier.PUBLIC
    assert tier_of(user) == Tier.STEERING
    user.active_membership = as_board
    assert tier_of(user) == Tier.BOARD


def test_can_asks_guardian_once_for_each_membership(django_assert_num_queries):
    own = OrganisationFactory()
    user = person(Role.EDI_LEAD, own)
    user.active_membership = user.memberships.select_related("organisation").get()
    with django_assert_num_queries(1):
        assert can(user, Right.VIEW_RETURN, own)
        assert can(user, Right.EDIT_RETURN, own)
