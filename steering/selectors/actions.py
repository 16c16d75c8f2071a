"""Questions about actions: which ones a reader sees, who looks after a reading."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from steering.models import Action, ActionUpdate


def actions_shown_to(user: Any) -> QuerySet[Action]:
    """Every action that this account may know of, with what a list shows. Two queries."""
    rows = Action.objects.visible_to(user).select_related("workstream", "owner_organisation", "written_for", "decision__meeting")
    return rows.prefetch_related("organisations").order_by("due_on", "pk")


def get_action(user: Any, pk: int) -> Action:
    """The action, if this account may know of it; Http404 otherwise."""
    return get_object_or_404(actions_shown_to(user), pk=pk)


def updates_of(action: Action) -> list[ActionUpdate]:
    """What was reported on it and not taken back, newest first. One query."""
    return list(action.updates.filter(taken_back_at__isnull=True).select_related("by"))


def actions_by_reading(user: Any) -> dict[tuple[str, str], Action]:
    """(KPI, slug of an organisation) → an open action about it, the one that is due first. Two queries."""
    found: dict[tuple[str, str], Action] = {}
    for action in actions_shown_to(user).filter(closed_on__isnull=True).exclude(kpi=""):
        for organisation in action.organisations.all():
            found.setdefault((action.kpi, organisation.slug), action)
    return found
