"""The life of a return as one table: who moves it, from where to where, and whether a comment is needed.

Pure. Statuses, buttons, audit kinds, the database constraints' names and the diagram in the docs all read this table.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum, auto

from edi_portal.exceptions import InvalidTransition
from organisations.roles import Right


class Status(StrEnum):
    """The stored states of a return; "not started", "ready" and "late" are labels computed from content and dates."""

    DRAFT = auto()
    SUBMITTED = auto()
    SENT_BACK = auto()
    SIGNED_OFF = auto()
    NOT_REQUIRED = auto()


STATUS_LABELS = {
    Status.DRAFT: "Draft",
    Status.SUBMITTED: "Sent to sponsor",
    Status.SENT_BACK: "Sent back",
    Status.SIGNED_OFF: "Signed off",
    Status.NOT_REQUIRED: "Not required",
}
EDITABLE = frozenset({Status.DRAFT, Status.SENT_BACK})


@dataclass(frozen=True, slots=True)
class Transition:
    """One named step of a return's life."""

    verb: str
    label: str
    sources: frozenset[Status]
    target: Status
    right: Right
    needs_comment: bool = False


TRANSITIONS = {
    step.verb: step
    for step in (
        Transition("submit", "Send to your sponsor", EDITABLE, Status.SUBMITTED, Right.SUBMIT_RETURN),
        Transition(
            "send_back", "Send back", frozenset({Status.SUBMITTED}), Status.SENT_BACK, Right.SIGN_OFF_RETURN, needs_comment=True
        ),
        Transition("sign_off", "Sign off", frozenset({Status.SUBMITTED}), Status.SIGNED_OFF, Right.SIGN_OFF_RETURN),
        Transition("recall", "Take back", frozenset({Status.SUBMITTED}), Status.DRAFT, Right.SUBMIT_RETURN, needs_comment=True),
        Transition(
            "excuse",
            "Mark as not required",
            EDITABLE,
            Status.NOT_REQUIRED,
            Right.MANAGE_COLLECTIONS,
            needs_comment=True,
        ),
    )
}
# Reopening is not a step of the signed return, which stays as it was: it makes a new version in draft.
REOPENS = frozenset({Status.SIGNED_OFF, Status.NOT_REQUIRED})


def check(verb: str, status: Status | str, *, comment: str = "") -> Transition:
    """The step, if it may be taken from this status; InvalidTransition with a sentence otherwise."""
    step = TRANSITIONS[verb]
    if Status(status) not in step.sources:
        raise InvalidTransition(
            f"{step.label} is not possible: the return is “{STATUS_LABELS[Status(status)]}” now. "
            "Somebody may have moved it meanwhile."
        )
    if step.needs_comment and not comment.strip():
        raise InvalidTransition(f"{step.label} needs a comment that says why.")
    return step


def verbs_from(status: Status | str) -> Iterable[str]:
    """The verbs that lead away from a status."""
    return (verb for verb, step in TRANSITIONS.items() if Status(status) in step.sources)
