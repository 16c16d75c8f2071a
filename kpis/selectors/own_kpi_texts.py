"""What an organisation wrote into the definition of its own KPI, for the review before others read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from edi_portal.reviews.selectors import cleared
from kpis.models.definitions import Kpi, KpiVersion, Measure
from kpis.selectors.definitions import read_kpi

# Keys of a definition under which a single word may be a person's own; elsewhere a text is whatever has a blank in it.
WRITTEN = frozenset({"name", "label", "short", "title", "verb", "numerator", "denominator"})


def subject_of(kpi: Kpi) -> str:
    """The name of an own KPI's text in the queue of reviews."""
    return f"kpi:{kpi.code}"


def texts_of(kpis: Iterable[Kpi]) -> dict[str, str]:
    """Subject → everything written into any version of a KPI and into the questions it asks. Two queries."""
    found: dict[str, list[str]] = {}
    asked: dict[str, set[str]] = defaultdict(set)
    subjects = {kpi.pk: subject_of(kpi) for kpi in kpis}
    for version in KpiVersion.objects.filter(kpi__in=subjects).order_by("kpi", "number"):
        subject = subjects[version.kpi_id]
        found.setdefault(subject, []).extend([*_written(version.definition), version.note])
        for code in read_kpi(version).measures():
            asked[code].add(subject)
    for code, definition in Measure.objects.filter(code__in=asked, owner__isnull=False).values_list("code", "definition"):
        for subject in sorted(asked[code]):
            found[subject].extend(_written(definition))
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


def open_to_others(kpis: Iterable[Kpi]) -> frozenset[int]:
    """Keys of the own KPIs that others than their owner may read of: adopted ones, and those whose text was passed."""
    several = list(kpis)
    passed = cleared(texts_of(kpi for kpi in several if kpi.is_bespoke))
    return frozenset(kpi.pk for kpi in several if not kpi.is_bespoke or subject_of(kpi) in passed)
