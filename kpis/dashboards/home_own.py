"""Homes of those who fill in, sign or answer: the organisation's own return, what blocks it, own figures beside the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from edi_portal.clock import LONDON, BusinessNow, business_now
from kpis import permissions
from kpis.catalogue import CONTRIBUTORS
from kpis.catalogue.vocabulary import SHORT_WORKSTREAMS
from kpis.dashboards.figures_beside import FiguresBeside, figures_beside
from kpis.dashboards.return_overview import ReturnOverview, overview_of
from kpis.models.collections import Collection
from kpis.models.releases import Release
from kpis.models.returns import KpiReturn
from kpis.selectors.definitions import stored_definitions
from kpis.selectors.releases import ReleaseAsSeen
from kpis.selectors.returns import ReturnContent, content_of
from kpis.validation.findings import Finding
from kpis.workflow import Status
from organisations.models import Membership, Organisation

MOST_TASKS = 7
RECENT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class OwnReturn:
    """The open return on a home page."""

    kpi_return: KpiReturn
    page: ReturnOverview
    tasks: tuple[dict[str, str], ...]
    more_tasks: int
    answered: tuple[tuple[str, int, int], ...]
    due_words: str
    url: str

    @property
    def heading(self) -> str:
        """What is asked."""
        return f"Return for {self.kpi_return.quarter.months}"

    @property
    def when(self) -> SafeString:
        """Period, due date in bold, closing date."""
        lead = "" if self.page.editable else f"{self.page.status_label}. "
        return format_html(
            "{}. {}<strong>{}</strong> Closes on {}.", self.kpi_return.quarter.label, lead, self.due_words, self.page.closes_text
        )

    @property
    def note(self) -> str:
        """What blocks sending, beside the progress: "1 error blocks it · 1 query needs your explanation"."""
        said = []
        if self.page.errors:
            said.append(f"{counted(self.page.errors, 'error blocks', 'errors block')} it")
        if self.page.queries:
            said.append(f"{counted(self.page.queries, 'query needs', 'queries need')} your explanation")
        return " · ".join(said)

    @property
    def action(self) -> dict[str, str]:
        """The one green button."""
        if not self.page.editable:
            return {"label": "Open the return", "url": self.url}
        started = any(section.touched for section in self.page.sections)
        return {"label": "Continue the return" if started else "Start the return", "url": self.url}


@dataclass(frozen=True, slots=True)
class OwnHome:
    """What is waiting for somebody at an organisation."""

    organisation: Organisation
    returns: tuple[OwnReturn, ...]
    dates: tuple[dict[str, str], ...]
    next_opening: Collection | None
    figures: FiguresBeside | None


def lead_home(user: Any, membership: Membership, seen: ReleaseAsSeen | None) -> OwnHome:
    """The EDI lead's: the open return, what to do next, own figures beside the others."""
    organisation = _organisation(membership)
    calendar = Calendar.read()
    definitions = seen.definitions if seen is not None else stored_definitions()
    rows = open_returns(user, organisation)
    contents = [content_of(row, framework=definitions.in_force(row.quarter), now=calendar.now) for row in rows]
    release = seen.release if seen is not None else None
    returns = tuple(_own_return(content, user, release, calendar) for content in contents)
    # An open return of the following quarter has already read the eight signed quarters that the figures need.
    history = next((one.history for one in contents if seen and one.kpi_return.quarter.previous() == seen.quarter), None)
    return OwnHome(
        organisation, returns, calendar.dates_for(rows), calendar.next_opening, figures_beside(seen, organisation, history)
    )


def contributor_home(user: Any, membership: Membership) -> OwnHome:
    """The contributor's: own questions only, and no figure of anybody else."""
    organisation = _organisation(membership)
    calendar = Calendar.read()
    rows = open_returns(user, organisation)
    returns = tuple(_questions(row, user, calendar) for row in rows)
    return OwnHome(organisation, returns, calendar.dates_for(rows), calendar.next_opening, None)


@dataclass(frozen=True, slots=True)
class SponsorHome:
    """The executive sponsor's: what there is to sign."""

    organisation: Organisation
    waiting: tuple[KpiReturn, ...]
    others: tuple[tuple[KpiReturn, str], ...]
    dates: tuple[dict[str, str], ...]
    figures: FiguresBeside | None


