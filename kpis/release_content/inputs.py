"""What a release is made from, as plain values: organisations, their signed content, the framework, earlier protected counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from edi_portal.disclosure.policy import Policy
from edi_portal.disclosure.protection import Protected
from edi_portal.periods import Quarter
from kpis.catalogue import Measure
from kpis.catalogue.formulas import inputs_of
from kpis.catalogue.windows import source_quarters
from kpis.exact_counts import VALUE, ReturnedQuarter
from kpis.framework import Framework
from kpis.release_content.rows import Unit


@dataclass(frozen=True, slots=True)
class OrganisationInput:
    """One organisation that was due. `quarters` holds its signed content; the period itself is missing when it did not return."""

    slug: str
    pk: int
    kind: str
    applicability_class: str
    headcount_estimate: int | None
    quarters: Mapping[Quarter, ReturnedQuarter] = field(hash=False)

    def returned(self, quarter: Quarter) -> bool:
        """Whether its signed return of the quarter is inside."""
        return quarter in self.quarters


EarlierCounts = Mapping[tuple[str, str, str, Unit], Protected]


@dataclass(frozen=True, slots=True)
class ReleaseInput:
    """Everything a release depends on. The same input gives the same bytes.

    `earlier` holds protected counts of earlier releases by (measure, part, source, unit): a count that was released once is
    taken over, never protected a second time. `accounts` are the sets of organisations that one account can see exactly.
    """

    framework: Framework
    quarter: Quarter
    organisations: tuple[OrganisationInput, ...]
    policy: Policy
    earlier: EarlierCounts = field(default_factory=dict, hash=False)
    accounts: tuple[frozenset[str], ...] = ()
    seed: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Variant:
    """A measure over certain quarters: what one table of protected counts is about."""

    measure: str
    quarters: tuple[Quarter, ...]

    @property
    def source(self) -> str:
        """Its name in the stored counts: "2019-20-q2", or "2018-19-q3..2019-20-q2" for a sum of quarters."""
        first, last = self.quarters[0].slug, self.quarters[-1].slug
        return last if first == last else f"{first}..{last}"


@dataclass(frozen=True, slots=True)
class Needed:
    """The parts of a variant that due figures read; unions are resolved to their parts."""

    variant: Variant
    parts: tuple[str, ...]


def needed_counts(given: ReleaseInput) -> tuple[Needed, ...]:
    """Every variant and part that a due figure of this period reads. Lean: what no figure needs is not published."""
    wanted: dict[Variant, set[str]] = {}
    for kpi in given.framework.kpis:
        definition = kpi.definition
        for component in (None, *(item.key for item in definition.components)):
            if given.quarter.number not in definition.quarters_of(component):
                continue
            formula = definition.formula_of(component)
            for ref in inputs_of(formula):
                measure = given.framework.measures[ref.measure]
                variant = Variant(measure.code, source_quarters(measure, formula.window, given.quarter))
                wanted.setdefault(variant, set()).update(part.key for part in measure.parts_of(ref.part))
    return tuple(Needed(variant, tuple(sorted(parts))) for variant, parts in sorted(wanted.items()))


def cell_amounts(given: ReleaseInput, measure: Measure, variant: Variant, cells: set[str]) -> Iterator[tuple[str, str, Decimal]]:
    """(organisation, cell, amount) summed over the variant's quarters, for organisations that have all of them."""
    for organisation in given.organisations:
        if not organisation.returned(given.quarter) or organisation.applicability_class not in measure.applies_to:
            continue
        returned = [organisation.quarters.get(quarter) for quarter in variant.quarters]
        if any(one is None or one.states.get(measure.code, VALUE).state != "value" for one in returned):
            continue
        for cell in sorted(cells):
            row, _, column = cell.partition("/")
            amounts = [one.values.get((measure.code, row, column)) for one in returned if one is not None]
            if all(amount is not None for amount in amounts):
                yield organisation.slug, cell, sum((amount for amount in amounts if amount is not None), Decimal(0))


def absence(organisation: OrganisationInput, measure: Measure, variant: Variant, quarter: Quarter) -> str:
    """Why an organisation has no count of a variant."""
    if not organisation.returned(quarter):
        return "not_returned"
    for source in variant.quarters:
        returned = organisation.quarters.get(source)
        if returned is None:
            return "incomplete_year" if len(variant.quarters) > 1 else "not_returned"
        state = returned.states.get(measure.code, VALUE).state
        if state != "value":
            return state
    return "not_available"
