"""The seven workstreams side by side, and one of them with its plan on a page, before HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kpis.dashboards.completeness import Answered, level_rule, levels_of
from kpis.dashboards.exceptions import ExceptionRow, exceptions_of
from kpis.dashboards.home import SystemLine, system_lines
from kpis.selectors.releases import ReleaseAsSeen
from steering.models import Milestone
from steering.selectors.texts import Words
from steering.selectors.workstreams import PlanState
from steering.vocabulary import DOMAINS, RAG

RAG_COLOURS = {"red": "red", "amber": "orange", "green": "green", "none": "grey"}


@dataclass(frozen=True, slots=True)
class MilestoneLine:
    """A step of a plan in words; `place` is its position on the time line, from 0 to 1."""

    milestone: Milestone
    title: str
    state: str
    note: str
    place: float

    @property
    def mark(self) -> str:
        """How it is drawn: reached, dropped, late or open."""
        return {"Reached": "reached", "Dropped": "dropped", "Overdue": "late"}.get(self.state, "open")

    @property
    def x(self) -> int:
        """Its place on a time line of 1,000 units with margins."""
        return round(20 + 960 * self.place)


@dataclass(frozen=True, slots=True)
class WorkstreamRow:
    """One workstream of the list."""

    state: PlanState
    colour_word: str
    tag: str
    reason: str
    next_title: str
    data: Answered | None

    @property
    def next_on(self) -> date | None:
        """The day of the next milestone."""
        return self.state.next_milestone.due_on if self.state.next_milestone else None


@dataclass(frozen=True, slots=True)
class DomainRows:
    """The workstreams of one domain."""

    label: str
    rows: tuple[WorkstreamRow, ...]


def workstream_rows(user: Any, states: dict[str, PlanState], seen: ReleaseAsSeen | None) -> tuple[DomainRows, ...]:
    """The list in its two domains, both laid out alike."""
    levels = levels_of(seen) if seen is not None else {}
    texts = [one for state in states.values() for one in (state.override, state.next_milestone) if one is not None]
    words = Words(user, texts)
    rows = [_row(state, words, levels.get(slug)) for slug, state in states.items()]
    return tuple(
        DomainRows(label, tuple(row for row in rows if row.state.workstream.domain == domain))
        for domain, label in DOMAINS.items()
    )


def _row(state: PlanState, words: Words, data: Answered | None) -> WorkstreamRow:
    reason = words.of(state.override, "reason") if state.override is not None else state.rule.reason
    following = state.next_milestone
    return WorkstreamRow(
        state,
        RAG[state.colour],
        RAG_COLOURS[state.colour],
        reason,
        words.of(following, "title") if following is not None else "",
        data,
    )


@dataclass(frozen=True, slots=True)
class WorkstreamPage:
    """One workstream."""

    row: WorkstreamRow
    facts: tuple[dict[str, str], ...]
    milestones: tuple[MilestoneLine, ...]
    today_x: int
    rule_word: str
    kpis: tuple[SystemLine, ...]
    acting: dict[str, int]
    data_rule: str

    @property
    def lines(self) -> tuple[tuple[SystemLine, int], ...]:
        """Its KPIs with the number of organisations to act on."""
        return tuple((line, self.acting.get(line.definition.code, 0)) for line in self.kpis)


def workstream_page(user: Any, state: PlanState, seen: ReleaseAsSeen | None, today: date) -> WorkstreamPage:
    """The page of one workstream within the reader's tier."""
    words = Words(user, [*state.milestones, *([state.override] if state.override else [])])
    slug = state.workstream.slug
    levels = levels_of(seen) if seen is not None else {}
    row = _row(state, words, levels.get(slug))
    kpis = tuple(line for line in system_lines(seen) if line.definition.workstream == slug) if seen is not None else ()
    rows = exceptions_of(seen, workstream=slug) if seen is not None else ()
    lines, today_x = milestone_lines(state.milestones, words, today)
    return WorkstreamPage(row, _facts(row), lines, today_x, RAG[state.rule.colour], kpis, _acting(rows), level_rule())


def _acting(rows: Sequence[ExceptionRow]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for row in rows:
        counted[row.definition.code] = counted.get(row.definition.code, 0) + 1
    return counted


def _facts(row: WorkstreamRow) -> tuple[dict[str, str], ...]:
    state = row.state
    data = {"label": "Data", "value": "No release yet"}
    if row.data is not None:
        words = {"full": "Full", "partial": "Partial", "none": "None"}
        data = {
            "label": "Trust the data?",
            "value": words[row.data.level],
            "note": f"{row.data.answered} of {row.data.due} figures returned and signed",
        }
    following = (
        {"label": "Next milestone", "value": f"{row.next_on:%-d %B %Y}", "note": row.next_title}
        if row.next_on
        else {"label": "Next milestone", "value": "None", "note": "no open milestone"}
    )
    return (
        {"label": "The plan", "value": row.colour_word, "note": row.reason},
        data,
        following,
        {"label": "Open actions", "value": str(state.open_actions), "note": f"{state.overdue_actions} overdue"},
    )


def milestone_lines(milestones: Sequence[Milestone], words: Words, today: date) -> tuple[tuple[MilestoneLine, ...], int]:
    """The steps with their places on a time line that holds them and today, and today's place."""
    days = [*(one.due_on for one in milestones), today]
    first, last = min(days), max(days)
    span = max((last - first).days, 1)

    def place(day: date) -> float:
        return (day - first).days / span

    lines = tuple(_milestone_line(one, words, today, place(one.due_on)) for one in milestones)
    return lines, round(20 + 960 * place(today))


def _milestone_line(milestone: Milestone, words: Words, today: date, place: float) -> MilestoneLine:
    title = words.of(milestone, "title")
    if milestone.reached_on is not None:
        return MilestoneLine(milestone, title, "Reached", f"on {milestone.reached_on:%-d %B %Y}", place)
    if milestone.dropped_on is not None:
        return MilestoneLine(milestone, title, "Dropped", words.of(milestone, "drop_reason"), place)
    if milestone.is_overdue_on(today):
        return MilestoneLine(milestone, title, "Overdue", f"by {(today - milestone.due_on).days} days", place)
    return MilestoneLine(milestone, title, "Open", "", place)
