"""Which reminder of governance is due, by its day alone. Pure.

Only the newest step goes out, so that somebody who comes late is not told the whole past. A step names the day that it counts
from, so that a moved day is reminded of anew; being given something to do is told once, whatever its day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

GIVEN = "given"
OVERDUE = "overdue"
STEPS: Sequence[tuple[int, str]] = ((7, "before_7"), (0, "due_today"), (-1, OVERDUE))
AGAIN_AFTER = timedelta(days=28)
"""What has no day of its own, as a version of the operating model, is asked for a second time after this."""


def step_of(due_on: date, today: date) -> str:
    """The newest step whose day has come: given, 7 days before, on the day, overdue."""
    left = (due_on - today).days
    name = next((name for before, name in reversed(STEPS) if left <= before), None)
    return f"{name}@{due_on:%Y%m%d}" if name is not None else GIVEN


def step_without_day(since: date, today: date) -> str:
    """Given, and asked once more after four weeks."""
    return GIVEN if today < since + AGAIN_AFTER else "again"


def is_overdue(step: str) -> bool:
    """Whether the day of this step has passed."""
    return step.startswith(OVERDUE)
