"""`spc.xmr` for many series at once, by arrays: the same limits, rules and icons, about fifty times as fast.

Shapes: series × points. Codes are indices: `special` into `SPECIALS` (0 for missing points), `variation` into `VARIATIONS`,
`assurance` into `ASSURANCES` or -1 for none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edi_portal.stats.spc import (
    ASSURANCES,
    LIMIT_FACTOR,
    RUN_LENGTH,
    SCREEN_FACTOR,
    SPECIALS,
    TOLERANCE,
    VARIATIONS,
    Improvement,
    Xmr,
)

if TYPE_CHECKING:
    import numpy as np

# Series worked on at a time: their intermediate values stay in the processor's cache.
_BLOCK = 512


@dataclass(frozen=True, slots=True)
class XmrArrays:
    """Verdicts of many series, and mean and limits of the last stretch of each; where `has_…` is False the number is 0."""

    special: np.ndarray
    variation: np.ndarray
    assurance: np.ndarray
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    has_mean: np.ndarray
    has_limits: np.ndarray


@dataclass(frozen=True, slots=True)
class Codes:
    """One chart in the codes of `XmrArrays`, to compare with."""

    special: list[int]
    variation: int
    assurance: int


def codes_of(chart: Xmr) -> Codes:
    """The codes of a chart computed alone."""
    special = [0 if point is None else SPECIALS.index(point.special) for point in chart.points]
    assured = -1 if chart.assurance is None else ASSURANCES.index(chart.assurance)
    return Codes(special, VARIATIONS.index(chart.variation), assured)


def xmr_many(
    values: np.ndarray,
    *,
    improvement: Sequence[Improvement],
    target: Sequence[float | None],
    known: np.ndarray | None = None,
    stretch: np.ndarray | None = None,
    screen: bool = True,
    fix_after: int | None = None,
) -> XmrArrays:
    """The verdicts of all series (rows of `values`) against their targets.

    `known` is False at missing points; `stretch` numbers the stretches of each series from 0 upwards, without gaps or going
    back. Raises ValueError when shapes differ.
    """
    import numpy as np

    count, width = values.shape
    known = np.ones(values.shape, bool) if known is None else known
    stretch = np.zeros(values.shape, np.int8) if stretch is None else stretch
    if known.shape != values.shape or stretch.shape != values.shape or not len(improvement) == len(target) == count:
        raise ValueError("Every series needs its improvement, target, known points and stretches.")
    wanted = np.array([{"increase": 1, "decrease": -1, "neutral": 0}[way] for way in improvement], np.int8)
    aims = np.array([0.0 if aim is None else aim for aim in target], float)
    aimed = np.array([aim is not None for aim in target], bool)
    parts = [
        _block(
            np.where(known[at], values[at].astype(float), 0.0),
            known[at],
            stretch[at],
            (wanted[at], aims[at], aimed[at]),
            screen,
            fix_after,
        )
        for at in (slice(start, start + _BLOCK) for start in range(0, count, _BLOCK))
    ]
    return XmrArrays(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _block(
    values: np.ndarray,
    known: np.ndarray,
    stretch: np.ndarray,
    aims: tuple[np.ndarray, np.ndarray, np.ndarray],
    screen: bool,
    fix_after: int | None,
) -> tuple[np.ndarray, ...]:
    import numpy as np

    wanted, target, aimed = aims
    single = not stretch.any()
    mean, average, has_mean, has_limits, slack = _lines(values, known, stretch, screen, fix_after, single)
    gap = values - mean
    far = np.abs(gap)
    real = known & has_mean
    side = ((gap > slack) & real).astype(np.int8) - ((gap < -slack) & real)
    arm = LIMIT_FACTOR * average
    limited = real & has_limits
    outside = limited & (far > arm + slack)
    close = limited & ~outside & (far > arm * 2 / 3 + slack)
    runs, trends, twos = _rules(values, known, stretch, side, close, single)
    special = np.where(runs, np.int8(4), np.int8(0))
    special[twos] = 3
    special[trends != 0] = 2
    special[outside] = 1
    special[~known] = 0
    heading = np.where((special == 2), trends, side)
    rows = np.arange(len(values))
    last = values.shape[1] - 1 - np.argmax(known[:, ::-1], axis=1)
    final, up = special[rows, last], heading[rows, last] > 0
    # 1 improvement, 3 concern, 5 neutral; one more when heading down.
    kind = np.where(wanted == 0, 5, np.where(up == (wanted > 0), 1, 3))
    variation = np.where(final == 0, 0, kind + ~up).astype(np.int8)
    end_mean, end_arm = mean[rows, -1], arm[rows, -1]
    end_has_mean, end_has_limits = has_mean[rows, -1], has_limits[rows, -1]
    low = np.where(end_has_limits, end_mean - end_arm, 0.0)
    high = np.where(end_has_limits, end_mean + end_arm, 0.0)
    assured = _assurance(low, high, end_has_limits & aimed & (wanted != 0), wanted, target)
    return special, variation, assured, end_mean, low, high, end_has_mean, end_has_limits


def _lines(
    values: np.ndarray, known: np.ndarray, stretch: np.ndarray, screen: bool, fix_after: int | None, single: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Mean, average moving range, whether there is a mean and a range, and slack, each per point."""
    import numpy as np

    size = np.abs(values)
    steps = np.abs(values[:, 1:] - values[:, :-1])
    joined = known[:, 1:] & known[:, :-1]
    found = [np.zeros(values.shape) for _ in range(3)]
    mean, average, slack = found
    has_mean, has_limits = np.zeros(values.shape, bool), np.zeros(values.shape, bool)
    for number in range(1 if single else int(stretch.max()) + 1):
        inside = np.ones(values.shape, bool) if single else stretch == number
        feeding = inside & (np.cumsum(inside, axis=1) <= fix_after) if fix_after is not None else inside
        counted = known & feeding
        people = counted.sum(axis=1)
        middle = (values * counted).sum(axis=1) / np.maximum(people, 1)
        kept = joined & counted[:, 1:] & counted[:, :-1]
        ranges = kept.sum(axis=1)
        spread = (steps * kept).sum(axis=1) / np.maximum(ranges, 1)
        if screen:
            kept &= (steps < SCREEN_FACTOR * spread[:, None]) | (spread[:, None] == 0)
            spread = (steps * kept).sum(axis=1) / np.maximum(kept.sum(axis=1), 1)
        rough = TOLERANCE * (size * inside).max(axis=1)
        for into, column in ((mean, middle), (average, spread), (slack, rough)):
            into += inside * column[:, None]
        has_mean |= inside & (people > 0)[:, None]
        has_limits |= inside & (ranges > 0)[:, None]
    return mean, average, has_mean, has_limits, slack


