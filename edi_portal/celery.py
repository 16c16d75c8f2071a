"""The Celery application and the one table of periodic work."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_init
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "edi_portal.settings")

app = Celery("edi_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def step_back(**_: object) -> None:
    """Where worker and web server share processors, a release takes a little longer and nobody waits for a page because of it."""
    os.nice(settings.WORKER_NICENESS)


# Each entry is harmless when it runs twice: it only does what is due (docs/reliability.md).
app.conf.beat_schedule = {
    "sweep-jobs": {"task": "edi_portal.jobs.tasks.sweep", "schedule": float(settings.JOB_SWEEP_EVERY_SECONDS)},
    "do-what-is-due": {"task": "kpis.tasks.do_what_is_due", "schedule": 300.0},
    "freeze-shared-hours": {"task": "strategies.tasks.freeze_shared_hours", "schedule": 300.0},
    "remind-of-duties": {"task": "steering.tasks.remind_of_duties", "schedule": crontab(hour=7, minute=10)},
    "remind-of-promises": {"task": "strategies.tasks.remind_of_promises", "schedule": crontab(hour=7, minute=15)},
    "remind-of-governance": {"task": "steering.tasks.remind_of_governance", "schedule": crontab(hour=7, minute=20)},
    "delete-what-is-due": {"task": "kpis.tasks.delete_what_is_due", "schedule": crontab(hour=3, minute=20)},
    "verify-audit": {"task": "edi_portal.audit.tasks.verify_audit_tonight", "schedule": crontab(hour=2, minute=20)},
    "verify-releases": {"task": "kpis.tasks.verify_releases_tonight", "schedule": crontab(hour=2, minute=40)},
}
