"""Naming who signs during a sponsor's leave, and ending it early. Rights begin and end by day, through a membership."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from edi_portal.audit.services import record
from edi_portal.clock import business_now, business_today
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed
from organisations.models import Delegation, Membership, Organisation, User
from organisations.permissions import can, require
from organisations.roles import Right, Role
from organisations.services.invitations import check_signs_only, invite
from organisations.services.memberships import grant_membership, project_rights

LONGEST = timedelta(days=92)


@transaction.atomic
def make_delegation(
    *, organisation: Organisation, email: str, display_name: str, valid_from: date, valid_to: date, by: User
) -> Delegation:
    """Name the person who signs from one day to another.

    Somebody who holds a role at the organisation has the right at once; anybody else gets an invitation, whether or not an
    account exists, so that the answer tells nothing about other people's accounts.
    """
    check_may_delegate(by, organisation)
    email = email.strip().lower()
    _check_days(valid_from, valid_to)
    if email == by.email:
        raise Incomplete("Name another person than yourself.")
    check_signs_only(email, organisation)
    delegation = Delegation(
        organisation=organisation,
        sponsor=by,
        email=email,
        display_name=display_name.strip(),
        valid_from=valid_from,
        valid_to=valid_to,
    )
    # Two requests at once wait here for each other; the exclusion constraint would refuse the second anyway.
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    try:
        delegation.full_clean()
    except ValidationError as error:
        raise InvalidTransition(" ".join(error.messages)) from error
    delegation.save()
    known = Membership.objects.in_force().filter(user__email=email, organisation=organisation).select_related("user").first()
    if known is not None:
        _grant(delegation, known.user)
    else:
        invite(
            email=email,
            display_name=delegation.display_name,
            role=Role.EXECUTIVE_SPONSOR,
            organisation=organisation,
            by=by,
            delegation=delegation,
        )
    record(
        action="delegation.made",
        by=by,
        organisation=organisation,
        subject=_subject(delegation),
        details={"from": f"{valid_from}", "to": f"{valid_to}"},
    )
    return delegation


@transaction.atomic
def end_delegation(*, delegation: Delegation, by: User) -> Delegation:
    """Take the delegate's right away at once; an invitation that is still open is dead."""
    delegation = Delegation.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=delegation.pk)
    if not may_end(by, delegation):
        raise NotAllowed("Only the sponsor who named the delegate, or a portal admin, ends this.")
    if delegation.ended_at is not None or (delegation.valid_to is not None and delegation.valid_to < business_today()):
        raise InvalidTransition("This delegation has ended already.")
    delegation.ended_at, delegation.ended_by = business_now(), by
    delegation.save(update_fields=["ended_at", "ended_by"])
    for membership in delegation.memberships.filter(withdrawn_at=None):
        membership.withdrawn_at, membership.ended_by, membership.end_reason = timezone.now(), by, "The delegation ended."
        membership.save(update_fields=["withdrawn_at", "ended_by", "end_reason"])
        project_rights(membership)
    delegation.invitations.filter(accepted_at=None, withdrawn_at=None).update(
        withdrawn_at=timezone.now(), withdrawn_by=by, token_hash=""
    )
    record(action="delegation.ended", by=by, organisation=delegation.organisation, subject=_subject(delegation))
    return delegation


def check_may_delegate(by: User, organisation: Organisation) -> None:
    """The sponsor's own role is needed: a delegate passes the signature on to nobody."""
    require(by, Right.SIGN_OFF_RETURN, organisation)
    held = Membership.objects.in_force().filter(user=by, organisation=organisation, role=Role.EXECUTIVE_SPONSOR)
    if not held.filter(delegation=None).exists():
        raise NotAllowed("You sign for somebody else, so you cannot name a further delegate.")


def may_end(by: User, delegation: Delegation) -> bool:
    """The sponsor who named the delegate, and whoever manages people there."""
    return delegation.sponsor_id == by.pk or can(by, Right.MANAGE_PEOPLE, delegation.organisation)


def _grant(delegation: Delegation, user: User) -> None:
    grant_membership(
        user=user,
        role=Role.EXECUTIVE_SPONSOR,
        organisation=delegation.organisation,
        by=None,
        valid_from=delegation.valid_from,
        valid_to=delegation.valid_to,
        delegation=delegation,
    )
    delegation.delegate = user
    delegation.save(update_fields=["delegate"])


def _check_days(first: date, last: date) -> None:
    if first < business_today():
        raise Incomplete("The first day must be today or later.")
    if last < first:
        raise Incomplete("The last day must be the first day or later.")
    if last - first > LONGEST:
        raise Incomplete("A delegation lasts three months at most. For longer, ask a portal admin for a second sponsor.")


def _subject(delegation: Delegation) -> str:
    return f"delegation:{delegation.pk}"
