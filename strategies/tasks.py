"""Celery's way into the strategies app: what is done when it is due. Harmless when it runs twice."""

from celery import shared_task

from strategies.services.hours import freeze_hours
from strategies.services.reminders import queue_reminders_of_promises


@shared_task
def freeze_shared_hours() -> int:
    """Freeze the hours of shared objectives with a release that was published since; how many totals."""
    return freeze_hours()


@shared_task
def remind_of_promises() -> int:
    """Queue reminders of strategies that end, self-assessments that wait and texts to review; how many are new."""
    return queue_reminders_of_promises()
