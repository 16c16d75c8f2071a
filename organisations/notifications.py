"""Messages about people and roles."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from organisations.models import Invitation


def send_invitation(invitation: Invitation, token: str) -> None:
    """Send the link to the invited address. The message names the role and the end of the link, nothing else."""
    link = settings.BASE_URL.rstrip("/") + reverse("organisations:accept-invitation", args=[token])
    body = render_to_string("organisations/email/invitation.txt", {"invitation": invitation, "link": link})
    send_mail(f"Invitation to the EDI portal: {invitation.label}", body, None, [invitation.email])
