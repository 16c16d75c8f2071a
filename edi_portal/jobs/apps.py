"""Registers background jobs as a Django application."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Work rows, their claim, lease, progress and sweep."""

    name = "edi_portal.jobs"
    label = "jobs"
    verbose_name = "Background jobs"
