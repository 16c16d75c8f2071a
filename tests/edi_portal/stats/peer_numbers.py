"""The vector files of independent peers, and how far an engine is from them."""

from __future__ import annotations

import json
from collections import defaultdict
from math import isclose
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2] / "vectors"
# Per file the largest difference met by any test of this run, relative to max(1, |expected|).
_DEVIATIONS: dict[str, float] = defaultdict(float)


def read(name: str) -> dict[str, Any]:
    """One vector file: {"meta": …, "cases": […]}."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def cases(name: str) -> list[Any]:
    """The cases of a file as pytest parameters, named by their id."""
    return [pytest.param(case, id=case["id"]) for case in read(name)["cases"]]


def largest_deviations() -> dict[str, float]:
    """Per vector file the largest deviation of the comparisons made so far."""
    return dict(sorted(_DEVIATIONS.items()))


class Near:
    """Compares with the tolerance that a file states, and remembers the largest deviation."""

    def __init__(self, name: str) -> None:
        meta = read(name)["meta"]
        self.name, self.rel, self.abs = name, meta.get("rel_tol", 0.0), meta.get("abs_tol", 0.0)

    def __call__(self, found: float | None, expected: float | None) -> bool:
        """Whether both are absent, or both numbers agree."""
        if found is None or expected is None:
            return found is None and expected is None
        # A relative tolerance says nothing about an expected 0: there the peers' own rounding is allowed.
        allowed = self.abs if self.abs else (1e-12 if expected == 0 else 0.0)
        agrees = isclose(found, expected, rel_tol=self.rel, abs_tol=allowed)
        _DEVIATIONS[self.name] = max(_DEVIATIONS[self.name], abs(found - expected) / max(1.0, abs(expected)))
        return agrees
