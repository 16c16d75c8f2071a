"""Messages about people and roles."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from organisations.models import Invitation, User


def send_invitation(invitation: Invitation, token: str) -> None:
    """Send the link to the invited address. The message names the role and the end of the link, nothing else."""
    link = settings.BASE_URL.rstrip("/") + reverse("organisations:accept-invitation", args=[token])
    body = render_to_string("organisations/email/invitation.txt", {"invitation": invitation, "link": link})
    send_mail(f"Invitation to the EDI portal: {invitation.label}", body, None, [invitation.email])


def send_password_link(account: User) -> None:
    """Send the link for a new password to the address of the account. The link is made here and kept nowhere."""
    key = {"uidb36": user_pk_to_url_str(account), "key": default_token_generator.make_token(account)}
    link = settings.BASE_URL.rstrip("/") + reverse("account_reset_password_from_key", kwargs=key)
    subject = render_to_string("account/email/password_reset_key_subject.txt").strip()
    body = render_to_string("account/email/password_reset_key_message.txt", {"password_reset_url": link}).strip()
    send_mail(subject, body, None, [account.email])


def send_identity_changed(account: User, *, linked: bool) -> None:
    """Tell the owner of an account that their account at work opens it from now on, or no longer."""
    context = {"provider": settings.OIDC_NAME, "linked": linked}
    body = render_to_string("organisations/email/identity_changed.txt", context)
    what = "can now sign you in to" if linked else "no longer signs you in to"
    send_mail(f"{settings.OIDC_NAME} {what} the EDI portal", body, None, [account.email])
