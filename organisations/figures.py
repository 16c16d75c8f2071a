"""Where the pages of an organisation and of a place let the app that owns figures show them.

Figures belong to an app above this one, which may not be imported here; it says once, when it is ready, how to fill them.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from edi_portal.ui.home_panels import Panel
from organisations.models import Organisation, Place

Figures = Callable[[HttpRequest, Organisation], dict[str, Any]]
MakePanel = Callable[[HttpRequest, Organisation], Panel | None]
PlaceFigures = Callable[[HttpRequest, Place], dict[str, Any]]
_figures: list[Figures] = []
_place_figures: list[PlaceFigures] = []
_panels: dict[str, MakePanel] = {}


def show_figures(function: Figures) -> None:
    """Fill the place: `function(request, organisation)` answers with context for `kpis/organisation_figures.html`."""
    _figures[:] = [function]


def figures_of(request: HttpRequest, organisation: Organisation) -> dict[str, Any]:
    """Context of the figures on the organisation's page; empty while nobody fills the place."""
    context: dict[str, Any] = {}
    for function in _figures:
        context["figures_shown"] = True
        context.update(function(request, organisation))
    return context


def show_panel(key: str, make: MakePanel) -> None:
    """Put a panel on the page of an organisation; `make` gives None to a reader whom it is not for."""
    _panels[key] = make


def panels_about(request: HttpRequest, organisation: Organisation) -> tuple[Panel, ...]:
    """The panels of an organisation's page for this reader."""
    made = (make(request, organisation) for make in _panels.values())
    return tuple(panel for panel in made if panel is not None)


def show_place_figures(function: PlaceFigures) -> None:
    """Fill the page of a place: `function(request, place)` answers with context for `kpis/place_figures.html`."""
    _place_figures[:] = [function]


def figures_of_place(request: HttpRequest, place: Place) -> dict[str, Any]:
    """Context of the figures on the page of a place; empty while nobody fills it."""
    context: dict[str, Any] = {}
    for function in _place_figures:
        context["figures_shown"] = True
        context.update(function(request, place))
    return context
