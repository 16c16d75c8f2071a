"""Roles and rights in code, and the documentation made from them."""

from pathlib import Path

import pytest

from kpis.catalogue import CONTRIBUTORS
from organisations.roles import (
    CONTRIBUTOR_AREAS,
    RIGHTS,
    ROLES,
    SCOPE_NEEDS,
    SCOPE_WORDS,
    TOKEN_SCOPES,
    Right,
    Role,
    Scope,
    Tier,
    roles_granting,
    roles_of_scope,
    roles_table,
    scopes_of,
)

DOCS = Path(__file__).resolve().parents[2] / "docs" / "roles.md"


def test_the_documentation_holds_the_table_of_the_code():
    assert roles_table() in DOCS.read_text(encoding="utf-8")
    assert roles_table().startswith("| Role | Held for |"), "a table without its head would be no table"
    assert [right for right in Right if f"(`{right}`) |" not in roles_table()] == []
    assert [role for role in Role if f"| {ROLES[role].label} | " not in roles_table()] == []


def test_every_role_and_right_is_described():
    assert set(ROLES) == set(Role)
    assert set(RIGHTS) == set(Right)


def test_every_right_is_granted_by_some_role():
    assert [right for right in Right if not roles_granting(right)] == []


def test_nobody_both_enters_and_signs_off():
    for role, description in ROLES.items():
        assert not {Right.SUBMIT_RETURN, Right.SIGN_OFF_RETURN} <= description.rights, role


@pytest.mark.parametrize("role", [Role.STEERING_MEMBER, Role.BOARD_MEMBER, Role.HEALTHWATCH_READER, Role.PORTAL_ADMIN])
def test_roles_outside_organisations_see_no_return(role):
    assert Right.VIEW_RETURN not in ROLES[role].rights
    assert ROLES[role].scope is not Scope.ORGANISATION


def test_tiers_follow_the_design():
    assert {role: description.tier for role, description in ROLES.items()} == {
        Role.EDI_LEAD: Tier.STEERING,
        Role.CONTRIBUTOR: Tier.PUBLIC,
        Role.EXECUTIVE_SPONSOR: Tier.STEERING,
        Role.STEERING_MEMBER: Tier.STEERING,
        Role.BOARD_MEMBER: Tier.BOARD,
        Role.HEALTHWATCH_READER: Tier.PUBLIC,
        Role.PORTAL_ADMIN: Tier.STEERING,
    }


def test_whoever_a_question_is_usually_from_can_be_made_a_contributor():
    """A question whose area no contributor can hold would be seen by no contributor."""
    assert CONTRIBUTOR_AREAS.keys() == CONTRIBUTORS.keys()


def test_rights_over_one_organisation_are_those_of_its_return_registers_people_and_actions():
    """Of these alone it is asked at which organisation they are held: one that is missing here opens all organisations."""
    assert {right for right, about in RIGHTS.items() if about.at_organisation} == {
        Right.VIEW_RETURN,
        Right.EDIT_RETURN,
        Right.SUBMIT_RETURN,
        Right.SIGN_OFF_RETURN,
        Right.ADD_BESPOKE_KPI,
        Right.VIEW_REGISTERS,
        Right.KEEP_REGISTERS,
        Right.VIEW_PEOPLE,
        Right.MANAGE_PEOPLE,
        Right.CONFIRM_SELF_ASSESSMENT,
        Right.VIEW_ACTIONS,
        Right.KEEP_ACTIONS,
    }


def test_what_holds_for_one_organisation_or_place_is_held_nowhere_else():
    assert roles_of_scope(Scope.ORGANISATION) == (Role.EDI_LEAD, Role.CONTRIBUTOR, Role.EXECUTIVE_SPONSOR)
    assert roles_of_scope(Scope.PLACE) == (Role.HEALTHWATCH_READER,)
    assert roles_of_scope(Scope.PORTAL) == (Role.STEERING_MEMBER, Role.BOARD_MEMBER, Role.PORTAL_ADMIN)
    assert set(SCOPE_WORDS) == set(Scope)


@pytest.mark.parametrize(
    ("role", "beyond"),
    [
        (Role.EDI_LEAD, {"returns:read", "returns:write", "returns:submit"}),
        (Role.CONTRIBUTOR, {"returns:read", "returns:write"}),
        (Role.EXECUTIVE_SPONSOR, {"returns:read"}),
        (Role.STEERING_MEMBER, set()),
        (Role.BOARD_MEMBER, set()),
        (Role.HEALTHWATCH_READER, set()),
        (Role.PORTAL_ADMIN, {"jobs:read"}),
    ],
)
def test_a_token_may_no_more_than_its_role(role, beyond):
    assert set(scopes_of(role)) == {"released:read", "governance:read"} | beyond


def test_every_scope_is_one_that_a_token_can_have():
    assert SCOPE_NEEDS.keys() <= TOKEN_SCOPES.keys()
    assert {scope for role in Role for scope in scopes_of(role)} == TOKEN_SCOPES.keys()
