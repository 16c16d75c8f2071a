"""Celery's way into the strategies app: what is done when it is due."""

from celery import shared_task

from strategies.services.hours import freeze_hours


@shared_task
def freeze_shared_hours() -> int:
    """Freeze the hours of shared objectives with a release that was published since; how many totals."""
    return freeze_hours()
