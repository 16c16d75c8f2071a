"""What is deleted when its time is over: each rule with its rows, counted first and deleted by the same rule."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from edi_portal.audit.services import record
from edi_portal.clock import business_now
from edi_portal.jobs.models import Job
from kpis.models.approvals import SectionApproval
from kpis.models.assignments import SectionVisit
from kpis.models.discussions import Discussion, Remark
from kpis.models.evidence import EvidenceUse
from kpis.models.extracts import Extract
from kpis.models.files import WorkbookUpload
from kpis.models.returns import Explanation, KpiReturn, ReturnAnswer, ReturnComment, ReturnEvent, ReturnValue
from organisations.models import Invitation

UPLOADS = timedelta(days=30)
PASSWORD_LINKS = timedelta(days=30)
INVITATIONS = timedelta(days=2 * 365)
UNSIGNED, SIGNED = timedelta(days=731), timedelta(days=2922)
"""After the close of their collection; the guard of the database lets cells go after the same days (migration 0017)."""
OF_A_RETURN = {
    ReturnValue: "kpi_return",
    ReturnAnswer: "kpi_return",
    EvidenceUse: "kpi_return",
    Explanation: "kpi_return",
    ReturnComment: "kpi_return",
    Remark: "discussion__kpi_return",
    Discussion: "kpi_return",
    SectionApproval: "kpi_return",
    SectionVisit: "kpi_return",
    Extract: "kpi_return",
    ReturnEvent: "kpi_return",
}
"""What a return says, in the order in which it can go. The return itself stays: that there was one, and who signed it when."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What it is in words, and its rows whose time is over, in the order in which they can go."""

    words: str
    due: Callable[[], Iterable[QuerySet]]


RULES = (
    Rule("sessions that have ended", lambda: [Session.objects.filter(expire_date__lt=timezone.now())]),
    Rule("uploaded workbooks after 30 days", lambda: [WorkbookUpload.objects.filter(uploaded_at__lt=business_now() - UPLOADS)]),
    Rule("who asked for a new password, after 30 days", lambda: [_old_password_links()]),
    Rule("invitations that nobody accepted, after 2 years", lambda: [_dead_invitations()]),
    Rule("addresses given with a wrong password, after a day", lambda: [_old_failures()]),
    Rule("what unsigned returns say, 2 years after their close", lambda: _contents_of_returns(signed=False)),
    Rule("what signed returns say, 8 years after their close", lambda: _contents_of_returns(signed=True)),
)


def _old_password_links() -> QuerySet:
    """Strangers can ask as well: their rows must not pile up."""
    return Job.objects.filter(kind="password_link", created_at__lt=timezone.now() - PASSWORD_LINKS)


def _old_failures() -> QuerySet:
    """They count for minutes only, and strangers can make them."""
    return AccessAttempt.objects.filter(attempt_time__lt=timezone.now() - timedelta(days=1))


def _dead_invitations() -> QuerySet:
    since = timezone.now() - INVITATIONS
    return Invitation.objects.filter(accepted_at=None).filter(Q(withdrawn_at__lt=since) | Q(expires_at__lt=since))


def _contents_of_returns(*, signed: bool) -> Iterable[QuerySet]:
    since = business_now() - (SIGNED if signed else UNSIGNED)
    for model, path in OF_A_RETURN.items():
        wanted = {f"{path}__collection__closes_at__lt": since, f"{path}__signed_off_at__isnull": not signed}
        yield model._default_manager.filter(**wanted)


def is_deleted(kpi_return: KpiReturn) -> bool:
    """Whether what a signed return said is gone because its time is over; what is gone earlier was not deleted by these rules."""
    over = kpi_return.collection.closes_at < business_now() - SIGNED
    return over and not ReturnEvent.objects.filter(kpi_return=kpi_return).exists()


def due_for_deletion() -> dict[str, int]:
    """How many rows each rule would delete now."""
    return {rule.words: sum(rows.count() for rows in rule.due()) for rule in RULES}


@transaction.atomic
def delete_what_is_due() -> dict[str, int]:
    """Delete them, and put the numbers on record when there were any."""
    done = {}
    for rule in RULES:
        done[rule.words] = 0
        for rows in rule.due():
            done[rule.words] += rows.count()
            rows.delete()
    if any(done.values()):
        record(action="retention.applied", by=None, details=done)
    return done
