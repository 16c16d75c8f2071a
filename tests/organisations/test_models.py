"""What the database refuses about organisations, people and roles, and in which words."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models.deletion import ProtectedError

from organisations.models import (
    FootprintMembership,
    Invitation,
    Kind,
    Membership,
    Organisation,
    OrganisationCode,
    OrganisationName,
    OrganisationUserPermission,
    PeerGroupMembership,
    ServedBy,
    Succession,
    User,
)
from organisations.roles import Role
from tests.organisations.factories import FIRST_DAY, OrganisationFactory, PlaceFactory, UserFactory, hold, person

pytestmark = pytest.mark.django_db


def refuses(row, name, words):
    """The constraint speaks through `full_clean` and holds in the database."""
    with pytest.raises(ValidationError, match=words):
        row.full_clean()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        row.save()


def test_two_names_on_one_day_are_refused():
    organisation = OrganisationFactory()
    row = OrganisationName(organisation=organisation, name="Other", short_name="Other", valid_from=date(2019, 1, 1))
    refuses(row, "organisation_name_one_a_day", "already has a name on those days")


def test_a_name_may_begin_the_day_after_another_ended():
    organisation = OrganisationFactory()
    organisation.names.update(valid_to=date(2018, 12, 31))
    OrganisationName.objects.create(organisation=organisation, name="Other", short_name="Other", valid_from=date(2019, 1, 1))
    assert [row.name for row in OrganisationName.objects.on(date(2018, 12, 31)).filter(organisation=organisation)] == [
        organisation.name
    ]
    assert [row.name for row in OrganisationName.objects.on(date(2019, 1, 1)).filter(organisation=organisation)] == ["Other"]


@pytest.mark.parametrize(
    ("model", "fields", "name"),
    [
        (OrganisationCode, {"code": "ZZZ"}, "organisation_code_one_a_day"),
        (FootprintMembership, {}, "footprint_membership_once"),
        (PeerGroupMembership, {"group": "acute"}, "peer_group_one_a_day"),
    ],
)
def test_dated_rows_do_not_overlap(model, fields, name):
    refuses(model(organisation=OrganisationFactory(), valid_from=date(2019, 1, 1), **fields), name, "already")


def test_other_organisations_do_not_count_as_overlap():
    OrganisationFactory()
    other = OrganisationFactory(member=False)
    FootprintMembership(organisation=other, valid_from=FIRST_DAY).full_clean()


def test_last_day_before_first_day_is_refused():
    row = FootprintMembership(
        organisation=OrganisationFactory(member=False), valid_from=date(2019, 2, 1), valid_to=date(2019, 1, 31)
    )
    with pytest.raises(IntegrityError, match="footprint_membership_days_in_order"):
        row.save()


def test_two_organisations_cannot_hold_one_open_code():
    OrganisationCode.objects.create(organisation=OrganisationFactory(member=False), code="RZ1", valid_from=FIRST_DAY)
    row = OrganisationCode(organisation=OrganisationFactory(member=False), code="RZ1", valid_from=FIRST_DAY)
    refuses(row, "organisation_code_held_once", "Another organisation holds this ODS code")


def test_an_organisation_is_not_served_by_itself():
    organisation = OrganisationFactory()
    refuses(ServedBy(organisation=organisation, csu=organisation, valid_from=FIRST_DAY), "served_by_another", "served by itself")


def test_a_merger_needs_a_successor():
    row = Succession(predecessor=OrganisationFactory(), nature="merger", predecessor_name="A", successor_name="B")
    refuses(row, "succession_merger_has_successor", "which organisation carries on")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(Kind.ACUTE, "trust"), (Kind.AMBULANCE, "trust"), (Kind.CCG, "ccg"), (Kind.ICB, "ccg"), (Kind.CSU, "csu")],
)
def test_applicability_follows_the_kind(kind, expected):
    assert Organisation(kind=kind).applicability_class == expected


def test_organisation_role_without_organisation_is_refused():
    refuses(
        Membership(user=UserFactory(), role=Role.EDI_LEAD, valid_from=FIRST_DAY),
        "membership_scope_fits_role",
        "Name the organisation",
    )


def test_portal_role_with_organisation_is_refused():
    row = Membership(user=UserFactory(), role=Role.BOARD_MEMBER, organisation=OrganisationFactory(), valid_from=FIRST_DAY)
    refuses(row, "membership_scope_fits_role", "nothing for other roles")


def test_healthwatch_needs_a_place():
    refuses(
        Membership(user=UserFactory(), role=Role.HEALTHWATCH_READER, valid_from=FIRST_DAY),
        "membership_scope_fits_role",
        "the place",
    )
    assert hold(UserFactory(), Role.HEALTHWATCH_READER, PlaceFactory()).pk


def test_only_contributors_have_an_area():
    row = Membership(
        user=UserFactory(), role=Role.EDI_LEAD, organisation=OrganisationFactory(), area="finance", valid_from=FIRST_DAY
    )
    refuses(row, "membership_area_for_contributors", "Only a contributor")


def test_the_same_role_twice_at_once_is_refused_but_not_elsewhere():
    user, first, second = UserFactory(), OrganisationFactory(), OrganisationFactory()
    hold(user, Role.EDI_LEAD, first)
    refuses(
        Membership(user=user, role=Role.EDI_LEAD, organisation=first, valid_from=date(2019, 1, 1)),
        "membership_edi_lead_once",
        "already holds",
    )
    assert hold(user, Role.EDI_LEAD, second).pk
    assert hold(user, Role.CONTRIBUTOR, first).pk


def test_no_account_is_a_superuser():
    refuses(
        User(email="root@example.invalid", display_name="Root", password="x", is_superuser=True),
        "user_never_superuser",
        "above the roles",
    )


def test_addresses_are_kept_in_lower_case():
    user = User.objects.create_user("Person@Example.Invalid", display_name="Person")
    assert user.email == "person@example.invalid"
    assert User.objects.get_by_natural_key("PERSON@example.invalid") == user
    refuses(User(email="Upper@example.invalid", display_name="Upper", password="x"), "user_email_lower_case", "small letters")


def test_the_admin_who_invited_cannot_confirm():
    admin = person(Role.PORTAL_ADMIN)
    row = Invitation(email="a@example.invalid", display_name="A", role=Role.PORTAL_ADMIN, invited_by=admin, confirmed_by=admin)
    refuses(row, "invitation_confirmed_by_another", "Another portal admin")


def test_an_organisation_with_rows_cannot_be_deleted():
    with pytest.raises(ProtectedError):
        OrganisationFactory().delete()


@pytest.mark.security(6)
def test_rights_go_with_their_organisation():
    organisation = OrganisationFactory(member=False)
    membership = hold(UserFactory(), Role.EDI_LEAD, organisation)
    assert OrganisationUserPermission.objects.exists()
    membership.delete()
    organisation.delete()
    assert not OrganisationUserPermission.objects.exists()


def test_labels_and_keys_name_role_and_place():
    organisation = OrganisationFactory(slug="north", short_name="North")
    assert str(hold(UserFactory(), Role.EDI_LEAD, organisation)) == "EDI lead, North"
    contributor = hold(UserFactory(), Role.CONTRIBUTOR, organisation, area="recruitment")
    assert contributor.label == "Contributor (recruitment), North"
    assert contributor.key == "contributor:north:recruitment"
    assert hold(UserFactory(), Role.BOARD_MEMBER).key == "board_member"
