"""What organisations recorded as published for a duty, for their public pages; the app that keeps duties tells it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from organisations.models import Organisation


@dataclass(frozen=True, slots=True)
class PublishedDocument:
    """A document for one due date of a duty, and where everybody can read it."""

    duty: str
    due_on: date
    published_on: date
    link: str


Register = Callable[[Organisation], Sequence[PublishedDocument]]
_registers: list[Register] = []


def show_publications(register: Register) -> None:
    """Let the app that keeps the register say what an organisation published; called once, when that app is ready."""
    _registers[:] = [register]


def publications_of(organisation: Organisation) -> tuple[PublishedDocument, ...]:
    """What the organisation published, newest first."""
    return tuple(document for register in _registers for document in register(organisation))
