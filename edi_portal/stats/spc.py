"""Statistical process control of one series: XmR limits, NHS England's Making Data Count rules and its two icons.

Mean ∓ 2.66 times the average moving range, per stretch (a stretch ends where limits start anew). Moving ranges of 3.267 times
their average or more are left out once and the average is taken again (screening). A point is special by the first of:
outside a limit; one of 7 points each above, or each below, the one before; one of two near the same limit (beyond two thirds
of the way) among 3 on that side; one of 7 on one side of the mean. Comparisons are strict; a point on a line is not beyond it.

Sources: D. J. Wheeler, Understanding Variation (1993); NHS England, Making Data Count: strengthening your decisions (2019).
Differences from other programs, chosen here: a flat series has limits on its mean and is judged against a target by its
value; a missing point breaks a run and never decides an icon (the last known point does); one point alone has no limits.
Values are in any unit; None is a missing point, which keeps its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

Improvement = Literal["increase", "decrease", "neutral"]
Special = Literal["common_cause", "outside", "trend", "two_of_three", "run"]
Variation = Literal[
    "common_cause", "improvement_high", "improvement_low", "concern_high", "concern_low", "neutral_high", "neutral_low"
]
Assurance = Literal["pass", "fail", "inconsistent"]

SPECIALS: tuple[Special, ...] = ("common_cause", "outside", "trend", "two_of_three", "run")
VARIATIONS: tuple[Variation, ...] = (
    "common_cause",
    "improvement_high",
    "improvement_low",
    "concern_high",
    "concern_low",
    "neutral_high",
    "neutral_low",
)
ASSURANCES: tuple[Assurance, ...] = ("pass", "fail", "inconsistent")

LIMIT_FACTOR = 2.66
SCREEN_FACTOR = 3.267
RUN_LENGTH = 7
# Differences below this share of the largest value are rounding of the mean, not a side of it.
TOLERANCE = 1e-12


@dataclass(frozen=True, slots=True)
class Stretch:
    """Points from `start` to before `stop` with one mean and one pair of limits; None where there are too few points."""

    start: int
    stop: int
    known: int
    mean: float | None
    low: float | None
    high: float | None
    average_range: float | None


@dataclass(frozen=True, slots=True)
class Point:
    """One point: its side of the mean (-1, 0, 1), where it lies to the limits, why it is special and what that means."""

    side: int
    outside: bool
    close: bool
    special: Special
    variation: Variation


@dataclass(frozen=True, slots=True)
class Xmr:
    """A series in control limits. `variation` is that of the last known point; `assurance` None without a target to judge."""

    stretches: tuple[Stretch, ...]
    points: tuple[Point | None, ...]
    variation: Variation
    assurance: Assurance | None


def xmr(
    values: Sequence[float | None],
    *,
    improvement: Improvement,
    target: float | None = None,
    starts: Sequence[int] = (),
    screen: bool = True,
    fix_after: int | None = None,
) -> Xmr:
    """The chart of a series in order of time.

    `starts` are the indices where limits start anew (0 goes without saying). With `fix_after` the limits of each stretch come
    from its first points only, as many as that.
    """
    stretches = stretches_of(values, starts, screen=screen, fix_after=fix_after)
    points = tuple(point for stretch in stretches for point in _points(values, stretch, improvement))
    known = [point for point in points if point is not None]
    variation: Variation = known[-1].variation if known else "common_cause"
    return Xmr(stretches, points, variation, assurance(stretches[-1], improvement, target) if stretches else None)


def stretches_of(
    values: Sequence[float | None], starts: Sequence[int] = (), *, screen: bool = True, fix_after: int | None = None
) -> tuple[Stretch, ...]:
    """Mean and limits alone, stretch by stretch, as `xmr` has them."""
    edges = sorted({0, *starts, len(values)})
    if edges[0] < 0 or edges[-1] > len(values):
        raise ValueError("A new stretch starts at a point of the series.")
    return tuple(_stretch(values, *ends, screen, fix_after) for ends in zip(edges, edges[1:], strict=False))


def _stretch(values: Sequence[float | None], start: int, stop: int, screen: bool, fix_after: int | None) -> Stretch:
    """Mean and limits of one stretch."""
    part = values[start : stop if fix_after is None else min(stop, start + fix_after)]
    known = [value for value in part if value is not None]
    count = sum(value is not None for value in values[start:stop])
    if not known:
        return Stretch(start, stop, count, None, None, None, None)
    mean = fmean(known)
    steps = zip(part, part[1:], strict=False)
    ranges = [abs(after - before) for before, after in steps if before is not None and after is not None]
    if not ranges:
        return Stretch(start, stop, count, mean, None, None, None)
    average = fmean(ranges)
    if screen and average > 0:
        average = fmean([size for size in ranges if size < SCREEN_FACTOR * average])
    arm = LIMIT_FACTOR * average
    return Stretch(start, stop, count, mean, mean - arm, mean + arm, average)


def assurance(stretch: Stretch, improvement: Improvement, target: float | None) -> Assurance | None:
    """Whether the process will pass its target, fail it, or do either by chance; None without a target or limits."""
    if target is None or improvement == "neutral" or stretch.low is None or stretch.high is None:
        return None
    easy, hard = (stretch.low, stretch.high) if improvement == "increase" else (-stretch.high, -stretch.low)
    aim = target if improvement == "increase" else -target
    if aim < easy or aim == easy == hard:
        return "pass"
    return "fail" if aim > hard else "inconsistent"


def _points(values: Sequence[float | None], stretch: Stretch, improvement: Improvement) -> Iterator[Point | None]:
    """The points of one stretch, read by its limits; rules do not reach across stretches."""
    part = values[stretch.start : stretch.stop]
    slack = TOLERANCE * max((abs(value) for value in part if value is not None), default=0.0)
    sides = [_side(value, stretch.mean, slack) for value in part]
    arm = 0.0 if stretch.average_range is None else LIMIT_FACTOR * stretch.average_range
    has_limits = stretch.average_range is not None
    gaps = [0.0 if value is None or stretch.mean is None else abs(value - stretch.mean) for value in part]
    outside = [has_limits and gap > arm + slack for gap in gaps]
    close = [has_limits and not out and gap > arm * 2 / 3 + slack for gap, out in zip(gaps, outside, strict=True)]
    headings = _trends(part)
    runs = _runs(sides)
    twos = _twos_of_three(sides, close)
    for index, value in enumerate(part):
        if value is None:
            yield None
            continue
        side = sides[index]
        special: Special = "common_cause"
        heading = side
        if outside[index]:
            special = "outside"
        elif headings[index]:
            special, heading = "trend", headings[index]
        elif twos[index]:
            special = "two_of_three"
        elif runs[index]:
            special = "run"
        yield Point(side, outside[index], close[index], special, variation_of(special, heading, improvement))


def _side(value: float | None, mean: float | None, slack: float) -> int:
    if value is None or mean is None or abs(value - mean) <= slack:
        return 0
    return 1 if value > mean else -1


def _runs(sides: Sequence[int]) -> list[bool]:
    """Which points belong to 7 in a row on one side."""
    found = [False] * len(sides)
    for start in range(len(sides) - RUN_LENGTH + 1):
        if abs(sum(sides[start : start + RUN_LENGTH])) == RUN_LENGTH:
            found[start : start + RUN_LENGTH] = [True] * RUN_LENGTH
    return found


def _trends(part: Sequence[float | None]) -> list[int]:
    """1 for points of a rise through 7 points, -1 of a fall, 0 for others; a point of both belongs to the later one."""
    steps = [
        0 if before is None or after is None else (after > before) - (after < before)
        for before, after in zip(part, part[1:], strict=False)
    ]
    found = [0] * len(part)
    for start in range(len(part) - RUN_LENGTH + 1):
        rise = sum(steps[start : start + RUN_LENGTH - 1])
        if abs(rise) == RUN_LENGTH - 1:
            found[start : start + RUN_LENGTH] = [1 if rise > 0 else -1] * RUN_LENGTH
    return found


def _twos_of_three(sides: Sequence[int], close: Sequence[bool]) -> list[bool]:
    """Which points near a limit are one of at least two such among three in a row on that side."""
    found = [False] * len(sides)
    for start in range(len(sides) - 2):
        window = range(start, start + 3)
        if abs(sum(sides[start : start + 3])) == 3 and sum(close[start : start + 3]) >= 2:
            for index in window:
                found[index] = found[index] or close[index]
    return found


def variation_of(special: Special, heading: int, improvement: Improvement) -> Variation:
    """The variation icon of a point: special or not, heading up (1) or down (-1), and whether that is wanted."""
    if special == "common_cause":
        return "common_cause"
    if improvement == "neutral":
        return "neutral_high" if heading > 0 else "neutral_low"
    wanted = (heading > 0) == (improvement == "increase")
    if wanted:
        return "improvement_high" if heading > 0 else "improvement_low"
    return "concern_high" if heading > 0 else "concern_low"
