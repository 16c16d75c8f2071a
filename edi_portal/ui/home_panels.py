"""Panels that apps above the one that owns a home put on it: what is there to read or to decide.

An app says which panels a role gets when it is ready; the home asks for them. A panel without entries is not shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class PanelEntry:
    """One line of a panel: a link and a note beside it."""

    label: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """A short list under a heading, with a sentence where there is nothing to list."""

    heading: str
    entries: tuple[PanelEntry, ...]
    empty: str = ""


MakePanel = Callable[[HttpRequest], Panel | None]
_panels: dict[str, dict[str, MakePanel]] = {}


def show_on_home(role: str, key: str, make: MakePanel) -> None:
    """Put a panel on the home of a role; the same key again takes the place of the one before."""
    _panels.setdefault(role, {})[key] = make


def panels_for(role: str, request: HttpRequest) -> tuple[Panel, ...]:
    """The panels of a role's home, in the order in which they were put there."""
    made = (make(request) for make in _panels.get(role, {}).values())
    return tuple(panel for panel in made if panel is not None and (panel.entries or panel.empty))
