"""Where a document stands on a day. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum


class State(StrEnum):
    """The state of a document; computed, never typed."""

    DRAFT = "draft"
    AHEAD = "ahead"
    CURRENT = "current"
    EXPIRED = "expired"
    REPLACED = "replaced"
    ENDED = "ended"
    UNDATED = "undated"


STATE_LABELS: dict[State, str] = {
    State.DRAFT: "Draft",
    State.AHEAD: "Begins later",
    State.CURRENT: "Current",
    State.EXPIRED: "Expired",
    State.REPLACED: "Replaced by a later one",
    State.ENDED: "Ended without a successor",
    State.UNDATED: "Published without a period",
}


def state_on(
    day: date,
    *,
    is_published: bool,
    starts_on: date | None,
    ends_on: date | None,
    has_successor: bool,
    ended_on: date | None,
) -> State:
    """The state on a day. `has_successor`: a later document says that it replaces this one."""
    if not is_published:
        return State.DRAFT
    if has_successor:
        return State.REPLACED
    if ended_on is not None and ended_on <= day:
        return State.ENDED
    if starts_on is None and ends_on is None:
        return State.UNDATED
    if ends_on is not None and ends_on < day:
        return State.EXPIRED
    if starts_on is not None and starts_on > day:
        return State.AHEAD
    return State.CURRENT


Span = tuple[date, date]


def span_of(*, is_published: bool, starts_on: date | None, ends_on: date | None, ended_on: date | None) -> Span | None:
    """First and last day on which a document is current, its successor apart; None where it never is."""
    if not is_published or (starts_on is None and ends_on is None):
        return None
    last = min(ends_on or date.max, ended_on - timedelta(days=1) if ended_on is not None else date.max)
    first = starts_on or date.min
    return (first, last) if first <= last else None


def first_day_together(one: Span, other: Span) -> date | None:
    """The first day on which both are current; None where they follow each other."""
    first = max(one[0], other[0])
    return first if first <= min(one[1], other[1]) else None
