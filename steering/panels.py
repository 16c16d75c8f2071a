"""EDS outcomes as a panel scores them, and how two scores of one outcome stand to each other. Pure.

Two bodies that score the same outcome keep a score each. Nothing here makes one number of the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

LEVELS: Final = {0: "Undeveloped", 1: "Developing", 2: "Achieving", 3: "Excelling"}
"""What a score says, as NHS England words it."""

BANDS: Final = ((33, "Excelling"), (22, "Achieving"), (8, "Developing"), (0, "Undeveloped"))
"""Lowest total of each rating, highest first; the definition of EDS-T holds the same limits."""

ANSWER_DAYS: Final = 28
"""Days in which an organisation answers a comment: four weeks."""

TOTAL: Final = "EDS-T"
"""The KPI that holds an organisation's own total."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome that is scored from 0 to 3; of domain 1 once for each of three services."""

    key: str
    kpi: str
    label: str
    service: int = 0

    @property
    def name(self) -> str:
        """With its service: what stands on its own."""
        return f"{self.label}, {SERVICES[self.service]}" if self.service else self.label


SERVICES: Final = {1: "first service", 2: "second service", 3: "third service"}
DOMAINS: Final = {
    "EDS-D1": "Domain 1: services",
    "EDS-D2": "Domain 2: workforce health and wellbeing",
    "EDS-D3": "Domain 3: inclusive leadership",
}
"""KPI of each domain, and its heading."""

_OF_SERVICES = {
    "1a": "1A People have the access they need",
    "1b": "1B People's health needs are met",
    "1c": "1C People are free from harm",
    "1d": "1D People report a good experience",
}
_OF_STAFF = {
    "2a": "2A Staff get support to stay healthy",
    "2b": "2B Staff are free from abuse and bullying",
    "2c": "2C Staff have independent support when harmed",
    "2d": "2D Staff recommend the organisation",
}
_OF_LEADERS = {
    "3a": "3A Leaders show commitment to equality",
    "3b": "3B Board papers name equality impacts and risks",
    "3c": "3C Leaders use levers to manage progress",
}
OUTCOMES: Final[Mapping[str, Outcome]] = {
    one.key: one
    for one in (
        *(Outcome(f"{key}_service_{n}", "EDS-D1", label, n) for n in SERVICES for key, label in _OF_SERVICES.items()),
        *(Outcome(key, "EDS-D2", label) for key, label in _OF_STAFF.items()),
        *(Outcome(key, "EDS-D3", label) for key, label in _OF_LEADERS.items()),
    )
}
"""Key → outcome, in the order of the scoring: the keys are those of the components of the KPIs. A test holds both together."""


def score_words(score: int | None) -> str:
    """A score with its word: "2 Achieving"."""
    return f"{score} {LEVELS[score]}" if score is not None else ""


def differs(one: int | None, other: int | None) -> bool:
    """Whether two scores are both there and not the same."""
    return one is not None and other is not None and one != other


def difference_words(theirs: int | None, own: int | None) -> str:
    """How a body's score stands to the organisation's own: "1 lower"; empty where one of them is missing."""
    if theirs is None or own is None:
        return ""
    if theirs == own:
        return "same"
    return f"{abs(theirs - own)} {'lower' if theirs < own else 'higher'}"


def total_of(scores: Mapping[str, int]) -> int | None:
    """The total of one body's scores: the middle service of domain 1 and everything else; None until all 19 are there."""
    if set(scores) != set(OUTCOMES):
        return None
    services = sorted(sum(scores[key] for key, one in OUTCOMES.items() if one.service == n) for n in SERVICES)
    return services[1] + sum(scores[key] for key, one in OUTCOMES.items() if not one.service)


def rating_of(total: int) -> str:
    """The rating of a total."""
    return next(word for low, word in BANDS if total >= low)