def sponsor_home(user: Any, membership: Membership, seen: ReleaseAsSeen | None) -> SponsorHome:
    """Returns to sign first; an open return that was not sent yet says so."""
    organisation = _organisation(membership)
    calendar = Calendar.read()
    rows = open_returns(user, organisation, every_status=True)
    return SponsorHome(
        organisation,
        tuple(row for row in rows if row.status == Status.SUBMITTED),
        tuple((row, str(row.get_status_display())) for row in rows if row.status != Status.SUBMITTED),
        calendar.dates_for(rows),
        figures_beside(seen, organisation),
    )


def _organisation(membership: Membership) -> Organisation:
    if membership.organisation is None:
        raise ValueError("This role is held at an organisation.")
    return membership.organisation


def open_returns(user: Any, organisation: Organisation, *, every_status: bool = False) -> list[KpiReturn]:
    """The organisation's returns of collections that are open to it now, those that can be worked on unless `every_status`.

    With every status those too that were sent and are not signed when their collection has closed: their signature still counts.
    """
    there = Q(collection__in=Collection.objects.open_to(organisation))
    if every_status:
        there |= Q(status=Status.SUBMITTED)
    rows = (
        KpiReturn.objects.visible_to(user)
        .live()
        .filter(there, organisation=organisation)
        .select_related("organisation", "collection", "submitted_by", "signed_off_by")
        .prefetch_related("collection__extensions")
        .order_by("collection__due_on")
    )
    return [row for row in rows if every_status or row.status != Status.NOT_REQUIRED]


def _own_return(content: ReturnContent, user: Any, release: Release | None, calendar: Calendar) -> OwnReturn:
    kpi_return = content.kpi_return
    page = overview_of(content, user)
    tasks = [*_tasks(page, content), *_release_task(release, kpi_return.organisation, calendar.today)]
    return OwnReturn(
        kpi_return,
        page,
        tuple(tasks[:MOST_TASKS]),
        max(len(tasks) - MOST_TASKS, 0),
        _by_contributor(content, user),
        due_words(kpi_return.due_on, calendar.today),
        _address(kpi_return),
    )


def _address(kpi_return: KpiReturn) -> str:
    return reverse("returns:overview", args=[kpi_return.organisation.slug, kpi_return.collection.period])


def _tasks(page: ReturnOverview, content: ReturnContent) -> list[dict[str, str]]:
    """What blocks sending first, then what needs an explanation, then what is not answered."""
    if not page.editable:
        return []
    tasks = []
    for section in page.sections:
        name = SHORT_WORKSTREAMS[section.slug]
        if section.sent_back:
            title = f"Change {name} as your sponsor asks"
            tasks.append({"title": title, "url": section.url, "tag": "Sent back", "colour": "orange"})
    for section in page.sections:
        if section.errors:
            title = f"Mend {counted(section.errors, 'error')} in {SHORT_WORKSTREAMS[section.slug]}"
            hint = _first_message(content, content.errors, section.slug)
            tasks.append({"title": title, "url": section.url, "hint": hint, "tag": "Blocks sending", "colour": "red"})
    for section in page.sections:
        if section.queries:
            title = f"Explain {counted(section.queries, 'query', 'queries')} in {SHORT_WORKSTREAMS[section.slug]}"
            hint = _first_message(content, content.open_queries, section.slug)
            tasks.append({"title": title, "url": section.url, "hint": hint, "tag": "Needs you", "colour": "yellow"})
    for section in page.sections:
        if section.discussions:
            title = f"Close {counted(section.discussions, 'discussion')} in {SHORT_WORKSTREAMS[section.slug]}"
            hint = "The return cannot be signed while something is asked"
            tasks.append({"title": title, "url": section.url, "hint": hint, "tag": "Somebody asks", "colour": "yellow"})
    for section in page.sections:
        left = section.due - section.answered
        if left:
            title = f"Answer {counted(left, 'question')} in {SHORT_WORKSTREAMS[section.slug]}"
            hint = f"{section.answered} of {section.due} answered"
            tasks.append({"title": title, "url": section.url, "hint": hint, "tag": "To answer", "colour": "grey"})
    return tasks


def _first_message(content: ReturnContent, findings: Sequence[Finding], section: str) -> str:
    """What the first finding of a section says."""
    inside = {measure.code for measure in content.measures if measure.workstream == section}
    return next((finding.message for finding in findings if finding.measure in inside), "")


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 error", "2 queries"."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def _release_task(release: Release | None, organisation: Organisation, today: date) -> list[dict[str, str]]:
    """A look at the newest benchmark, while it is recent."""
    if release is None or release.published_at is None or today - release.published_at.astimezone(LONDON).date() > RECENT:
        return []
    return [
        {
            "title": "Review last quarter’s benchmark",
            "url": reverse("kpis:organisation", args=[organisation.slug]),
            "hint": f"Release {release.number} was published on {release.published_at.astimezone(LONDON):%-d %B %Y}",
            "tag": "New",
            "colour": "blue",
        }
    ]


