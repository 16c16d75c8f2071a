"""Why a person may see an organisation's data: the role that grants it, and where the role comes from."""

from dataclasses import dataclass

from django.db.models import Count, Q

from edi_portal.clock import business_today
from organisations.models import Membership, Organisation
from organisations.roles import RIGHTS, ROLES, Role, Scope, roles_of_scope


@dataclass(frozen=True, slots=True)
class Holder:
    """One role in force, what it opens at the organisation, and how many API tokens act under it."""

    membership: Membership
    rights: tuple[str, ...]
    tokens: int


def holders_of(organisation: Organisation) -> tuple[Holder, ...]:
    """Everybody with a right over this organisation's things: roles held there first, then roles of the whole portal."""
    there = Q(organisation=organisation)
    everywhere = Q(role__in=[role.value for role in roles_of_scope(Scope.PORTAL) if rights_over_organisations(role)])
    working = Q(api_tokens__ended_at=None, api_tokens__expires_on__gte=business_today())
    rows = Membership.objects.in_force().filter(there | everywhere, user__is_active=True)
    rows = rows.select_related("user", "organisation", "place", "granted_by").annotate(tokens=Count("api_tokens", filter=working))
    ordered = sorted(rows, key=lambda row: (row.organisation_id is None, row.role, row.user.display_name))
    return tuple(Holder(row, rights_over_organisations(Role(row.role)), row.tokens) for row in ordered)


def rights_over_organisations(role: Role) -> tuple[str, ...]:
    """The rights of a role over one organisation's things, in words, in the order of the table of rights."""
    return tuple(right.label for key, right in RIGHTS.items() if right.at_organisation and key in ROLES[role].rights)
