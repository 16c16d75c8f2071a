"""The catalogue of learning options, which band each is for, and how posts stand to the appointment standard. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from workforce.career import PATH, QUALIFICATION_LEVELS, Step

FILE = Path(__file__).resolve().parent / "data" / "learning_options.toml"
COSTS: dict[str, str] = {
    "free": "Free",
    "levy": "Paid from the apprenticeship levy",
    "under_500": "Under £500",
    "500_2000": "£500 to £2,000",
    "over_2000": "Over £2,000",
}


@dataclass(frozen=True, slots=True)
class LearningOption:
    """One way to learn: who offers it, its level (0: none), its cost as a band, for which bands, and where that is known from."""

    title: str
    provider: str
    level: int
    cost: str
    bands: tuple[str, ...]
    days: int
    source: str = ""
    synthetic: bool = False

    @property
    def level_words(self) -> str:
        """Its level in words."""
        return QUALIFICATION_LEVELS[self.level].partition(",")[0] if self.level else "No level"

    @property
    def cost_words(self) -> str:
        """Its cost in words."""
        return COSTS[self.cost]


@lru_cache(maxsize=1)
def learning_options() -> tuple[LearningOption, ...]:
    """Every option of the catalogue; the file is reviewed with the code."""
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["options"]
    return tuple(LearningOption(**row | {"bands": tuple(row["bands"])}) for row in rows)


def options_for(band: str = "", cost: str = "") -> tuple[LearningOption, ...]:
    """The options for a band at a cost, those with the higher level first; all where nothing is asked for."""
    found = [one for one in learning_options() if (not band or band in one.bands) and (not cost or one.cost == cost)]
    return tuple(sorted(found, key=lambda one: (-one.level, one.title)))


@dataclass(frozen=True, slots=True)
class PostStanding:
    """What the check reads of one post."""

    title: str
    band: str
    gaps: tuple[str, ...]
    learning_days: int | None


@dataclass(frozen=True, slots=True)
class BandCheck:
    """The posts of one band: how many meet the standard, what the others lack, and where they differ among themselves."""

    step: Step
    posts: int
    meeting: int
    gaps: tuple[tuple[str, int], ...]
    differs: str

    @property
    def is_consistent(self) -> bool:
        """Whether every post of the band meets the standard and none is treated unlike another."""
        return self.meeting == self.posts and not self.differs


def consistency(posts: Iterable[PostStanding]) -> tuple[BandCheck, ...]:
    """Band by band of the career path, for an organisation's own eyes; bands without a post are left out."""
    posts = tuple(posts)
    found = []
    for step in PATH:
        those = [post for post in posts if post.band == step.band]
        if not those:
            continue
        gaps = [gap for post in those for gap in post.gaps]
        days = sorted({post.learning_days for post in those if post.learning_days is not None})
        differs = f"Days for learning differ: {days[0]} to {days[-1]} a year." if len(days) > 1 else ""
        counted = tuple((gap, gaps.count(gap)) for gap in dict.fromkeys(gaps))
        found.append(BandCheck(step, len(those), sum(not post.gaps for post in those), counted, differs))
    return tuple(found)
