"""Equality impact assessments by rule: where one stands before its decision, and what the register answers in a return. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from edi_portal.periods import Quarter

# As the question on impact assessments names them (kpis/definitions/measures/eia.toml).
KINDS: dict[str, str] = {
    "policies": "New or changed policy",
    "service_changes": "Service change",
    "business_cases": "Business case or cost improvement plan",
}
# What the proposal does to people of a protected characteristic.
EFFECTS: dict[str, str] = {
    "not_known": "Not known yet",
    "none": "No difference",
    "positive": "Better for them",
    "negative": "Worse for them",
    "mixed": "Better for some, worse for others",
}
HARM = frozenset({"negative", "mixed"})
SOON = 14
"""Days before a decision from which a missing signature is urgent."""

Cell = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class AssessmentFacts:
    """What the rules read of an assessment. `signed_on` is the day of the signature that holds, if one does."""

    kind: str
    decision_on: date
    signed_on: date | None = None
    decided_on: date | None = None
    approved: bool | None = None

    @property
    def in_time(self) -> bool:
        """Signed before the day of the decision."""
        return self.signed_on is not None and self.signed_on < (self.decided_on or self.decision_on)


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """What the rules read of an action that an assessment promised."""

    due_on: date
    closed_on: date | None = None

    @property
    def on_time(self) -> bool:
        """Closed on or before its day."""
        return self.closed_on is not None and self.closed_on <= self.due_on


def state_of(facts: AssessmentFacts, today: date) -> tuple[str, str]:
    """Where an assessment stands: a key and the words."""
    if facts.decided_on is not None:
        decision = "Approved" if facts.approved else "Not approved"
        if facts.in_time:
            return "decided", f"{decision}; signed off before the decision"
        return "late", f"{decision} {'before the sign-off' if facts.signed_on else 'without a sign-off'}"
    if facts.signed_on is not None:
        return ("signed", "Signed off") if facts.in_time else ("late", "Signed off too late for its decision day")
    left = (facts.decision_on - today).days
    if left <= 0:
        return "late", "Late: not signed off, and the day of the decision has come"
    if left <= SOON:
        return "soon", f"Not signed off; the decision is in {left} day{'s' if left != 1 else ''}"
    return "open", "Not signed off yet"


def eia_cells(assessments: Iterable[AssessmentFacts], actions: Iterable[ActionFacts], quarter: Quarter) -> dict[Cell, Decimal]:
    """The answers on EIA-1 and EIA-2: what was approved, and which actions fell due, in the quarter.

    An organisation that keeps no register gets no answer, not a zero.
    """
    known, promised = tuple(assessments), tuple(actions)
    if not known:
        return {}
    cells: dict[Cell, Decimal] = {}
    for kind in KINDS:
        approved = [one for one in known if one.kind == kind and one.approved and _within(one.decided_on, quarter)]
        cells["eia", kind, "needed"] = Decimal(len(approved))
        cells["eia", kind, "assessed"] = Decimal(sum(one.in_time for one in approved))
    due = [action for action in promised if _within(action.due_on, quarter)]
    cells["eia_actions", "due", "value"] = Decimal(len(due))
    cells["eia_actions", "closed", "value"] = Decimal(sum(action.on_time for action in due))
    return cells


def _within(day: date | None, quarter: Quarter) -> bool:
    return day is not None and quarter.first_day <= day <= quarter.last_day
