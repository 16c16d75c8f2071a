"""Which themes of the common framework an organisation's documents cover, and how deeply. Pure.

Depth: 0 not there, 1 named in an aim or vision, 2 an objective or action, 3 an objective that a KPI measures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

ONLY_NAMED = frozenset({"aim", "mission"})
# How many organisations with an objective for the same theme make it a candidate for one shared text.
MANY = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a document: whose it is, what it is, its themes, and whether a KPI measures it."""

    key: int
    owner: str
    kind: str
    themes: tuple[str, ...]
    has_kpi: bool = False

    @property
    def depth(self) -> int:
        """How deeply it covers its themes."""
        if self.kind in ONLY_NAMED:
            return 1
        return 3 if self.has_kpi and self.kind == "objective" else 2


@dataclass(frozen=True, slots=True)
class Cell:
    """How deeply one organisation covers one theme, and the lines that say so."""

    depth: int
    lines: tuple[int, ...]


NOTHING = Cell(0, ())


@dataclass(frozen=True, slots=True)
class Coverage:
    """Organisations × themes; `missing` cells are not covered."""

    owners: tuple[str, ...]
    themes: tuple[str, ...]
    cells: Mapping[tuple[str, str], Cell]

    def cell(self, owner: str, theme: str) -> Cell:
        """What one organisation says of one theme."""
        return self.cells.get((owner, theme), NOTHING)

    def gaps_of(self, owner: str) -> tuple[str, ...]:
        """The themes that an organisation's documents leave out."""
        return tuple(theme for theme in self.themes if self.cell(owner, theme).depth == 0)

    def with_objective(self, theme: str) -> tuple[str, ...]:
        """The organisations that have an objective for a theme."""
        return tuple(owner for owner in self.owners if self.cell(owner, theme).depth >= 2)

    def only_named(self, theme: str) -> tuple[str, ...]:
        """The organisations that name a theme without an objective for it."""
        return tuple(owner for owner in self.owners if self.cell(owner, theme).depth == 1)

    def shared_candidates(self) -> tuple[str, ...]:
        """Themes for which so many organisations wrote an objective that one shared text would save work."""
        return tuple(theme for theme in self.themes if len(self.with_objective(theme)) >= MANY)


def coverage_of(lines: Iterable[Line], owners: Sequence[str], themes: Sequence[str]) -> Coverage:
    """The coverage matrix. Lines of other owners and themes that the framework does not have are left out."""
    depths: dict[tuple[str, str], int] = defaultdict(int)
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    known, wanted = set(owners), set(themes)
    for line in lines:
        if line.owner not in known:
            continue
        for theme in set(line.themes) & wanted:
            place = (line.owner, theme)
            depths[place] = max(depths[place], line.depth)
            found[place].append(line.key)
    cells = {place: Cell(depth, tuple(sorted(found[place]))) for place, depth in depths.items()}
    return Coverage(tuple(owners), tuple(themes), cells)


def path_of(coverage: Coverage, owner: str) -> tuple[tuple[str, str], ...]:
    """An organisation's way to the one framework: (theme, what is to do next), what most others have first."""
    steps = {0: "write an objective", 1: "turn the aim into an objective", 2: "tie the objective to a KPI"}
    todo = [(theme, coverage.cell(owner, theme).depth) for theme in coverage.themes if coverage.cell(owner, theme).depth < 3]
    todo.sort(key=lambda item: (-len(coverage.with_objective(item[0])), item[1], coverage.themes.index(item[0])))
    return tuple((theme, steps[depth]) for theme, depth in todo)
