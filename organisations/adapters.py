"""How django-allauth behaves here: accounts come from invitations only."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

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
