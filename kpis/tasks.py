"""Celery's and the job system's ways into the kpis app: envelopes around services, and what is done when it is due."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from edi_portal.api import replays
from edi_portal.clock import business_now
from edi_portal.exceptions import Incomplete
from edi_portal.jobs.services import Running, enqueue, handles
from edi_portal.ui import sent_forms
from kpis import notifications
from kpis.demonstration import jobs as demonstration_jobs
from kpis.models.collections import Collection
from kpis.models.discussions import Remark
from kpis.models.release_builds import BuildPart, ReleaseBuild
from kpis.models.releases import Release
from kpis.models.returns import KpiReturn
from kpis.services import collections, extracts, release_checks, release_parts, releases, reminders, retention
from organisations.models import User
from organisations.services.names import refresh_names


@handles("prepare_release")
def prepare_release(running: Running) -> None:
    """Read what the release of a collection is made from, and cut the work into parts."""
    collection = Collection.objects.get(pk=running.job.payload["collection"])
    running.progress(2, "Reading the signed returns")
    plan = releases.plan_release(collection=collection)
    with running.finish() as result:
        if isinstance(plan, Release):
            result["release"] = plan.pk
        else:
            result["build"] = release_parts.begin_build(plan=plan, by=running.job.asked_by).pk


@handles("release_part")
def release_part(running: Running) -> None:
    """Protect one part of a release; the last part has them joined."""
    part = BuildPart.objects.select_related("build__collection").get(pk=running.job.payload["part"])
    found = release_parts.do_part(part=part, progress=running.progress)
    with running.finish() as result:
        result["kept"] = release_parts.keep_part(part=part, result=found)


@handles("join_release")
def join_release(running: Running) -> None:
    """Audit the parts of a release together and write it."""
    build = ReleaseBuild.objects.select_related("collection", "release", "asked_by").get(pk=running.job.payload["build"])
    release = release_parts.join_build(build=build, progress=running.progress)
    with running.finish() as result:
        result["release"] = release.pk if release else None


@handles("return_mail")
def return_mail(running: Running) -> None:
    """Tell the people of an organisation that their return was sent, sent back or signed."""
    kpi_return = KpiReturn.objects.select_related("organisation", "collection").get(pk=running.job.payload["return"])
    with running.finish() as result:
        result["mails"] = notifications.tell_about_return(kpi_return, running.job.payload["verb"])


@handles("discussion_mail")
def discussion_mail(running: Running) -> None:
    """Tell the others of a discussion that somebody asked or answered."""
    remark = Remark.objects.select_related("discussion__kpi_return__organisation", "discussion__kpi_return__collection")
    with running.finish() as result:
        result["mails"] = notifications.tell_about_remark(remark.get(pk=running.job.payload["remark"]))


@handles("notice")
def notice(running: Running) -> None:
    """Send one message to one person; a mail server that is down gives the row back for later."""
    payload = running.job.payload
    with running.finish() as result:
        user = User.objects.filter(pk=payload["user"], is_active=True).first()
        result["mails"] = (
            notifications.send_notice(kind=payload["kind"], about=payload["about"], user=user, by=running.job.asked_by)
            if user is not None
            else 0
        )


@handles("verify_releases")
def verify_releases(running: Running) -> None:
    """Check every published release again; the job fails with the faults when there are any.

    One after the other in this process: nobody waits for the night's check, and other jobs need the cores. An error ends the
    job here, so that it is tried again.
    """
    found = release_checks.releases_to_check()
    checks = []
    for number, release in enumerate(found, start=1):
        checks.append(release_checks.check_release(release))
        running.progress(99 * number // len(found), f"Checked {number} of {len(found)} releases")
    faulty = [str(check) for check in checks if check.faults]
    if faulty:
        raise Incomplete(" ".join(faulty))
    with running.finish() as result:
        result["releases"] = len(checks)
        result["certificates"] = sum(check.certificates or 0 for check in checks)


@shared_task(name="kpis.tasks.verify_releases_tonight")
def verify_releases_tonight() -> None:
    """Queue the nightly check of all published releases, once a night."""
    with transaction.atomic():
        enqueue(kind="verify_releases", key=f"verify_releases:{timezone.localdate():%Y-%m-%d}")


@shared_task(name="kpis.tasks.delete_what_is_due")
def delete_what_is_due() -> None:
    """Delete what has been kept long enough. Harmless when it runs twice."""
    retention.delete_what_is_due()


@shared_task(name="kpis.tasks.do_what_is_due")
def do_what_is_due() -> None:
    """Open and close collections, queue reminders, put names in use, forget what is old. Harmless when it runs twice."""
    now = business_now()
    refresh_names(now.date())
    extracts.settle_silent_readings()
    extracts.forget_old_counts()
    replays.forget_old()
    sent_forms.forget_old()
    for collection in Collection.objects.filter(opens_on__lte=now.date(), closed_at=None):
        if collection.closes_at <= now:
            collections.close_collection(collection=collection)
        else:
            collections.open_collection(collection=collection)
            reminders.queue_reminders(collection=collection)
    for collection in Collection.objects.filter(closes_at__lte=now, extensions__until__gt=now).distinct():
        reminders.queue_reminders(collection=collection)
    reminders.queue_digests()


__all__ = [
    "delete_what_is_due",
    "demonstration_jobs",
    "discussion_mail",
    "do_what_is_due",
    "join_release",
    "notice",
    "prepare_release",
    "release_part",
    "return_mail",
    "verify_releases",
    "verify_releases_tonight",
]
