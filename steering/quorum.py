"""Whether enough members were there, by the rule of the terms of reference. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True, slots=True)
class QuorumRule:
    """At least so many percent of the members whose term holds; and somebody of each domain, where the terms ask for it."""

    percent: int
    both_domains: bool

    @property
    def words(self) -> str:
        """The rule in a sentence."""
        also = ", and at least one member of each domain" if self.both_domains else ""
        return f"A meeting decides when at least {self.percent}% of the members are there{also}."


@dataclass(frozen=True, slots=True)
class Seat:
    """A member who counts: whether they were there, and the domain of their workstream ("" for none)."""

    there: bool
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Quorum:
    """Whether the meeting may decide, and why."""

    reached: bool
    words: str


def quorum_of(rule: QuorumRule, seats: Iterable[Seat]) -> Quorum:
    """The rule applied to the members whose term holds on the day of the meeting."""
    found = list(seats)
    needed = max(ceil(len(found) * rule.percent / 100), 1)
    there = [seat for seat in found if seat.there]
    if len(there) < needed:
        return Quorum(False, f"{len(there)} of {len(found)} members are recorded as there; {needed} are needed to decide.")
    missing = [domain for domain in ("technical", "cultural") if all(seat.domain != domain for seat in there)]
    if rule.both_domains and missing:
        return Quorum(False, f"Nobody of the {' and '.join(missing)} domain is recorded as there.")
    return Quorum(True, f"{len(there)} of {len(found)} members are there; {needed} are needed.")
