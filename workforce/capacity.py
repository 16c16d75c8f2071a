"""What the register of EDI posts and apprenticeships says at the end of a quarter. Pure. WTE to two decimals, people whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from edi_portal.periods import Quarter


@dataclass(frozen=True, slots=True)
class PostFacts:
    """One post whose main duty is EDI; of a shared post the employer's own share."""

    funded_wte: Decimal
    filled_wte: Decimal
    qualified: bool
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class ApprenticeFacts:
    """One EDI apprenticeship paid from the levy."""

    started_on: date
    completed_on: date | None = None
    withdrawn_on: date | None = None


@dataclass(frozen=True, slots=True)
class CapacityCounts:
    """The answers to the questions about EDI practitioners and apprentices."""

    funded: Decimal
    in_post: Decimal
    practitioners: int
    qualified: int
    started: int
    on_programme: int
    completed: int
    withdrawn: int


def capacity_at(posts: Iterable[PostFacts], apprentices: Iterable[ApprenticeFacts], quarter: Quarter) -> CapacityCounts:
    """What the registers say at the end of a quarter, and what happened in it."""
    last = quarter.last_day
    standing = [post for post in posts if post.valid_from <= last and (post.valid_to is None or post.valid_to >= last)]
    filled = [post for post in standing if post.filled_wte > 0]
    those = list(apprentices)
    return CapacityCounts(
        funded=sum((post.funded_wte for post in standing), Decimal(0)),
        in_post=sum((post.filled_wte for post in standing), Decimal(0)),
        practitioners=len(filled),
        qualified=sum(post.qualified for post in filled),
        started=sum(_within(one.started_on, quarter) for one in those),
        on_programme=sum(_is_on_programme(one, last) for one in those),
        completed=sum(_within(one.completed_on, quarter) for one in those),
        withdrawn=sum(_within(one.withdrawn_on, quarter) for one in those),
    )


def _within(day: date | None, quarter: Quarter) -> bool:
    return day is not None and quarter.first_day <= day <= quarter.last_day


def _is_on_programme(one: ApprenticeFacts, last: date) -> bool:
    ended = min((day for day in (one.completed_on, one.withdrawn_on) if day is not None), default=None)
    return one.started_on <= last and (ended is None or ended > last)
