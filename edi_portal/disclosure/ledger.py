"""The audit's arithmetic on plain integer lists: everything a reader knows, as sums of atoms within limits.

An `AuditTable` states it in words of the release; a `Ledger` is the same in numbered cells and atoms. Atoms of one organisation
that stand in exactly the same sums are one atom to any reader, so they are joined.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from edi_portal.disclosure.release_table import Constraint
from edi_portal.disclosure.universe import Atom, CellKey

UNLIMITED = 1 << 60


@dataclass(frozen=True, slots=True, order=True)
class TargetKey:
    """A hidden cell of a release; `release` is "" for the one being prepared."""

    release: str
    cell: CellKey


@dataclass(frozen=True, slots=True)
class Target:
    """A hidden sum of atoms that must stay open; `owner` is the organisation that may know it."""

    atoms: frozenset[Atom]
    owner: str | None


@dataclass(frozen=True, slots=True)
class AuditTable:
    """The true atoms, what readers know of their sums, and the sums that must stay open."""

    values: Mapping[Atom, int]
    constraints: Sequence[Constraint]
    targets: Mapping[TargetKey, Target]
    accounts: tuple[frozenset[str], ...] = ()


@dataclass(slots=True)
class Ledger:
    """An audit table in numbers. Atoms and cells are positions in the lists; counts are people."""

    organisations: list[str]
    owner: list[int]  # atom → organisation
    value: list[int]  # atom → true count
    cells_of: list[tuple[int, ...]]  # atom → cells it stands in
    movable: list[list[int]]  # cell → its atoms, without those that are known to be nobody
    low: list[int]
    high: list[int]
    total: list[int]  # cell → true count
    contents: list[list[tuple[int, Atom]]]  # atom → the atoms of the table that it joins with their counts, largest first
    cell_number: dict[frozenset[Atom], int]
    shared: dict[int, list[frozenset[int]]]  # organisation → accounts that read it together with others

    def spread(self, number: int, change: int) -> list[tuple[Atom, int]]:
        """A change of a joined atom as changes of the atoms of the table; people are taken from the largest first."""
        contents = self.contents[number]
        if change > 0:
            return [(contents[0][1], change)]
        taken = []
        for count, atom in contents:
            part = min(count, -change)
            if part:
                taken.append((atom, -part))
                change += part
        return taken


def build_ledger(table: AuditTable) -> Ledger:
    """Number the cells and atoms of a table, in an order that does not depend on that of the input."""
    limits: dict[frozenset[Atom], tuple[int, int]] = {}
    for constraint in table.constraints:
        low, high = limits.get(constraint.atoms, (0, UNLIMITED))
        top = UNLIMITED if constraint.high is None else constraint.high
        limits[constraint.atoms] = max(low, constraint.low), min(high, top)
    for key in sorted(table.targets):
        limits.setdefault(table.targets[key].atoms, (0, UNLIMITED))
    where: dict[Atom, list[int]] = {}
    for number, atoms in enumerate(limits):
        for atom in atoms:
            where.setdefault(atom, []).append(number)
    joined: dict[tuple[str, tuple[int, ...]], list[Atom]] = {}
    for atom in sorted(where):
        joined.setdefault((atom[0], tuple(where[atom])), []).append(atom)
    organisations = sorted({organisation for organisation, _ in joined})
    position = {name: number for number, name in enumerate(organisations)}
    lows = [low for low, _ in limits.values()]
    highs = [high for _, high in limits.values()]
    ledger = Ledger(organisations, [], [], [], [[] for _ in limits], lows, highs, [0] * len(limits), [], {}, {})
    for (organisation, cells), atoms_here in joined.items():
        count = sum(table.values[atom] for atom in atoms_here)
        number = len(ledger.owner)
        ledger.owner.append(position[organisation])
        ledger.value.append(count)
        ledger.cells_of.append(cells)
        ledger.contents.append(sorted(((table.values[atom], atom) for atom in atoms_here), key=lambda held: (-held[0], held[1])))
        nobody = any(highs[cell] == 0 for cell in cells)
        for cell in cells:
            ledger.total[cell] += count
            if not nobody:
                ledger.movable[cell].append(number)
    ledger.cell_number = {atoms: number for number, atoms in enumerate(limits)}
    for account in table.accounts:
        members = frozenset(position[name] for name in account if name in position)
        if len(members) > 1:
            for member in members:
                ledger.shared.setdefault(member, []).append(members)
    return ledger
