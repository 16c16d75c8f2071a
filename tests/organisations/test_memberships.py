"""Granting, ending and withdrawing roles."""

from datetime import date, timedelta

import pytest
from django.test import Client
from guardian.shortcuts import remove_perm

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import business_today, set_business_day
from edi_portal.exceptions import InvalidTransition, NotAllowed
from organisations.models import OrganisationUserPermission, User
from organisations.permissions import can
from organisations.roles import RIGHTS, ROLES, Right, Role
from organisations.selectors.people import blocks, memberships_shown_to
from organisations.services.memberships import (
    end_membership,
    grant_membership,
    project_all_rights,
    project_rights,
    withdraw_membership,
)
from organisations.services.organisations import close_organisation
from tests.organisations.factories import OrganisationFactory, UserFactory, hold, person, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return person(Role.PORTAL_ADMIN)


@pytest.mark.security(31)
def test_granting_gives_rights_and_one_audit_event(admin):
    organisation, user = OrganisationFactory(), UserFactory()
    membership = grant_membership(user=user, role=Role.EDI_LEAD, organisation=organisation, by=admin)
    assert can(user, Right.EDIT_RETURN, organisation)
    assert membership.granted_by == admin
    event = AuditEvent.objects.get(action__startswith="membership")
    assert (event.action, event.organisation, event.actor) == ("membership.granted", organisation.slug, admin)
    assert user.email not in str(event.details)


def test_only_those_who_manage_people_grant():
    organisation = OrganisationFactory()
    lead = person(Role.EDI_LEAD, organisation)
    with pytest.raises(NotAllowed, match="Portal admin"):
        grant_membership(user=UserFactory(), role=Role.CONTRIBUTOR, organisation=organisation, by=lead)
    with pytest.raises(NotAllowed):
        grant_membership(user=UserFactory(), role=Role.PORTAL_ADMIN, by=lead)


def test_the_same_role_twice_is_refused_in_words(admin):
    organisation = OrganisationFactory()
    lead = person(Role.EDI_LEAD, organisation)
    with pytest.raises(InvalidTransition, match="already holds this role"):
        grant_membership(user=lead, role=Role.EDI_LEAD, organisation=organisation, by=admin)


def test_ending_one_of_two_roles_keeps_the_rights_of_the_other(admin):
    organisation = OrganisationFactory()
    user = person(Role.EDI_LEAD, organisation)
    contributor = hold(user, Role.CONTRIBUTOR, organisation)
    withdraw_membership(membership=contributor, by=admin, reason="Another person took over")
    rows = OrganisationUserPermission.objects.filter(user=user)
    assert {row.permission.codename for row in rows} == {
        r.value for r in ROLES[Role.EDI_LEAD].rights if RIGHTS[r].at_organisation
    }


@pytest.mark.security(7)
def test_a_withdrawn_role_is_gone_with_the_next_click(admin):
    organisation = OrganisationFactory()
    user = person(Role.EDI_LEAD, organisation)
    client: Client = signed_in(user)
    page = f"/organisations/{organisation.slug}/people/"
    assert client.get(page).status_code == 200
    withdraw_membership(membership=user.memberships.get(), by=admin, reason="Left")
    assert client.get(page).headers["Location"].startswith("/account/login/"), "a changed role ends the sessions"
    user.refresh_from_db()
    assert signed_in(user).get(page).status_code == 404
    assert not can(user, Right.VIEW_RETURN, organisation)


def test_a_planned_end_holds_through_its_last_day(admin):
    set_business_day(date(2020, 1, 20))
    organisation = OrganisationFactory()
    user = person(Role.EDI_LEAD, organisation)
    end_membership(membership=user.memberships.get(), by=admin, last_day=date(2020, 1, 31), reason="New post")
    assert can(user, Right.VIEW_RETURN, organisation)
    set_business_day(date(2020, 2, 1))
    assert not can(user, Right.VIEW_RETURN, organisation)


