"""Registers the foundations as a Django application (clock, checks, commands, template tags)."""

from django.apps import AppConfig


class EdiPortalConfig(AppConfig):
    """The foundations beneath every other app."""

    name = "edi_portal"
    verbose_name = "EDI portal"

    def ready(self) -> None:
        """Register the start-up and deployment checks."""
        from edi_portal import checks  # noqa: F401  (importing registers the checks)
