"""Ending the sessions of a person: each carries a fingerprint of the account, and a higher number makes all of them void."""

from django.db import transaction
from django.db.models import F

from edi_portal.audit.services import record
from organisations.models import User


@transaction.atomic
def end_sessions(*, account: User, by: User | None, why: str) -> None:
    """End every session of this account at its next click. `why` is one word for the audit trail.

    A view that lets the present session go on calls Django's `update_session_auth_hash` afterwards.
    """
    User.objects.filter(pk=account.pk).update(session_epoch=F("session_epoch") + 1)
    account.refresh_from_db(fields=["session_epoch"])
    record(action="sessions.ended", by=by, subject=f"user:{account.pk}", details={"why": why})