def _by_contributor(content: ReturnContent, user: Any) -> tuple[tuple[str, int, int], ...]:
    """Who has answered how many of their questions."""
    tally: dict[str, list[bool]] = defaultdict(list)
    for measure in permissions.measures_open_to(user, content.kpi_return, content.measures):
        tally[measure.contributor].append(content.is_answered(measure))
    return tuple((title, sum(tally[slug]), len(tally[slug])) for slug, title in CONTRIBUTORS.items() if slug in tally)


def _questions(kpi_return: KpiReturn, user: Any, calendar: Calendar) -> OwnReturn:
    """A contributor's part of the return: one task for each question."""
    content = content_of(kpi_return, now=calendar.now)
    page = overview_of(content, user)
    mine = permissions.measures_open_to(user, kpi_return, content.measures)
    errors = {finding.measure for finding in content.errors}
    queries = {finding.measure for finding in content.open_queries}
    tasks = []
    for measure in mine:
        section = reverse(
            "returns:section", args=[kpi_return.organisation.slug, kpi_return.collection.period, measure.workstream]
        )
        task = {"title": measure.title, "url": f"{section}#{measure.code}", "hint": measure.question}
        if measure.code in errors:
            tasks.append(task | {"tag": "To mend", "colour": "red"})
        elif measure.code in queries:
            tasks.append(task | {"tag": "To explain", "colour": "yellow"})
        elif measure.code in page.asked:
            tasks.append(task | {"tag": "Somebody asks", "colour": "yellow"})
        elif content.is_answered(measure):
            tasks.append(task | {"status": "Answered"})
        else:
            tasks.append(task | {"tag": "To answer", "colour": "grey"})
    order = {"To mend": 0, "To explain": 1, "Somebody asks": 2, "To answer": 3}
    tasks.sort(key=lambda task: order.get(task.get("tag", ""), 4))
    return OwnReturn(kpi_return, page, tuple(tasks), 0, (), due_words(kpi_return.due_on, calendar.today), _address(kpi_return))


def due_words(due: date, today: date) -> str:
    """When it is due, counted from the business day: "Due in 11 days, Friday 31 January 2020."."""
    days = (due - today).days
    day = f"{due:%A %-d %B %Y}"
    if days == 0:
        return f"Due today, {day}."
    if days < 0:
        return f"Was due {-days} day{'s' if days != -1 else ''} ago, {day}."
    return f"Due tomorrow, {day}." if days == 1 else f"Due in {days} days, {day}."


@dataclass(frozen=True, slots=True)
class Calendar:
    """Collections that are open or still to come, on the business day. Two queries."""

    now: datetime
    collections: tuple[Collection, ...]

    @classmethod
    def read(cls) -> Calendar:
        """The calendar of today."""
        coming = Collection.objects.filter(closes_at__gt=BusinessNow()).annotate(now=BusinessNow()).order_by("opens_on")
        collections = tuple(coming)
        now = collections[0].now.astimezone(LONDON) if collections else business_now()  # type: ignore[attr-defined]
        return cls(now, collections)

    @property
    def today(self) -> date:
        """The business day."""
        return self.now.date()

    @property
    def open_now(self) -> tuple[Collection, ...]:
        """Those that can be worked on today."""
        return tuple(one for one in self.collections if one.opens_on <= self.today)

    @property
    def next_opening(self) -> Collection | None:
        """The next one to open."""
        return next((one for one in self.collections if one.opens_on > self.today), None)

    def dates_for(self, returns: Iterable[KpiReturn]) -> tuple[dict[str, str], ...]:
        """What is due, closes and opens when, in order. `returns`: the organisation's open ones, which may have more time."""
        days = {one.quarter: (one.due_on, one.closes_at) for one in self.open_now}
        # With more time a return can be open after its collection closed for the others.
        days |= {row.quarter: (row.due_on, permissions.closes_at_for(row)) for row in returns}
        found = []
        for quarter, (due_on, closes_at) in days.items():
            found.append((due_on, f"Q{quarter.number} return due"))
            found.append((closes_at.astimezone(LONDON).date(), f"Q{quarter.number} collection closes"))
        if self.next_opening is not None:
            found.append((self.next_opening.opens_on, f"Q{self.next_opening.quarter.number} return opens"))
        # On the same day the return is due before the collection closes.
        return tuple({"date": f"{day:%-d %b}", "text": text} for day, text in sorted(found, key=lambda one: one[0]))
