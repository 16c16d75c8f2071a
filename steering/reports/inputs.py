"""What a report takes from outside the release, as plain values that are stored with it: made again from them, it is the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

EVERYWHERE = "*"  # in place of an organisation: an action about all of them


@dataclass(frozen=True, slots=True)
class LevelSet:
    """A level of assurance that the group set against the rule, with its reason."""

    level: str
    reason: str


@dataclass(frozen=True, slots=True)
class WaiverSaid:
    """A rule that is set aside at one organisation, as far as a board may read it."""

    organisation: str
    rule: str
    question: str
    until: str
    reason: str


@dataclass(frozen=True, slots=True)
class OutcomeSaid:
    """What is said of a planned outcome beside its figures: its title in force, and a line on what no KPI measures."""

    title: str
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """Everything beside the figures: commentary by place, levels set by hand, owners of exceptions, waivers, efficiencies.

    `owners`: "KPI code/organisation slug" → who answers for it and until when. `efficiencies` and `duties`:
    lines in words, or nothing; duties are counted, no organisation is named. `baselines`: KPI → the period that the group
    fixed. `outcomes`: number → what is said of it.
    """

    commentary: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, LevelSet] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    waivers: tuple[WaiverSaid, ...] = ()
    efficiencies: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    baselines: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, OutcomeSaid] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """Plain values to store."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Beside:
        """The same again."""
        return cls(
            commentary=dict(data.get("commentary", {})),
            levels={slug: LevelSet(**one) for slug, one in data.get("levels", {}).items()},
            owners=dict(data.get("owners", {})),
            waivers=tuple(WaiverSaid(**one) for one in data.get("waivers", ())),
            efficiencies=tuple(data.get("efficiencies", ())),
            duties=tuple(data.get("duties", ())),
            baselines=dict(data.get("baselines", {})),
            outcomes={number: OutcomeSaid(**one) for number, one in data.get("outcomes", {}).items()},
        )
