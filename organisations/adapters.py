"""How django-allauth behaves here: accounts come from invitations only."""

import time
from datetime import UTC, datetime
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from edi_portal.ui.rate_limit import address_of
from organisations.identity.sessions import came_from_provider
from organisations.models import User


class InvitedOnlyAdapter(DefaultAccountAdapter):
    """No self-registration, no mail to strangers, no demonstration accounts outside the demonstration."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody registers without an invitation, which has a page of its own."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send the message; an address without an account gets nothing, so nobody can be pestered through the reset page."""
        if template_prefix != "account/email/unknown_account":
            super().send_mail(template_prefix, email, context)

    def format_email_subject(self, subject: str) -> str:
        """The subject as written in its template, without a prefix."""
        return subject

    def pre_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse | None:
        """Refuse the accounts whose password is public unless this is the demonstration."""
        if user.is_demonstration and not (settings.DEMONSTRATION or settings.TESTING):
            return redirect("account_inactive")
        return super().pre_login(request, user, **options)

    def get_login_stages(self) -> list[str]:
        """The library's steps of signing in; that of the second factor knows when the provider saw one."""
        ours = "organisations.identity.arrivals.SecondFactorStage"
        return [ours if stage == "allauth.mfa.stages.AuthenticateStage" else stage for stage in super().get_login_stages()]

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Whoever came from the provider is told that its own session goes on."""
        return reverse("identity_left") if came_from_provider(request) else str(super().get_logout_redirect_url(request))

    def get_client_ip(self, request: HttpRequest) -> str:
        """Where a request comes from, behind a proxy as well: else all visitors would share the proxy's count of failures."""
        return address_of(request)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failures count for an account at one address. For the account alone, a stranger could keep its owner out."""
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}:{address_of(request)}"

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:
        """Whoever has just given the password sets up the second factor at once; any other sensitive step asks again."""
        given = _password_given_at(context.request)
        if app == "allauth.mfa" and given is not None:
            # An app that stood when the password was given would have been asked for as well.
            return Authenticator.objects.filter(user=context.request.user, created_at__lt=given).exists()
        return bool(super().is_reauthentication_required(app=app, **options))


def _password_given_at(request: HttpRequest) -> datetime | None:
    """When the password was typed in this session, if that was within the last minutes that count as now."""
    times = [record["at"] for record in get_authentication_records(request, request.user) if record["method"] == "password"]
    if not times or time.time() - times[-1] > app_settings.REAUTHENTICATION_TIMEOUT:
        return None
    return datetime.fromtimestamp(times[-1], UTC)
