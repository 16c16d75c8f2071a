"""Repeatable randomness: numbers that depend on nothing but a seed and the names given, and counts drawn with them. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Sequence
from functools import lru_cache
from random import Random

SEED = "edi-portal-demonstration-1"
# Part of the spread that pure chance would give: quarters of one organisation resemble each other more than lots do.
DAMPING = 0.6


def _digest(names: tuple[Hashable, ...]) -> int:
    text = "\x1f".join(map(str, (SEED, *names)))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


@lru_cache(maxsize=100_000)
def steady(*names: Hashable) -> float:
    """A number from 0 up to 1 that belongs to the names for ever: what makes one organisation differ from another."""
    return _digest(names) / 2**64


def around(low: float, high: float, *names: Hashable) -> float:
    """A lasting number between two bounds."""
    return low + (high - low) * steady(*names)


def quarterly(*names: Hashable) -> Random:
    """A source of chance for one organisation, measure and quarter."""
    return Random(_digest(names))


def count(draw: Random, people: int, share: float) -> int:
    """How many of `people` it happens to when it happens to `share` of them; never more than `people`."""
    if people <= 0 or share <= 0:
        return 0
    expected = people * min(share, 1.0)
    spread = DAMPING * (expected * max(1 - share, 0)) ** 0.5
    value = expected + draw.gauss(0.0, 1.0) * spread if expected >= 3 else expected
    return max(0, min(people, int(value + draw.random())))


def amount(draw: Random, expected: float, spread: float = 0.05) -> int:
    """A whole number around `expected`, give or take a part of it."""
    return max(0, round(expected * (1 + spread * draw.gauss(0.0, 1.0))))


def allocate(total: int, weights: Sequence[float], caps: Sequence[int] | None = None) -> list[int]:
    """Cut `total` into whole parts in proportion to `weights`, none above its cap: largest remainders first.

    Raises ValueError when the caps together are below the total.
    """
    limits = list(caps) if caps is not None else [total] * len(weights)
    if sum(limits) < total:
        raise ValueError(f"{total} does not fit into {limits}")
    whole = sum(weights) or 1.0
    exact = [total * weight / whole for weight in weights]
    parts = [min(int(value), limit) for value, limit in zip(exact, limits, strict=True)]
    order = sorted(range(len(parts)), key=lambda index: (parts[index] - exact[index], index))
    while (missing := total - sum(parts)) > 0:
        for index in [index for index in order if parts[index] < limits[index]][:missing]:
            parts[index] += 1
    return parts
