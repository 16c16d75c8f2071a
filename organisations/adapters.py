"""How django-allauth behaves here: accounts come from invitations only."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitedOnlyAdapter(DefaultAccountAdapter):
    """No self-registration."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody registers without an invitation, which has a page of its own."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send the message; an address without an account gets nothing, so nobody can be pestered through the reset page."""
        if template_prefix == "account/email/unknown_account":
            return
        super().send_mail(template_prefix, email, context)
