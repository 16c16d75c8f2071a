"""Objectives that may ask for the same: pairs with the words they share, what people decided, and shared texts.

Hours that an organisation says it saves are its own: a running total would give away each newcomer's. Shown is the total that was
frozen with a release, where it could be.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from strategies.alignment.similarity import SimilarPair, clusters
from strategies.models import Objective, OverlapJudgement, SharedObjective
from strategies.selectors.hours import ReleasedHours

WITHHELD = "[c] withheld to protect the organisations"


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two objectives side by side."""

    first: Objective
    second: Objective
    score: float
    words: str
    judgement: OverlapJudgement | None

    @property
    def percent(self) -> int:
        """The score as a person reads it, from 0 to 100."""
        return round(self.score * 100)


@dataclass(frozen=True, slots=True)
class SharedRow:
    """A shared text, who of those that this reader reads adopted it, and the hours a year that all save, as far as released."""

    shared: SharedObjective
    adopters: tuple[str, ...]
    hours: str


def pair_rows(
    pairs: Iterable[SimilarPair], lines: Iterable[Objective], judged: dict[tuple[int, int], OverlapJudgement]
) -> tuple[PairRow, ...]:
    """The pairs with their objectives, those that wait for a person first."""
    by_key = {line.pk: line for line in lines}
    rows = [
        PairRow(
            by_key[pair.first],
            by_key[pair.second],
            pair.score,
            ", ".join(one if one == other else f"{one} and {other}" for one, other in pair.words),
            judged.get((pair.first, pair.second)),
        )
        for pair in pairs
        # Two that use one shared text say the same by decision.
        if by_key[pair.first].shared_id is None or by_key[pair.first].shared_id != by_key[pair.second].shared_id
    ]
    return tuple(sorted(rows, key=lambda row: row.judgement is not None))


def groups_of(judged: dict[tuple[int, int], OverlapJudgement], lines: Iterable[Objective]) -> tuple[tuple[Objective, ...], ...]:
    """Objectives that people said are the same, joined into groups: each one a candidate for a shared text."""
    by_key = {line.pk: line for line in lines}
    same = [pair for pair, judgement in judged.items() if judgement.is_same and pair[0] in by_key and pair[1] in by_key]
    return tuple(tuple(by_key[key] for key in group) for group in clusters(same))


def shared_rows(
    shared: Iterable[SharedObjective], released: ReleasedHours | None, lines: Iterable[Objective]
) -> tuple[SharedRow, ...]:
    """Shared texts with released hours, and with those adopters whose `lines` the reader reads.

    Who adopts a text in a strategy of its own keeping is not named: others know of a strategy when its owner shares it.
    """
    adopters: dict[int | None, set[str]] = defaultdict(set)
    for line in lines:
        adopters[line.shared_id].add(line.document.organisation.short_name)
    return tuple(SharedRow(one, tuple(sorted(adopters[one.pk])), _hours(one, released)) for one in shared)


def _hours(shared: SharedObjective, released: ReleasedHours | None) -> str:
    if released is None or shared.pk not in released.totals:
        return "not released yet"
    total = released.totals[shared.pk]
    return WITHHELD if total is None else f"{total:,}"
