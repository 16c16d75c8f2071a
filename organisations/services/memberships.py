"""Granting, ending and withdrawing roles, and the projection of rights that follows from them."""

from datetime import date

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from guardian.shortcuts import get_user_perms

from edi_portal.audit.services import record
from edi_portal.clock import business_now, business_today
from edi_portal.exceptions import InvalidTransition, NotAllowed
from organisations.models import (
    Delegation,
    FootprintMembership,
    Membership,
    Organisation,
    OrganisationUserPermission,
    Place,
    User,
)
from organisations.permissions import require
from organisations.roles import RIGHTS, ROLES, Right, Role
from organisations.services.sessions import end_sessions


@transaction.atomic
def grant_membership(
    *,
    user: User,
    role: Role,
    by: User | None,
    organisation: Organisation | None = None,
    place: Place | None = None,
    area: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    delegation: Delegation | None = None,
) -> Membership:
    """Give a person a role. `by` is None when the portal itself acts (loading, accepting an invitation).

    Where it is on record that the organisation leaves the partnership, the role ends with its last day as everybody's there did.
    Raises InvalidTransition when the person holds the role there already or the role does not fit the place it is given for.
    """
    if by is not None:
        check_may_manage_people(by, organisation)
    first = valid_from or business_today()
    membership = Membership(
        user=user,
        role=role,
        organisation=organisation,
        place=place,
        area=area,
        valid_from=first,
        valid_to=min((day for day in (valid_to, _leaves_after(organisation, first)) if day is not None), default=None),
        granted_by=by,
        delegation=delegation,
    )
    try:
        membership.full_clean()
    except ValidationError as error:
        raise InvalidTransition(" ".join(error.messages)) from error
    membership.save()
    project_rights(membership)
    record(
        action="membership.granted", by=by, organisation=organisation, subject=_subject(membership), details={"role": str(role)}
    )
    return membership


@transaction.atomic
def end_membership(*, membership: Membership, by: User, last_day: date, reason: str = "") -> Membership:
    """Set the last day of a role, today or later; the day itself still counts."""
    membership = _locked(membership)
    check_may_manage_people(by, membership.organisation)
    _check_another_ends(membership, by)
    if last_day < max(business_today(), membership.valid_from):
        raise InvalidTransition("The last day must be today or later. To take the role away at once, withdraw it.")
    leaves = _leaves_after(membership.organisation, max(business_today(), membership.valid_from))
    if leaves is not None and last_day > leaves:
        raise InvalidTransition(
            f"{membership.organisation} leaves the partnership after {leaves:%-d %B %Y}. No role there lasts longer."
        )
    if membership.delegation_id is not None and membership.valid_to is not None and last_day > membership.valid_to:
        raise InvalidTransition(f"A delegate signs until {membership.valid_to:%-d %B %Y} and no longer.")
    membership.valid_to, membership.ended_by, membership.end_reason = last_day, by, reason
    membership.save(update_fields=["valid_to", "ended_by", "end_reason"])
    project_rights(membership)
    record(action="membership.ended", by=by, organisation=membership.organisation, subject=_subject(membership))
    return membership


@transaction.atomic
def withdraw_membership(*, membership: Membership, by: User, reason: str) -> Membership:
    """Take a role away at once: the person's next click is refused."""
    membership = _locked(membership)
    check_may_manage_people(by, membership.organisation)
    _check_another_ends(membership, by)
    membership.withdrawn_at, membership.ended_by, membership.end_reason = timezone.now(), by, reason
    membership.save(update_fields=["withdrawn_at", "ended_by", "end_reason"])
    end_sessions(account=membership.user, by=by, why="role")
    Delegation.objects.standing().filter(memberships=membership).update(ended_at=business_now(), ended_by=by)
    project_rights(membership)
    record(action="membership.withdrawn", by=by, organisation=membership.organisation, subject=_subject(membership))
    return membership


def _check_another_ends(membership: Membership, by: User) -> None:
    """Neither at once nor by a day: the last portal admin would leave nobody who can give the role."""
    if membership.user_id == by.pk and membership.role == Role.PORTAL_ADMIN:
        raise NotAllowed("Another portal admin must end your own role, so that the portal never has none.")


def _leaves_after(organisation: Organisation | None, day: date) -> date | None:
    """The last day in the partnership of an organisation that is in it on this day; None where no end is on record."""
    rows = FootprintMembership.objects.on(day).filter(organisation=organisation)
    return rows.values_list("valid_to", flat=True).first() if organisation is not None else None


def project_rights(membership: Membership) -> None:
    """Rebuild the account's rights over the membership's organisation from all its memberships there that may still hold.

    A membership that begins later counts as well: `can()` asks for one in force too, so a stale row alone opens nothing.
    """
    if membership.organisation is None:
        return
    held = Membership.objects.filter(user=membership.user, organisation=membership.organisation, withdrawn_at__isnull=True)
    roles = {Role(role) for role in held.exclude(valid_to__lt=business_today()).values_list("role", flat=True)}
    wanted = {right.value for role in roles for right in ROLES[role].rights if RIGHTS[right].at_organisation}
    present = set(get_user_perms(membership.user, membership.organisation))
    _give(membership.user, membership.organisation, wanted - present)
    if gone := present - wanted:
        rows = OrganisationUserPermission.objects.filter(user=membership.user, content_object=membership.organisation)
        rows.filter(permission__codename__in=gone).delete()


def _give(user: User, organisation: Organisation, codenames: set[str]) -> None:
    """Write all rights at once: guardian's own function asks three times for each."""
    if not codenames:
        return
    kind = ContentType.objects.get_for_model(Organisation)
    rights = list(Permission.objects.filter(content_type=kind, codename__in=codenames))
    if missing := codenames - {right.codename for right in rights}:
        raise Permission.DoesNotExist(f"Rights that the last migration did not make: {', '.join(sorted(missing))}.")
    OrganisationUserPermission.objects.bulk_create(
        [OrganisationUserPermission(user=user, content_object=organisation, permission=right) for right in rights],
        ignore_conflicts=True,
    )


def project_all_rights() -> int:
    """Project every membership that may still hold, after an upgrade that gave roles other rights; how many people changed."""
    pairs = Membership.objects.filter(withdrawn_at__isnull=True, organisation__isnull=False).exclude(
        valid_to__lt=business_today()
    )
    changed = 0
    for membership in (
        pairs.select_related("user", "organisation").order_by("user_id", "organisation_id").distinct("user_id", "organisation_id")
    ):
        before = set(get_user_perms(membership.user, membership.organisation))
        project_rights(membership)
        changed += set(get_user_perms(membership.user, membership.organisation)) != before
    return changed


def check_may_manage_people(by: User, organisation: Organisation | None) -> None:
    """Raise NotAllowed unless the person may give and take roles there; roles outside organisations belong to portal admins."""
    if organisation is None:
        require(by, Right.ONBOARD)
    else:
        require(by, Right.MANAGE_PEOPLE, organisation)


def _locked(membership: Membership) -> Membership:
    row = Membership.objects.select_for_update(of=("self",)).select_related("organisation", "place", "user").get(pk=membership.pk)
    ended = row.valid_to is not None and row.valid_to < business_today()
    if row.withdrawn_at is not None or ended:
        raise InvalidTransition("This role has ended already.")
    return row


def _subject(membership: Membership) -> str:
    return f"membership:{membership.pk}"
