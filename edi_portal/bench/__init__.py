"""Measurements of speed: each case first shows that it computes the right thing, then how long it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter, process_time


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


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds on the clock, and of this process's processor: the latter hardly depends on what else the machine does."""

    clock: float
    processor: float

    def __add__(self, other: Times) -> Times:
        return Times(self.clock + other.clock, self.processor + other.processor)


def least(work: Callable[[], object], times: int = 3) -> Times:
    """The least clock and the least processor time of several runs."""
    clocks, processors = [], []
    for _ in range(times):
        start, worked = perf_counter(), process_time()
        work()
        clocks.append(perf_counter() - start)
        processors.append(process_time() - worked)
    return Times(min(clocks), min(processors))


def fastest(work: Callable[[], object], times: int = 5) -> float:
    """Seconds of the fastest of several runs: the one that other processes disturbed least."""
    found = []
    for _ in range(times):
        start = perf_counter()
        work()
        found.append(perf_counter() - start)
    return min(found)
