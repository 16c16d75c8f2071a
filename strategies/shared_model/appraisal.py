"""Options weighed against each other: weighted totals, who comes first, and whether that hangs on one weight. Pure.

Weights are whole points that sum to 100, scores run from 0 to 5. Totals are exact fractions, so that a tie is a tie.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

ALL_POINTS = 100
LOWEST, HIGHEST = 0, 5
MOVE = 10

Weights = Mapping[str, int | Fraction]
"""Criterion → points."""
Scores = Mapping[str, Mapping[str, int]]
"""Option → criterion → score."""


def total_of(scores: Mapping[str, int], weights: Weights) -> Fraction:
    """The weighted total of one option, from 0 to 5."""
    return sum((Fraction(weights[key]) * scores[key] for key in weights), Fraction(0)) / ALL_POINTS


def first_of(scores: Scores, weights: Weights) -> tuple[str, ...]:
    """The option with the highest total, or all that share it, in the order given."""
    totals = {option: total_of(found, weights) for option, found in scores.items()}
    best = max(totals.values(), default=Fraction(0))
    return tuple(option for option, total in totals.items() if total == best)


def moved(weights: Weights, key: str, to: int) -> dict[str, Fraction]:
    """The weights with one of them at `to` points; the others keep their proportions and fill up to 100."""
    others = sum((Fraction(points) for name, points in weights.items() if name != key), Fraction(0))
    left = Fraction(ALL_POINTS - to)
    count = len(weights) - 1

    def share(points: int | Fraction) -> Fraction:
        return Fraction(points) * left / others if others else left / count

    return {name: Fraction(to) if name == key else share(points) for name, points in weights.items()}


@dataclass(frozen=True, slots=True)
class Shift:
    """A weight that was moved, and who then comes first."""

    criterion: str
    weight: int
    to: int
    first: tuple[str, ...]


def shifts(scores: Scores, weights: Mapping[str, int], by: int = MOVE) -> tuple[Shift, ...]:
    """Moves of one weight by `by` points, up or down, after which another option comes first; empty where none changes it."""
    if len(weights) < 2:
        return ()
    now = first_of(scores, weights)
    found = []
    for key, points in weights.items():
        for to in (max(0, points - by), min(ALL_POINTS, points + by)):
            then = first_of(scores, moved(weights, key, to))
            if to != points and then != now:
                found.append(Shift(key, points, to, then))
    return tuple(found)


def sensitivity_in_words(
    scores: Scores, weights: Mapping[str, int], options: Mapping[str, str], criteria: Mapping[str, str]
) -> str:
    """Whether the first place hangs on one weight. `options`, `criteria`: key → name."""
    now = first_of(scores, weights)
    changes = shifts(scores, weights)
    if len(now) > 1:
        return f"{_listed(options[key] for key in now)} share the first place, so the scores alone do not decide."
    if not changes:
        return f"{options[now[0]]} stays first whichever weight moves by {MOVE} points, up or down."
    words = [
        f"if “{criteria[one.criterion]}” weighed {one.to} in place of {one.weight}, "
        + (
            f"{options[one.first[0]]} would come first"
            if len(one.first) == 1
            else f"{_listed(options[key] for key in one.first)} would share the first place"
        )
        for one in changes
    ]
    return f"{options[now[0]]} comes first, but not safely: {'; '.join(words)}."


def _listed(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
