"""Where a document stands on a day. Pure."""

from __future__ import annotations

from datetime import date
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
