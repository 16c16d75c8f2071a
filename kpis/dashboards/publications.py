"""What organisations published for a duty and chose to show on their public pages; the app that keeps duties tells it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from organisations.models import Organisation


@dataclass(frozen=True, slots=True)
class PublishedDocument:
    """A document for a duty, and where everybody can read it; a synthetic one has no address."""

    duty: str
    published_on: date
    link: str


Register = Callable[[Organisation], Sequence[PublishedDocument]]
_registers: list[Register] = []


def show_publications(register: Register) -> None:
    """Let the app that keeps the register say what an organisation published; called once, when that app is ready."""
    _registers[:] = [register]


def publications_of(organisation: Organisation) -> tuple[PublishedDocument, ...]:
    """What the organisation chose to show of what it published, newest first."""
    return tuple(document for register in _registers for document in register(organisation))
