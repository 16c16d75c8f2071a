"""Registers the strategies app."""

from django.apps import AppConfig


class StrategiesConfig(AppConfig):
    """See the package's docstring."""

    name = "strategies"

    def ready(self) -> None:
        """Tell the search what it finds, and the notices what they send."""
        from edi_portal.search.registry import add_source
        from kpis.notifications import add_sender
        from strategies.notifications import remind_of_assessment, remind_of_end, remind_of_review
        from strategies.search import strategies_found_by

        add_source("Strategies", strategies_found_by)
        add_sender("strategy_end", remind_of_end)
        add_sender("self_assessment", remind_of_assessment)
        add_sender("toolkit_review", remind_of_review)
