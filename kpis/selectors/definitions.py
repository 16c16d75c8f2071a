"""The measures and KPIs in force in a period. A page reads fingerprints; a content is read and parsed once per fingerprint."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from edi_portal.periods import Quarter
from kpis.catalogue import KpiDefinition, Measure, kpi_from_dict, measure_from_dict
from kpis.catalogue.vocabulary import WORKSTREAMS
from kpis.framework import Framework, KpiInForce
from kpis.models import definitions


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


class VersionRow(NamedTuple):
    """A version of a KPI without its content."""

    pk: int
    number: int
    kpi_id: int
    owner_id: int | None
    adopted_from: str
    fingerprint: str
    from_period: str
    retired_from: str

    def applies_in(self, period: str) -> bool:
        """Whether it has begun by the period and its KPI has not ended."""
        return self.from_period <= period and not (self.retired_from and self.retired_from <= period)


VERSION_COLUMNS = ("pk", "number", "kpi_id", "kpi__owner_id", "kpi__adopted_from", "fingerprint")
MARKED = len(VERSION_COLUMNS)  # what makes a framework; the rest only says when


@dataclass(frozen=True, slots=True)
class Definitions:
    """Which definitions are stored, by fingerprint: from them the framework of any quarter, without a further query."""

    measures: tuple[tuple[str, str], ...]
    versions: tuple[VersionRow, ...]

    def in_force(self, quarter: Quarter) -> Framework:
        """Every measure and KPI in force in the quarter; contents that are new to this process are read from the database."""
        rows = tuple(row[:MARKED] for row in self.versions if row.applies_in(quarter.slug))
        return _framework(quarter, self.measures, rows)


def stored_definitions() -> Definitions:
    """The definitions as they stand. Two queries, without contents."""
    measures = definitions.Measure.objects.values_list("code", "fingerprint").order_by("position", "pk")
    versions = definitions.KpiVersion.objects.order_by("kpi__position", "kpi__code", "number")
    columns = (*VERSION_COLUMNS, "from_period", "kpi__retired_from")
    return Definitions(tuple(measures), tuple(VersionRow(*row) for row in versions.values_list(*columns)))


def framework_for(quarter: Quarter) -> Framework:
    """Every measure and KPI in force in the quarter. Two queries."""
    return stored_definitions().in_force(quarter)


@lru_cache(maxsize=64)
def _framework(
    quarter: Quarter, measure_rows: tuple[tuple[str, str], ...], version_rows: tuple[tuple[Any, ...], ...]
) -> Framework:
    contents = _contents(definitions.Measure, (mark for _code, mark in measure_rows))
    measures = {code: _read_measure(mark, contents[mark]) for code, mark in measure_rows}
    contents = _contents(definitions.KpiVersion, (row[-1] for row in version_rows))
    newest: dict[int, KpiInForce] = {}
    for version_id, number, kpi_id, owner_id, adopted_from, mark in version_rows:
        owner = None if adopted_from and adopted_from <= quarter.slug else owner_id
        newest[kpi_id] = KpiInForce(kpi_id, version_id, number, owner, _read_kpi(mark, contents[mark]))
    order = list(WORKSTREAMS)
    kpis = sorted(newest.values(), key=lambda kpi: order.index(kpi.definition.workstream))
    by_section = dict(sorted(measures.items(), key=lambda item: order.index(item[1].workstream)))
    version = hashlib.sha256(repr((measure_rows, version_rows)).encode()).hexdigest()
    return Framework(quarter, MappingProxyType(by_section), tuple(kpis), version)


def _contents(table: type[definitions.Measure] | type[definitions.KpiVersion], marks: Iterable[str]) -> dict[str, str]:
    """Fingerprint → content as canonical text."""
    rows = table.objects.filter(fingerprint__in=set(marks)).values_list("fingerprint", "definition")
    return {mark: json.dumps(content, sort_keys=True) for mark, content in rows}
