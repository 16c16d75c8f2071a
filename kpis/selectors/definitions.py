"""The measures and KPIs in force in a period, read from the database once per content."""

import hashlib
import json
from functools import lru_cache
from types import MappingProxyType
from typing import Any

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


def framework_for(quarter: Quarter) -> Framework:
    """Every measure and KPI in force in the quarter. Two queries; parsing is cached by content."""
    measures = tuple(definitions.Measure.objects.values_list("code", "fingerprint", "definition").order_by("position", "pk"))
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