def test_an_end_in_the_past_and_a_second_end_are_refused(admin):
    organisation = OrganisationFactory()
    membership = person(Role.EDI_LEAD, organisation).memberships.get()
    with pytest.raises(InvalidTransition, match="today or later"):
        end_membership(membership=membership, by=admin, last_day=business_today() - timedelta(days=1))
    withdraw_membership(membership=membership, by=admin, reason="Left")
    with pytest.raises(InvalidTransition, match="ended already"):
        end_membership(membership=membership, by=admin, last_day=business_today())


def test_an_admin_ends_the_own_role_neither_at_once_nor_by_a_day(admin):
    own = admin.memberships.get()
    with pytest.raises(NotAllowed, match="Another portal admin"):
        withdraw_membership(membership=own, by=admin, reason="Leaving")
    with pytest.raises(NotAllowed, match="Another portal admin"):
        end_membership(membership=own, by=admin, last_day=business_today(), reason="Leaving")
    assert end_membership(membership=own, by=person(Role.PORTAL_ADMIN), last_day=business_today()).valid_to == business_today()


def test_no_role_is_prolonged_beyond_the_last_day_of_an_organisation_that_leaves(admin):
    set_business_day(date(2020, 1, 20))
    organisation = OrganisationFactory(short_name="Leaving Trust")
    membership = person(Role.EDI_LEAD, organisation).memberships.get()
    close_organisation(organisation=organisation, last_day=date(2020, 3, 31), reason="Work ended", by=admin)
    with pytest.raises(InvalidTransition, match="Leaving Trust leaves the partnership after 31 March 2020"):
        end_membership(membership=membership, by=admin, last_day=date(2020, 4, 1))
    assert end_membership(membership=membership, by=admin, last_day=date(2020, 3, 31)).valid_to == date(2020, 3, 31)


def test_projecting_twice_changes_nothing():
    user = person(Role.EDI_LEAD, OrganisationFactory())
    before = set(OrganisationUserPermission.objects.values_list("pk", flat=True))
    project_rights(user.memberships.get())
    assert set(OrganisationUserPermission.objects.values_list("pk", flat=True)) == before


def test_blocks_are_the_largest_sets_one_account_sees():
    one, two, three, four = (OrganisationFactory(slug=f"o{n}") for n in range(4))
    person(Role.EDI_LEAD, four)
    shared = person(Role.EDI_LEAD, one)
    hold(shared, Role.EXECUTIVE_SPONSOR, two)
    inside = person(Role.EDI_LEAD, one)
    hold(inside, Role.CONTRIBUTOR, two)
    wider = person(Role.EDI_LEAD, two)
    hold(wider, Role.EDI_LEAD, three)
    person(Role.STEERING_MEMBER)
    assert blocks() == (frozenset({"o0", "o1"}), frozenset({"o1", "o2"}))
    closed = person(Role.EDI_LEAD, three)
    hold(closed, Role.EDI_LEAD, four)
    closed.is_active = False
    closed.save()
    assert len(blocks()) == 2


def test_people_are_shown_to_their_organisation_only(admin):
    own, other = OrganisationFactory(), OrganisationFactory()
    lead = person(Role.EDI_LEAD, own)
    person(Role.EDI_LEAD, other)
    lead.active_membership = lead.memberships.get()
    assert {m.organisation for m in memberships_shown_to(lead)} == {own}
    assert not memberships_shown_to(lead, organisation=other).exists()
    admin.active_membership = admin.memberships.get()
    assert {m.organisation for m in memberships_shown_to(admin)} == {own, other, None}


def test_an_upgrade_that_gives_roles_other_rights_reaches_those_who_hold_them() -> None:
    trust = OrganisationFactory.create()
    user = person(Role.EDI_LEAD, trust)
    assert project_all_rights() == 0
    remove_perm(Right.EDIT_RETURN.value, user, trust)
    assert project_all_rights() == 1
    assert can(User.objects.get(pk=user.pk), Right.EDIT_RETURN, trust)
