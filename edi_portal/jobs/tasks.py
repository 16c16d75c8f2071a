"""The two Celery messages of the job system: "look at row N" and "ring again for what was lost"."""

from celery import shared_task

from edi_portal.jobs import services


@shared_task(name="edi_portal.jobs.tasks.run_job")
def run_job(job_id: int) -> None:
    """Do one job row, if it is still to be done."""
    services.run(job_id)


@shared_task(name="edi_portal.jobs.tasks.sweep")
def sweep() -> None:
    """Ring again for jobs whose message was lost or whose worker died."""
    services.sweep()
