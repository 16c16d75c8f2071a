"""Who could learn from whom on one KPI: only where the intervals of two figures lie apart. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf, log

WELL = frozenset({"better", "no_difference"})
POORLY = frozenset({"act", "worse"})
ADOPTION: dict[str, str] = {
    "looking": "We are looking at it",
    "adopted": "We do it",
    "stopped": "We stopped, or it does not fit",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """The released figure of one organisation: its value with the interval that chance leaves open, and its verdict."""

    organisation: int
    verdict: str
    value: float
    low: float
    high: float


def distance(low: float, high: float, direction: str) -> tuple[float, float]:
    """How far from good a figure may be, at least and at most; smaller is better, whatever the direction of good."""
    if direction == "higher":
        return -high, -low
    if direction == "lower":
        return low, high
    if direction in ("closer_to_0", "closer_to_1"):
        ends = sorted((_away(low, direction), _away(high, direction)))
        inside = _good(direction) if low <= _good(direction) <= high else None
        return (0.0 if inside is not None else ends[0]), ends[1]
    raise ValueError(f"A KPI with the direction “{direction}” has no better and no worse.")


def _good(direction: str) -> float:
    return 0.0 if direction == "closer_to_0" else 1.0


def _away(value: float, direction: str) -> float:
    if direction == "closer_to_0":
        return abs(value)
    return abs(log(value)) if value > 0 else inf


def clearly_better(one: Standing, other: Standing, direction: str) -> bool:
    """Whether the first does better by more than chance: its interval lies wholly on the better side."""
    return distance(one.low, one.high, direction)[1] < distance(other.low, other.high, direction)[0]


def teachers_of(learner: Standing, others: Iterable[Standing], direction: str) -> tuple[int, ...]:
    """The organisations that do well where this one does not, by more than chance; in the order given, never as a rank."""
    if direction == "none" or learner.verdict not in POORLY:
        return ()
    return tuple(
        other.organisation
        for other in others
        if other.organisation != learner.organisation and other.verdict in WELL and clearly_better(other, learner, direction)
    )


def learners_and_teachers(rows: Iterable[Standing], direction: str) -> tuple[frozenset[int], frozenset[int]]:
    """Over all organisations of one KPI: who could learn from somebody, and who could teach somebody. One pass."""
    if direction == "none":
        return frozenset(), frozenset()
    known = list(rows)
    poor = {row.organisation: distance(row.low, row.high, direction)[0] for row in known if row.verdict in POORLY}
    well = {row.organisation: distance(row.low, row.high, direction)[1] for row in known if row.verdict in WELL}
    nearest, farthest = min(well.values(), default=inf), max(poor.values(), default=-inf)
    return (
        frozenset(organisation for organisation, least in poor.items() if nearest < least),
        frozenset(organisation for organisation, most in well.items() if most < farthest),
    )


def offers(
    standings: Mapping[str, Iterable[Standing]], directions: Mapping[str, str], learner: int
) -> dict[str, tuple[int, ...]]:
    """KPI → the organisations that one organisation could learn from, for the KPIs on which it does not do well."""
    found = {}
    for code, rows in standings.items():
        known = list(rows)
        own = next((row for row in known if row.organisation == learner), None)
        if own is not None and (teachers := teachers_of(own, known, directions[code])):
            found[code] = teachers
    return found
