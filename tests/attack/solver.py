"""An attacker by linear and integer programming, independent of the disclosure engine.

It knows which figures each published number adds up, what a published form can mean, and the exact figures of the organisations
whose accounts it holds. It asks a solver for the smallest and largest value that a hidden sum can have.
"""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, vstack

_RANGE = re.compile(r"(\d+) to (\d+)")
_AT_MOST = re.compile(r"(\d+) or fewer")


@dataclass(frozen=True)
class Clue:
    """A sum of figures and what the attacker reads about it."""

    figures: frozenset[Hashable]
    low: float
    high: float


def read_form(text: str, *, base: int = 5, threshold: int = 7) -> tuple[float, float]:
    """What a rendered count can mean: "1,485", "0", "1 to 7", "7 or fewer", or anything else for no information."""
    plain = text.replace(",", "").strip()
    if plain.isdecimal():
        shown = int(plain)
        if shown == 0:
            return 0, 0
        members = [count for count in range(shown - base, shown + base + 1) if math.floor(count / base + 0.5) * base == shown]
        return max(min(members), threshold + 1), max(members)
    if written := _RANGE.fullmatch(plain):
        return int(written[1]), int(written[2])
    if written := _AT_MOST.fullmatch(plain):
        return 0, int(written[1])
    return 0, math.inf


class Attacker:
    """One reader: the clues of everything published to it, and its own exact figures."""

    def __init__(self, clues: Iterable[Clue], own: Mapping[Hashable, int], figures: Iterable[Hashable] = ()) -> None:
        clues = list(clues)
        names = sorted({figure for clue in clues for figure in clue.figures} | set(own) | set(figures), key=repr)
        self.position = {name: number for number, name in enumerate(names)}
        rows = [row for row, clue in enumerate(clues) for _ in clue.figures]
        columns = [self.position[figure] for clue in clues for figure in clue.figures]
        self.matrix = csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(clues), len(names)))
        self.low = np.array([clue.low for clue in clues])
        self.high = np.array([clue.high for clue in clues])
        self.bounds = Bounds(
            np.array([own.get(name, 0) for name in names], dtype=float),
            np.array([own.get(name, np.inf) for name in names], dtype=float),
        )

    def linear(self, figures: Iterable[Hashable]) -> tuple[float, float]:
        """Smallest and largest value of a sum when figures may be fractions: never narrower than `whole`."""
        weights = self._weights(figures)
        finite = np.isfinite(self.high)
        matrix = vstack([self.matrix[finite], -self.matrix])
        limits = np.concatenate([self.high[finite], -self.low])
        pairs = list(zip(self.bounds.lb, self.bounds.ub, strict=True))
        ends = []
        for sign in (1, -1):
            result = linprog(sign * weights, A_ub=matrix, b_ub=limits, bounds=pairs, method="highs")
            ends.append(_value(result.status, result.fun, sign))
        return ends[0], ends[1]

    def whole(self, figures: Iterable[Hashable]) -> tuple[float, float]:
        """Smallest and largest value of a sum of whole numbers."""
        weights = self._weights(figures)
        constraint = LinearConstraint(self.matrix, self.low, self.high)
        ends = []
        for sign in (1, -1):
            result = milp(sign * weights, constraints=constraint, bounds=self.bounds, integrality=np.ones(len(weights)))
            ends.append(_value(result.status, result.fun, sign))
        return ends[0], ends[1]

    def _weights(self, figures: Iterable[Hashable]) -> np.ndarray:
        weights = np.zeros(len(self.position))
        for figure in figures:
            weights[self.position[figure]] = 1
        return weights


def _value(status: int, optimum: float | None, sign: int) -> float:
    if status in (3, 4):  # unbounded; the integer solver says "infeasible or unbounded"
        return -sign * math.inf
    if optimum is None:
        raise AssertionError("The true figures contradict what was published: the attacker's model is wrong.")
    return round(sign * optimum, 6)
