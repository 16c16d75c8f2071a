"""Three steps of every request: whether the session still lasts, which role is in use, whether the second factor is set up."""

import time
from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from organisations.identity.sessions import proved_by_provider
from organisations.models import Membership
from organisations.permissions import use_role
from organisations.session_rules import BEGAN, SEEN

GetResponse = Callable[[HttpRequest], HttpResponse]

SESSION_KEY = "membership"

# What a signed-in account without a second factor may still open: setting it up, proving who it is, and leaving.
OPEN_WITHOUT_SECOND_FACTOR = frozenset(
    {
        "mfa_activate_totp",
        "account_reauthenticate",
        "account_logout",
        "health-live",
        "health-ready",
    }
)


NOTED_EVERY = 60
"""Seconds between two notes of the last click: the session is not written at each of them."""


class SessionLimitsMiddleware:
    """End a session that was idle too long, or that began too long ago. What was saved meanwhile is saved."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now, session = int(time.time()), request.session
            began, seen = session.get(BEGAN, now), session.get(SEEN, now)
            if now - seen >= settings.SESSION_IDLE_SECONDS or now - began >= settings.SESSION_COOKIE_AGE:
                auth.logout(request)
            elif SEEN not in session or now - seen >= NOTED_EVERY:
                session[BEGAN], session[SEEN] = began, now
        return self.get_response(request)


class MembershipMiddleware:
    """Set `request.membership`, `request.memberships` and `user.active_membership` from the role chosen in the session.

    Memberships are read anew in every request: a role taken away is gone with the next click.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        held: list[Membership] = []
        in_use = None
        if request.user.is_authenticated:
            held = list(Membership.objects.in_force().filter(user=request.user).select_related("organisation", "place"))
            chosen = request.session.get(SESSION_KEY)
            in_use = next((membership for membership in held if membership.key == chosen), held[0] if held else None)
            use_role(request.user, in_use)
        request.memberships, request.membership = held, in_use  # type: ignore[attr-defined]
        return self.get_response(request)


class SecondFactorMiddleware:
    """Send an account that has only a password to the page that sets up its second factor, and nowhere else.

    A session whose second factor the provider saw needs none of the portal's (organisations/identity).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple,
        kwargs: dict,
    ) -> HttpResponse | None:
        """Before a view runs, its URL name is known: let the few through, redirect the rest."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if not request.user.is_authenticated or name in OPEN_WITHOUT_SECOND_FACTOR:
            return None
        if is_mfa_enabled(request.user) or proved_by_provider(request, request.user):
            return None
        return HttpResponseRedirect(reverse("mfa_activate_totp"))
