"""Small lines for table rows: 110 by 30 pixels, the last point marked, a gap where a value is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH = 110
HEIGHT = 30
PADDING = 4


@dataclass(frozen=True, slots=True)
class Sparkline:
    """SVG points of each unbroken stretch, single points, and the last point; hidden from assistive technology."""

    width: int
    height: int
    stretches: tuple[str, ...]
    singles: tuple[tuple[str, str], ...]
    last: tuple[str, str] | None


def sparkline(values: Sequence[Decimal | None]) -> Sparkline:
    """The line of a row; a withheld or missing value is None and leaves a gap, whatever it was."""
    known = [value for value in values if value is not None]
    if not known:
        return Sparkline(WIDTH, HEIGHT, (), (), None)
    low, high = min(known), max(known)
    step = Decimal(WIDTH - 2 * PADDING) / max(len(values) - 1, 1)
    room = HEIGHT - 2 * PADDING

    def place(position: int, value: Decimal) -> tuple[str, str]:
        share = (value - low) / (high - low) if high > low else Decimal("0.5")
        return (f"{PADDING + position * step:.1f}", f"{HEIGHT - PADDING - share * room:.1f}")

    runs: list[list[tuple[str, str]]] = [[]]
    for position, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(place(position, value))
    runs = [run for run in runs if run]
    stretches = tuple(" ".join(",".join(point) for point in run) for run in runs if len(run) > 1)
    singles = tuple(run[0] for run in runs if len(run) == 1)
    return Sparkline(WIDTH, HEIGHT, stretches, singles, runs[-1][-1])
