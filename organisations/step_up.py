"""Proving anew, by a code of the second factor, who is there: before a signature, role, release, report or exact export."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
)
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from organisations.identity.sessions import proved_by_provider
from organisations.models import User

View = Callable[..., HttpResponse]


def is_fresh(request: HttpRequest) -> bool:
    """Whether a second factor was given in this session within the last minutes that the settings name."""
    times = [record["at"] for record in get_authentication_records(request, request.user) if record["method"] == "mfa"]
    return bool(times) and time.time() - max(times) < settings.STEP_UP_SECONDS


def note_code(session: SessionBase, account: User, *, at: float | None = None) -> None:
    """Write into a session, as the sign-in library does, that a code was given: bench and tests sign in without one."""
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": at or time.time(), "type": Authenticator.Type.TOTP}]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(account)
    session.save()


def step_up_required(view: View | None = None, *, reading: bool = False) -> Any:
    """Ask for a code first when the last one is too old; then the request goes on as it was sent, with everything typed.

    With `reading` a GET asks as well: for downloads of exact figures, and for pages that show a secret once.
    """

    def decorate(inner: View) -> View:
        @wraps(inner)
        def guarded(request: HttpRequest, *arguments: Any, **options: Any) -> HttpResponse:
            weighty = request.method == "POST" or (reading and request.method == "GET")
            if weighty and not is_fresh(request):
                return suspend_request(request, _where_to_prove_it(request))
            return inner(request, *arguments, **options)

        return guarded

    return decorate if view is None else decorate(view)


def _where_to_prove_it(request: HttpRequest) -> str:
    """The page for a code, the one for a passkey where there is no app, and the provider where there is neither."""
    if is_mfa_enabled(request.user, types=[Authenticator.Type.TOTP]):
        return reverse("mfa_reauthenticate")
    if not is_mfa_enabled(request.user) and proved_by_provider(request, request.user):
        return reverse("identity_again")
    return reverse("mfa_reauthenticate_webauthn")
