"""Made-up measures for the tests of disclosure control, and what an attacker makes of their releases."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from hypothesis import strategies as st

from edi_portal.disclosure.joint import EarlierRelease
from edi_portal.disclosure.measure import MeasureProtection, protect_measure
from edi_portal.disclosure.policy import DEFAULT_POLICY as POLICY
from edi_portal.disclosure.protection import Hidden, Withheld, as_csv
from edi_portal.disclosure.universe import Atom, CellKey, PublishedPart, Structure, build_universe
from tests.attack.solver import Attacker, Clue, read_form

GROUPS = ("white", "bme", "unknown", "other")


def parts_of(groups: int, bands: int, *, sensitive: bool = False, fine: int = 1) -> tuple[PublishedPart, ...]:
    """Clusters of `fine` bands by group, group totals, and at system level every band by group."""
    parts = []
    for group in GROUPS[:groups]:
        cells = [f"b{band}/{group}" for band in range(bands)]
        parts.append(PublishedPart(f"total.{group}", tuple(cells), "group_total", sensitive))
        for start in range(0, bands, fine):
            key = f"cluster_{start}.{group}"
            parts.append(PublishedPart(key, tuple(cells[start : start + fine]), "organisation", sensitive))
        if fine > 1:
            parts.extend(PublishedPart(f"{cell[:2]}.{group}", (cell,), "system", sensitive) for cell in cells)
    return tuple(parts)


def structure_of(organisations: list[str], *, accounts: tuple[frozenset[str], ...] = ()) -> Structure:
    """Types in turn, every fifth organisation small."""
    types = {name: ("acute", "acute", "ccg", "csu")[place % 4] for place, name in enumerate(organisations)}
    return Structure(types, frozenset(organisations[::5]), accounts)


def skewed(rng: random.Random) -> int:
    """A count as staff tables have them: many small, few large."""
    return rng.choice((0, 0, 1, 2, 3, 5, 7, 8, 9, 12, 13, 17, rng.randint(0, 40), rng.randint(50, 400)))


def measure(seed: int, organisations: int = 12, groups: int = 3, bands: int = 4, **options):
    """Atoms, parts and structure of a made-up measure."""
    rng = random.Random(seed)
    names = [f"o{number:02}" for number in range(organisations)]
    atoms = {(name, f"b{b}/{g}"): skewed(rng) for name in names for b in range(bands) for g in GROUPS[:groups]}
    return atoms, parts_of(groups, bands, **options), structure_of(names)


@st.composite
def measures(draw):
    """Small and middling measures of every shape, with skewed counts and sometimes a shared account."""
    names = [f"o{number:02}" for number in range(draw(st.integers(3, 9)))]
    groups, bands, fine = draw(st.integers(2, 3)), draw(st.integers(2, 5)), draw(st.integers(1, 2))
    cells = [f"b{band}/{group}" for band in range(bands) for group in GROUPS[:groups]]
    count = st.one_of(st.integers(0, 9), st.integers(0, 9), st.integers(8, 40), st.integers(50, 400))
    counts = draw(st.lists(count, min_size=len(names) * len(cells), max_size=len(names) * len(cells)))
    atoms = dict(zip([(name, cell) for name in names for cell in cells], counts, strict=True))
    accounts = (frozenset(names[:2]),) if draw(st.booleans()) else ()
    return atoms, parts_of(groups, bands, sensitive=draw(st.booleans()), fine=fine), structure_of(names, accounts=accounts)


@dataclass(frozen=True)
class Publication:
    """A release of one measure with what it was made from."""

    atoms: Mapping[Atom, int]
    parts: tuple[PublishedPart, ...]
    structure: Structure
    released: MeasureProtection

    def figure(self, atom: Atom) -> tuple[str, str, int, str]:
        """The attacker's name of a figure: the same in two publications when its whole return is."""
        return (*atom, self.atoms[atom], self.returns[atom[0], atom[1].partition(":")[0] if ":" in atom[1] else ""])

    @cached_property
    def returns(self) -> dict[tuple[str, str], str]:
        """Organisation and quarter → the contents of the return."""
        contents: dict[tuple[str, str], list] = {}
        for (organisation, cell), count in sorted(self.atoms.items()):
            contents.setdefault((organisation, cell.partition(":")[0] if ":" in cell else ""), []).append((cell, count))
        return {name: str(figures) for name, figures in contents.items()}

    def cells(self) -> Iterator[tuple[CellKey, frozenset, str | None, bool, int]]:
        """Every cell: key, figures, owner, whether its traits are sensitive, true count."""
        for cell in build_universe(self.atoms, self.parts, self.structure, POLICY):
            count = sum(self.atoms[atom] for atom in cell.atoms)
            yield cell.key, frozenset(map(self.figure, cell.atoms)), cell.owner, cell.part.sensitive, count

    def clues(self) -> Iterator[Clue]:
        """What the strongest reader makes of it: even which cells were hidden for their own sake."""
        for key, figures, _, sensitive, count in self.cells():
            low, high = read_form(as_csv(self.released.cells[key])[0])
            if isinstance(self.released.cells[key], Hidden):
                if count > POLICY.threshold:
                    low = POLICY.threshold + 1
                elif count > 0 or sensitive:
                    low, high = (0 if sensitive else 1), POLICY.threshold
            yield Clue(figures, low, high)

    def promises(self) -> Iterator[tuple[CellKey, frozenset, str | None]]:
        """The numbers that must stay open: the hidden ones, and the small withheld ones of organisations."""
        for key, figures, owner, sensitive, count in self.cells():
            value = self.released.cells[key]
            small = count <= POLICY.threshold and (count > 0 or sensitive)  # that nobody is there may be shown
            if isinstance(value, Hidden) or (isinstance(value, Withheld) and small and owner):
                yield key, figures, owner

    def earlier(self, name: str) -> EarlierRelease:
        """The release as a later one sees it."""
        return EarlierRelease(name, self.atoms, self.parts, self.structure, self.released.cells, POLICY)


