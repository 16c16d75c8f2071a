"""Which reminder of a promise is due, by its days alone. Pure.

Only the newest step goes out. A step names the day that it counts from, so that a moved day is reminded of anew and nobody is
told the same twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

BEFORE_END = timedelta(days=90)
"""A strategy takes a quarter to renew."""
AGAIN_AFTER = timedelta(days=28)

CONFIRM, MEND, FINISH = "confirm", "mend", "finish"


def step_of_end(ends_on: date, today: date) -> str:
    """Of a document without a successor: it ends within 90 days, or it has expired; empty before that."""
    if ends_on < today:
        return f"expired@{ends_on:%Y%m%d}"
    return f"ends@{ends_on:%Y%m%d}" if ends_on - BEFORE_END <= today else ""


def step_of_review(review_on: date, today: date) -> str:
    """Of a text in the toolkit: its day of review has come, and four weeks later once more; empty before."""
    if today < review_on:
        return ""
    return f"{'again' if today >= review_on + AGAIN_AFTER else 'due'}@{review_on:%Y%m%d}"


@dataclass(frozen=True, slots=True)
class Draft:
    """A self-assessment that is not confirmed: how much is answered, when last, and how often it was saved as a whole."""

    criteria: int
    answered: int
    last_day: date
    is_sent_back: bool
    version: int

    @property
    def is_complete(self) -> bool:
        """Whether every criterion has an answer."""
        return self.answered >= self.criteria > 0


def steps_of_draft(draft: Draft, today: date) -> tuple[str, ...]:
    """Whom it waits for: the sponsor once it is whole and a day went by, the lead when it came back or lies unfinished."""
    steps = [f"{MEND}@{draft.version}"] if draft.is_sent_back else []
    if draft.is_complete and draft.last_day < today:
        steps.append(f"{CONFIRM}@{draft.last_day:%Y%m%d}")
    if not draft.is_complete and draft.last_day + AGAIN_AFTER <= today:
        steps.append(f"{FINISH}@{draft.last_day:%Y%m%d}")
    return tuple(steps)
