"""Registers the steering app, and tells homes and the list of exceptions what governance knows."""

from django.apps import AppConfig

from edi_portal.bench import BenchResult


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
        from edi_portal.bench.registry import add_case
        from edi_portal.ui.home_panels import show_on_home
        from organisations.roles import Role
        from steering.dashboards.home_panels import reports_panel

        add_case("reports", _measure_reports)
        for role in (Role.BOARD_MEMBER, Role.STEERING_MEMBER):
            show_on_home(str(role), "reports", reports_panel)


def _measure_reports() -> list[BenchResult]:
    """Measured by `make bench`; loaded only then."""
    from steering.bench import measure

    return measure()
