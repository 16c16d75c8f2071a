"""An agenda as plain values: sections with their minutes, and the lines under each heading. Pure.

What works comes first. The technical and the cultural domain have the same time and the same headings, whatever there is to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

MOST_LINES = 5
STEP = 5
_SHARES = {"opening": 0.15, "domain": 0.3}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to look at, with a note and the address of its page."""

    text: str
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under a heading; `more` is how many were left out. Without lines `empty` says so."""

    heading: str
    lines: tuple[Line, ...]
    empty: str
    more: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the meeting with its minutes and the question that it opens with."""

    title: str
    minutes: int
    prompt: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Agenda:
    """A whole agenda. `basis` names the release whose figures it rests on."""

    basis: str
    sections: tuple[Section, ...]

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return sum(section.minutes for section in self.sections)

    def as_data(self) -> dict[str, Any]:
        """Plain values, to be stored with the meeting."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Agenda:
        """The agenda that was stored."""
        sections = tuple(
            Section(one["title"], one["minutes"], one["prompt"], tuple(_group(group) for group in one["groups"]))
            for one in data["sections"]
        )
        return cls(data["basis"], sections)


def _group(data: dict[str, Any]) -> Group:
    return Group(data["heading"], tuple(Line(**line) for line in data["lines"]), data["empty"], data["more"])


def grouped(heading: str, lines: Sequence[Line], empty: str, most: int = MOST_LINES) -> Group:
    """The first lines under a heading, and how many more there are."""
    return Group(heading, tuple(lines[:most]), empty, max(len(lines) - most, 0))


def minutes_for(total: int) -> tuple[int, int, int]:
    """Minutes for the opening, for each of the two domains, and for what remains; in steps of five, the domains alike."""
    opening = max(STEP, round(total * _SHARES["opening"] / STEP) * STEP)
    domain = max(STEP, round(total * _SHARES["domain"] / STEP) * STEP)
    rest = total - opening - 2 * domain
    while rest < STEP and domain > STEP:
        domain, rest = domain - STEP, rest + 2 * STEP
    return opening, domain, rest
