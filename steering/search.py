"""What the search finds of actions, good practice, the digest and reports, through the gates of their pages."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from edi_portal.search.registry import Entry
from organisations.permissions import can
from organisations.roles import Right
from steering.selectors.actions import actions_shown_to
from steering.selectors.digest import digest_for
from steering.selectors.practice import library
from steering.selectors.reports import reports_shown_to
from steering.selectors.texts import Words


def actions_found_by(user: Any) -> Iterator[Entry]:
    """Actions that the reader may know of, by the words that the reader may read; without a title none is shown. Two queries."""
    rows = list(actions_shown_to(user).prefetch_related(None))
    words = Words(user, rows)
    for row in rows:
        if words.may_read(row, "title"):
            read = " ".join([row.kpi, *(words.of(row, field, instead="") for field in ("what", "effect"))])
            line = f"Action of {row.owner}{'' if row.is_open else ', ended'}"
            yield Entry(row.title, line, reverse("actions:detail", args=[row.pk]), read)


def practice_found_by(user: Any) -> Iterator[Entry]:
    """Notes of the library. Three queries."""
    for row in library(user) if can(user, Right.VIEW_WORKSTREAMS) else ():
        line = f"Good practice of {row.organisation}" if row.organisation is not None else row.source
        words = " ".join([row.what, row.how, *row.kpis])
        yield Entry(row.title, line, reverse("practice:detail", args=[row.slug]), words)


def digest_found_by(user: Any) -> Iterator[Entry]:
    """Publications of the digest. Two queries."""
    for row in digest_for(user) if can(user, Right.VIEW_WORKSTREAMS) else ():
        words = " ".join([row.summary, row.meaning, *row.kpis])
        line = f"{row.get_kind_display()}, {row.source}"
        yield Entry(row.title, line, f"{reverse('digest:list')}#entry-{row.slug}", words)


def reports_found_by(user: Any) -> Iterator[Entry]:
    """Reports by number and period; their words are mostly figures, so they are not searched. One query."""
    for row in reports_shown_to(user):
        line = f"{row.quarter.label}, {row.quarter.months}. {row.get_status_display()}"
        yield Entry(str(row), line, reverse("reports:detail", args=[row.pk]))
