"""Registers the strategies app."""

from django.apps import AppConfig


class StrategiesConfig(AppConfig):
    """See the package's docstring."""

    name = "strategies"
