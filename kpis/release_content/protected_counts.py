"""The protected counts of a release and how a figure reads them, per organisation, type and system.

Counts of people pass disclosure control. Things, public-domain amounts and survey results are exempt by kind; money, hours and
whole-time equivalents leave only as a total of several organisations.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from edi_portal.disclosure.measure import protect_measure
from edi_portal.disclosure.protection import Protected, Published, Shown, protect_magnitude
from edi_portal.disclosure.universe import CellKey, PublishedPart, Structure, publishable_types, small_organisations
from edi_portal.periods import Quarter
from kpis.catalogue import Measure
from kpis.catalogue.windows import source_quarters
from kpis.indicators import Absent, Cell, Known
from kpis.release_content.inputs import Needed, OrganisationInput, ReleaseInput, Variant, absence, cell_amounts, needed_counts
from kpis.release_content.rows import SYSTEM, CountRow, Unit

Address = tuple[Variant, str, Unit]
# A shown count stands for anything within 2 of it: 1,485 is 1,483 to 1,487.
ROUNDING = 2


@dataclass(slots=True)
class CountTables:
    """Every count a release may compute from. `cells` holds amounts that may be used, `hidden` what may not, `rows` what is stored."""

    cells: dict[Address, Decimal] = field(default_factory=dict)
    hidden: set[Address] = field(default_factory=set)
    rows: list[CountRow] = field(default_factory=list)
    certificates: dict[str, object] = field(default_factory=dict)
    audit_seconds: float = 0.0
    problems: list[dict[str, str]] = field(default_factory=list)


def structure_of(given: ReleaseInput) -> Structure:
    """Who is who, as disclosure control needs it."""
    headcounts = {org.slug: org.headcount_estimate or 0 for org in given.organisations}
    return Structure(
        types={org.slug: org.kind for org in given.organisations},
        small=small_organisations(headcounts, given.policy),
        accounts=given.accounts,
    )


def units_of(given: ReleaseInput) -> dict[Unit, tuple[str, ...]]:
    """The types and the system with the organisations that returned, where there are enough of them."""
    returned = [org.slug for org in given.organisations if org.returned(given.quarter)]
    kinds = publishable_types(structure_of(given), returned, given.policy)
    units = {Unit("type", kind): members for kind, members in kinds.items()}
    if len(returned) >= given.policy.fewest_organisations:
        units[SYSTEM] = tuple(sorted(returned))
    return units


def protect_all(given: ReleaseInput) -> CountTables:
    """Protect every needed count, measure by measure."""
    tables = CountTables()
    structure, units = structure_of(given), units_of(given)
    for needed in needed_counts(given):
        measure = given.framework.measures[needed.variant.measure]
        if measure.protection == "people":
            _people(given, tables, needed, measure, structure)
        elif measure.protection == "survey":
            _survey(given, tables, needed, measure, units)
        else:
            _exempt(given, tables, needed, measure, units)
    return tables


def _people(given: ReleaseInput, tables: CountTables, needed: Needed, measure: Measure, structure: Structure) -> None:
    variant = needed.variant
    if variant.quarters[-1] != given.quarter:
        _taken_over(given, tables, needed)
        return
    cells = {str(cell) for key in needed.parts for cell in measure.cells_of(key)}
    atoms: dict[tuple[str, str], int] = {}
    for slug, cell, amount in cell_amounts(given, measure, variant, cells):
        if amount != amount.to_integral_value() or amount < 0:
            tables.problems.append(
                {"organisation": slug, "measure": measure.code, "cell": cell, "why": "not a whole number of people"}
            )
            continue
        atoms[slug, cell] = int(amount)
    _drop_incomplete(atoms, {problem["organisation"] for problem in tables.problems if problem["measure"] == measure.code})
    parts = [
        PublishedPart(
            key=f"{key}",
            cells=tuple(str(cell) for cell in measure.cells_of(key)),
            level=measure.level_of(key),
            sensitive=measure.sensitive or all(measure.is_sensitive(cell) for cell in measure.cells_of(key)),
        )
        for key in needed.parts
    ]
    outcome = protect_measure(atoms, parts, structure, given.policy, seed=f"{given.seed}:{measure.code}:{variant.source}")
    tables.certificates[f"{measure.code}:{variant.source}"] = outcome.certificates
    tables.audit_seconds += outcome.seconds
    for key, protected in outcome.cells.items():
        _store(tables, variant, key, protected)


def _drop_incomplete(atoms: dict[tuple[str, str], int], faulty: set[str]) -> None:
    """A faulty return is left out of the measure as a whole: a part without one of its cells would be a wrong sum."""
    for address in [address for address in atoms if address[0] in faulty]:
        del atoms[address]


def _store(tables: CountTables, variant: Variant, key: CellKey, protected: Protected) -> None:
    unit = Unit(key.level, key.unit)
    tables.rows.append(CountRow(variant.measure, key.part, variant.source, unit, protected))
    if isinstance(protected, Shown):
        tables.cells[variant, key.part, unit] = Decimal(protected.value)
    else:
        tables.hidden.add((variant, key.part, unit))


def _taken_over(given: ReleaseInput, tables: CountTables, needed: Needed) -> None:
    """A snapshot of an earlier quarter is taken from that quarter's release as it was protected then."""
    for (measure, part, source, unit), protected in given.earlier.items():
        if measure == needed.variant.measure and source == needed.variant.source and part in needed.parts:
            if isinstance(protected, Shown):
                tables.cells[needed.variant, part, unit] = Decimal(protected.value)
            else:
                tables.hidden.add((needed.variant, part, unit))


