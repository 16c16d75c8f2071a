"""What an identity opens when its person comes back from the provider.

An identity opens an account only when it was linked to it: by the account's owner, signed in with a fresh second factor and
asked once more; or by whoever holds the link of an invitation to the address that the provider verified. An address alone
never opens an account.
"""

from __future__ import annotations

import logging
import time
from dataclasses import asdict, dataclass
from typing import Any

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.mfa.stages import AuthenticateStage
from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from edi_portal.audit.services import record
from organisations.identity.sessions import note_identity, note_proved_again, proved_by_provider
from organisations.identity.tokens import LEEWAY, Identity
from organisations.models import User
from organisations.second_factor import EncryptingAdapter
from organisations.services.identities import account_of
from organisations.services.invitations import hash_of, open_invitation

logger = logging.getLogger("organisations.identity")

PENDING = "identity_offered"
PENDING_SECONDS = 600
STATUS = 403


@dataclass(frozen=True)
class Pending:
    """An identity that was proved and waits for its person's yes: to a link with this account, or to this invitation."""

    identity: dict[str, Any]
    at: float
    account: int | None = None
    invitation: str = ""


def arrive(request: HttpRequest, identity: Identity, state: dict[str, Any]) -> HttpResponse:
    """Go on with what was begun."""
    return PURPOSES[state["process"]](request, identity, state)


def refuse(request: HttpRequest, why: str) -> HttpResponse:
    """Say why the identity opens nothing; the reason, one word, also goes into the log."""
    logger.warning("identity refused", extra={"kind": why})
    return render(request, "organisations/identity_refused.html", {"why": why}, status=STATUS)


class SecondFactorStage(AuthenticateStage):
    """Ask for the portal's second factor, unless the provider saw one and the settings let that count."""

    def _should_handle(self, request: HttpRequest) -> bool:
        return not proved_by_provider(request, self.login.user) and bool(super()._should_handle(request))


def note_sign_in(request: HttpRequest, account: User, identity: Identity) -> None:
    """Write into the session what the provider proved, and when, and put the sign-in on record."""
    note_identity(request, account, proved_at=identity.proved_at, second_factor=identity.second_factor)
    details = {"way": "provider", "second_factor": identity.second_factor}
    record(action="account.identity_proved", by=account, subject=f"user:{account.pk}", details=details)


def pending_of(request: HttpRequest) -> tuple[Pending, Identity] | None:
    """The identity that waits for a yes in this session, unless it has waited too long."""
    kept = request.session.get(PENDING)
    if kept is None or time.time() - kept["at"] > PENDING_SECONDS:
        return None
    pending = Pending(**kept)
    return pending, Identity(**pending.identity)


def pending_for_invitation(request: HttpRequest, token: str) -> Identity | None:
    """The identity with which this invitation can be accepted."""
    found = pending_of(request)
    return found[1] if found and found[0].invitation == hash_of(token) else None


def _sign_in(request: HttpRequest, identity: Identity, state: dict[str, Any]) -> HttpResponse:
    account = account_of(identity.subject)
    if account is None:
        return refuse(request, "unlinked")
    if request.user.is_authenticated:
        auth.logout(request)
    if account.is_active:
        note_sign_in(request, account, identity)
    # The library refuses a closed account, asks for the second factor, changes the key of the session, and goes on.
    return perform_login(request, Login(user=account, redirect_url=state.get("next")))


def _prove_again(request: HttpRequest, identity: Identity, state: dict[str, Any]) -> HttpResponse:
    """A fresh proof by the same person; without a time, or without a second factor, it is none."""
    account = account_of(identity.subject)
    if account is None or account != request.user:
        return refuse(request, "another")
    if not identity.second_factor or identity.proved_at < state["began"] - LEEWAY:
        return refuse(request, "not-fresh")
    note_proved_again(request, account, proved_at=identity.proved_at)
    return redirect(str(state["next"]))


def _offer_link(request: HttpRequest, identity: Identity, state: dict[str, Any]) -> HttpResponse:
    if not isinstance(request.user, User):
        return refuse(request, "stale")
    if not identity.email:
        return refuse(request, "unverified")
    if identity.email != request.user.email:
        return refuse(request, "another-address")
    if account_of(identity.subject) is not None:
        return refuse(request, "elsewhere")
    _keep(request, identity, account=request.user.pk)
    return redirect("identity_confirm")


def _offer_invitation(request: HttpRequest, identity: Identity, state: dict[str, Any]) -> HttpResponse:
    token = EncryptingAdapter().decrypt(state["data"])
    invitation = open_invitation(token)
    if invitation is None:
        return refuse(request, "stale")
    if not identity.email:
        return refuse(request, "unverified")
    if identity.email != invitation.email:
        return refuse(request, "another-address")
    if account_of(identity.subject) is not None:
        return refuse(request, "elsewhere")
    _keep(request, identity, invitation=hash_of(token))
    return redirect("organisations:accept-invitation", token)


def _keep(request: HttpRequest, identity: Identity, *, account: int | None = None, invitation: str = "") -> None:
    pending = Pending(identity=asdict(identity), at=time.time(), account=account, invitation=invitation)
    request.session[PENDING] = asdict(pending)


SIGN_IN, AGAIN, LINK, INVITATION = "sign-in", "again", "link", "invitation"
PURPOSES = {SIGN_IN: _sign_in, AGAIN: _prove_again, LINK: _offer_link, INVITATION: _offer_invitation}
