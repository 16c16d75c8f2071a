"""How good an organisation's data are, in four parts that each say their rule and their numbers. Pure.

There is no mystery in the score: it is the number of parts in order, out of four.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

COMPLETE_FROM = Decimal(90)
ON_TIME_FROM = Decimal(75)
ETHNICITY_AT_MOST, DISABILITY_AT_MOST = Decimal(10), Decimal(20)


@dataclass(frozen=True, slots=True)
class QualityPart:
    """One part: what it is, its rule, its numbers in words, and whether it is in order (None: nothing to judge yet)."""

    key: str
    label: str
    rule: str
    numbers: str
    is_met: bool | None


@dataclass(frozen=True, slots=True)
class Signed:
    """When one return was due and when it was signed; None while it is not."""

    period: str
    due_on: date
    signed_on: date | None

    @property
    def is_on_time(self) -> bool:
        """Signed on the due date or before."""
        return self.signed_on is not None and self.signed_on <= self.due_on


def percent(part: int, whole: int) -> Decimal:
    """A part of a whole in percent, between 0 and 100; 100 where nothing is due."""
    return min(Decimal(part) * 100 / whole, Decimal(100)) if whole else Decimal(100)


def completeness(filled: int, due: int) -> QualityPart:
    """Cells filled out of cells due, counted by the portal."""
    return QualityPart(
        "completeness",
        "Completeness",
        f"Cells filled out of cells due, at least {COMPLETE_FROM}%. Questions that do not apply are left out.",
        f"{filled:,} of {due:,} cells, {percent(filled, due):.0f}%" if due else "No cell is due.",
        percent(filled, due) >= COMPLETE_FROM if due else None,
    )


def returned(answered: int, due: int) -> QualityPart:
    """Figures of a release that were returned, out of those due: what others may know of completeness."""
    return QualityPart(
        "completeness",
        "Completeness",
        f"Figures returned and signed out of figures due, at least {COMPLETE_FROM}%. What does not apply is left out.",
        f"{answered:,} of {due:,} figures, {percent(answered, due):.0f}%" if due else "No figure was due.",
        percent(answered, due) >= COMPLETE_FROM if due else None,
    )


def timeliness(returns: tuple[Signed, ...], today: date) -> QualityPart:
    """Returns signed by their due date, from the stamp of the signature. Those not due yet are left out."""
    past = [one for one in returns if one.signed_on is not None or one.due_on < today]
    on_time = sum(one.is_on_time for one in past)
    return QualityPart(
        "timeliness",
        "Timeliness",
        f"Returns of the last year signed by their due date, at least {ON_TIME_FROM}%. The day is that of the signature.",
        f"{on_time} of {len(past)} on time" if past else "No return was due yet.",
        percent(on_time, len(past)) >= ON_TIME_FROM if past else None,
    )


def declaration(ethnicity: Decimal | None, disability: Decimal | None, *, missing: str = "") -> QualityPart:
    """Staff whose ethnicity or disability is not known.

    `missing` says what a share that is not there means; with it, half of the answer is not called in order.
    """
    shares = (("ethnicity", ethnicity, ETHNICITY_AT_MOST), ("disability", disability, DISABILITY_AT_MOST))
    known = [(label, share, most) for label, share, most in shares if share is not None]
    words = "; ".join(
        f"{label} not known for {share:.1f}%" if share is not None else f"{label}: {missing}"
        for label, share, _ in shares
        if share is not None or missing
    )
    kept = all(share <= most for _, share, most in known) if known else None
    return QualityPart(
        "declaration",
        "Declaration",
        f"Staff with ethnicity not known at most {ETHNICITY_AT_MOST}%, with disability not known at most {DISABILITY_AT_MOST}%.",
        words[:1].upper() + words[1:] if words else "No staff counts yet.",
        None if missing and kept and len(known) < len(shares) else kept,
    )


def queries(errors: int, open_queries: int, explained: int, waived: int) -> QualityPart:
    """What the rules found and nobody has settled yet."""
    words = f"{errors} to mend, {open_queries} to explain, {explained} explained"
    return QualityPart(
        "queries",
        "Open queries",
        "No error to mend and no query without an explanation.",
        f"{words}, {waived} waived" if waived else words,
        errors == 0 and open_queries == 0,
    )


@dataclass(frozen=True, slots=True)
class Quality:
    """The four parts together."""

    parts: tuple[QualityPart, ...]

    @property
    def met(self) -> int:
        """How many parts are in order."""
        return sum(part.is_met is True for part in self.parts)

    @property
    def heading(self) -> str:
        """The score in words."""
        return f"{self.met} of {len(self.parts)} parts in order"
