"""The protected counts of a release and how a figure reads them, per organisation, type and system."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from edi_portal.disclosure.protection import Protected, Shown
from edi_portal.disclosure.universe import publishable_types
from edi_portal.garbage import cycles_searched_later
from edi_portal.periods import Quarter
from kpis.catalogue import Measure
from kpis.catalogue.windows import source_quarters
from kpis.framework import Framework
from kpis.indicators import Absent, Cell, Known
from kpis.release_content.amounts import Problem
from kpis.release_content.exempt import exempt_amounts
from kpis.release_content.inputs import Needed, OrganisationInput, ReleaseInput, Variant, absence, needed_counts
from kpis.release_content.people import PeopleTables, ProtectedTable, people_table, published_parts, structure_of
from kpis.release_content.rows import SYSTEM, CountRow, Unit

# A shown count stands for anything within 2 of it: 1,485 is 1,483 to 1,487.
ROUNDING = 2


@dataclass(slots=True)
class PartColumn:
    """One part of a variant over all units: amounts that may be used, and the units whose amount may not."""

    shown: dict[Unit, Decimal] = field(default_factory=dict)
    hidden: set[Unit] = field(default_factory=set)

    def put(self, unit: Unit, protected: Protected) -> None:
        """Keep a protected count."""
        if isinstance(protected, Shown):
            self.shown[unit] = Decimal(protected.value)
        else:
            self.hidden.add(unit)


@dataclass(frozen=True, slots=True)
class Reference:
    """A part or union as figures of one window read it: the variant, and a column for each piece.

    `known` keeps what was added up: several figures read the same part of the same unit.
    """

    measure: Measure
    variant: Variant
    columns: tuple[PartColumn, ...]
    spread: Decimal
    known: dict[Unit, Known] = field(default_factory=dict)


@dataclass(slots=True)
class CountTables:
    """Every count a release may compute from, column by column; `rows` is stored."""

    columns: dict[tuple[str, str, str], PartColumn] = field(default_factory=dict)
    rows: list[CountRow] = field(default_factory=list)
    proofs: tuple[ProtectedTable, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    _references: dict[tuple[str, str, str], Reference] = field(default_factory=dict)

    @property
    def audit_seconds(self) -> float:
        """How long protection took."""
        return sum(proof.protection.seconds for proof in self.proofs)

    def column(self, measure: str, source: str, part: str) -> PartColumn:
        """The column of a part over certain quarters, empty where nothing is known of it."""
        key = (measure, source, part)
        if key not in self.columns:
            self.columns[key] = PartColumn()
        return self.columns[key]

    def left_out(self, measures: Iterable[str]) -> frozenset[str]:
        """The organisations whose amounts of any of these measures could not be used."""
        wanted = set(measures)
        return frozenset(problem.organisation for problem in self.problems if problem.measure in wanted)

    def reference(self, given: ReleaseInput, measure: str, part: str, window: str) -> Reference:
        """A part or union over a window, looked up once for all units."""
        key = (measure, part, window)
        if key not in self._references:
            definition = given.framework.measures[measure]
            variant = Variant(measure, source_quarters(definition, window, given.quarter))
            pieces = definition.parts_of(part)
            # Each rounded count may lie 2 from the truth; what is not about people is exact.
            spread = Decimal(ROUNDING * len(pieces) if definition.protection == "people" else 0)
            columns = tuple(self.column(measure, variant.source, piece.key) for piece in pieces)
            self._references[key] = Reference(definition, variant, columns, spread)
        return self._references[key]


def units_of(given: ReleaseInput) -> dict[Unit, tuple[str, ...]]:
    """The types and the system with the organisations that returned, where there are enough of them."""
    returned = [org.slug for org in given.organisations if org.returned(given.quarter)]
    structure = structure_of(given.organisations, given.policy, given.accounts)
    kinds = publishable_types(structure, returned, given.policy)
    units = {Unit("type", kind): members for kind, members in kinds.items()}
    if len(returned) >= given.policy.fewest_organisations:
        units[SYSTEM] = tuple(sorted(returned))
    return units


@cycles_searched_later()
def people_tables(given: ReleaseInput) -> PeopleTables:
    """The tables of people that a release protects."""
    framework, wanted = given.framework, needed_counts(given.framework, given.quarter)
    return PeopleTables(
        given,
        tuple(
            people_table(given, needed.variant, published_parts(framework.measures[needed.variant.measure], needed))
            for needed in wanted
            if is_protected_here(framework.measures[needed.variant.measure], needed.variant, given.quarter)
        ),
        wanted,
    )


def is_protected_here(measure: Measure, variant: Variant, quarter: Quarter) -> bool:
    """Whether a release protects a table itself: a snapshot of an earlier quarter is taken over from that quarter's release."""
    return measure.protection == "people" and variant.quarters[-1] == quarter


