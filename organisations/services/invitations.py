"""Inviting a person to one role: the offer, the second admin's word where it is needed, the link, and accepting it.

The link lasts 7 days of real time, works once, and is bound to the address, the organisation and the role.
"""

import hashlib
import secrets
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from edi_portal.audit.services import record
from edi_portal.clock import business_today
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed
from organisations import notifications
from organisations.identity.tokens import Identity
from organisations.models import Delegation, Invitation, Membership, Organisation, Place, User
from organisations.permissions import can, require
from organisations.roles import Right, Role, roles_granting
from organisations.services.accounts import make_account
from organisations.services.identities import link_identity
from organisations.services.memberships import check_may_manage_people, grant_membership

LINK_LASTS = timedelta(days=7)


@transaction.atomic
def invite(
    *,
    email: str,
    display_name: str,
    role: Role,
    by: User | None,
    organisation: Organisation | None = None,
    place: Place | None = None,
    area: str = "",
    delegation: Delegation | None = None,
) -> Invitation:
    """Offer a role to an address and send the link. A new portal admin is sent nothing until another admin has confirmed.

    With a `delegation` the role is that of its delegate; who may name one is checked where the delegation is made.
    """
    if by is not None and delegation is None:
        _check_may_invite(by, role, organisation)
    invitation = Invitation(
        email=email.strip().lower(),
        display_name=display_name,
        role=role,
        organisation=organisation,
        place=place,
        area=area,
        invited_by=by,
        delegation=delegation,
    )
    try:
        invitation.full_clean()
    except ValidationError as error:
        raise Incomplete(" ".join(error.messages)) from error
    _check_not_held(invitation)
    if _open_invitations().filter(email=invitation.email, role=role, organisation=organisation, place=place).exists():
        raise InvalidTransition("This address has an open invitation to this role. Send that one again instead.")
    invitation.save()
    if not needs_second_admin(invitation):
        _send_link(invitation)
    record(action="invitation.made", by=by, organisation=organisation, subject=_subject(invitation), details={"role": str(role)})
    return invitation


@transaction.atomic
def confirm_invitation(*, invitation: Invitation, by: User) -> Invitation:
    """A second portal admin agrees to a new portal admin; only then is the link sent."""
    require(by, Right.ONBOARD)
    invitation = _locked(invitation)
    if not needs_second_admin(invitation):
        raise InvalidTransition("This invitation needs no confirmation.")
    if invitation.invited_by_id == by.pk:
        raise NotAllowed("You made this invitation. Another portal admin must confirm it.")
    invitation.confirmed_by, invitation.confirmed_at = by, timezone.now()
    _send_link(invitation)
    record(action="invitation.confirmed", by=by, subject=_subject(invitation))
    return invitation


@transaction.atomic
def send_again(*, invitation: Invitation, by: User) -> Invitation:
    """Make a new link for another 7 days; the old one is dead."""
    check_may_manage_people(by, invitation.organisation)
    invitation = _locked(invitation)
    if needs_second_admin(invitation):
        raise InvalidTransition("Another portal admin must confirm this invitation first.")
    _send_link(invitation)
    record(action="invitation.sent_again", by=by, organisation=invitation.organisation, subject=_subject(invitation))
    return invitation


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: User) -> Invitation:
    """Take an offer back; its link is dead."""
    check_may_manage_people(by, invitation.organisation)
    invitation = _locked(invitation)
    invitation.withdrawn_by, invitation.withdrawn_at, invitation.token_hash = by, timezone.now(), ""
    invitation.save(update_fields=["withdrawn_by", "withdrawn_at", "token_hash"])
    record(action="invitation.withdrawn", by=by, organisation=invitation.organisation, subject=_subject(invitation))
    return invitation


def open_invitation(token: str) -> Invitation | None:
    """The invitation that this link opens, or None when it is unknown, used, withdrawn or older than 7 days."""
    found = _open_invitations().filter(token_hash=hash_of(token), expires_at__gt=timezone.now())
    found = found.filter(Q(delegation=None) | Q(delegation__ended_at=None, delegation__valid_to__gte=business_today()))
    return found.select_related("organisation", "place", "delegation__sponsor").first()


