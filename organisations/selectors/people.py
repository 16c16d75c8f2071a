"""Who holds which role where, which invitations are open, and whose exact figures one account can see."""

from collections import defaultdict

from django.db.models import QuerySet
from django.utils import timezone

from organisations.models import Invitation, Membership, Organisation, User
from organisations.permissions import organisations_with_right
from organisations.roles import ROLES, Right, Role, Scope, roles_granting


def memberships_shown_to(user: User, *, organisation: Organisation | None = None) -> QuerySet[Membership]:
    """Roles in force that this person may see: those of the organisations whose people they may see.

    Roles outside organisations are shown to those who see every organisation's people.
    """
    rows = Membership.objects.in_force().select_related("user", "organisation", "place")
    if organisation is not None:
        return rows.filter(organisation=organisation, organisation__in=organisations_with_right(user, Right.VIEW_PEOPLE))
    if sees_all_people(user):
        return rows
    return rows.filter(organisation__in=organisations_with_right(user, Right.VIEW_PEOPLE))


def open_invitations_shown_to(user: User, *, organisation: Organisation | None = None) -> QuerySet[Invitation]:
    """Invitations neither accepted nor withdrawn, over the organisations where this person manages people."""
    rows = Invitation.objects.filter(accepted_at__isnull=True, withdrawn_at__isnull=True).select_related(
        "organisation", "place", "invited_by"
    )
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    if sees_all_people(user):
        return rows
    return rows.filter(organisation__in=organisations_with_right(user, Right.MANAGE_PEOPLE))


def is_link_dead(invitation: Invitation) -> bool:
    """True when the 7 days of the link are over."""
    return invitation.expires_at is not None and invitation.expires_at <= timezone.now()


def sees_all_people(user: User) -> bool:
    """True in a role that is held for the whole portal and shows people."""
    membership = user.active_membership
    if membership is None:
        return False
    role = ROLES[Role(membership.role)]
    return role.scope is Scope.PORTAL and Right.VIEW_PEOPLE in role.rights


def blocks() -> tuple[frozenset[str], ...]:
    """For disclosure: sets of organisations (slugs) whose exact figures one account can see, where there is more than one.

    A set inside another is left out. An organisation in none of the sets is a block of its own.
    """
    seen: dict[int, set[str]] = defaultdict(set)
    rows = Membership.objects.in_force().filter(
        role__in=[role.value for role in roles_granting(Right.VIEW_RETURN)], user__is_active=True
    )
    for user_id, slug in rows.values_list("user_id", "organisation__slug"):
        seen[user_id].add(slug)
    sets = {frozenset(slugs) for slugs in seen.values() if len(slugs) > 1}
    return tuple(sorted((one for one in sets if not any(one < other for other in sets)), key=sorted))
