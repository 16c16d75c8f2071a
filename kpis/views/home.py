"""Home: what is waiting for the reader, by the role in use."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from edi_portal.clock import one_business_day
from edi_portal.ui.asks import asks_of
from edi_portal.ui.home_panels import panels_for
from kpis.dashboards.home import board_home, steering_home
from kpis.dashboards.home_admin import admin_home
from kpis.dashboards.home_own import contributor_home, lead_home, sponsor_home
from kpis.dashboards.home_place import place_home
from kpis.selectors.releases import ReleaseAsSeen, release_as_seen
from kpis.views.overview import release_line_of
from organisations.models import Membership
from organisations.permissions import active_membership
from organisations.roles import Role


@require_GET
@one_business_day()
def home(request: HttpRequest) -> HttpResponse:
    """The home of the role in use; somebody without a role is told who can give one."""
    membership = active_membership(request)
    if membership is None:
        return render(request, "kpis/home_without_role.html")
    seen, asks = release_as_seen(request), asks_of(request)
    template, content = _content(request.user, membership, seen, [ask.text for ask in asks])
    context = {
        "home": content,
        "asks": asks,
        "release": seen.release if seen else None,
        "release_line": release_line_of(seen.release) if seen else "",
        "panels": panels_for(str(membership.role), request),
    }
    return render(request, template, context)


def _content(user: Any, membership: Membership, seen: ReleaseAsSeen | None, asked: list[str]) -> tuple[str, Any]:
    role = Role(membership.role)
    match role:
        case Role.EDI_LEAD:
            return "kpis/home_edi_lead.html", lead_home(user, membership, seen)
        case Role.CONTRIBUTOR:
            return "kpis/home_contributor.html", contributor_home(user, membership)
        case Role.EXECUTIVE_SPONSOR:
            return "kpis/home_executive_sponsor.html", sponsor_home(user, membership, seen)
        case Role.PORTAL_ADMIN:
            return "kpis/home_portal_admin.html", admin_home(user)
    if seen is None:
        return "kpis/home_before_release.html", None
    if role is Role.BOARD_MEMBER:
        return "kpis/home_board_member.html", board_home(seen, asked)
    if role is Role.HEALTHWATCH_READER and membership.place is not None:
        return "kpis/home_healthwatch_reader.html", place_home(seen, membership.place)
    return "kpis/home_steering_member.html", steering_home(seen)
