"""Who may do what in governance, with the sentence that says why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models.functions import TruncDate

from edi_portal.clock import BusinessNow
from edi_portal.exceptions import InvalidTransition, NotAllowed
from organisations.permissions import as_bool, can, memberships_that_count, require
from organisations.roles import RIGHTS, ROLES, Right, Role, roles_granting

if TYPE_CHECKING:
    from organisations.models import Organisation, Place
    from steering.models import Action, Proposal


def check_can_govern(user: Any) -> None:
    """Members of the steering group decide for it, as long as their term holds. A seat that was never given ends nothing."""
    require(user, Right.GOVERN)
    from steering.models import GroupMember

    seats = list(GroupMember.objects.filter(user=user).annotate(today=TruncDate(BusinessNow())).order_by("-valid_from"))
    if not seats or any(seat.holds_on(seat.today) for seat in seats):
        return
    today = seats[0].today
    last = max((seat.valid_to for seat in seats if seat.valid_to is not None and seat.valid_to < today), default=None)
    if last is None:
        raise NotAllowed(f"Your term in the steering group begins on {seats[-1].valid_from:%-d %B %Y}.")
    raise NotAllowed(
        f"Your term in the steering group ended on {last:%-d %B %Y}. You can read everything. "
        "Ask another member to renew the term."
    )


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


def check_can_reply(user: Any, proposal: Proposal) -> None:
    """The board replies for the board, a Healthwatch reader for the Healthwatch of the own place."""
    require(user, Right.RATIFY)
    if proposal.withdrawn_on is not None or hasattr(proposal, "replaced_by"):
        raise InvalidTransition("This proposal is no longer open for replies.")


def body_of(user: Any) -> tuple[bool, Place | None]:
    """Whether somebody replies for a body, and the place whose Healthwatch it is; the board has none."""
    for membership in memberships_that_count(user):
        if Right.RATIFY in ROLES[Role(membership.role)].rights:
            return True, membership.place
    return False, None


def check_can_read_panels(user: Any) -> None:
    """EDS panels are read by every Healthwatch, by the steering group, and of the own organisation by its lead and sponsor."""
    rights = {Right.SCORE_PANELS, Right.VIEW_GOVERNANCE, Right.VIEW_REGISTERS}
    if not any(rights & ROLES[Role(one.role)].rights for one in memberships_that_count(user)):
        raise NotAllowed(
            "Your role does not allow this: see EDS scores of a Healthwatch beside those of an organisation. "
            "Ask an EDI lead, a Healthwatch reader or a member of the steering group."
        )


def check_can_comment(user: Any) -> Place:
    """A Healthwatch comments on any organisation that its people use; returns the place it speaks for."""
    require(user, Right.SCORE_PANELS)
    for membership in memberships_that_count(user):
        if membership.place is not None and Right.SCORE_PANELS in ROLES[Role(membership.role)].rights:
            return membership.place
    raise NotAllowed("Your role is held for no place, so there is no Healthwatch to speak for.")


def check_can_score(user: Any, organisation: Organisation) -> Place:
    """A Healthwatch scores the organisations of its own place; returns the place."""
    place = check_can_comment(user)
    if not organisation.organisation_places.filter(place=place).exists():
        raise NotAllowed(f"You score organisations of {place}. You can comment on {organisation}.")
    return place


def can_score(user: Any, organisation: Organisation) -> bool:
    """Whether somebody scores this organisation."""
    try:
        check_can_score(user, organisation)
    except NotAllowed:
        return False
    return True


def side_of(user: Any, owner: Organisation | None) -> Organisation | None:
    """Whose words somebody writes: the steering group's (None), or those of the own organisation."""
    return None if can(user, Right.GOVERN) else owner
