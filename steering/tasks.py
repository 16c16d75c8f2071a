"""The ways of jobs and of the clock into the steering app: envelopes around services. Harmless when they run twice."""

from celery import shared_task

from edi_portal.jobs.services import Running, handles
from kpis.models.releases import Release
from steering.services import demonstration_report, packs
from steering.services.compliance import queue_compliance_reminders
from steering.services.reminders import queue_governance_reminders


@handles(packs.KIND)
def build_packs(running: Running) -> None:
    """Build the archive of all released packs of a release."""
    release = Release.objects.select_related("collection").get(pk=running.job.payload["release"])
    content, number = packs.archive_bytes(release, running.progress)
    with running.finish() as result:
        kept = packs.keep_archive(release=release, content=content, packs=number, by=running.job.asked_by)
        result["packs"] = kept.packs


@handles(demonstration_report.KIND)
def prepare_demonstration_report(running: Running) -> None:
    """Write and publish the demonstration's assurance report."""
    with running.finish() as result:
        report = demonstration_report.plant_report()
        result["report"] = report.number if report is not None else None


@shared_task(name="steering.tasks.remind_of_duties")
def remind_of_duties() -> None:
    """Queue reminders of duties to publish whose day has come."""
    queue_compliance_reminders()


@shared_task(name="steering.tasks.remind_of_governance")
def remind_of_governance() -> None:
    """Queue reminders of actions and of what waits to be ratified, whose day has come."""
    queue_governance_reminders()
