"""Who looks after an exception: told by the app that owns actions, which stands above this one and may not be imported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest

from edi_portal.ui.navigation import address_of
from organisations.permissions import can
from organisations.roles import Right


@dataclass(frozen=True, slots=True)
class Care:
    """What is done about a reading, and where it can be read."""

    label: str
    url: str


Reading = tuple[str, str]
"""Code of a KPI and slug of an organisation."""
Owners = Callable[[HttpRequest], Mapping[Reading, Care]]
_owners: list[Owners] = []


def tell_owners(function: Owners) -> None:
    """Let the app that owns actions say what is done about which reading; called once, when that app is ready."""
    _owners[:] = [function]


def care_of(request: HttpRequest) -> dict[Reading, Care]:
    """Reading → what is done about it, as far as this reader may know."""
    return {reading: care for function in _owners for reading, care in function(request).items()}


def address_to_raise(request: HttpRequest, code: str = "", organisation: str = "") -> str:
    """Where an action about a reading is raised; empty for a reader who may not, or where there is no such page."""
    page = address_of("actions:add")
    if not page or not can(request.user, Right.GOVERN):
        return ""
    asked = urlencode([(name, value) for name, value in (("kpi", code), ("organisation", organisation)) if value])
    return f"{page}?{asked}" if asked else page
