"""What governance puts on the homes of the board and the steering group."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from edi_portal.ui.home_panels import Panel, PanelEntry
from kpis.selectors.releases import release_as_seen
from steering.dashboards.outcomes import progress_of
from steering.selectors.compliance import baseline_quarters
from steering.selectors.outcomes import wordings
from steering.selectors.reports import reports_shown_to

NEWEST = 3


def reports_panel(request: HttpRequest) -> Panel:
    """The newest published reports, ready to download. One query."""
    rows = reports_shown_to(request.user).published().filter(status="published").order_by("-period")[:NEWEST]
    entries = [
        PanelEntry(row.quarter.months, reverse("reports:detail", args=[row.pk]), f"report {row.number}, {row.pages} pages")
        for row in rows
    ]
    if entries:
        entries.append(PanelEntry("All reports", reverse("reports:list")))
    return Panel("Assurance reports to download", tuple(entries), "The first report comes when two people have published it.")


def outcomes_panel(request: HttpRequest) -> Panel | None:
    """The five planned outcomes, each with the verdict that its page gives it; nothing before the first release."""
    seen = release_as_seen(request)
    if seen is None:
        return None
    worded, page = wordings(request.user), reverse("outcomes:list")
    entries = [
        PanelEntry(
            f"{one.plan.number}. {worded[one.plan.number].title if one.plan.number in worded else one.plan.title}",
            f"{page}#outcome-{one.plan.number}",
            one.verdict[1],
        )
        for one in progress_of(seen, baseline_quarters())
    ]
    return Panel("Planned outcomes", tuple(entries))
