"""The measures and KPIs in force in a period. A page reads fingerprints; a content is read and parsed once per fingerprint."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from django.db.models import F, Value
from django.db.models.fields import CharField, IntegerField

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
    return kpi_of(row.fingerprint, row.definition)


def kpi_of(fingerprint: str, definition: dict[str, Any]) -> KpiDefinition:
    """The same of a content read without its row."""
    return _read_kpi(fingerprint, json.dumps(definition, sort_keys=True))


@lru_cache(maxsize=64)
def kpis_by_fingerprint(marks: tuple[str, ...]) -> Mapping[str, KpiDefinition]:
    """The stored definitions of KPIs with these fingerprints; read from the database once in a process."""
    contents = _contents(definitions.KpiVersion, marks)
    return MappingProxyType({mark: _read_kpi(mark, contents[mark]) for mark in marks})


@lru_cache(maxsize=64)
def measures_by_fingerprint(marks: tuple[str, ...]) -> Mapping[str, Measure]:
    """The stored definitions of measures with these fingerprints; read from the database once in a process."""
    contents = _contents(definitions.Measure, marks)
    return MappingProxyType({mark: _read_measure(mark, contents[mark]) for mark in marks})


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
    """The definitions as they stand. One query, without contents: every page that shows a KPI asks this."""
    none, nothing = Value(None, output_field=IntegerField()), Value("", output_field=CharField())
    measures = definitions.Measure.objects.order_by().values_list(
        Value("measure"), F("position"), F("code"), F("pk"), none, none, none, nothing, F("fingerprint"), nothing, nothing
    )
    versions = definitions.KpiVersion.objects.order_by().values_list(
        Value("version"), F("kpi__position"), F("kpi__code"), *map(F, VERSION_COLUMNS), F("from_period"), F("kpi__retired_from")
    )
    rows = sorted(measures.union(versions, all=True), key=_place)
    return Definitions(
        tuple((code, row[5]) for kind, _position, code, *row in rows if kind == "measure"),
        tuple(VersionRow(*row) for kind, _position, _code, *row in rows if kind == "version"),
    )


def _place(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Measures by position, then as they were added; versions by position and code of their KPI, then by number."""
    kind, position, code, pk, number = row[:5]
    return (kind, position, "", pk) if kind == "measure" else (kind, position, code, number)


def framework_for(quarter: Quarter) -> Framework:
    """Every measure and KPI in force in the quarter. One query."""
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
