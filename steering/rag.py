"""Where a workstream's plan stands, by rule, from its milestones and actions. Pure.

The rule reads dates only: what is overdue, for how long, and whether there is a plan. It says nothing about figures.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

RED_AFTER = timedelta(days=28)
SOON = timedelta(days=14)
RULE = (
    f"Red: something is overdue by more than {RED_AFTER.days} days. Amber: something is overdue, or a milestone is due within "
    f"{SOON.days} days. Green: neither. Without an open milestone there is no plan to judge."
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A colour as a key of `vocabulary.RAG`, and the reason in a sentence."""

    colour: str
    reason: str


def standing_of(today: date, *, milestones: Iterable[date], actions: Iterable[date], reached: int = 0) -> Standing:
    """The colour from the due days of open milestones and open actions. `reached` are the milestones that are done."""
    planned = sorted(milestones)
    late = [day for day in planned if day < today]
    late_actions = [day for day in actions if day < today]
    if not planned and not late_actions:
        return Standing("green", "Every milestone is reached.") if reached else Standing("none", "No milestone is set.")
    if late or late_actions:
        oldest = min(late + late_actions)
        days = (today - oldest).days
        words = " and ".join(
            part
            for part in (
                _counted(len(late), "milestone", "milestones"),
                _counted(len(late_actions), "action", "actions"),
            )
            if part
        )
        verb = "is" if len(late) + len(late_actions) == 1 else "are"
        colour = "red" if today - oldest > RED_AFTER else "amber"
        return Standing(colour, f"{words[:1].upper()}{words[1:]} {verb} overdue, the oldest by {_counted(days, 'day', 'days')}.")
    if planned[0] - today <= SOON:
        return Standing("amber", f"The next milestone is due on {planned[0]:%-d %B %Y}.")
    return Standing("green", f"Nothing is overdue. The next milestone is due on {planned[0]:%-d %B %Y}.")


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}" if number else ""
