"""Registers the kpis app."""

from django.apps import AppConfig


class KpisConfig(AppConfig):
    """See the package's docstring."""

    name = "kpis"
