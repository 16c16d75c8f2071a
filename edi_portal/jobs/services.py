"""Enqueue, claim, progress, finish and sweep of job rows (docs/reliability.md)."""

import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import close_old_connections, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from edi_portal.audit.services import record
from edi_portal.crashpoints import crashpoint
from edi_portal.exceptions import BusinessError
from edi_portal.jobs.doorbell import doorbell
from edi_portal.jobs.models import Job, JobStatus

log = logging.getLogger(__name__)


class Overtaken(Exception):
    """The lease ran out and another worker took the job: nothing of this run may be kept."""


@dataclass
class Running:
    """A claimed job in the hands of its handler."""

    job: Job
    finished: bool = field(default=False, init=False)

    def progress(self, percent: int, doing: str) -> None:
        """Show how far the work is; also renews the lease. Must be called outside a transaction to be seen."""
        self._update_mine(percent=min(percent, 99), doing=doing[:200], lease_until=_lease_end())

    @contextmanager
    def finish(self) -> Iterator[dict[str, Any]]:
        """Write results and mark the job done in one transaction; an overtaken worker's writes are rolled back.

        Yields the dictionary that becomes the job's result.
        """
        result: dict[str, Any] = {}
        with transaction.atomic():
            yield result
            crashpoint("job.written")
            self._update_mine(
                status=JobStatus.DONE,
                percent=100,
                doing="",
                result=result,
                error="",
                finished_at=Now(),
                lease_token=None,
                lease_until=None,
            )
            crashpoint("job.marked")
        self.finished = True
        crashpoint("job.done")

    def _update_mine(self, **changes: Any) -> None:
        mine = Job.objects.filter(pk=self.job.pk, status=JobStatus.RUNNING, lease_token=self.job.lease_token)
        if mine.update(**changes) == 0:
            raise Overtaken(str(self.job))


Handler = Callable[[Running], None]
_handlers: dict[str, Handler] = {}
_versions: dict[str, int] = {}
NEWER_WORKER_WITHIN = timedelta(days=1)  # a deployment is long over by then
LOOK_AGAIN_AFTER = timedelta(seconds=60)


def handles(kind: str, *, version: int = 1) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of this kind, whose payload has the shape `version` or an older one."""

    def register(handler: Handler) -> Handler:
        _handlers[kind], _versions[kind] = handler, version
        return handler

    return register


def enqueue(*, kind: str, key: str, payload: dict[str, Any] | None = None, by: Any = None, run_after: Any = None) -> Job:
    """Insert a job in the caller's transaction and ring the doorbell after it commits; an existing key gives back its row."""
    values: dict[str, Any] = {"kind": kind, "payload": payload or {}, "payload_version": _versions.get(kind, 1), "asked_by": by}
    if run_after is not None:
        values["run_after"] = run_after
    job, _ = Job.objects.get_or_create(key=key, defaults=values)
    ring_on_commit(job.pk)
    return job


def ring_on_commit(job_id: int) -> None:
    """Tell a worker to look at this row once the transaction is committed; a dead broker costs time, never work."""

    def ring() -> None:
        ring_now(job_id)

    transaction.on_commit(ring, robust=True)


def ring_now(job_id: int) -> None:
    """Send the message "look at row N", or give up within a second. The sweep rings again for whatever gets lost."""
    crashpoint("bell")
    doorbell.ring(job_id)


def claim(job_id: int) -> Running | None:
    """Take the job if it waits or its lease ran out; None when somebody else has it or it is finished."""
    with transaction.atomic():
        free = Q(status=JobStatus.QUEUED, run_after__lte=Now()) | Q(status=JobStatus.RUNNING, lease_until__lt=Now())
        job = Job.objects.select_for_update(skip_locked=True).filter(free, pk=job_id).first()
        if job is None:
            return None
        if job.attempts >= settings.JOB_MAX_ATTEMPTS:
            _mark_failed(job, "It was tried too often.")
            return None
        job.status, job.lease_token, job.lease_until = JobStatus.RUNNING, uuid.uuid4(), _lease_end()
        job.attempts += 1
        job.started_at = timezone.now()
        job.save(update_fields=["status", "lease_token", "lease_until", "attempts", "started_at"])
    return Running(job)


