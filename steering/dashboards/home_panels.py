"""What governance puts on the homes of the board, the steering group and a Healthwatch."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.urls import reverse

from edi_portal.clock import LONDON, business_today
from edi_portal.ui.home_panels import Panel, PanelEntry
from kpis.selectors.releases import release_as_seen
from steering.dashboards.outcomes import progress_of
from steering.models import PanelComment
from steering.selectors.compliance import baseline_quarters
from steering.selectors.outcomes import wordings
from steering.selectors.panels import comments_of, place_of, state_of
from steering.selectors.reports import reports_shown_to

NEWEST = 3
MOST_COMMENTS = 5


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


def comments_panel(request: HttpRequest) -> Panel | None:
    """A Healthwatch's comments: those without an answer first, then the newest answers. Two queries."""
    place = place_of(request.user)
    if place is None:
        return None
    today = business_today()
    order = {"late": 0, "waits": 1, "answered": 2}
    rows = sorted(comments_of(place), key=lambda row: order[state_of(row, today)])[:MOST_COMMENTS]
    entries = [PanelEntry(row.organisation.short_name, _address(row), _note(row, today)) for row in rows]
    entries.append(PanelEntry("EDS panels: score and comment", reverse("eds:list")))
    return Panel("Your comments, and who owes an answer", tuple(entries))


def _address(row: PanelComment) -> str:
    return f"{reverse('eds:organisation', args=[row.organisation.slug])}#comment-{row.pk}"


def _note(row: PanelComment, today: date) -> str:
    answers = list(row.answers.all())
    if answers:
        return f"answered on {answers[-1].answered_at.astimezone(LONDON):%-d %B %Y}"
    day = f"{row.answer_due_on:%-d %B %Y}"
    return f"answer was due on {day}" if row.answer_due_on < today else f"answer due by {day}"
