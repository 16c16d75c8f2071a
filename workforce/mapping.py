"""The mapping interviews in words and rules: six areas, themes with codes, and what others may know of them. Pure.

An interview is read by its organisation and its interviewer alone. Others read which themes came up, and only those held by
`FEWEST` organisations or more in a round that is closed: then no further interview can change a number and so point at one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# What every interview asks about, with the question as it is put.
AREAS: dict[str, tuple[str, str]] = {
    "capacity": ("Capacity", "Who does the work, how much time is there for it, and what is left undone?"),
    "skills": ("Skills", "Which skills does the team have, and which does it look for elsewhere?"),
    "qualifications": ("Qualifications", "Which qualifications do practitioners hold, and what would they like to study?"),
    "approach": ("Current approach", "How are aims set, work planned and progress told to the board?"),
    "stakeholders": ("Stakeholders", "Who inside and outside takes part, and who is missing?"),
    "networks": ("Networks", "Which staff networks run, and what do they need?"),
}
AREA_LABELS = {key: label for key, (label, _question) in AREAS.items()}
FEWEST = 3


@dataclass(frozen=True, slots=True)
class Theme:
    """One code of the code book. A retired one stays readable in earlier interviews and is offered no more."""

    key: str
    label: str
    description: str
    area: str
    retired: bool = False

    @property
    def text(self) -> str:
        """What others would read, for the reviewer."""
        return f"{self.label}. {self.description}"

    def as_data(self) -> dict[str, object]:
        """The stored form."""
        return {
            "key": self.key,
            "label": self.label,
            "description": self.description,
            "area": self.area,
            "retired": self.retired,
        }


@dataclass(frozen=True, slots=True)
class Round:
    """The interviews of one financial year that others may count: organisation → keys of the themes that came up."""

    year: str
    themes: Mapping[int, frozenset[str]]

    @property
    def held(self) -> int:
        """How many organisations were interviewed."""
        return len(self.themes)


@dataclass(frozen=True, slots=True)
class ThemeLine:
    """How often one theme came up, round by round. None: fewer than three, or never; others learn no difference."""

    theme: Theme
    counts: tuple[int | None, ...]
    held: tuple[int, ...]

    @property
    def is_shown(self) -> bool:
        """Whether any round may be told."""
        return any(count is not None for count in self.counts)

    @property
    def cells(self) -> tuple[str, ...]:
        """Round by round how many of those interviewed hold it, "5 of 12"; empty where it is not told."""
        pairs = zip(self.counts, self.held, strict=True)
        return tuple("" if count is None else f"{count} of {of}" for count, of in pairs)

    @property
    def change(self) -> str:
        """What the last two rounds say together; empty where one tells nothing, or where not as many were interviewed."""
        if len(self.counts) < 2 or self.counts[-1] is None or self.counts[-2] is None or self.held[-1] != self.held[-2]:
            return ""
        more = self.counts[-1] - self.counts[-2]
        if more == 0:
            return "as many as in the round before"
        return f"{abs(more)} {'more' if more > 0 else 'fewer'} than in the round before"


def theme_lines(themes: Iterable[Theme], rounds: Iterable[Round]) -> tuple[ThemeLine, ...]:
    """Every theme that at least three organisations held in some round, in the order of the areas and then by name."""
    rounds = tuple(rounds)
    tallies = [Counter(key for keys in one.themes.values() for key in keys) for one in rounds]
    order = list(AREAS)
    held = tuple(one.held for one in rounds)
    lines = [
        ThemeLine(theme, tuple(tally[theme.key] if tally[theme.key] >= FEWEST else None for tally in tallies), held)
        for theme in themes
    ]
    shown = [line for line in lines if line.is_shown]
    return tuple(sorted(shown, key=lambda line: (order.index(line.theme.area), line.theme.label.casefold())))
