"""The joint audit: a release together with the earlier releases that readers have kept.

Earlier releases of the same period (revisions) and of overlapping windows (rolling twelve months) speak of the same atoms. A
return (one organisation's figures of one quarter) that did not change is one set of unknowns in all of them. Of a return that
changed in a few figures the others stay the same unknowns, as a reader may guess; one that changed in most is another set,
because no reader is told which of its figures did. Taking more for the same is the safer assumption: it leaves less open.
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
    Where windows overlap, name the quarter in the cell ("2019-20-q3:white/applied"): it tells the returns apart.
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
    """Earlier releases made ready: what they say, in atoms that have one name for each value they had.

    `values` has the atoms of the release being prepared as well; `names`: release → its atoms → their names.
    """

    values: dict[Atom, int]
    constraints: list[Constraint]
    targets: dict[TargetKey, Target]
    names: dict[str, dict[Atom, Atom]]

    @classmethod
    def of(cls, atoms: Atoms, releases: Sequence[EarlierRelease]) -> Earlier:
        """Join earlier releases with the atoms of the one being prepared."""
        values: dict[Atom, int] = dict(atoms)
        versions = {key: [{atom: atom for atom in figures}] for key, figures in _returns(atoms).items()}
        joined = cls(values, [], {}, {})
        for release in releases:
            table = release.table()
            names: dict[Atom, Atom] = {}
            for name, figures in _returns(release.atoms).items():
                known = versions.setdefault(name, [])
                chosen = _names(figures, known, values)
                known.append(chosen)
                names.update(chosen)
                values.update((chosen[atom], count) for atom, count in figures.items())
            joined.names[release.name] = names
            for constraint in table.constraints():
                held = frozenset(names[atom] for atom in constraint.atoms)
                joined.constraints.append(Constraint(held, constraint.low, constraint.high))
            for key in table.targets():
                cell = table.universe[key]
                held = frozenset(names[atom] for atom in cell.atoms)
                joined.targets[TargetKey(release.name, key)] = Target(held, cell.owner)
        return joined


def _returns(atoms: Atoms) -> dict[tuple[str, str], dict[Atom, int]]:
    """The atoms by organisation and quarter."""
    returns: dict[tuple[str, str], dict[Atom, int]] = {}
    for atom, count in atoms.items():
        quarter, colon, _ = atom[1].partition(":")
        returns.setdefault((atom[0], quarter if colon else ""), {})[atom] = count
    return returns


def _names(figures: Mapping[Atom, int], known: Sequence[Mapping[Atom, Atom]], values: Mapping[Atom, int]) -> dict[Atom, Atom]:
    """The names of a return's figures: those of the version it is most like where they are equal, new ones where not.

    A return that is less than half like any known one has new names throughout.
    """
    shared: dict[Atom, Atom] = {}
    for version in known:
        equal = {atom: version[atom] for atom, count in figures.items() if atom in version and values[version[atom]] == count}
        if len(equal) > len(shared):
            shared = equal
    if 2 * len(shared) < len(figures):
        shared = {}
    number = len(known)
    return {atom: shared.get(atom, (atom[0], f"{atom[1]}#{number}") if number else atom) for atom in figures}


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


def follow(table: ReleaseTable, previous: EarlierRelease, earlier: Earlier) -> None:
    """Apply the rules between revisions of one period: hidden stays hidden, and what was shown of unchanged figures stays.

    Cells that stay shown are frozen, because readers have them already.
    """
    names = earlier.names[previous.name]
    frozen = set()
    for key, released in previous.cells.items():
        if key not in table.treatments:
            continue
        if isinstance(released, Withheld):
            table.withhold(key)
        elif isinstance(released, Hidden):
            table.hide(key)
        elif all(names.get(atom) == atom for atom in table.universe[key].atoms):
            frozen.add(key)
    table.frozen = frozenset(frozen)


def changed_organisations(atoms: Atoms, previous: EarlierRelease) -> frozenset[str]:
    """The organisations that returned other figures than in an earlier release, arrived or withdrew."""
    return frozenset(atom[0] for atom in atoms.keys() | previous.atoms.keys() if atoms.get(atom) != previous.atoms.get(atom))
