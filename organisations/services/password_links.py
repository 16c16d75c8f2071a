"""Asking for a new password: the same work within the request, whether or not the address has an account.

The mail is sent by a worker, so that nobody learns from the time of the answer who has an account. The row of the job
names the account by number or not at all: neither the address that was typed nor the link is kept.
"""

from __future__ import annotations

import uuid

from edi_portal.jobs.models import Job
from edi_portal.jobs.services import enqueue
from organisations.models import User


def ask_for_password_link(*, account: User | None) -> Job:
    """Leave the mail to a worker; without an account a worker finds nothing to do."""
    return enqueue(
        kind="password_link", key=f"password_link:{uuid.uuid4()}", payload={"account": account.pk if account else None}
    )
