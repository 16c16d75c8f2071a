"""What must hold on every day of a year, whatever happened: each function returns sentences about what does not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db import connection
from django.db.models import Count, IntegerField, Sum
from django.db.models.functions import Cast

from edi_portal.audit.chain import verify_chain
from edi_portal.jobs.models import Job, JobStatus
from kpis import workflow
from kpis.models.collections import Collection
from kpis.models.releases import Release, ReleaseStatus
from kpis.models.returns import KpiReturn, ReturnEvent
from kpis.services.collections import due_organisations
from kpis.services.release_checks import check_release, releases_to_check
from kpis.services.return_digests import content_hash
from kpis.workflow import Status
from organisations.models import OutboxMessage


def jobs_that_failed() -> list[str]:
    """Background work that was given up."""
    failed = Job.objects.filter(status=JobStatus.FAILED)
    return [f"{job.kind} {job.key} failed: {job.error.strip().splitlines()[-1:]}" for job in failed]


def returns_off_the_path(returns: Iterable[int] | None = None) -> list[str]:
    """Returns whose status is not the one that their recorded steps lead to, each step being allowed where it was taken."""
    rows = KpiReturn.objects.filter(pk__in=returns) if returns is not None else KpiReturn.objects.all()
    steps: dict[int, list[str]] = defaultdict(list)
    for number, kind in ReturnEvent.objects.filter(kpi_return__in=rows).order_by("id").values_list("kpi_return", "kind"):
        steps[number].append(kind)
    faults = []
    for number, status in rows.values_list("pk", "status"):
        reached: Status | None = Status.DRAFT
        for verb in steps[number]:
            step = workflow.TRANSITIONS.get(verb)
            if step is not None and reached is not None:
                reached = step.target if reached in step.sources else None
        if reached != status:
            faults.append(f"return {number} is {status}, its steps were {', '.join(steps[number]) or 'none'}")
    return faults


def organisations_without_one_return() -> list[str]:
    """Organisations that owe a return for an opened collection and have none that counts, or more than one."""
    faults = []
    for collection in Collection.objects.opened():
        live = dict(
            KpiReturn.objects.live().filter(collection=collection).values_list("organisation").annotate(n=Count("pk")).order_by()
        )
        faults += [
            f"{organisation} has {live.get(organisation.pk, 0)} returns for {collection.period}"
            for organisation in due_organisations(collection)
            if live.get(organisation.pk, 0) != 1
        ]
    return faults


def releases_of_one_person() -> list[str]:
    """Published releases that nobody proposed, or that one person proposed and confirmed; periods with two current ones."""
    faults = [
        f"release {release.number} was published without two people"
        for release in Release.objects.published()
        if release.proposed_by_id is None or release.proposed_by_id == release.published_by_id
    ]
    doubled = Release.objects.filter(status=ReleaseStatus.PUBLISHED).values_list("collection__period").annotate(n=Count("pk"))
    return faults + [f"{period} has {number} current releases" for period, number in doubled.order_by() if number > 1]


def mails_beside_jobs() -> int:
    """How many mails there are more than the jobs that are done say they sent: the same number from day to day."""
    said = Job.objects.filter(status=JobStatus.DONE).aggregate(mails=Sum(Cast("result__mails", IntegerField())))
    return OutboxMessage.objects.count() - (said["mails"] or 0)


def broken_signatures() -> list[str]:
    """Signed returns whose content is not what was signed."""
    signed = KpiReturn.objects.signed_off().select_related("organisation", "collection")
    return [f"{one.subject} is not what was signed" for one in signed if content_hash(one) != one.content_hash]


def changed_releases() -> list[str]:
    """Published releases whose certificates do not add up or that are not the same when they are made again."""
    return [str(check) for check in map(check_release, releases_to_check()) if check.faults]


def audit_trail_changes() -> list[str]:
    """What is wrong in the audit chain."""
    return list(verify_chain().problems)


def connections_open() -> int:
    """Connections to this database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


DAILY = (jobs_that_failed, organisations_without_one_return, releases_of_one_person, returns_off_the_path)
QUARTERLY = (broken_signatures, audit_trail_changes, changed_releases)