def _rules(
    values: np.ndarray, known: np.ndarray, stretch: np.ndarray, side: np.ndarray, close: np.ndarray, single: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points of runs (bool), of trends (1, -1 or 0) and of two of three (bool)."""
    import numpy as np

    width = values.shape[1]
    runs, twos = np.zeros(values.shape, bool), np.zeros(values.shape, bool)
    trends = np.zeros(values.shape, np.int8)
    if width >= 3:
        together = np.abs(side[:, :-2] + side[:, 1:-1] + side[:, 2:]) == 3
        near = close.view(np.int8)
        together &= near[:, :-2] + near[:, 1:-1] + near[:, 2:] >= 2
        if not single:
            together &= stretch[:, :-2] == stretch[:, 2:]
        for offset in range(3):
            twos[:, offset : width - 2 + offset] |= together
        twos &= close
    if width >= RUN_LENGTH:
        same = True if single else stretch[:, : 1 - RUN_LENGTH] == stretch[:, RUN_LENGTH - 1 :]
        one_side = (np.abs(_window_sums(side, RUN_LENGTH)) == RUN_LENGTH) & same
        change = values[:, 1:] - values[:, :-1]
        step = ((change > 0).astype(np.int8) - (change < 0)) * (known[:, 1:] & known[:, :-1])
        rise = _window_sums(step, RUN_LENGTH - 1)
        steady = (np.abs(rise) == RUN_LENGTH - 1) & same
        for offset in range(RUN_LENGTH):
            runs[:, offset : width - RUN_LENGTH + 1 + offset] |= one_side
        # Later trends win where two share a point: the window that starts last is written last.
        for offset in range(RUN_LENGTH - 1, -1, -1):
            np.copyto(trends[:, offset : width - RUN_LENGTH + 1 + offset], np.sign(rise), where=steady)
    return runs, trends, twos


def _window_sums(values: np.ndarray, length: int) -> np.ndarray:
    """Sums of `length` neighbours in each row."""
    total = values[:, : values.shape[1] - length + 1].copy()
    for offset in range(1, length):
        total += values[:, offset : values.shape[1] - length + 1 + offset]
    return total


def _assurance(low: np.ndarray, high: np.ndarray, judged: np.ndarray, wanted: np.ndarray, target: np.ndarray) -> np.ndarray:
    import numpy as np

    easy, hard = np.where(wanted > 0, low, -high), np.where(wanted > 0, high, -low)
    aim = target * wanted
    passes = (aim < easy) | ((aim == easy) & (easy == hard))
    found = np.where(passes, 0, np.where(aim > hard, 1, 2))
    return np.where(judged, found, -1).astype(np.int8)
