"""The protected counts of a release and how a figure reads them, per organisation, type and system."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from edi_portal.disclosure.protection import Protected, Shown
from edi_portal.disclosure.universe import publishable_types
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

Address = tuple[Variant, str, Unit]
# A shown count stands for anything within 2 of it: 1,485 is 1,483 to 1,487.
ROUNDING = 2


@dataclass(slots=True)
class CountTables:
    """Every count a release may compute from: in `cells` amounts that may be used, in `hidden` what may not; `rows` is stored."""

    cells: dict[Address, Decimal] = field(default_factory=dict)
    hidden: set[Address] = field(default_factory=set)
    rows: list[CountRow] = field(default_factory=list)
    proofs: tuple[ProtectedTable, ...] = ()
    problems: list[Problem] = field(default_factory=list)

    @property
    def audit_seconds(self) -> float:
        """How long protection took."""
        return sum(proof.protection.seconds for proof in self.proofs)

    def left_out(self, measure: str, slug: str) -> bool:
        """Whether an organisation's amounts of a measure could not be used."""
        return any((problem.measure, problem.organisation) == (measure, slug) for problem in self.problems)


def units_of(given: ReleaseInput) -> dict[Unit, tuple[str, ...]]:
    """The types and the system with the organisations that returned, where there are enough of them."""
    returned = [org.slug for org in given.organisations if org.returned(given.quarter)]
    structure = structure_of(given.organisations, given.policy, given.accounts)
    kinds = publishable_types(structure, returned, given.policy)
    units = {Unit("type", kind): members for kind, members in kinds.items()}
    if len(returned) >= given.policy.fewest_organisations:
        units[SYSTEM] = tuple(sorted(returned))
    return units


def people_tables(given: ReleaseInput) -> PeopleTables:
    """The tables of people that a release protects."""
    framework = given.framework
    return PeopleTables(
        given,
        tuple(
            people_table(given, needed.variant, published_parts(framework.measures[needed.variant.measure], needed))
            for needed in needed_counts(framework, given.quarter)
            if is_protected_here(framework.measures[needed.variant.measure], needed.variant, given.quarter)
        ),
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
        for key, protected in proof.protection.cells.items():
            unit = Unit(key.level, key.unit)
            tables.rows.append(CountRow(proof.variant.measure, key.part, proof.variant.source, unit, protected))
            _use(tables, (proof.variant, key.part, unit), protected)
    for needed in needed_counts(given.framework, given.quarter):
        measure = given.framework.measures[needed.variant.measure]
        if measure.protection != "people":
            amounts = exempt_amounts(given, needed, measure, units)
            tables.cells.update({(needed.variant, *address): amount for address, amount in amounts.shown.items()})
            tables.hidden.update((needed.variant, *address) for address in amounts.withheld)
            tables.problems.extend(amounts.problems)
        elif not is_protected_here(measure, needed.variant, given.quarter):
            _taken_over(given, tables, needed)
    return tables


def _use(tables: CountTables, address: Address, protected: Protected) -> None:
    if isinstance(protected, Shown):
        tables.cells[address] = Decimal(protected.value)
    else:
        tables.hidden.add(address)


def _taken_over(given: ReleaseInput, tables: CountTables, needed: Needed) -> None:
    """A snapshot of an earlier quarter is taken from that quarter's release as it was protected then."""
    for (measure, part, source, unit), protected in given.earlier.items():
        if measure == needed.variant.measure and source == needed.variant.source and part in needed.parts:
            _use(tables, (needed.variant, part, unit), protected)


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
        definition = self.given.framework.measures[measure]
        variant = Variant(measure, source_quarters(definition, self.window, self.given.quarter))
        total, pieces = Decimal(0), definition.parts_of(part)
        for piece in pieces:
            amount = self.tables.cells.get((variant, piece.key, self.unit))
            if amount is None:
                return Absent(self._why(definition, variant, piece.key))
            total += amount
        # Each rounded count may lie 2 from the truth; what is not about people is exact.
        return Known(total, spread=Decimal(ROUNDING * len(pieces) if definition.protection == "people" else 0))

    def _why(self, measure: Measure, variant: Variant, piece: str) -> str:
        if self.organisation is None:
            return "withheld" if self._somebody_is_complete(variant) else "incomplete_year"
        if (variant, piece, self.unit) in self.tables.hidden:
            return "withheld"
        if self.tables.left_out(measure.code, self.organisation.slug):
            return "not_available"
        reason = absence(self.organisation, measure, variant, self.given.quarter)
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
