"""The worker's part of the demonstration: older releases, one after another; then what rests on all of them."""

from collections.abc import Callable

from django.db import transaction

from edi_portal.jobs.models import Job, JobStatus
from edi_portal.jobs.services import Running, enqueue, handles, try_again
from edi_portal.periods import Quarter
from kpis.demonstration.history import add_history
from kpis.demonstration.publishing import closed_quarters, publish_period
from kpis.models.releases import Release

KIND = "prepare_demonstration_release"
_afterwards: list[Callable[[], object]] = []


def do_afterwards(queue: Callable[[], object]) -> None:
    """Let an app above queue what is made once every release is there; `queue` may be called several times."""
    if queue not in _afterwards:
        _afterwards.append(queue)


@transaction.atomic
def queue_next_release() -> Job | None:
    """Queue the oldest release that is missing; each one queues the next, because it reads the counts of those before it.

    When none is missing, what rests on all of them is queued, and None given back.
    """
    ready = set(Release.objects.current().values_list("collection__period", flat=True))
    missing = [quarter for quarter in closed_quarters() if quarter.slug not in ready]
    if not missing:
        for queue in _afterwards:
            queue()
        return None
    period = missing[0].slug
    job = enqueue(kind=KIND, key=f"{KIND}:{period}", payload={"period": period})
    if job.status == JobStatus.FAILED:
        try_again(job=job, by=None)
    return job


@handles(KIND)
def prepare_demonstration_release(running: Running) -> None:
    """Job: build and publish one older release, then queue the next; after the last, the newest is told what they say."""
    release = publish_period(Quarter.parse(running.job.payload["period"]), progress=running.progress)
    with running.finish() as result:
        result["release"] = release.pk
        if queue_next_release() is None:
            add_history(Release.objects.current().get(collection__period=closed_quarters()[-1].slug))
