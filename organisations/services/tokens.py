"""The only writer of API tokens: make one, end one, note that it was used."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_now, business_today
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed
from organisations.models import ApiToken, Membership, User
from organisations.roles import TOKEN_SCOPES, scopes_of

PREFIX = "edi_"
LONGEST = timedelta(days=366)
MOST = 10
"""Tokens of one person that work at the same time."""


@transaction.atomic
def make_token(*, by: User, membership: Membership, label: str, scopes: Iterable[str], expires_on: date) -> tuple[ApiToken, str]:
    """A new token and its text, which is nowhere else.

    Raises NotAllowed for another's role or a scope that the role does not grant, Incomplete for missing or wrong answers.
    """
    if membership.user_id != by.pk:
        raise NotAllowed("A token acts under a role of your own.")
    wanted = sorted(set(scopes))
    if not label.strip():
        raise Incomplete("Say what the token is for, so that you know it later.")
    if not wanted:
        raise Incomplete("Choose at least one thing that the token may do.")
    if beyond := [scope for scope in wanted if scope not in scopes_of(membership.role)]:
        words = "; ".join(TOKEN_SCOPES.get(scope, scope) for scope in beyond)
        raise NotAllowed(f"Your role does not allow this, so no token of yours can: {words}.")
    today = business_today()
    if not today <= expires_on <= today + LONGEST:
        raise Incomplete("Choose a last day between today and a year from today.")
    Membership.objects.select_for_update().get(pk=membership.pk)  # one after the other: both look at what works already
    working = ApiToken.objects.filter(user=by, ended_at=None, expires_on__gte=today)
    if label.strip() in {token.label for token in working}:
        raise InvalidTransition("You have a token with this name that works. End it, or give this one another name.")
    if len(working) >= MOST:
        raise InvalidTransition(f"You have {MOST} tokens that work. End one that is no longer needed first.")
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=by,
        membership=membership,
        label=label.strip(),
        scopes=wanted,
        expires_on=expires_on,
        digest=digest_of(text),
        hint=text[:8],
    )
    record(
        action="token.made",
        by=by,
        organisation=membership.organisation,
        subject=f"token:{token.pk}",
        details={"scopes": wanted, "until": f"{expires_on}"},
    )
    return token, text


@transaction.atomic
def end_token(*, token: ApiToken, by: User) -> ApiToken:
    """End a token at once."""
    token = ApiToken.objects.select_for_update().get(pk=token.pk)
    if token.user_id != by.pk:
        raise NotAllowed("Only its owner ends a token.")
    if token.ended_at is not None:
        raise InvalidTransition("This token has ended already.")
    token.ended_at = business_now()
    token.save(update_fields=["ended_at"])
    record(action="token.ended", by=by, subject=f"token:{token.pk}")
    return token


def token_of(text: str) -> ApiToken | None:
    """The token of this text, whether it still works or not; None for a text that never was one."""
    if not text.startswith(PREFIX) or len(text) > 100:
        return None
    rows = ApiToken.objects.select_related("user", "membership__organisation", "membership__place")
    return rows.filter(digest=digest_of(text)).first()


def note_use(token: ApiToken) -> None:
    """Keep the day of the last use, so that its owner sees which token nobody needs: one write a day at most."""
    today = business_today()
    if token.last_used_on != today:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)


def digest_of(text: str) -> str:
    """How a token is recognised. It is 256 random bits, so a plain digest cannot be guessed back."""
    return hashlib.sha256(text.encode()).hexdigest()