def count_tables(people: PeopleTables, proofs: tuple[ProtectedTable, ...]) -> CountTables:
    """Every count that figures may be computed from: protected people, amounts that are exempt, and what is taken over."""
    given = people.given
    tables, units = CountTables(proofs=proofs), units_of(given)
    for table in people.tables:
        tables.problems.extend(table.problems)
    for proof in tables.proofs:
        measure, source = proof.variant.measure, proof.variant.source
        for key, protected in proof.protection.cells.items():
            unit = Unit(key.level, key.unit)
            tables.rows.append(CountRow(measure, key.part, source, unit, protected))
            tables.column(measure, source, key.part).put(unit, protected)
    for needed in people.needed:
        definition = given.framework.measures[needed.variant.measure]
        if definition.protection != "people":
            _exempt(given, tables, needed, definition, units)
        elif not is_protected_here(definition, needed.variant, given.quarter):
            _taken_over(given, tables, needed)
    return tables


def _exempt(
    given: ReleaseInput, tables: CountTables, needed: Needed, measure: Measure, units: Mapping[Unit, tuple[str, ...]]
) -> None:
    amounts, source = exempt_amounts(given, needed, measure, units), needed.variant.source
    for (part, unit), amount in amounts.shown.items():
        tables.column(measure.code, source, part).shown[unit] = amount
    for part, unit in amounts.withheld:
        tables.column(measure.code, source, part).hidden.add(unit)
    tables.problems.extend(amounts.problems)


def _taken_over(given: ReleaseInput, tables: CountTables, needed: Needed) -> None:
    """A snapshot of an earlier quarter is taken from that quarter's release as it was protected then."""
    source = needed.variant.source
    for (measure, part, of, unit), protected in given.earlier.items():
        if measure == needed.variant.measure and of == source and part in needed.parts:
            tables.column(measure, of, part).put(unit, protected)


@dataclass(frozen=True, slots=True)
class ProtectedCounts:
    """`Counts` for `kpis.indicators.compute` over one unit of a release: a part is known only if every piece of it is shown."""

    given: ReleaseInput
    tables: CountTables
    window: str
    unit: Unit
    organisation: OrganisationInput | None = None

    def part(self, measure: str, part: str) -> Cell:
        """The released amount of a part or union, or why there is none."""
        found = self.tables.reference(self.given, measure, part, self.window)
        before = found.known.get(self.unit)
        if before is not None:
            return before
        total = Decimal(0)
        for column in found.columns:
            amount = column.shown.get(self.unit)
            if amount is None:
                return Absent(self._why(found, column))
            total += amount
        known = found.known[self.unit] = Known(total, found.spread)
        return known

    def _why(self, found: Reference, column: PartColumn) -> str:
        measure = found.measure
        if self.organisation is None:
            return "withheld" if self._somebody_is_complete(found.variant) else "incomplete_year"
        if self.unit in column.hidden:
            return "withheld"
        if self.organisation.slug in self.tables.left_out([measure.code]):
            return "not_available"
        reason = absence(self.organisation, measure, found.variant, self.given.quarter)
        if reason == "not_available" and measure.protection in {"people", "magnitude"}:
            return "withheld"  # a small organisation has no cell at this level
        return reason

    def _somebody_is_complete(self, variant: Variant) -> bool:
        """Whether any organisation has returned all the quarters that are added up; before that nobody's year is whole."""
        return any(set(variant.quarters) <= organisation.quarters.keys() for organisation in self.given.organisations)


def quarters_to_read(framework: Framework, quarter: Quarter) -> frozenset[Quarter]:
    """The quarters whose signed returns a release of `quarter` reads."""
    sources: Iterable[Quarter] = (source for needed in needed_counts(framework, quarter) for source in needed.variant.quarters)
    return frozenset({quarter, *sources})
