"""Celery's and the job system's ways into the kpis app: envelopes around services, and what is done when it is due."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from edi_portal.clock import business_now
from edi_portal.exceptions import Incomplete
from edi_portal.jobs.services import Running, enqueue, handles
from kpis import notifications
from kpis.demonstration import jobs as demonstration_jobs
from kpis.models.collections import Collection
from kpis.models.releases import Release
from kpis.models.returns import KpiReturn
from kpis.services import collections, release_checks, releases
from organisations.services.names import refresh_names


@handles("prepare_release")
def prepare_release(running: Running) -> None:
    """Build the release of a collection."""
    collection = Collection.objects.get(pk=running.job.payload["collection"])
    release = releases.prepare_release(collection=collection, progress=running.progress, by=running.job.asked_by)
    with running.finish() as result:
        result["release"] = release.pk


@handles("return_mail")
def return_mail(running: Running) -> None:
    """Tell the people of an organisation that their return was sent, sent back or signed."""
    kpi_return = KpiReturn.objects.select_related("organisation", "collection").get(pk=running.job.payload["return"])
    with running.finish() as result:
        result["mails"] = notifications.tell_about_return(kpi_return, running.job.payload["verb"])


@handles("reminder")
def reminder(running: Running) -> None:
    """Remind the people of an organisation of a return that is not sent."""
    payload = running.job.payload
    kpi_return = KpiReturn.objects.select_related("organisation", "collection").get(pk=payload["return"])
    with running.finish() as result:
        result["mails"] = notifications.remind(kpi_return, kind=payload["kind"], by=running.job.asked_by)


@handles("verify_releases")
def verify_releases(running: Running) -> None:
    """Check every published release again; the job fails with the faults when there are any."""
    found = Release.objects.published().count()
    checks = []
    for number, check in enumerate(release_checks.check_releases(), start=1):
        checks.append(check)
        running.progress(99 * number // found, f"Checked {number} of {found} releases")
    faulty = [str(check) for check in checks if check.faults]
    if faulty:
        raise Incomplete(" ".join(faulty))
    with running.finish() as result:
        result["releases"] = len(checks)
        result["certificates"] = sum(check.certificates for check in checks)


@shared_task(name="kpis.tasks.verify_releases_tonight")
def verify_releases_tonight() -> None:
    """Queue the nightly check of all published releases, once a night."""
    with transaction.atomic():
        enqueue(kind="verify_releases", key=f"verify_releases:{timezone.localdate():%Y-%m-%d}")


@shared_task(name="kpis.tasks.do_what_is_due")
def do_what_is_due() -> None:
    """Open and close collections, queue reminders, put names in use. Harmless when it runs twice."""
    now = business_now()
    refresh_names(now.date())
    for collection in Collection.objects.filter(opens_on__lte=now.date(), closed_at=None):
        if collection.closes_at <= now:
            collections.close_collection(collection=collection)
        else:
            collections.open_collection(collection=collection)
            collections.queue_reminders(collection=collection)


__all__ = [
    "demonstration_jobs",
    "do_what_is_due",
    "prepare_release",
    "reminder",
    "return_mail",
    "verify_releases",
    "verify_releases_tonight",
]
