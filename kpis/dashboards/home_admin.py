"""The portal admin's home: how many returns are in, what is stuck, which release waits for whom. No figure of any return."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from edi_portal.clock import LONDON
from edi_portal.jobs.models import Job, JobStatus
from kpis.dashboards.home_own import Calendar, due_words
from kpis.models.collections import Collection
from kpis.models.releases import Release, ReleaseStatus
from kpis.selectors.arrivals import arrival_counts
from kpis.selectors.extracts import meanings_that_wait
from kpis.selectors.releases import newest_release
from kpis.selectors.ward_packs import waiting_packs
from organisations.selectors.access_reviews import reviews_due


@dataclass(frozen=True, slots=True)
class AdminHome:
    """What is waiting for a portal admin."""

    collection: Collection | None
    heading: str
    facts: tuple[dict[str, str], ...]
    tasks: tuple[dict[str, str], ...]
    signed: int
    due: int
    due_words: str
    days_to_close: int
    next_opening: Collection | None
    newest: Release | None

    @property
    def action(self) -> dict[str, str]:
        """The one green button."""
        return {"label": "Open the arrivals board", "url": reverse("collections:arrivals")}


def admin_home(user: Any) -> AdminHome:
    """Days to close, returns by step, jobs that failed, releases to propose or confirm."""
    calendar = Calendar.read()
    collection = min(calendar.open_now, key=lambda one: one.closes_at, default=None)
    counts = arrival_counts(collection) if collection is not None else {}
    days = (_last_day(collection) - calendar.today).days if collection is not None else 0
    due, signed = counts.get("due", 0), counts.get("signed", 0)
    return AdminHome(
        collection=collection,
        heading=f"{signed} of {due} signed, {days} days to go" if collection is not None else "No collection is open",
        facts=_facts(collection, counts, days),
        tasks=(
            *_release_tasks(user),
            *_job_tasks(),
            *_meaning_tasks(user),
            *_pack_tasks(),
            *_chasing(collection, counts),
            *_review_tasks(calendar.today),
        ),
        signed=signed,
        due=due,
        due_words=due_words(collection.due_on, calendar.today) if collection is not None else "",
        days_to_close=days,
        next_opening=calendar.next_opening,
        newest=newest_release(),
    )


def _last_day(collection: Collection) -> date:
    return collection.closes_at.astimezone(LONDON).date()


def _facts(collection: Collection | None, counts: dict[str, int], days: int) -> tuple[dict[str, str], ...]:
    if collection is None:
        return ()
    due, late = counts["due"], counts["late"]
    return (
        {"label": "Due", "value": str(due), "note": f"by {collection.due_on:%-d %B %Y}"},
        {"label": "Started", "value": str(counts["started"]), "note": f"{due - counts['started']} not started"},
        {"label": "Sent", "value": str(counts["sent"]), "note": f"{late} late" if late else "none late yet"},
        {"label": "Signed", "value": str(counts["signed"]), "note": f"{due - counts['signed']} to go"},
        {"label": "Closes in", "value": f"{days} days", "note": f"{_last_day(collection):%-d %B %Y}"},
    )


def _meaning_tasks(user: Any) -> list[dict[str, str]]:
    """Meanings of values that wait for a decision; the list shows none that stands in few rows."""
    number = len([one for one in meanings_that_wait() if one.proposed_by_id != user.pk])
    if not number:
        return []
    title = f"Decide about {number} {'meaning' if number == 1 else 'meanings'} of values in files"
    return [{"title": title, "url": reverse("meanings:list"), "tag": "Waits", "colour": "blue"}]


def _pack_tasks() -> list[dict[str, str]]:
    """Packs of ward figures that were checked and are neither shown nor thrown away."""
    number = waiting_packs().count()
    if not number:
        return []
    title = f"Decide about {number} {'pack' if number == 1 else 'packs'} of ward figures"
    hint = "Checked, and not shown yet"
    return [{"title": title, "url": reverse("ward-packs:list"), "hint": hint, "tag": "Waits", "colour": "blue"}]


def _release_tasks(user: Any) -> list[dict[str, str]]:
    """Releases that wait to be proposed, or to be confirmed by another admin than the one who proposed them."""
    waiting = Release.objects.filter(status__in=[ReleaseStatus.PREPARED, ReleaseStatus.PROPOSED]).select_related("collection")
    tasks = []
    for release in waiting:
        proposed = release.status == ReleaseStatus.PROPOSED
        own = proposed and release.proposed_by_id == user.pk
        verb = "Confirm" if proposed else "Check and propose"
        tasks.append(
            {
                "title": f"{verb} the release of {release.quarter.months}",
                "url": reverse("releases:list"),
                "hint": "You proposed it, so another portal admin confirms it"
                if own
                else "Counts shown, hidden and withheld are on its page",
                "tag": "Waits for another admin" if own else "Needs you",
                "colour": "grey" if own else "yellow",
            }
        )
    return tasks


def _job_tasks() -> list[dict[str, str]]:
    failed = Job.objects.filter(status=JobStatus.FAILED).count()
    if not failed:
        return []
    title = f"Look at {failed} job{'s' if failed != 1 else ''} that failed"
    return [{"title": title, "url": reverse("jobs:list"), "tag": "Failed", "colour": "red"}]


def _review_tasks(today: date) -> list[dict[str, str]]:
    """Where nobody has looked this quarter at who has access."""
    due = reviews_due(today)
    if not due:
        return []
    number = sum(bool(one.slug) for one in due)
    where = [f"{number} organisation{'s' if number != 1 else ''}"] if number else []
    where += ["roles outside organisations"] if number < len(due) else []
    title = f"Access review: {' and '.join(where)}"
    hint = "End the roles of people who left, then confirm the rest"
    return [
        {"title": title, "url": f"{reverse('organisations:people-index')}#review", "hint": hint, "tag": "Due", "colour": "yellow"}
    ]


def _chasing(collection: Collection | None, counts: dict[str, int]) -> list[dict[str, str]]:
    """Who has not started, while the collection is open."""
    if collection is None:
        return []
    left = counts["due"] - counts["started"]
    if not left:
        return []
    title = f"Remind {left} organisation{'s' if left != 1 else ''} that {'have' if left != 1 else 'has'} not started"
    return [{"title": title, "url": reverse("collections:arrivals"), "hint": "The arrivals board has contacts and reminders"}]
