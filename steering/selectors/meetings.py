"""Questions about meetings and decisions."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from steering.models import Contribution, Decision, Meeting


def meetings() -> QuerySet[Meeting]:
    """Every meeting, newest first."""
    return Meeting.objects.prefetch_related("decisions")


def get_meeting(day: str) -> Meeting:
    """The meeting of a day written as 2020-02-03; Http404 otherwise."""
    try:
        found = date.fromisoformat(day)
    except ValueError:
        raise Http404 from None
    return get_object_or_404(Meeting, held_on=found)


def decisions() -> QuerySet[Decision]:
    """Every decision with its meeting and the actions that came of it."""
    return Decision.objects.select_related("meeting", "workstream").prefetch_related("actions")


def contributions() -> QuerySet[Contribution]:
    """Every contribution, the next one first."""
    return Contribution.objects.select_related("board")