def _amounts_by_part(given: ReleaseInput, needed: Needed, measure: Measure) -> dict[str, dict[str, Decimal]]:
    """part → organisation → exact sum, for organisations that have every cell of the part."""
    cells = {key: [str(cell) for cell in measure.cells_of(key) if not measure.is_optional(cell)] for key in needed.parts}
    optional = {key: [str(cell) for cell in measure.cells_of(key) if measure.is_optional(cell)] for key in needed.parts}
    wanted = {cell for those in (*cells.values(), *optional.values()) for cell in those}
    held: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for slug, cell, amount in cell_amounts(given, measure, needed.variant, wanted):
        held[slug][cell] = amount
    return {
        key: {
            slug: sum((amounts.get(cell, Decimal(0)) for cell in (*cells[key], *optional[key])), Decimal(0))
            for slug, amounts in held.items()
            if all(cell in amounts for cell in cells[key]) and (cells[key] or any(cell in amounts for cell in optional[key]))
        }
        for key in needed.parts
    }


def _exempt(
    given: ReleaseInput, tables: CountTables, needed: Needed, measure: Measure, units: Mapping[Unit, tuple[str, ...]]
) -> None:
    variant = needed.variant
    for key, amounts in _amounts_by_part(given, needed, measure).items():
        if measure.protection == "magnitude":
            tables.hidden.update((variant, key, Unit("organisation", slug)) for slug in amounts)
        else:
            tables.cells.update({(variant, key, Unit("organisation", slug)): amount for slug, amount in amounts.items()})
        for unit, members in units.items():
            parts = {slug: amounts[slug] for slug in members if slug in amounts}
            if len(parts) < given.policy.fewest_organisations:
                tables.hidden.add((variant, key, unit))
                continue
            magnitude = measure.protection == "magnitude"
            total = protect_magnitude(parts, policy=given.policy, accounts=given.accounts) if magnitude else None
            if total is None:
                tables.cells[variant, key, unit] = sum(parts.values(), Decimal(0))
            elif isinstance(total, Published):
                tables.cells[variant, key, unit] = total.value
            else:
                tables.hidden.add((variant, key, unit))


def _survey(
    given: ReleaseInput, tables: CountTables, needed: Needed, measure: Measure, units: Mapping[Unit, tuple[str, ...]]
) -> None:
    """Survey results stand as published nationally with their base; below the fewest respondents they are withheld.

    A type's or the system's result is the mean of its members' results weighted by respondents.
    """
    variant = needed.variant
    base_of = _bases(measure)
    wanted = {str(cell) for key in needed.parts for cell in measure.cells_of(key)} | set(base_of.values())
    held: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for slug, cell, amount in cell_amounts(given, measure, variant, wanted):
        held[slug][cell] = amount
    for key in needed.parts:
        cell = str(measure.cells_of(key)[0])
        base_cell = base_of.get(cell, cell)
        enough: dict[str, tuple[Decimal, Decimal]] = {}
        for slug, amounts in held.items():
            base = amounts.get(base_cell)
            if base is None or cell not in amounts:
                continue
            if base >= given.policy.survey_respondents:
                enough[slug] = (amounts[cell], base)
                tables.cells[variant, key, Unit("organisation", slug)] = amounts[cell]
            else:
                tables.hidden.add((variant, key, Unit("organisation", slug)))
        for unit, members in units.items():
            pairs = [enough[slug] for slug in members if slug in enough]
            if len(pairs) < given.policy.fewest_organisations:
                tables.hidden.add((variant, key, unit))
                continue
            bases = sum((base for _, base in pairs), Decimal(0))
            is_base = cell == base_cell
            tables.cells[variant, key, unit] = (
                bases if is_base else sum((rate * base for rate, base in pairs), Decimal(0)) / bases
            )


def _bases(measure: Measure) -> dict[str, str]:
    """For each result cell of a survey measure the cell that holds the number who answered: same row, counted in people."""
    return {
        str(cell): str(other)
        for cell in measure.cells()
        for other in measure.cells()
        if measure.unit_of(cell) != "people" and measure.unit_of(other) == "people" and other.row == cell.row
    }


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
        if (variant, piece, self.unit) in self.tables.hidden:
            return "withheld"
        if self.organisation is None:
            return "withheld"
        reason = absence(self.organisation, measure, variant, self.given.quarter)
        if reason == "not_available" and measure.protection in {"people", "magnitude"}:
            return "withheld"  # a small organisation has no cell at this level
        return reason


def quarters_to_read(given_quarter: Quarter, measures: Mapping[str, Measure]) -> frozenset[Quarter]:
    """The quarters whose signed returns a release of `given_quarter` reads."""
    found = {given_quarter}
    for measure in measures.values():
        for window in ("quarter", "twelve_months", "twenty_four_months", "last_march"):
            found.update(source_quarters(measure, window, given_quarter))
    return frozenset(found)
