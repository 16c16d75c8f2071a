"""Registers the kpis app, and tells the frame and the pages of organisations and places what to show of releases."""

from django.apps import AppConfig


class KpisConfig(AppConfig):
    """See the package's docstring."""

    name = "kpis"

    def ready(self) -> None:
        """Fill the footer's release line and the place for figures on an organisation's page."""
        from edi_portal.search.registry import add_source
        from edi_portal.ui.context import show_release_line
        from edi_portal.ui.pages import show_disclosure
        from kpis import checks  # noqa: F401  registers what `check --deploy` refuses
        from kpis.search import kpis_found_by, ward_indicators_found_by
        from kpis.selectors.disclosure import policy_in_force
        from kpis.views.disclosure import release_links
        from kpis.views.organisations import figures_on_organisation_page
        from kpis.views.overview import newest_release_line
        from kpis.views.ward_figures import figures_on_place_page
        from organisations.figures import show_figures, show_place_figures

        add_source("KPIs", kpis_found_by, public=True)
        add_source("Health inequalities", ward_indicators_found_by, public=True)
        show_release_line(newest_release_line)
        show_disclosure(policy_in_force, release_links)
        show_figures(figures_on_organisation_page)
        show_place_figures(figures_on_place_page)
