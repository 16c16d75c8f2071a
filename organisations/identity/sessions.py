"""What a session remembers of the provider: that it began there, whether a second factor was seen, and when.

Kept among the notes that the sign-in library makes of each proof, so that a fresh proof counts wherever a fresh code does.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import auth
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

View = Callable[..., HttpResponse]

BY_PROVIDER = "provider"
"""The kind of a second factor that the provider saw."""


def note_identity(request: HttpRequest, account: Any, *, proved_at: float, second_factor: bool) -> None:
    """The provider proved who is there. A second factor counts from when it was used, which may be hours ago."""
    record_authentication(request, account, "socialaccount")
    if second_factor:
        record_authentication(request, account, "mfa", type=BY_PROVIDER, at=min(proved_at, time.time()))


def note_proved_again(request: HttpRequest, account: Any, *, proved_at: float) -> None:
    """A fresh proof within the session, which changes its key (organisations/session_rules.py)."""
    record_authentication(request, account, "mfa", type=BY_PROVIDER, at=min(proved_at, time.time()), reauthenticated=True)


def came_from_provider(request: HttpRequest) -> bool:
    """Whether this session began at the provider."""
    user: Any = request.user
    return any(one["method"] == "socialaccount" for one in get_authentication_records(request, user))


def proved_lately_first(view: View) -> View:
    """Guard a page that changes the second factor of an account which only the provider opens.

    The sign-in library asks for the password or a factor again there, and lets whoever has neither go on unasked.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *arguments: Any, **options: Any) -> HttpResponse:
        user: Any = request.user
        if not user.is_authenticated or user.has_usable_password() or is_mfa_enabled(user):
            return view(request, *arguments, **options)
        if time.time() - _last_proof(request) < settings.STEP_UP_SECONDS:
            return view(request, *arguments, **options)
        if proved_by_provider(request, user):
            return suspend_request(request, reverse("identity_again"))
        auth.logout(request)
        return redirect_to_login(request.get_full_path())

    return guarded


def _last_proof(request: HttpRequest) -> float:
    """When the provider last proved who is there: by the second factor where it saw one, else by coming from it."""
    user: Any = request.user
    method = "mfa" if proved_by_provider(request, user) else "socialaccount"
    return max((one["at"] for one in get_authentication_records(request, user) if one["method"] == method), default=0.0)


def proved_by_provider(request: HttpRequest, account: Any) -> bool:
    """Whether the provider saw a second factor in this session."""
    return any(one["method"] == "mfa" and one.get("type") == BY_PROVIDER for one in get_authentication_records(request, account))
