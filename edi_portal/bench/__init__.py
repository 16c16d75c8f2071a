"""Measurements of speed: each case first shows that it computes the right thing, then how long it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter


@dataclass(frozen=True, slots=True)
class BenchResult:
    """One measured value with its limit; a limit of None is a figure for information."""

    name: str
    value: float
    unit: str
    limit: float | None
    holds: bool


def within(name: str, value: float, unit: str, limit: float) -> BenchResult:
    """A result that has to stay at or under its limit."""
    return BenchResult(name, value, unit, limit, value <= limit)


def fastest(work: Callable[[], object], times: int = 5) -> float:
    """Seconds of the fastest of several runs: the one that other processes disturbed least."""
    found = []
    for _ in range(times):
        start = perf_counter()
        work()
        found.append(perf_counter() - start)
    return min(found)
