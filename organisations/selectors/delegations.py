"""Who signs for whom, and when: the list that sponsor, EDI lead and portal admin see."""

from datetime import date

from django.db.models import QuerySet

from organisations.models import Delegation, Membership, Organisation, User
from organisations.permissions import organisations_with_right
from organisations.roles import Right, Role


def delegations_shown_to(user: User) -> QuerySet[Delegation]:
    """Delegations of the organisations whose people this person may see, newest first."""
    rows = Delegation.objects.filter(organisation__in=organisations_with_right(user, Right.VIEW_PEOPLE))
    return rows.select_related("organisation", "sponsor", "delegate", "ended_by")


def signers_of(organisation: Organisation, *, besides: User | None = None) -> list[str]:
    """Who may sign for an organisation today, in words: "A. Person (delegate until 31 January 2020)"."""
    rows = Membership.objects.in_force().filter(organisation=organisation, role=Role.EXECUTIVE_SPONSOR, user__is_active=True)
    rows = rows.exclude(user=besides) if besides is not None else rows
    return [
        f"{row.user} (delegate until {row.valid_to:%-d %B %Y})" if row.delegation_id and row.valid_to else f"{row.user}"
        for row in rows.select_related("user").order_by("delegation_id", "user__display_name")
    ]


def delegation_used(organisation: Organisation, user: User, day: date) -> Delegation | None:
    """The delegation under which this person signed for the organisation on a day; None for a sponsor in their own right."""
    held = Membership.objects.on(day).filter(user=user, organisation=organisation, role=Role.EXECUTIVE_SPONSOR)
    row = held.select_related("delegation__sponsor").order_by("delegation_id").first()
    return row.delegation if row is not None else None
