"""Which KPIs and measures are in force in a period, and which of them an organisation is asked for. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from edi_portal.periods import Quarter
from kpis.catalogue import KpiDefinition, Measure


class OrganisationFacts(Protocol):
    """What applicability needs to know of an organisation."""

    @property
    def pk(self) -> int: ...
    @property
    def headcount_estimate(self) -> int | None: ...
    @property
    def applicability_class(self) -> str: ...


@dataclass(frozen=True, eq=False)
class KpiInForce:
    """A KPI with the version that applies in a period. Compared by identity: a framework is made once per content."""

    kpi_id: int
    version_id: int
    version_number: int
    owner_id: int | None
    definition: KpiDefinition

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """The codes of the measures it is computed from."""
        return self.definition.measures()


@dataclass(frozen=True, slots=True)
class Framework:
    """All measures and KPIs in force in one period, in the order of the workstreams."""

    quarter: Quarter
    measures: Mapping[str, Measure]
    kpis: tuple[KpiInForce, ...]
    version: str

    def kpi(self, code: str) -> KpiInForce:
        """The KPI of a code (any case); KeyError when it is not in force."""
        for kpi in self.kpis:
            if kpi.definition.code.lower() == code.lower():
                return kpi
        raise KeyError(code)

    def due_kpis(self, organisation: OrganisationFacts, *, quarter: Quarter | None = None) -> tuple[KpiInForce, ...]:
        """The KPIs that this organisation reports in the quarter, required and voluntary ones."""
        number = (quarter or self.quarter).number
        return tuple(kpi for kpi in self.applicable_kpis(organisation) if number in kpi.definition.collected_in)

    def applicable_kpis(self, organisation: OrganisationFacts) -> tuple[KpiInForce, ...]:
        """The KPIs that apply to this organisation in any quarter."""
        return tuple(kpi for kpi in self.kpis if applicability(kpi, organisation, self.measures) != "not_applicable")

    def due_measures(self, organisation: OrganisationFacts) -> tuple[Measure, ...]:
        """The measures this organisation is asked for now, by workstream and position."""
        wanted = {code for kpi in self.applicable_kpis(organisation) for code in kpi.measures}
        return tuple(
            measure for measure in self.measures.values() if measure.code in wanted and self._asked(measure, organisation)
        )

    def required_measures(self, organisation: OrganisationFacts) -> frozenset[str]:
        """Codes of the measures that must be answered: those a required KPI is computed from."""
        needed = {
            code
            for kpi in self.applicable_kpis(organisation)
            if applicability(kpi, organisation, self.measures) == "required"
            for code in kpi.measures
        }
        return frozenset(needed & {measure.code for measure in self.due_measures(organisation)})

    def kpis_of_measure(self, code: str) -> tuple[KpiInForce, ...]:
        """The KPIs computed from a measure."""
        return tuple(kpi for kpi in self.kpis if code in kpi.measures)

    def _asked(self, measure: Measure, organisation: OrganisationFacts) -> bool:
        return (
            self.quarter.number in measure.collected_in
            and organisation.applicability_class in measure.applies_to
            and _large_enough(measure, organisation)
        )


def _large_enough(measure: Measure, organisation: OrganisationFacts) -> bool:
    return measure.minimum_headcount is None or (organisation.headcount_estimate or 0) >= measure.minimum_headcount


def applicability(kpi: KpiInForce, organisation: OrganisationFacts, measures: Mapping[str, Measure]) -> str:
    """ "required", "voluntary" or "not_applicable" for one organisation: its kind, its size and whose KPI it is."""
    if kpi.owner_id is not None and kpi.owner_id != organisation.pk:
        return "not_applicable"
    if not all(_large_enough(measures[code], organisation) for code in kpi.measures):
        return "not_applicable"
    return str(kpi.definition.applies_to[organisation.applicability_class])
