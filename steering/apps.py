"""Registers the steering app."""

from django.apps import AppConfig


class SteeringConfig(AppConfig):
    """See the package's docstring."""

    name = "steering"
