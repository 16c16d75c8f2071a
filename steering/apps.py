"""Registers the steering app, and tells homes and the list of exceptions what governance knows."""

from django.apps import AppConfig


class SteeringConfig(AppConfig):
    """See the package's docstring."""

    name = "steering"

    def ready(self) -> None:
        """Fill the places that apps below keep open."""
        from edi_portal.ui.asks import tell_asks
        from kpis.dashboards.exception_owners import tell_owners
        from steering.dashboards.asks import asks_of_governance, care_by_reading

        tell_asks(asks_of_governance)
        tell_owners(care_by_reading)