def publish(atoms, parts, structure, **options) -> Publication:
    """Protect a measure under the default policy."""
    return Publication(atoms, parts, structure, protect_measure(atoms, parts, structure, POLICY, seed="test", **options))


def readers_of(structure: Structure) -> list[frozenset[str]]:
    """The outsider, every organisation, and every shared account."""
    return [frozenset(), *(frozenset([name]) for name in sorted(structure.types)), *structure.accounts]


def narrowed(*publications: Publication, most: int = 30, readers: Sequence[frozenset[str]] = ()) -> list[str]:
    """Attack publications jointly; the hidden cells that a reader narrows below four candidates.

    A number is a reader's own when it is its cell, or when all others are published as having nobody in it.
    """
    clues = [clue for publication in publications for clue in publication.clues()]
    nobody = {figure for clue in clues if clue.high == 0 for figure in clue.figures}
    figures = {p.figure(atom) for p in publications for atom in p.atoms}
    pairs = [
        (reader, key, held)
        for reader in readers or readers_of(publications[-1].structure)
        for publication in publications
        for key, held, owner in publication.promises()
        if owner not in reader and not {figure[0] for figure in held - nobody} <= reader
    ]
    attackers: dict[frozenset[str], Attacker] = {}
    found = []
    for reader, key, held in random.Random(0).sample(pairs, min(most, len(pairs))):
        if reader not in attackers:
            attackers[reader] = Attacker(clues, {figure: figure[2] for figure in figures if figure[0] in reader}, figures)
        low, high = attackers[reader].linear(held)
        if high - low < 40:  # the linear bound is never narrower than the true one; look closer where it could matter
            low, high = attackers[reader].whole(held)
        if high - low < POLICY.width:
            found.append(f"{sorted(reader)} narrows {key} to {low:g}..{high:g}")
    return found
