"""How many marks on a page are to be expected when nothing is the matter anywhere.

With k comparisons that each raise a mark by chance with probability q: k·q are expected, at least one comes with probability
1 - (1-q)^k, and the number is binomial when the comparisons are independent (overlapping figures make it vary more, never the
expected number). A two-sided 95 % interval has q = 0.05, one of 99.8 % q = 0.002; half of the marks are in the bad direction.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import expm1, log1p

from edi_portal.stats.estimate import NotCalculable


@dataclass(frozen=True, slots=True)
class FalseAlarms:
    """Marks by chance alone: the expected number, the chance of at least one, and the most that 95 pages in 100 would show."""

    comparisons: int
    expected: float
    chance_of_any: float
    usually_at_most: int


def false_alarms(comparisons: int, *, level: float = 0.95, one_sided: bool = False) -> FalseAlarms | NotCalculable:
    """What chance alone does on a page with so many comparisons; `one_sided` counts marks in the bad direction only."""
    if comparisons < 0 or not 0 < level < 1:
        raise ValueError("A number of comparisons and a level such as 0.95 are needed.")
    if comparisons == 0:
        return NotCalculable("no_values")
    chance = (1 - level) / (2 if one_sided else 1)
    return FalseAlarms(comparisons, comparisons * chance, -expm1(comparisons * log1p(-chance)), _at_most(comparisons, chance))


def _at_most(count: int, chance: float, share: float = 0.95) -> int:
    """The smallest number that a binomial count stays within in `share` of all cases."""
    term = (1 - chance) ** count
    total, number = term, 0
    while total < share and number < count:
        term *= (count - number) / (number + 1) * chance / (1 - chance)
        number += 1
        total += term
    return number
