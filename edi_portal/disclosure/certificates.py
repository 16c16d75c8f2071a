"""Certificates: proof that hidden numbers stay open, checked again by adding up and nothing else.

A witness is two complete alternative tables, written as changes to the true one, that agree with everything a reader knows and
in which the hidden number is higher and lower. Nobody who cannot read the organisations it touches can rule it out. With one
witness more than the readers who pool their figures, no reader in two of them, at least one is beyond all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from edi_portal.disclosure.ledger import AuditTable, Target, TargetKey
from edi_portal.disclosure.policy import Policy
from edi_portal.disclosure.universe import Atom, CellKey

Change = tuple[Atom, int]


@dataclass(frozen=True, slots=True)
class Witness:
    """Two tables as changes of atoms: in `up` the hidden number is higher, in `down` lower; either may be the true table."""

    up: tuple[Change, ...]
    down: tuple[Change, ...]

    def touched(self) -> set[str]:
        """The organisations whose figures differ from the truth in either table."""
        return {organisation for (organisation, _), _ in (*self.up, *self.down)}


@dataclass(frozen=True, slots=True)
class Certificate:
    """The witnesses for one hidden cell."""

    target: TargetKey
    witnesses: tuple[Witness, ...]

    def as_data(self) -> list[object]:
        """The form that is stored: plain lists of texts and whole numbers, changes only, never a count."""
        key = self.target
        tables = [[[[*atom, change] for atom, change in table] for table in (w.up, w.down)] for w in self.witnesses]
        return [key.release, *key.cell, tables]

    @classmethod
    def from_data(cls, data: Sequence) -> Certificate:
        """Read the stored form back."""
        release, level, unit, part, tables = data
        witnesses = tuple(
            Witness(*(tuple(((organisation, cell), change) for organisation, cell, change in table) for table in pair))
            for pair in tables
        )
        return cls(TargetKey(release, CellKey(level, unit, part)), witnesses)


def certificate_hash(certificates: Iterable[Certificate]) -> str:
    """SHA-256 over the stored forms, in order."""
    return sha256("\n".join(repr(certificate.as_data()) for certificate in certificates).encode()).hexdigest()


def verify_certificates(table: AuditTable, certificates: Iterable[Certificate], policy: Policy) -> tuple[str, ...]:
    """Check every target of a table against its certificate by sums from scratch; returns the faults, none when all is well."""
    by_target = {certificate.target: certificate for certificate in certificates}
    sums = _Sums.of(table)
    faults = [f"The release contradicts its own counts in {number} cells." for number in [sums.contradictions()] if number]
    for key in sorted(table.targets):
        certificate = by_target.get(key)
        if certificate is None:
            faults.append(f"{_name(key)}: there is no certificate.")
            continue
        faults.extend(f"{_name(key)}: {fault}" for fault in _faults(table, sums, table.targets[key], certificate, policy))
    return tuple(faults)


@dataclass(frozen=True, slots=True)
class _Sums:
    """The true sum of every constraint, and the constraints that each atom stands in."""

    table: AuditTable
    truth: list[int]
    standing: Mapping[Atom, list[int]]

    @classmethod
    def of(cls, table: AuditTable) -> _Sums:
        standing: dict[Atom, list[int]] = {}
        for number, constraint in enumerate(table.constraints):
            for atom in constraint.atoms:
                standing.setdefault(atom, []).append(number)
        return cls(table, [sum(table.values[atom] for atom in c.atoms) for c in table.constraints], standing)

    def contradictions(self) -> int:
        """How many constraints the true table itself breaks."""
        return sum(not self._holds(number, count) for number, count in enumerate(self.truth))

    def agree(self, changed: Mapping[Atom, int]) -> bool:
        """Whether a changed table keeps every constraint; those without a changed atom keep their true sum."""
        changes: dict[int, int] = {}
        for atom, change in changed.items():
            for number in self.standing.get(atom, ()):
                changes[number] = changes.get(number, 0) + change
        return all(self._holds(number, self.truth[number] + change) for number, change in changes.items())

    def _holds(self, number: int, count: int) -> bool:
        constraint = self.table.constraints[number]
        return constraint.low <= count and (constraint.high is None or count <= constraint.high)


def _name(key: TargetKey) -> str:
    return "/".join(part for part in (key.release, *key.cell) if part)


def _faults(table: AuditTable, sums: _Sums, target: Target, certificate: Certificate, policy: Policy) -> Iterable[str]:
    truth = sum(table.values[atom] for atom in target.atoms)
    outside: list[set[str]] = []
    for witness in certificate.witnesses:
        counts = []
        for changes in (witness.up, witness.down):
            changed = dict(changes)
            if any(atom not in table.values for atom in changed):
                yield "a table names a figure that is not there."
                return
            if any(table.values[atom] + change < 0 for atom, change in changed.items()):
                yield "a table holds fewer than nobody."
            if not sums.agree(changed):
                yield "a table contradicts what is released."
            counts.append(truth + sum(change for atom, change in changed.items() if atom in target.atoms))
        if counts[0] - counts[1] < policy.width:
            yield f"the tables leave a width of {counts[0] - counts[1]}."
        outside.append(witness.touched() - {target.owner or ""})
    if not any(not touched for touched in outside) and not _independent(table, target, outside, policy):
        yield "readers who pool their figures could rule out every table."


def _independent(table: AuditTable, target: Target, outside: Sequence[set[str]], policy: Policy) -> bool:
    readers = [{name} for touched in outside for name in touched]
    readers.extend(set(account) for account in table.accounts if target.owner not in account)
    return len(outside) > policy.collude and all(sum(not reader.isdisjoint(t) for t in outside) <= 1 for reader in readers)
