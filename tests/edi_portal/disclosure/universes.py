"""Made-up measures for the tests of disclosure control, and what an attacker makes of their releases."""

from __future__ import annotations

import random

from hypothesis import strategies as st

from edi_portal.disclosure.joint import EarlierRelease
from edi_portal.disclosure.measure import MeasureProtection
from edi_portal.disclosure.policy import DEFAULT_POLICY
from edi_portal.disclosure.protection import Hidden, Withheld, as_csv
from edi_portal.disclosure.universe import PublishedPart, Structure, build_universe
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


def clues_of(atoms, parts, structure, released: MeasureProtection, rename=lambda atom: atom, policy=DEFAULT_POLICY) -> list[Clue]:
    """What the strongest reader makes of a release: it even knows which cells were hidden for their own sake."""
    clues = []
    for cell in build_universe(atoms, parts, structure, policy):
        low, high = read_form(as_csv(released.cells[cell.key])[0])
        if isinstance(released.cells[cell.key], Hidden):
            count = sum(atoms[atom] for atom in cell.atoms)
            if count > policy.threshold:
                low = policy.threshold + 1
            elif count > 0 or cell.part.sensitive:
                low, high = (0 if cell.part.sensitive else 1), policy.threshold
        clues.append(Clue(frozenset(rename(atom) for atom in cell.atoms), low, high))
    return clues


def hidden_sums(atoms, parts, structure, released: MeasureProtection, policy=DEFAULT_POLICY):
    """The hidden cells, and the withheld ones of organisations that are small: key, atoms, owner."""
    for cell in build_universe(atoms, parts, structure, policy):
        value = released.cells[cell.key]
        count = sum(atoms[atom] for atom in cell.atoms)
        small = count <= policy.threshold and (count > 0 or cell.part.sensitive)  # that nobody is there may be shown
        if isinstance(value, Hidden) or (isinstance(value, Withheld) and small and cell.owner):
            yield cell.key, cell.atoms, cell.owner


def readers_of(structure: Structure) -> list[frozenset[str]]:
    """The outsider, every organisation, and every shared account."""
    return [frozenset(), *(frozenset([name]) for name in sorted(structure.types)), *structure.accounts]


def knows_it_all(atoms, owner: str | None, reader: frozenset[str], clues: list[Clue], held) -> bool:
    """Whether a hidden sum is the reader's own: its cell, or one in which all others are published as nobody."""
    nobody = {figure for clue in clues if clue.high == 0 for figure in clue.figures}
    return owner in reader or {atom[0] for atom in held if atom not in nobody} <= reader


def narrowest(atoms, parts, structure, released, *, most: int = 30, seed: int = 0) -> list[str]:
    """Attack a release; the hidden cells that are narrowed below four candidates, by reader."""
    clues = clues_of(atoms, parts, structure, released)
    pairs = [
        (reader, key, held)
        for reader in readers_of(structure)
        for key, held, owner in hidden_sums(atoms, parts, structure, released)
        if not knows_it_all(atoms, owner, reader, clues, held)
    ]
    chosen = random.Random(seed).sample(pairs, min(most, len(pairs)))
    attackers: dict[frozenset[str], Attacker] = {}
    found = []
    for reader, key, held in chosen:
        if reader not in attackers:
            attackers[reader] = Attacker(clues, {atom: n for atom, n in atoms.items() if atom[0] in reader}, atoms)
        low, high = attackers[reader].linear(held)
        if high - low < 40:  # the linear bound is never narrower than the true one; look closer where it could matter
            low, high = attackers[reader].whole(held)
        if high - low < DEFAULT_POLICY.width:
            found.append(f"{sorted(reader)} narrows {key} to {low:g}..{high:g}")
    return found


def as_earlier(name, atoms, parts, structure, released) -> EarlierRelease:
    """A release as a later one sees it."""
    return EarlierRelease(name, atoms, parts, structure, released.cells, DEFAULT_POLICY)
