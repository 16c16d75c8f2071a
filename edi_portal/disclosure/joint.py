"""The joint audit: a release together with the earlier releases that readers have kept.

Earlier releases of the same period (revisions) and of overlapping windows (rolling twelve months) speak of the same atoms. A
figure that did not change is one unknown in all of them; a figure that changed is one unknown for each value it had.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from edi_portal.disclosure.facts import KnownPublicFact
from edi_portal.disclosure.ledger import AuditTable, Target, TargetKey
from edi_portal.disclosure.policy import Policy
from edi_portal.disclosure.protection import Hidden, Protected, Shown, Withheld
from edi_portal.disclosure.release_table import Constraint, ReleaseTable, Treatment, primary_table
from edi_portal.disclosure.universe import Atom, Atoms, CellKey, PublishedPart, Structure, build_universe


@dataclass(frozen=True, slots=True)
class EarlierRelease:
    """What was released before, with the counts it was made from.

    `name` tells releases apart ("2019-20-q3/1"); `cells` is what was released of this measure; `policy` the one it was under.
    Atoms of the same name are the same figure: name the quarter in the cell ("2019-20-q3:white/applied") where windows overlap.
    """

    name: str
    atoms: Atoms
    parts: tuple[PublishedPart, ...]
    structure: Structure
    cells: Mapping[CellKey, Protected]
    policy: Policy

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("An earlier release needs a name.")

    def table(self) -> ReleaseTable:
        """The table of this release with the treatments that were released."""
        return released_table(self.atoms, self.parts, self.structure, self.policy, self.cells)


def released_table(
    atoms: Atoms, parts: Iterable[PublishedPart], structure: Structure, policy: Policy, cells: Mapping[CellKey, Protected]
) -> ReleaseTable:
    """The table that a release came from, its treatments read off the released cells.

    Raises ValueError when the cells are not those of the atoms: a release and its counts belong together.
    """
    table = primary_table(atoms, build_universe(atoms, parts, structure, policy), policy)
    for key in table.treatments:
        match cells.get(key):
            case Withheld():
                table.treatments[key] = Treatment.WITHHELD
            case Hidden():
                table.treatments[key] = Treatment.PRIMARY if table.is_small(key) else Treatment.SECONDARY
            case Shown():
                table.treatments[key] = Treatment.SHOWN
    if table.protected() != dict(cells):
        raise ValueError("The released cells do not belong to these counts.")
    return table


@dataclass(slots=True)
class Earlier:
    """Earlier releases made ready: their tables, and the name of every atom by the value it had in each."""

    tables: dict[str, ReleaseTable]
    values: dict[Atom, int]
    constraints: list[Constraint]
    targets: dict[TargetKey, Target]

    @classmethod
    def of(cls, atoms: Atoms, releases: Sequence[EarlierRelease]) -> Earlier:
        """Join earlier releases with the atoms of the one being prepared."""
        values: dict[Atom, int] = dict(atoms)
        versions: dict[Atom, list[int]] = {atom: [count] for atom, count in atoms.items()}
        joined = cls({}, values, [], {})
        for release in releases:
            table = release.table()
            names: dict[Atom, Atom] = {}
            for atom, count in release.atoms.items():
                known = versions.setdefault(atom, [])
                if count not in known:
                    known.append(count)
                names[atom] = _versioned(atom, known.index(count))
                values[names[atom]] = count
            joined.tables[release.name] = table
            for constraint in table.constraints():
                held = frozenset(names[atom] for atom in constraint.atoms)
                joined.constraints.append(Constraint(held, constraint.low, constraint.high))
            for key in table.targets():
                cell = table.universe[key]
                held = frozenset(names[atom] for atom in cell.atoms)
                joined.targets[TargetKey(release.name, key)] = Target(held, cell.owner)
        return joined


def _versioned(atom: Atom, version: int) -> Atom:
    organisation, cell = atom
    return (organisation, f"{cell}#{version}") if version else atom


def audit_table(
    table: ReleaseTable, earlier: Earlier, accounts: tuple[frozenset[str], ...], facts: Iterable[KnownPublicFact] = ()
) -> AuditTable:
    """Everything that readers know of a prepared release and the earlier ones, and every number that must stay open."""
    targets = dict(earlier.targets)
    for key in table.targets():
        cell = table.universe[key]
        targets[TargetKey("", key)] = Target(cell.atoms, cell.owner)
    known = [fact.constraint(earlier.values) for fact in facts]
    constraints = [*table.constraints(), *earlier.constraints, *known]
    nobody = {atom for constraint in constraints if constraint.high == 0 for atom in constraint.atoms}
    owned = {key: Target(target.atoms, target.owner or _sole_owner(target.atoms, nobody)) for key, target in targets.items()}
    return AuditTable(earlier.values, constraints, owned, accounts)


def _sole_owner(atoms: frozenset[Atom], nobody: set[Atom]) -> str | None:
    """The organisation whose number a type or system cell is, because all others are known to have nobody in it."""
    organisations = {atom[0] for atom in atoms if atom not in nobody}
    return organisations.pop() if len(organisations) == 1 else None


def follow(table: ReleaseTable, atoms: Atoms, previous: EarlierRelease) -> None:
    """Apply the rules between revisions of one period: hidden stays hidden, and what was shown of unchanged figures stays.

    Cells that stay shown are frozen, because readers have them already.
    """
    frozen = set()
    for key, released in previous.cells.items():
        if key not in table.treatments:
            continue
        if isinstance(released, Withheld):
            table.withhold(key)
        elif isinstance(released, Hidden):
            table.hide(key)
        elif all(previous.atoms.get(atom) == atoms[atom] for atom in table.universe[key].atoms):
            frozen.add(key)
    table.frozen = frozenset(frozen)


def changed_organisations(atoms: Atoms, previous: EarlierRelease) -> frozenset[str]:
    """The organisations that returned other figures than in an earlier release, arrived or withdrew."""
    return frozenset(atom[0] for atom in atoms.keys() | previous.atoms.keys() if atoms.get(atom) != previous.atoms.get(atom))
