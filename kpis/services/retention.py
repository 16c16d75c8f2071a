"""What is deleted when its time is over: each rule with its rows, counted first and deleted by the same rule."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from edi_portal.audit.services import record
from edi_portal.clock import business_now
from edi_portal.jobs.models import Job
from kpis.models.files import WorkbookUpload
from organisations.models import Invitation

UPLOADS = timedelta(days=30)
PASSWORD_LINKS = timedelta(days=30)
INVITATIONS = timedelta(days=2 * 365)


@dataclass(frozen=True, slots=True)
class Rule:
    """What it is in words, and its rows whose time is over."""

    words: str
    due: Callable[[], QuerySet]


RULES = (
    Rule("sessions that have ended", lambda: Session.objects.filter(expire_date__lt=timezone.now())),
    Rule("uploaded workbooks after 30 days", lambda: WorkbookUpload.objects.filter(uploaded_at__lt=business_now() - UPLOADS)),
    Rule("who asked for a new password, after 30 days", lambda: _old_password_links()),
    Rule("invitations that nobody accepted, after 2 years", lambda: _dead_invitations()),
)


def _old_password_links() -> QuerySet:
    """Strangers can ask as well: their rows must not pile up."""
    return Job.objects.filter(kind="password_link", created_at__lt=timezone.now() - PASSWORD_LINKS)


def _dead_invitations() -> QuerySet:
    since = timezone.now() - INVITATIONS
    return Invitation.objects.filter(accepted_at=None).filter(Q(withdrawn_at__lt=since) | Q(expires_at__lt=since))


def due_for_deletion() -> dict[str, int]:
    """How many rows each rule would delete now."""
    return {rule.words: rule.due().count() for rule in RULES}


@transaction.atomic
def delete_what_is_due() -> dict[str, int]:
    """Delete them, and put the numbers on record when there were any."""
    done = {}
    for rule in RULES:
        rows = rule.due()
        done[rule.words] = rows.count()
        rows.delete()
    if any(done.values()):
        record(action="retention.applied", by=None, details=done)
    return done
