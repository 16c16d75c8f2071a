"""Whole-number puzzles with weighted sums, solved by linear and then integer programming. Knows nothing of the engine."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, vstack

# Beyond this width nothing is learnt, whatever integrality would still cut off.
WIDE = 40


@dataclass(frozen=True)
class Line:
    """What is known of a weighted sum of unknowns."""

    weights: Mapping[Hashable, float]
    low: float
    high: float


class Puzzle:
    """Unknown counts, at least 0; those of the reader's own organisation are known."""

    def __init__(self, lines: Iterable[Line], own: Mapping[Hashable, int], unknowns: Iterable[Hashable]) -> None:
        lines = list(lines)
        names = sorted({name for line in lines for name in line.weights} | set(own) | set(unknowns), key=repr)
        self.position = {name: number for number, name in enumerate(names)}
        rows = [row for row, line in enumerate(lines) for _ in line.weights]
        columns = [self.position[name] for line in lines for name in line.weights]
        weights = [weight for line in lines for weight in line.weights.values()]
        self.matrix = csr_array((weights, (rows, columns)), shape=(len(lines), len(names)), dtype=float)
        self.low = np.array([line.low for line in lines], dtype=float)
        self.high = np.array([line.high for line in lines], dtype=float)
        self.bounds = Bounds(
            np.array([own.get(name, 0) for name in names], dtype=float),
            np.array([own.get(name, np.inf) for name in names], dtype=float),
        )

    def width(self, target: Iterable[Hashable]) -> float:
        """How far the smallest and largest possible value of a sum lie apart: linear first, whole numbers where that is tight."""
        weights = np.zeros(len(self.position))
        for name in target:
            weights[self.position[name]] = 1
        low, high = (self._linear(sign * weights, sign) for sign in (1, -1))
        if high - low < WIDE:
            low, high = (self._whole(sign * weights, sign) for sign in (1, -1))
        return high - low

    def _linear(self, weights: np.ndarray, sign: int) -> float:
        upper, lower = np.isfinite(self.high), np.isfinite(self.low)
        found = linprog(
            weights,
            A_ub=vstack([self.matrix[upper], -self.matrix[lower]]),
            b_ub=np.concatenate([self.high[upper], -self.low[lower]]),
            bounds=list(zip(self.bounds.lb, self.bounds.ub, strict=True)),
            method="highs",
        )
        return _value(found.status, found.fun, sign)

    def _whole(self, weights: np.ndarray, sign: int) -> float:
        found = milp(
            weights,
            constraints=LinearConstraint(self.matrix, self.low, self.high),
            bounds=self.bounds,
            integrality=np.ones(len(weights)),
            options={"time_limit": 20},
        )
        if found.status == 1:  # out of time: the bound that was proved may only be wider, so take the best table found
            return round(sign * found.fun, 6) if found.fun is not None else -sign * math.inf
        return _value(found.status, found.fun, sign)


def _value(status: int, optimum: float | None, sign: int) -> float:
    if status in (3, 4):  # unbounded; the integer solver says "infeasible or unbounded"
        return -sign * math.inf
    if optimum is None:
        raise AssertionError("The true figures contradict what was rendered: the attacker reads the pages wrongly.")
    return round(sign * optimum, 6)
