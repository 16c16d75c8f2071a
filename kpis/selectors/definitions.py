"""Which measures and KPIs are in force in a period, and which of them one organisation is asked for."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Protocol

from edi_portal.periods import Quarter
from kpis.catalogue import KpiDefinition, Measure, kpi_from_dict, measure_from_dict
from kpis.catalogue.vocabulary import WORKSTREAMS
from kpis.models import definitions


class OrganisationFacts(Protocol):
    """What applicability needs to know of an organisation."""

    pk: int
    headcount_estimate: int | None

    @property
    def applicability_class(self) -> str: ...


@dataclass(frozen=True, slots=True)
class KpiInForce:
    """A KPI with the version that applies in a period."""

    kpi_id: int
    version_id: int
    version_number: int
    owner_id: int | None
    definition: KpiDefinition


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
        return tuple(
            kpi
            for kpi in self.applicable_kpis(organisation)
            if number in kpi.definition.collected_in
        )

    def applicable_kpis(self, organisation: OrganisationFacts) -> tuple[KpiInForce, ...]:
        """The KPIs that apply to this organisation in any quarter."""
        return tuple(kpi for kpi in self.kpis if applicability(kpi, organisation, self.measures) != "not_applicable")

    def due_measures(self, organisation: OrganisationFacts) -> tuple[Measure, ...]:
        """The measures this organisation is asked for now, by workstream and position."""
        wanted = {code for kpi in self.applicable_kpis(organisation) for code in kpi.definition.measures()}
        return tuple(
            measure for measure in self.measures.values() if measure.code in wanted and self._asked(measure, organisation)
        )

    def required_measures(self, organisation: OrganisationFacts) -> frozenset[str]:
        """Codes of the measures that must be answered: those a required KPI is computed from."""
        needed = {
            code
            for kpi in self.applicable_kpis(organisation)
            if applicability(kpi, organisation, self.measures) == "required"
            for code in kpi.definition.measures()
        }
        return frozenset(needed & {measure.code for measure in self.due_measures(organisation)})

    def kpis_of_measure(self, code: str) -> tuple[KpiInForce, ...]:
        """The KPIs computed from a measure."""
        return tuple(kpi for kpi in self.kpis if code in kpi.definition.measures())

    def _asked(self, measure: Measure, organisation: OrganisationFacts) -> bool:
        return (
            self.quarter.number in measure.collected_in
            and organisation.applicability_class in measure.applies_to
            and _large_enough(measure, organisation)
        )


def _large_enough(measure: Measure, organisation: OrganisationFacts) -> bool:
    return measure.minimum_headcount is None or (organisation.headcount_estimate or 0) >= measure.minimum_headcount


def applicability(kpi: KpiInForce, organisation: OrganisationFacts, measures: Mapping[str, Measure]) -> str:
    """"required", "voluntary" or "not_applicable" for one organisation: its kind, its size and whose KPI it is."""
    if kpi.owner_id is not None and kpi.owner_id != organisation.pk:
        return "not_applicable"
    if not all(_large_enough(measures[code], organisation) for code in kpi.definition.measures()):
        return "not_applicable"
    return str(kpi.definition.applies_to[organisation.applicability_class])


@lru_cache(maxsize=2000)
def _read_measure(fingerprint: str, text: str) -> Measure:
    return measure_from_dict(json.loads(text), fingerprint)


@lru_cache(maxsize=2000)
def _read_kpi(fingerprint: str, text: str) -> KpiDefinition:
    return kpi_from_dict(json.loads(text), fingerprint)


def read_measure(row: definitions.Measure) -> Measure:
    """The stored definition of a measure as a value; parsed once per fingerprint."""
    return _read_measure(row.fingerprint, json.dumps(row.definition, sort_keys=True))


def read_kpi(row: definitions.KpiVersion) -> KpiDefinition:
    """The stored definition of a KPI version as a value; parsed once per fingerprint."""
    return _read_kpi(row.fingerprint, json.dumps(row.definition, sort_keys=True))


def framework_for(quarter: Quarter) -> Framework:
    """Every measure and KPI in force in the quarter. Two queries; parsing is cached by content."""
    measures = tuple(definitions.Measure.objects.values_list("code", "fingerprint", "definition").order_by("pk"))
    versions = tuple(
        definitions.KpiVersion.objects.filter(from_period__lte=quarter.slug)
        .exclude(kpi__retired_from__gt="", kpi__retired_from__lte=quarter.slug)
        .order_by("kpi__position", "kpi__code", "number")
        .values_list("pk", "number", "kpi_id", "kpi__owner_id", "kpi__adopted_from", "fingerprint", "definition")
    )
    return _framework(quarter, _Rows(measures), _Rows(versions))


class _Rows:
    """Rows that are compared by their fingerprints alone, so that a framework is built once per content."""

    def __init__(self, rows: tuple[tuple[Any, ...], ...]) -> None:
        self.rows = rows
        self.mark = tuple(tuple(value for value in row if not isinstance(value, dict)) for row in rows)

    def __hash__(self) -> int:
        return hash(self.mark)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Rows) and self.mark == other.mark


@lru_cache(maxsize=64)
def _framework(quarter: Quarter, measure_rows: _Rows, version_rows: _Rows) -> Framework:
    measures = {code: _read_measure(mark, json.dumps(content, sort_keys=True)) for code, mark, content in measure_rows.rows}
    newest: dict[int, KpiInForce] = {}
    for version_id, number, kpi_id, owner_id, adopted_from, mark, content in version_rows.rows:
        owner = None if adopted_from and adopted_from <= quarter.slug else owner_id
        newest[kpi_id] = KpiInForce(kpi_id, version_id, number, owner, _read_kpi(mark, json.dumps(content, sort_keys=True)))
    order = list(WORKSTREAMS)
    kpis = sorted(newest.values(), key=lambda kpi: order.index(kpi.definition.workstream))
    by_section = dict(sorted(measures.items(), key=lambda item: order.index(item[1].workstream)))
    mark = hashlib.sha256(repr((measure_rows.mark, version_rows.mark)).encode()).hexdigest()
    return Framework(quarter, MappingProxyType(by_section), tuple(kpis), mark)
