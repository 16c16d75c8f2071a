"""The place on an organisation's page where the app that owns figures shows them.

Figures belong to an app above this one, which may not be imported here; it says once, when it is ready, how to fill the place.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from organisations.models import Organisation

Figures = Callable[[HttpRequest, Organisation], dict[str, Any]]
_figures: list[Figures] = []


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
