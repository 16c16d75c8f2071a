"""Registers the steering app, and fills the places that apps below keep open."""

from django.apps import AppConfig

from edi_portal.bench import BenchResult


class SteeringConfig(AppConfig):
    """See the package's docstring."""

    name = "steering"

    def ready(self) -> None:
        """Fill the places that apps below keep open: what is asked, owners, reminders, registers that answer returns."""
        from edi_portal.search.registry import add_source
        from edi_portal.ui.asks import tell_asks
        from kpis.dashboards.beside_kpi import tell_beside
        from kpis.dashboards.exception_owners import tell_owners
        from kpis.dashboards.publications import show_publications
        from kpis.demonstration.jobs import do_afterwards
        from kpis.notifications import add_sender
        from kpis.selectors.registers import Register, add_register
        from steering.dashboards.asks import asks_of_governance, care_by_reading
        from steering.dashboards.beside_kpi import about_kpi
        from steering.notifications import (
            remind_of_action,
            remind_of_duty,
            remind_of_model,
            remind_of_proposal,
            remind_of_year,
            tell_of_answer,
            tell_of_comment,
        )
        from steering.search import actions_found_by, digest_found_by, practice_found_by, reports_found_by
        from steering.selectors.compliance import public_documents, publication_answers
        from steering.selectors.impact import register_answers
        from steering.services.demonstration_report import queue_report

        do_afterwards(queue_report)
        add_source("Actions", actions_found_by)
        add_source("Good practice", practice_found_by)
        add_source("Research and reform", digest_found_by)
        add_source("Reports", reports_found_by)
        tell_asks(asks_of_governance)
        tell_owners(care_by_reading)
        tell_beside(about_kpi)
        show_publications(public_documents)
        add_sender("compliance", remind_of_duty)
        add_sender("action", remind_of_action)
        add_sender("proposal", remind_of_proposal)
        add_sender("model_ratification", remind_of_model)
        add_sender("panel_comment", tell_of_comment)
        add_sender("panel_answer", tell_of_answer)
        add_sender("efficiency_year", remind_of_year)
        add_register(
            Register("register of impact assessments", "impact:list", frozenset({"eia", "eia_actions"}), register_answers)
        )
        add_register(
            Register("register of duties to publish", "compliance:list", frozenset({"publications"}), publication_answers)
        )
        from edi_portal.bench.registry import add_case
        from edi_portal.ui.home_panels import show_on_home
        from organisations.figures import show_panel
        from organisations.roles import Role
        from steering.dashboards.compliance import duties_panel
        from steering.dashboards.home_panels import comments_panel, outcomes_panel, reports_panel

        show_panel("duties", duties_panel)
        add_case("reports", _measure_reports)
        for role in (Role.BOARD_MEMBER, Role.STEERING_MEMBER):
            show_on_home(str(role), "reports", reports_panel)
        show_on_home(str(Role.BOARD_MEMBER), "outcomes", outcomes_panel)
        show_on_home(str(Role.HEALTHWATCH_READER), "comments", comments_panel)


def _measure_reports() -> list[BenchResult]:
    """Measured by `make bench`; loaded only then."""
    from steering.bench import measure

    return measure()
