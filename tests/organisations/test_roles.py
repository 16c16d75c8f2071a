"""Roles and rights in code, and the documentation made from them."""

from pathlib import Path

import pytest

from organisations.roles import RIGHTS, ROLES, Right, Role, Scope, Tier, roles_granting, roles_table

DOCS = Path(__file__).resolve().parents[2] / "docs" / "roles.md"


def test_the_documentation_holds_the_table_of_the_code():
    assert roles_table() in DOCS.read_text(encoding="utf-8")
    assert roles_table().startswith("| Role | Held for |"), "a table without its head would be no table"


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
