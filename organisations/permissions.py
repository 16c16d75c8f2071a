"""The one answer to "may they?": `can()`. The only module that reads guardian.

A right over one organisation is a guardian row, projected from memberships; a right of the whole portal comes from the role.
Within a request the rights in force are those of the membership in use (`user.active_membership`); elsewhere, as in a
background job, all memberships of the account count.
"""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from guardian.shortcuts import get_objects_for_user, get_user_perms

from edi_portal.exceptions import BusinessError, NotAllowed
from edi_portal.scope import reach
from organisations.roles import RIGHTS, ROLES, Right, Role, Scope, Tier, roles_granting

if TYPE_CHECKING:
    from django.http import HttpRequest

    from organisations.models import Membership, Organisation
    from organisations.models.organisations import OrganisationQuerySet

TIERS_WIDEST_FIRST = (Tier.STEERING, Tier.BOARD, Tier.PUBLIC)


def memberships_that_count(user: Any) -> "list[Membership]":
    """The membership in use where one is set, otherwise every membership in force; none for strangers."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return []
    if user.active_membership is not None:
        return [user.active_membership]
    return list(user.memberships.in_force().select_related("organisation", "place"))


def can(user: Any, right: Right, organisation: "Organisation | None" = None) -> bool:
    """True when the account holds the right, over this organisation where the right is one over an organisation."""
    for membership in memberships_that_count(user):
        role = ROLES[Role(membership.role)]
        if right not in role.rights:
            continue
        if not RIGHTS[right].at_organisation:
            return True
        if organisation is None:
            continue
        if role.scope is Scope.PORTAL:
            return True
        if membership.organisation_id == organisation.pk and right in _projected_rights(user, membership):
            return True
    return False


def require(user: Any, right: Right, organisation: "Organisation | None" = None) -> None:
    """Pass silently, or raise `NotAllowed` with a sentence that says who may."""
    if can(user, right, organisation):
        return
    holders = " or ".join(ROLES[role].label for role in roles_granting(right))
    where = f" of {organisation}" if organisation is not None and RIGHTS[right].at_organisation else ""
    raise NotAllowed(
        f"Your role does not allow this: {RIGHTS[right].label.lower()}. Ask a person with the role {holders}{where}."
    )


def organisations_with_right(user: Any, right: Right) -> "OrganisationQuerySet":
    """The organisations over which the account holds this right; a query, to stand in a filter."""
    from organisations.models import Organisation

    counting = [m for m in memberships_that_count(user) if right in ROLES[Role(m.role)].rights]
    if not counting:
        return Organisation.objects.none()
    if any(ROLES[Role(m.role)].scope is Scope.PORTAL or not RIGHTS[right].at_organisation for m in counting):
        return Organisation.objects.all()
    granted = get_objects_for_user(
        user,
        f"organisations.{right}",
        klass=Organisation.objects.filter(pk__in={m.organisation_id for m in counting}),
        use_groups=False,
        with_superuser=False,
        accept_global_perms=False,
    )
    return granted  # type: ignore[return-value]  # guardian types its answer by the base class


def keys_of_organisations_with_right(user: Any, right: Right) -> frozenset[int]:
    """The same as keys, to compare rows with: for the one role in use its rights are read once, however often this is asked."""
    counting = memberships_that_count(user)
    if len(counting) == 1 and ROLES[Role(counting[0].role)].scope is Scope.ORGANISATION and RIGHTS[right].at_organisation:
        own = counting[0]
        held = right in ROLES[Role(own.role)].rights and right in _projected_rights(user, own)
        return frozenset({own.organisation_id} if held and own.organisation_id is not None else ())
    return frozenset(organisations_with_right(user, right).values_list("pk", flat=True))


def use_role(user: Any, membership: "Membership | None") -> None:
    """This request acts in one role: its rights are in force, and rows of returns may be held to its organisation."""
    user.active_membership = membership
    organisation = membership.organisation if membership is not None else None
    if membership is not None and organisation is not None and Right.VIEW_RETURN in ROLES[Role(membership.role)].rights:
        reach(organisation)


def active_membership(request: "HttpRequest") -> "Membership | None":
    """The role in use in this request."""
    return getattr(request, "membership", None)


def tier_of(holder: Any) -> Tier:
    """The tier of released figures that a membership, or the widest that an account's counting memberships, may read."""
    if holder is None:
        return Tier.PUBLIC
    memberships = [holder] if hasattr(holder, "role") else memberships_that_count(holder)
    tiers = {ROLES[Role(membership.role)].tier for membership in memberships}
    return next((tier for tier in TIERS_WIDEST_FIRST if tier in tiers), Tier.PUBLIC)


def as_bool(check: Callable[..., None]) -> Callable[..., bool]:
    """The boolean twin of a check that raises a business error, for templates: `can_x = as_bool(check_can_x)`."""

    @wraps(check)
    def twin(*args: Any, **kwargs: Any) -> bool:
        try:
            check(*args, **kwargs)
        except BusinessError:
            return False
        return True

    return twin


def _projected_rights(user: Any, membership: "Membership") -> frozenset[str]:
    """The account's guardian rows over the membership's organisation, read once for each membership object."""
    rights: frozenset[str] | None = getattr(membership, "_projected_rights", None)
    if rights is None:
        rights = frozenset(get_user_perms(user, membership.organisation))  # type: ignore[arg-type]
        membership._projected_rights = rights  # type: ignore[attr-defined]
    return rights
