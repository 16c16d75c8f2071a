"""Registers the strategies app."""

from django.apps import AppConfig


class StrategiesConfig(AppConfig):
    """See the package's docstring."""

    name = "strategies"

    def ready(self) -> None:
        """Tell the search what it finds."""
        from edi_portal.search.registry import add_source
        from strategies.search import strategies_found_by

        add_source("Strategies", strategies_found_by)
