"""What an organisation wrote into the definition of its own KPI, for the review before others read it."""

from __future__ import annotations

from collections.abc import Collection as Several
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db.models import F, Value
from django.db.models.fields import CharField, IntegerField

from edi_portal.reviews.selectors import cleared
from kpis.models.definitions import Kpi, KpiVersion, Measure
from kpis.selectors.definitions import kpi_of

# Keys of a definition under which a single word may be a person's own; elsewhere a text is whatever has a blank in it.
WRITTEN = frozenset({"name", "label", "short", "title", "verb", "numerator", "denominator"})


class _Part(NamedTuple):
    """A version of a KPI, or (without one) a question of an organisation's own."""

    kpi_id: int | None
    number: int
    code: str
    adopted_from: str
    fingerprint: str
    definition: dict[str, Any]
    note: str


def subject_of(code: str) -> str:
    """The name of an own KPI's text in the queue of reviews, by the code of the KPI."""
    return f"kpi:{code}"


def texts_of(kpis: Iterable[Kpi]) -> dict[str, str]:
    """Subject → everything written into any version of a KPI and into the questions it asks. One query."""
    return _texts(_parts_of([kpi.pk for kpi in kpis]))


def _parts_of(kpis: Several[int]) -> list[_Part]:
    """The versions of the KPIs by number, then the organisations' own questions in their order."""
    if not kpis:
        return []
    none, nothing = Value(None, output_field=IntegerField()), Value("", output_field=CharField())
    versions = KpiVersion.objects.filter(kpi__in=kpis).order_by()
    measures = Measure.objects.filter(owner__own_kpis__in=kpis).order_by()
    rows = versions.values_list("kpi_id", "number", "kpi__code", "kpi__adopted_from", "fingerprint", "definition", "note").union(
        measures.values_list(none, F("position"), F("code"), nothing, F("fingerprint"), F("definition"), nothing)
    )
    return sorted((_Part(*row) for row in rows), key=lambda one: (one.kpi_id is None, one.kpi_id or 0, one.number, one.code))


def _texts(parts: Iterable[_Part]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    asked: dict[str, set[str]] = {}
    for part in parts:
        if part.kpi_id is not None:
            subject = subject_of(part.code)
            found.setdefault(subject, []).extend([*_written(part.definition), part.note])
            for code in kpi_of(part.fingerprint, part.definition).measures():
                asked.setdefault(code, set()).add(subject)
        else:
            for subject in asked.get(part.code, ()):
                found[subject].extend(_written(part.definition))
    return {subject: "\n".join(dict.fromkeys(text for text in texts if text)) for subject, texts in found.items()}


def _written(item: object, key: str = "") -> Iterator[str]:
    if isinstance(item, str):
        if key in WRITTEN or " " in item.strip():
            yield item.strip()
    elif isinstance(item, dict):
        for name, value in item.items():
            yield from _written(value, name)
    elif isinstance(item, list):
        for value in item:
            yield from _written(value, key)


def open_to_others(kpis: Several[int]) -> frozenset[int]:
    """Which of these own KPIs others than their owner may read of: adopted ones, those whose text was passed. Two queries."""
    parts = _parts_of(kpis)
    adopted = frozenset(part.kpi_id for part in parts if part.kpi_id is not None and part.adopted_from)
    passed = cleared(_texts(part for part in parts if part.kpi_id not in adopted))
    read = frozenset(part.kpi_id for part in parts if part.kpi_id is not None and subject_of(part.code) in passed)
    return adopted | read
