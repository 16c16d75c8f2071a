"""Registers the foundations as a Django application (clock, checks, commands, template tags)."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate

STEP_WAITS = "5s"
"""A step of the database that waits longer for a table gives up: everybody else who wants that table waits behind it."""


class EdiPortalConfig(AppConfig):
    """The foundations beneath every other app."""

    name = "edi_portal"
    verbose_name = "EDI portal"

    def ready(self) -> None:
        """Register the start-up and deployment checks."""
        from edi_portal import checks  # noqa: F401  (importing registers the checks)

        pre_migrate.connect(_wait_less, sender=self)
        post_migrate.connect(_wait_as_ever, sender=self)


def _wait_less(using: str, **_: Any) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{STEP_WAITS}'")


def _wait_as_ever(using: str, **_: Any) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute("RESET lock_timeout")
