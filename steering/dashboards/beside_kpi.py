"""Actions and good practice about a KPI, for its page: each as far as the reader may know of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from edi_portal.clock import business_today
from kpis.dashboards.beside_kpi import Beside, BesideRow
from organisations.permissions import can
from organisations.roles import Right
from steering.dashboards.actions import state_of
from steering.selectors.actions import actions_shown_to
from steering.selectors.practice import library
from steering.selectors.texts import Words

MOST = 5


def about_kpi(request: HttpRequest, code: str) -> Iterator[Beside]:
    """Open actions, those due first on top, and notes of what others did. At most six queries."""
    yield Beside("What is being done", _actions(request.user, code), BesideRow("All actions", reverse("actions:list")))
    if can(request.user, Right.VIEW_WORKSTREAMS):
        yield Beside(
            "What others did", _notes(request.user, code), BesideRow("All notes of good practice", reverse("practice:list"))
        )


def _actions(user: Any, code: str) -> tuple[BesideRow, ...]:
    rows = list(actions_shown_to(user).filter(kpi__iexact=code, closed_on__isnull=True)[:MOST])
    words, today = Words(user, rows), business_today() if rows else None
    return tuple(
        BesideRow(
            words.of(one, "title", f"Action {one.pk}"),
            reverse("actions:detail", args=[one.pk]),
            f"{one.owner}, by {one.due_on:%-d %B %Y}" + (", overdue" if today and state_of(one, today) == "Overdue" else ""),
        )
        for one in rows
    )


def _notes(user: Any, code: str) -> tuple[BesideRow, ...]:
    found = [note for note in library(user) if code.upper() in {kpi.upper() for kpi in note.kpis}]
    return tuple(
        BesideRow(
            note.title,
            reverse("practice:detail", args=[note.slug]),
            str(note.organisation.short_name) if note.organisation is not None else note.source,
        )
        for note in found[:MOST]
    )