def run(job_id: int) -> Job | None:
    """Claim and do one job; errors are kept on the row and raised again. Returns the row when it was done here."""
    close_old_connections_outside_transactions()
    running = claim(job_id)
    if running is None:
        return None
    crashpoint("job.claimed")
    if not _understands(running.job):
        _leave_to_newer(running.job)
        return None
    try:
        _handlers[running.job.kind](running)
        if not running.finished:
            with running.finish():
                pass
    except Overtaken:
        log.warning("overtaken", extra={"job": job_id})
        return None
    except BusinessError as error:
        # The rules refuse it, and would again: say why at once instead of trying five times.
        _mark_failed(running.job, str(error))
        return None
    except BaseException as error:
        _give_back(running, error)
        raise
    running.job.refresh_from_db()
    return running.job


def close_old_connections_outside_transactions() -> None:
    """Drop connections that PostgreSQL closed (restart, fail-over) before work begins; never inside a test's transaction."""
    if not transaction.get_connection().in_atomic_block:
        close_old_connections()


def sweep() -> int:
    """Ring again for jobs that waited too long or whose lease ran out; returns how many."""
    waited = timezone.now() - timedelta(seconds=settings.JOB_SWEEP_AFTER_SECONDS)
    lost = Job.objects.filter(
        Q(status=JobStatus.QUEUED, run_after__lt=waited) | Q(status=JobStatus.RUNNING, lease_until__lt=Now())
    ).values_list("pk", flat=True)
    for job_id in lost[:500]:
        ring_now(job_id)
    return len(lost)


@transaction.atomic
def try_again(*, job: Job, by: Any) -> None:
    """Put a failed job back into the queue with a fresh count of attempts."""
    changed = Job.objects.filter(pk=job.pk, status=JobStatus.FAILED).update(
        status=JobStatus.QUEUED, attempts=0, error="", finished_at=None, run_after=Now(), asked_by=by
    )
    if changed:
        record(action="job.retried", by=by, subject=f"job:{job.pk}")
        ring_on_commit(job.pk)


def _lease_end() -> Any:
    return timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)


def _understands(job: Job) -> bool:
    """Whether this process knows the kind and the shape of the payload: not while an old worker runs beside a new web server."""
    return job.kind in _handlers and job.payload_version <= _versions.get(job.kind, 1)


def _leave_to_newer(job: Job) -> None:
    """Put the job back for a worker that knows it, without counting the try; after a day nobody does, and it is failed."""
    if timezone.now() - job.created_at > NEWER_WORKER_WITHIN:
        _mark_failed(job, f"No worker knows {job.kind} jobs with a payload of version {job.payload_version}.")
        return
    Job.objects.filter(pk=job.pk, lease_token=job.lease_token).update(
        status=JobStatus.QUEUED,
        attempts=job.attempts - 1,
        run_after=timezone.now() + LOOK_AGAIN_AFTER,
        lease_token=None,
        lease_until=None,
        error="A newer worker has to do this: a deployment is under way, or a worker was left behind.",
    )


def _give_back(running: Running, error: BaseException) -> None:
    """After an error: wait and try again, or give up. Only the class and sentence of the error are kept."""
    mine = Job.objects.filter(pk=running.job.pk, lease_token=running.job.lease_token)
    if running.job.attempts >= settings.JOB_MAX_ATTEMPTS:
        for job in mine:
            _mark_failed(job, f"{type(error).__name__}: {error}")
        return
    later = timezone.now() + timedelta(seconds=2**running.job.attempts)
    mine.update(
        status=JobStatus.QUEUED,
        run_after=later,
        lease_token=None,
        lease_until=None,
        error=f"{type(error).__name__}: {error}"[:2000],
    )


def _mark_failed(job: Job, error: str) -> None:
    Job.objects.filter(pk=job.pk).update(
        status=JobStatus.FAILED, error=error[:2000], finished_at=Now(), lease_token=None, lease_until=None
    )
    log.error("job failed", extra={"job": job.pk, "kind": job.kind})
