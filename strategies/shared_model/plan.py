"""Where a step of the implementation plan stands, from its days alone. Pure."""

from datetime import date, timedelta
from enum import StrEnum

SOON = timedelta(days=30)


class StepState(StrEnum):
    """Where a step stands."""

    OVERDUE = "overdue"
    DUE = "due"
    LATER = "later"
    DONE = "done"
    LEFT_OUT = "left_out"


STEP_LABELS: dict[StepState, str] = {
    StepState.OVERDUE: "Overdue",
    StepState.DUE: "Due within 30 days",
    StepState.LATER: "Later",
    StepState.DONE: "Done",
    StepState.LEFT_OUT: "Left out",
}


def step_state(today: date, *, due_on: date, done_on: date | None, left_out_on: date | None) -> StepState:
    """Done and left out are said by people; the rest follows from the day it is due."""
    if done_on is not None:
        return StepState.DONE
    if left_out_on is not None:
        return StepState.LEFT_OUT
    if due_on < today:
        return StepState.OVERDUE
    return StepState.DUE if due_on - today <= SOON else StepState.LATER


def days_late(due_on: date, done_on: date | None, today: date) -> int:
    """How many days after its day a step was done, or still is not; 0 when in time."""
    return max(0, ((done_on or today) - due_on).days)
