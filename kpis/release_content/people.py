"""Counts of people on their way into a release: one table a measure, protected together with what readers have kept.

An atom is one organisation's count of one cell in one quarter, written "2019-20-q3:white/applied". So the rolling sums of
successive releases, and the revisions of one period, speak of the same atoms and are audited jointly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from edi_portal.disclosure.certificates import Certificate
from edi_portal.disclosure.facts import KnownPublicFact
from edi_portal.disclosure.joint import EarlierRelease, changed_organisations
from edi_portal.disclosure.measure import MeasureProtection, protect_measure, verify_measure
from edi_portal.disclosure.policy import Policy
from edi_portal.disclosure.protection import Protected, Shown
from edi_portal.disclosure.release_table import ReleaseTable, Treatment, primary_table
from edi_portal.disclosure.universe import Atom, CellKey, PublishedPart, Structure, build_universe, small_organisations
from kpis.catalogue import Measure
from kpis.release_content.amounts import Problem, read_amounts
from kpis.release_content.inputs import FactInput, KeptRelease, Needed, OrganisationInput, ReleaseInput, StoredCount, Variant

# A revision of fewer organisations is made only when it withstands those organisations together.
FEWEST_CHANGED = 3


class ReleaseRefusedError(Exception):
    """No release: `cells` could not be shown to be safe. `changed`: the organisations of a revision of too few."""

    def __init__(self, cells: Iterable[str], changed: Iterable[str] = ()) -> None:
        self.cells, self.changed = tuple(cells), tuple(changed)
        super().__init__(f"{len(self.cells)} figures could not be shown to be safe: {'; '.join(self.cells)}")


@dataclass(frozen=True)
class PeopleTable:
    """One measure before protection: its counts, its parts, and the releases that speak of the same returns."""

    variant: Variant
    measure: Measure
    atoms: Mapping[Atom, int]
    parts: tuple[PublishedPart, ...]
    previous: EarlierRelease | None
    kept: tuple[KeptRelease, ...] = ()
    problems: tuple[Problem, ...] = ()
    facts: tuple[KnownPublicFact, ...] = ()

    @cached_property
    def earlier(self) -> tuple[EarlierRelease, ...]:
        """What kept releases said of the same returns; asked for by the audit alone."""
        said = (_as_earlier(release, self.variant, self.measure) for release in self.kept)
        return tuple(release for release in said if release is not None)

    @property
    def changed(self) -> frozenset[str]:
        """The organisations whose figures differ from the release that is revised."""
        return frozenset() if self.previous is None else changed_organisations(self.atoms, self.previous)


@dataclass(frozen=True, slots=True)
class ProtectedTable:
    """One measure after protection, with the proof."""

    variant: Variant
    parts: tuple[PublishedPart, ...]
    protection: MeasureProtection

    @property
    def certificates(self) -> tuple[Certificate, ...]:
        """The witnesses of its hidden cells."""
        return self.protection.certificates


def structure_of(organisations: Iterable[OrganisationInput], policy: Policy, accounts: Iterable[frozenset[str]]) -> Structure:
    """Who is who, as disclosure control needs it."""
    those = list(organisations)
    headcounts = {org.slug: org.headcount_estimate or 0 for org in those}
    return Structure(
        types={org.slug: org.kind for org in those},
        small=small_organisations(headcounts, policy),
        accounts=tuple(accounts),
    )


def published_parts(measure: Measure, needed: Needed) -> tuple[PublishedPart, ...]:
    """The parts of a variant as disclosure control knows them: each cell once for every quarter."""
    return tuple(
        PublishedPart(
            key=key,
            cells=tuple(f"{quarter.slug}:{cell}" for quarter in needed.variant.quarters for cell in measure.cells_of(key)),
            level=measure.level_of(key),
            sensitive=measure.sensitive or all(measure.is_sensitive(cell) for cell in measure.cells_of(key)),
        )
        for key in needed.parts
    )


def people_table(given: ReleaseInput, variant: Variant, parts: tuple[PublishedPart, ...]) -> PeopleTable:
    """The counts of a measure and everything that readers know of them, before protection or for a check of it."""
    measure = given.framework.measures[variant.measure]
    atoms, problems = _atoms(given.organisations, variant, measure, parts)
    previous = None if given.previous is None else _as_earlier(given.previous, variant, measure)
    known = (_known(fact, measure, variant, atoms) for fact in given.facts if fact.measure == measure.code)
    facts = tuple(fact for fact in known if fact.atoms)
    return PeopleTable(variant, measure, atoms, parts, previous, given.kept, problems, facts)


def _atoms(
    organisations: Iterable[OrganisationInput], variant: Variant, measure: Measure, parts: Iterable[PublishedPart]
) -> tuple[dict[Atom, int], tuple[Problem, ...]]:
    cells = {cell.partition(":")[2] for part in parts for cell in part.cells}
    amounts = read_amounts(organisations, variant.quarters[-1], measure, variant, cells)
    names = {quarter: {cell: f"{quarter.slug}:{cell}" for cell in cells} for quarter in variant.quarters}
    atoms = {
        (slug, names[quarter][cell]): int(amount)
        for slug, held in amounts.held.items()
        for quarter, known in held.items()
        for cell, amount in known.items()
    }
    return atoms, amounts.problems


def _known(fact: FactInput, measure: Measure, variant: Variant, atoms: Iterable[Atom]) -> KnownPublicFact:
    """A public sum in atoms of the table: of one organisation or all, of one quarter or all that are added up."""
    cells = measure.cells_of(fact.part) if fact.part else measure.cells()
    quarters = [quarter.slug for quarter in variant.quarters if fact.period in ("", quarter.slug)]
    addresses = {f"{quarter}:{cell}" for quarter in quarters for cell in cells}
    held = frozenset(atom for atom in atoms if atom[1] in addresses and fact.organisation in (None, atom[0]))
    return KnownPublicFact(f"{fact.key:09}", held)


def _as_earlier(release: KeptRelease, variant: Variant, measure: Measure) -> EarlierRelease | None:
    """What a kept release said of the same returns; None when it said nothing of them."""
    table = release.table_of(measure.code)
    if table is None or not table.variant.overlaps(variant):
        return None
    atoms, _ = _atoms(release.organisations, table.variant, measure, table.parts)
    structure = structure_of(release.organisations, release.policy, release.accounts)
    cells = restored(atoms, table.parts, structure, release.policy, table.counts)
    return EarlierRelease(release.name, atoms, table.parts, structure, cells, release.policy)


def restored(
    atoms: Mapping[Atom, int],
    parts: Iterable[PublishedPart],
    structure: Structure,
    policy: Policy,
    counts: Mapping[CellKey, StoredCount],
) -> dict[CellKey, Protected]:
    """The released form of stored counts.

    A stored hidden count does not say whether it was hidden for its own sake; the returns do. Stored counts that cannot come
    from these returns are given back as they are stored, so that whoever compares them with the returns finds the difference.
    """
    table = primary_table(atoms, build_universe(atoms, parts, structure, policy), policy)
    for key in table.treatments:
        table.treatments[key] = _treatment(table, key, counts.get(key, ("withheld", None))[0])
    released = table.protected()
    for key, (status, value) in counts.items():
        if status == "shown" and value is not None:
            released[key] = Shown(value)
    return released


def _treatment(table: ReleaseTable, key: CellKey, status: str) -> Treatment:
    if status == "hidden":
        return Treatment.PRIMARY if table.is_small(key) else Treatment.SECONDARY
    return Treatment.SHOWN if status == "shown" else Treatment.WITHHELD


@dataclass(slots=True)
class PeopleTables:
    """All tables of one release; each can be protected apart from the others. `needed`: what figures read, of any kind."""

    given: ReleaseInput
    tables: tuple[PeopleTable, ...]
    needed: tuple[Needed, ...] = ()
    changed: tuple[str, ...] = field(init=False)
    structure: Structure = field(init=False)

    def __post_init__(self) -> None:
        self.changed = tuple(sorted(frozenset[str]().union(*(table.changed for table in self.tables))))
        structure = structure_of(self.given.organisations, self.given.policy, self.given.accounts)
        self.structure = replace(structure, accounts=_with_changed(structure.accounts, self.changed))

    @property
    def too_few_changed(self) -> tuple[str, ...]:
        """The organisations of a revision of too few; empty when enough changed, or none."""
        return self.changed if len(self.changed) < FEWEST_CHANGED else ()

    def table_of(self, measure: str) -> PeopleTable | None:
        """The table of a measure, None when the release has none."""
        return next((table for table in self.tables if table.variant.measure == measure), None)

    def protect(self, measure: str) -> MeasureProtection:
        """One measure protected; raises `Uncertified` when a number of it is not safe, KeyError when there is no such table."""
        table = self.table_of(measure)
        if table is None:
            raise KeyError(measure)
        return self._protect(table)

    def _protect(self, table: PeopleTable) -> MeasureProtection:
        return protect_measure(
            table.atoms,
            table.parts,
            self.structure,
            self.given.policy,
            seed=f"{self.given.seed}:{table.variant.measure}:{table.variant.source}",
            previous=table.previous,
            earlier=table.earlier,
            facts=table.facts,
            pattern=self.given.patterns.get(table.variant.measure, frozenset()),
        )

    def verify(self, measure: str, counts: Mapping[CellKey, StoredCount], certificates: tuple[Certificate, ...]) -> list[str]:
        """Check the stored counts and certificates of one measure by adding up; the faults, none when all is well."""
        table = self.table_of(measure)
        if table is None:
            return ["The returns have no such table."]
        cells = restored(table.atoms, table.parts, self.structure, self.given.policy, counts)
        return self.faults_of(table, MeasureProtection(cells, certificates, 0))

    def faults_of(self, table: PeopleTable, protection: MeasureProtection | None) -> list[str]:
        """What is wrong with the protection of a table, found by adding up; none when all is well."""
        if protection is None:
            return ["It is not protected."]
        return list(
            verify_measure(
                table.atoms,
                table.parts,
                self.structure,
                self.given.policy,
                protection,
                previous=table.previous,
                earlier=table.earlier,
                facts=table.facts,
            )
        )


def _with_changed(accounts: tuple[frozenset[str], ...], changed: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    """The readers of a revision of too few: those who changed, and all that they can see, pool what they know."""
    if not 1 < len(changed) < FEWEST_CHANGED:
        return accounts
    pooled = frozenset(changed).union(*(account for account in accounts if not account.isdisjoint(changed)))
    return (*accounts, pooled)


__all__ = ["PeopleTable", "PeopleTables", "ProtectedTable", "ReleaseRefusedError", "published_parts", "structure_of"]
