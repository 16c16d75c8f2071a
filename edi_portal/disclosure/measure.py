"""The door for counts about people: protect one measure, with proof, or refuse."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from edi_portal.disclosure.certificates import Certificate, certificate_hash, verify_certificates
from edi_portal.disclosure.facts import KnownPublicFact
from edi_portal.disclosure.joint import Earlier, EarlierRelease, audit_table, follow, released_table
from edi_portal.disclosure.policy import Policy
from edi_portal.disclosure.protection import Hidden, Protected, Shown, Withheld
from edi_portal.disclosure.release_table import primary_table
from edi_portal.disclosure.repair import Repair
from edi_portal.disclosure.universe import Atoms, CellKey, PublishedPart, Structure, build_universe


@dataclass(frozen=True, slots=True)
class MeasureProtection:
    """What may be released of one measure, and the proof. `seconds` is the time it took and no part of the release."""

    cells: Mapping[CellKey, Protected]
    certificates: tuple[Certificate, ...]
    seconds: float = field(compare=False)

    @property
    def counts_shown(self) -> int:
        """Number of cells that are shown."""
        return sum(isinstance(value, Shown) for value in self.cells.values())

    @property
    def counts_hidden(self) -> int:
        """Number of cells that are hidden."""
        return sum(isinstance(value, Hidden) for value in self.cells.values())

    @property
    def counts_withheld(self) -> int:
        """Number of cells that are withheld."""
        return sum(isinstance(value, Withheld) for value in self.cells.values())

    def fingerprint(self) -> str:
        """SHA-256 of the cells and certificates; the same input gives the same one."""
        lines = [f"{key!r} {value!r}" for key, value in sorted(self.cells.items(), key=lambda item: item[0])]
        return sha256("\n".join([*lines, certificate_hash(self.certificates)]).encode()).hexdigest()


def protect_measure(
    atoms: Atoms,
    parts: Iterable[PublishedPart],
    structure: Structure,
    policy: Policy,
    *,
    seed: str,
    previous: EarlierRelease | None = None,
    earlier: Sequence[EarlierRelease] = (),
    facts: Iterable[KnownPublicFact] = (),
    pattern: Collection[CellKey] = (),
) -> MeasureProtection:
    """Protect the counts of one measure: primary rule, audit, repair.

    `atoms`: (organisation, cell) → people. `seed`: text that names the release and the measure. `previous`: the last release of
    the same period. `earlier`: releases of overlapping windows. `facts`: sums that are public elsewhere. `pattern`: cells
    not shown last period. The order of the input does not matter. Raises `repair.Uncertified` when a number cannot be certified:
    then nothing of the measure may be released.
    """
    started = time.perf_counter()
    chosen = tuple(parts)
    table = primary_table(atoms, build_universe(atoms, chosen, structure, policy), policy)
    known = Earlier.of(atoms, _kept(previous, earlier))
    if previous is not None:
        follow(table, previous, known)
    public = tuple(sorted(facts, key=lambda fact: fact.name))
    repair = Repair(table, lambda: audit_table(table, known, structure.accounts, public), policy, seed, pattern)
    certificates = repair.certify()
    return MeasureProtection(table.protected(), certificates, time.perf_counter() - started)


def verify_measure(
    atoms: Atoms,
    parts: Iterable[PublishedPart],
    structure: Structure,
    policy: Policy,
    released: MeasureProtection,
    *,
    previous: EarlierRelease | None = None,
    earlier: Sequence[EarlierRelease] = (),
    facts: Iterable[KnownPublicFact] = (),
) -> tuple[str, ...]:
    """Check a stored release by adding up, without any search; returns the faults, none when all is well."""
    try:
        table = released_table(atoms, parts, structure, policy, released.cells)
    except ValueError as mismatch:
        return (str(mismatch),)
    known = Earlier.of(atoms, _kept(previous, earlier))
    return verify_certificates(audit_table(table, known, structure.accounts, facts), released.certificates, policy)


def _kept(previous: EarlierRelease | None, earlier: Sequence[EarlierRelease]) -> list[EarlierRelease]:
    kept = [*earlier] if previous is None else [previous, *earlier]
    names = {release.name for release in kept}
    if len(names) != len(kept):
        raise ValueError("Two earlier releases have the same name.")
    return sorted(kept, key=lambda release: release.name)
