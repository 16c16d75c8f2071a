"""What a release is made from, as plain values: organisations, their signed content, the framework, what was released before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from edi_portal.disclosure.policy import Policy
from edi_portal.disclosure.protection import Protected
from edi_portal.disclosure.universe import CellKey, PublishedPart
from edi_portal.periods import Quarter, quarters_between
from kpis.catalogue import Measure
from kpis.catalogue.formulas import inputs_of
from kpis.catalogue.windows import source_quarters
from kpis.exact_counts import VALUE, ReturnedQuarter
from kpis.framework import Framework
from kpis.release_content.over_time import NO_PAST, Past
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

    @classmethod
    def of(cls, measure: str, source: str) -> Variant:
        """Read the name of the quarters back."""
        first, _, last = source.partition("..")
        return cls(measure, quarters_between(Quarter.parse(first), Quarter.parse(last or first)))

    def overlaps(self, other: Variant) -> bool:
        """Whether both add up a return of the same measure and quarter."""
        return self.measure == other.measure and not set(self.quarters).isdisjoint(other.quarters)


# Whether a stored count is "shown", "hidden" or "withheld", and its rounded value when it is shown.
StoredCount = tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class KeptTable:
    """What an earlier release said of one measure, and the parts it was said of."""

    variant: Variant
    parts: tuple[PublishedPart, ...]
    counts: Mapping[CellKey, StoredCount] = field(hash=False)


@dataclass(frozen=True)
class KeptRelease:
    """A release that readers have kept, with the returns it was made from: the attacker's further clues.

    `read_tables` gives its counts when something asks for them first: the audit does, computing figures does not. A published
    release never changes, so it does not matter when they are read.
    """

    name: str
    quarter: Quarter
    organisations: tuple[OrganisationInput, ...]
    policy: Policy
    accounts: tuple[frozenset[str], ...]
    read_tables: Callable[[], tuple[KeptTable, ...]]

    @cached_property
    def tables(self) -> tuple[KeptTable, ...]:
        """Its counts of people, measure by measure."""
        return self.read_tables()

    def table_of(self, measure: str) -> KeptTable | None:
        """What it said of a measure, None when nothing."""
        return next((table for table in self.tables if table.variant.measure == measure), None)


@dataclass(frozen=True, slots=True)
class FactInput:
    """A sum that is public elsewhere: `part` "" for everybody counted, `organisation` None for all together.

    `period` "" : the sum over the quarters that a release adds up, whichever they are.
    """

    key: int
    measure: str
    part: str
    organisation: str | None
    period: str

    def canonical(self) -> list[object]:
        """What the digest of a release's input covers."""
        return [self.measure, self.part, self.organisation or "", self.period]


EarlierCounts = Mapping[tuple[str, str, str, Unit], Protected]


@dataclass(frozen=True, slots=True)
class ReleaseInput:
    """Everything a release depends on. The same input gives the same bytes.

    `earlier` holds protected counts of earlier releases by (measure, part, source, unit): a count that was released once is
    taken over, never protected a second time. `accounts` are the sets of organisations that one account can see exactly.
    `previous` is the published release of the same period, which this one revises; `kept` are all other published releases
    that add up some of the same returns. `facts` are sums that every reader knows from elsewhere. `past` holds the figures
    of earlier releases, for verdicts over time. `patterns`: measure → the cells that were not shown when it was last released.
    """

    framework: Framework
    quarter: Quarter
    organisations: tuple[OrganisationInput, ...]
    policy: Policy
    earlier: EarlierCounts = field(default_factory=dict, hash=False)
    accounts: tuple[frozenset[str], ...] = ()
    seed: str = ""
    previous: KeptRelease | None = None
    kept: tuple[KeptRelease, ...] = ()
    facts: tuple[FactInput, ...] = ()
    past: Past = field(default=NO_PAST, hash=False)
    patterns: Mapping[str, frozenset[CellKey]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Needed:
    """The parts of a variant that due figures read; unions are resolved to their parts."""

    variant: Variant
    parts: tuple[str, ...]


def needed_counts(framework: Framework, quarter: Quarter) -> tuple[Needed, ...]:
    """Every variant and part that a due figure of the baseline reads. Lean: what no figure needs is not published.

    Raises ValueError when figures of one period want a measure over two spans that end in it: the difference of the two
    would be a third span that nobody protected.
    """
    wanted: dict[Variant, set[str]] = {}
    for kpi in framework.kpis:
        if kpi.owner_id is not None:
            continue
        definition = kpi.definition
        for component in (None, *(item.key for item in definition.components)):
            if quarter.number not in definition.quarters_of(component):
                continue
            formula = definition.formula_of(component)
            for ref in inputs_of(formula):
                measure = framework.measures[ref.measure]
                variant = Variant(measure.code, source_quarters(measure, formula.window, quarter))
                wanted.setdefault(variant, set()).update(part.key for part in measure.parts_of(ref.part))
    spans = [variant.measure for variant in wanted if variant.quarters[-1] == quarter]
    for code in spans:
        if framework.measures[code].protection == "people" and spans.count(code) > 1:
            raise ValueError(f"A release gives {code} over one span of quarters; its KPIs ask for {spans.count(code)}.")
    return tuple(Needed(variant, tuple(sorted(parts))) for variant, parts in sorted(wanted.items()))


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
