"""Who may do what in governance, with the sentence that says why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edi_portal.exceptions import NotAllowed
from organisations.permissions import as_bool, can, memberships_that_count, require
from organisations.roles import RIGHTS, ROLES, Right, Role, roles_granting

if TYPE_CHECKING:
    from organisations.models import Organisation
    from steering.models import Action


def check_can_govern(user: Any) -> None:
    """Members of the steering group decide for it."""
    require(user, Right.GOVERN)


can_govern = as_bool(check_can_govern)


def check_can_see_actions(user: Any) -> None:
    """Actions are read by the roles that hold the right, each its own part of them."""
    if not any(Right.VIEW_ACTIONS in ROLES[Role(one.role)].rights for one in memberships_that_count(user)):
        holders = " or ".join(ROLES[role].label for role in roles_granting(Right.VIEW_ACTIONS))
        raise NotAllowed(
            f"Your role does not allow this: {RIGHTS[Right.VIEW_ACTIONS].label.lower()}. Ask a person with the role {holders}."
        )


def check_can_raise_action(user: Any, owner: Organisation | None) -> None:
    """The steering group raises any action; an organisation's lead raises the organisation's own."""
    if can(user, Right.GOVERN):
        check_can_govern(user)
        return
    require(user, Right.KEEP_ACTIONS, owner)


def check_can_change_action(user: Any, action: Action) -> None:
    """What an action says is changed by the side that wrote it."""
    if action.written_for is None:
        check_can_govern(user)
        return
    require(user, Right.KEEP_ACTIONS, action.written_for)
    if can(user, Right.GOVERN):
        raise NotAllowed(f"{action.written_for} raised this action and changes its words. You can report on it.")


can_change_action = as_bool(check_can_change_action)


def check_can_report_on_action(user: Any, action: Action) -> None:
    """Its owner reports how it stands, and so may the steering group."""
    check_can_raise_action(user, action.owner_organisation)


can_report_on_action = as_bool(check_can_report_on_action)


def side_of(user: Any, owner: Organisation | None) -> Organisation | None:
    """Whose words somebody writes: the steering group's (None), or those of the own organisation."""
    return None if can(user, Right.GOVERN) else owner
