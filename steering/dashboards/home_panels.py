"""What governance puts on the homes of the board and the steering group."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from edi_portal.ui.home_panels import Panel, PanelEntry
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
