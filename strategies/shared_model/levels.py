"""Levels of a self-assessment: what is missing, what changed since last time, how many stand where, who could help whom. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from strategies.shared_model.vocabulary import EVIDENCE_ABOVE, HELPS_FROM, LEVELS, NEEDS_UP_TO

Levels = Mapping[str, int]
"""Criterion key → level."""


def needs_evidence(level: int) -> bool:
    """Whether a level is believed only with evidence."""
    return level > EVIDENCE_ABOVE


def change_in_words(now: int, before: int | None) -> str:
    """What became of a criterion since last time: "up from 2", "as last time", "new"."""
    if before is None:
        return "new"
    if now == before:
        return "as last time"
    return f"{'up' if now > before else 'down'} from {before}"


@dataclass(frozen=True, slots=True)
class Change:
    """How many criteria went up, stayed and went down since last time; those without an earlier level are left out."""

    up: int
    same: int
    down: int

    @property
    def words(self) -> str:
        """The same in words; empty where there is nothing to compare."""
        if not self.up + self.same + self.down:
            return ""
        return f"{self.up} up, {self.same} as last time, {self.down} down"


def change_between(now: Levels, before: Levels) -> Change:
    """Compare the criteria that both times have."""
    pairs = [(level, before[key]) for key, level in now.items() if key in before]
    return Change(
        up=sum(level > earlier for level, earlier in pairs),
        same=sum(level == earlier for level, earlier in pairs),
        down=sum(level < earlier for level, earlier in pairs),
    )


def counts_per_level(levels: Iterable[int]) -> tuple[int, ...]:
    """How many stand at level 1, 2, … 5."""
    counted = Counter(levels)
    return tuple(counted[level] for level in LEVELS)


@dataclass(frozen=True, slots=True)
class Help:
    """For one criterion: organisations that are far, and those that have the way before them, each in the order given."""

    criterion: str
    helpers: tuple[str, ...]
    helped: tuple[str, ...]


def who_could_help(standing: Mapping[str, Levels], criteria: Iterable[str]) -> tuple[Help, ...]:
    """`standing`: organisation → its levels. Criteria for which nobody could help, or nobody needs it, are left out."""
    found = []
    for key in criteria:
        helpers = tuple(name for name, levels in standing.items() if levels.get(key, 0) >= HELPS_FROM)
        helped = tuple(name for name, levels in standing.items() if 0 < levels.get(key, 0) <= NEEDS_UP_TO)
        if helpers and helped:
            found.append(Help(key, helpers, helped))
    return tuple(found)
