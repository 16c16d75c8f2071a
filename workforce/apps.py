"""Registers the workforce app."""

from django.apps import AppConfig


class WorkforceConfig(AppConfig):
    """See the package's docstring."""

    name = "workforce"
