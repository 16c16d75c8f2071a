"""The job system's way into the organisations app."""

from edi_portal.jobs.services import Running, handles
from organisations import notifications
from organisations.models import User


@handles("password_link")
def password_link(running: Running) -> None:
    """Mail the link for a new password; for an address that nobody has there is nothing to send."""
    account = User.objects.filter(pk=running.job.payload["account"], is_active=True).first()
    with running.finish():
        if account is not None:
            notifications.send_password_link(account)