@transaction.atomic
def accept_invitation(
    *, token: str, by: User | None = None, display_name: str = "", password: str = "", identity: Identity | None = None
) -> Membership:
    """Turn an invitation into a membership.

    A person with an account must be signed in to it (`by`); otherwise the account is made with this name and password.
    In place of the password stands an `identity` of the provider that was proved for the invited address: it is linked.
    Raises InvalidTransition for a dead link, NotAllowed for the wrong account, Incomplete for a weak password.
    """
    invitation = Invitation.objects.select_for_update(of=("self",)).filter(token_hash=hash_of(token)).first()
    if invitation is None or open_invitation(token) is None:
        raise InvalidTransition("This link has been used, has been withdrawn, or is older than 7 days. Ask for a new invitation.")
    account = User.objects.filter(email=invitation.email).first()
    if account is None:
        name = display_name.strip() or invitation.display_name
        if identity is not None and identity.email != invitation.email:
            raise NotAllowed("This invitation is for another address.")
        account = make_account(email=invitation.email, display_name=name, password=None if identity else password)
        if identity is not None:
            link_identity(account=account, subject=identity.subject)
    elif by is None or by.pk != account.pk:
        raise NotAllowed("This invitation is for another account. Sign in with the address it was sent to.")
    membership = grant_membership(
        user=account,
        role=Role(invitation.role),
        organisation=invitation.organisation,
        place=invitation.place,
        area=invitation.area,
        by=None,
        **_delegated(invitation, account),
    )
    membership.granted_by = invitation.invited_by
    membership.save(update_fields=["granted_by"])
    invitation.accepted_by, invitation.accepted_at, invitation.token_hash = account, timezone.now(), ""
    invitation.save(update_fields=["accepted_by", "accepted_at", "token_hash"])
    record(action="invitation.accepted", by=account, organisation=invitation.organisation, subject=_subject(invitation))
    return membership


def _delegated(invitation: Invitation, account: User) -> dict[str, Any]:
    """What the role of a delegate has besides: its days, and whose leave it covers."""
    delegation = invitation.delegation
    if delegation is None:
        return {}
    check_signs_only(account.email, delegation.organisation)
    delegation.delegate = account
    delegation.save(update_fields=["delegate"])
    first: date = max(business_today(), delegation.valid_from)
    return {"valid_from": first, "valid_to": delegation.valid_to, "delegation": delegation}


def check_signs_only(email: str, organisation: Organisation) -> None:
    """Whoever fills in a return cannot sign it, so a delegate must hold no role that enters figures there."""
    held = Membership.objects.in_force().filter(user__email=email, organisation=organisation)
    if held.filter(role__in=[role.value for role in roles_granting(Right.EDIT_RETURN)]).exists():
        raise NotAllowed("This person fills in the return, so they cannot sign it as well. Name somebody else.")


def needs_second_admin(invitation: Invitation) -> bool:
    """True while a new portal admin, invited by one admin, waits for another's word."""
    return invitation.role == Role.PORTAL_ADMIN and invitation.invited_by_id is not None and invitation.confirmed_at is None


def hash_of(token: str) -> str:
    """What is stored in place of the secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def _send_link(invitation: Invitation) -> None:
    token = secrets.token_urlsafe(32)
    invitation.token_hash, invitation.expires_at = hash_of(token), timezone.now() + LINK_LASTS
    invitation.save()
    transaction.on_commit(lambda: notifications.send_invitation(invitation, token))


def _open_invitations() -> QuerySet[Invitation]:
    return Invitation.objects.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)


def _locked(invitation: Invitation) -> Invitation:
    row = (
        _open_invitations()
        .select_for_update(of=("self",))
        .select_related("organisation", "place")
        .filter(pk=invitation.pk)
        .first()
    )
    if row is None:
        raise InvalidTransition("This invitation has been accepted or withdrawn already.")
    return row


def _check_may_invite(by: User, role: Role, organisation: Organisation | None) -> None:
    """Whoever shares out a return's questions may invite those who answer them; all else belongs to who manages people."""
    if role is Role.CONTRIBUTOR and organisation is not None and can(by, Right.SUBMIT_RETURN, organisation):
        return
    check_may_manage_people(by, organisation)


def _check_not_held(invitation: Invitation) -> None:
    held = Membership.objects.in_force().filter(user__email=invitation.email)
    if held.filter(role=invitation.role, organisation=invitation.organisation, place=invitation.place).exists():
        raise InvalidTransition("This person already holds this role there.")


def _subject(invitation: Invitation) -> str:
    return f"invitation:{invitation.pk}"
