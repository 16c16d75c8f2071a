"""What a person wants changed in a return, what they saw before, and what somebody else changed meanwhile. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from kpis.catalogue.measures import CellKey


class Unseen:
    """The writer did not say which value it saw: the newest value wins without a conflict (workbook, demonstration)."""


UNSEEN = Unseen()


@dataclass(frozen=True, slots=True)
class CellChange:
    """A new value for a cell (None empties it) and the value that the writer saw before."""

    measure: str
    cell: CellKey
    amount: Decimal | None
    seen: Decimal | None | Unseen = UNSEEN


@dataclass(frozen=True, slots=True)
class SaidAnswer:
    """Whether a question has figures, or why not and when they come: one thing to decide about."""

    state: str = "value"
    reason: str = ""
    expected_on: date | None = None


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """What is said about a measure as a whole, and what the writer saw before."""

    measure: str
    state: str = "value"
    reason: str = ""
    expected_on: date | None = None
    evidence: str = ""
    seen: SaidAnswer | Unseen = UNSEEN
    seen_evidence: str | Unseen = UNSEEN

    @property
    def said(self) -> SaidAnswer:
        """The part of it that stands in the place of figures."""
        return SaidAnswer(self.state, self.reason.strip(), self.expected_on)


@dataclass(frozen=True, slots=True)
class SnapshotChange:
    """Of which day a measure's figures are (None: the day asked for), and the day that the writer saw before."""

    measure: str
    day: date | None
    seen: date | None | Unseen = UNSEEN


@dataclass(frozen=True, slots=True)
class DayConflict:
    """Somebody else stated another day since the writer saw it. Theirs stands until the writer says again."""

    measure: str
    mine: date
    theirs: date
    who: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody else changed the cell since the writer saw it: both values, who and when. Nothing was overwritten."""

    measure: str
    cell: CellKey
    mine: Decimal | None
    theirs: Decimal | None
    who: str
    when: datetime | None


@dataclass(frozen=True, slots=True)
class TextConflict:
    """Somebody else wrote other words meanwhile. `part` is "answer" or "evidence" of a measure, or "explain" of a finding."""

    part: str
    of: str
    mine: SaidAnswer | str
    theirs: SaidAnswer | str
    who: str
    when: datetime | None


@dataclass(frozen=True, slots=True)
class SaveOutcome:
    """What a save did: the return's new version, how many cells changed, and conflicts left for the person."""

    version: int
    changed: int
    conflicts: tuple[Conflict, ...] = field(default=())
    days: tuple[DayConflict, ...] = field(default=())
    texts: tuple[TextConflict, ...] = field(default=())
