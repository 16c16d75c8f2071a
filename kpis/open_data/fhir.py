"""Released KPIs as FHIR R4 (4.0.1): a `Measure` for each KPI, a `MeasureReport` for each figure, together in one `Bundle`.

A KPI's headline and its parts are the groups of its measure; a report says whose figure it is by its reporter and two tags.
Only whole counts can be a population's count in FHIR; other amounts behind a figure are in the CSV file alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from kpis.open_data.packages import LICENCE, description
from kpis.open_data.tables import Definition, Figure, OpenRelease

HEADLINE: Final = "headline"
POPULATION: Final = "http://terminology.hl7.org/CodeSystem/measure-population"
SCORING: Final = "http://terminology.hl7.org/CodeSystem/measure-scoring"
IMPROVEMENT: Final = "http://terminology.hl7.org/CodeSystem/measure-improvement-notation"
ABSENT: Final = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
# Why there is no value, in the words of FHIR.
REASONS: Final = {
    "withheld": "masked",
    "not_applicable": "not-applicable",
    "not_returned": "unknown",
    "not_available": "temp-unknown",
    "not_collected": "not-asked",
}
UNITS: Final = {"percent": "%", "ratio": "1"}
Resource = dict[str, Any]


def bundle(release: OpenRelease) -> Resource:
    """Everything of a release."""
    measures = {one.code: one for one in release.kpis}
    reported = {one.kpi for one in release.figures}
    entries = [measure(release, one) for one in release.kpis if one.code in reported]
    entries += [report(release, measures[code], figures) for code, figures in _subjects(release.figures)]
    return {
        "resourceType": "Bundle",
        "id": f"release-{release.number}",
        "type": "collection",
        "timestamp": release.published_at.isoformat(),
        "entry": [{"fullUrl": f"{release.base}/fhir/{one['resourceType']}/{one['id']}", "resource": one} for one in entries],
    }


def measure(release: OpenRelease, one: Definition) -> Resource:
    """The definition of a KPI, in the version of the release."""
    found: Resource = {
        "resourceType": "Measure",
        "id": f"{one.slug}-v{one.version}",
        "url": _canonical(release, one),
        "identifier": [{"system": f"{release.home}/compendium/", "value": one.code}],
        "version": str(one.version),
        "name": one.slug.upper().replace("-", "_"),
        "title": one.name,
        "status": "active",
        "experimental": release.synthetic,
        "date": one.reviewed_on.isoformat(),
        "publisher": release.publisher,
        "description": one.question,
        "purpose": description(release),
        "usage": one.how_to_read,
        "copyright": f"{LICENCE['title']}, {LICENCE['path']}",
        "scoring": _concept(SCORING, "proportion" if one.is_share else "continuous-variable"),
        "group": [_definition_group(one, key) for key in ("", *one.components)],
    }
    if one.direction in {"higher", "lower"}:
        better = "increase" if one.direction == "higher" else "decrease"
        found["improvementNotation"] = _concept(IMPROVEMENT, better)
    return found


def _definition_group(one: Definition, key: str) -> Resource:
    group: Resource = {"code": _group_code(key), "description": one.components[key] if key else one.name}
    if one.is_share:
        texts = (("numerator", one.numerator), ("denominator", one.denominator))
        group["population"] = [
            {
                "code": _concept(POPULATION, code),
                "description": text,
                "criteria": {"language": "text/plain", "expression": text},
            }
            for code, text in texts
            if text
        ]
    return group


def _subjects(figures: Iterable[Figure]) -> Iterator[tuple[str, list[Figure]]]:
    """Figures of one KPI, subject and statistic together: the headline with its parts."""
    found: dict[tuple[str, ...], list[Figure]] = {}
    for one in figures:
        found.setdefault((one.kpi, one.level, one.organisation, one.peer_group, one.statistic), []).append(one)
    return ((key[0], group) for key, group in found.items())


def report(release: OpenRelease, about: Definition, figures: list[Figure]) -> Resource:
    """The figures of one KPI for one organisation, one kind, or all together."""
    one = figures[0]
    whose = one.organisation or one.peer_group or "all"
    names = {organisation.slug: organisation.name for organisation in release.organisations}
    reporter: Resource = {"display": names.get(one.organisation) or f"{release.publisher}, {_kind_words(one.peer_group)}"}
    if one.organisation:
        reporter["identifier"] = {"system": f"{release.home}/organisations/", "value": one.organisation}
    return {
        "resourceType": "MeasureReport",
        # At most 64 characters, and as unique as the figure.
        "id": _short(f"{release.number}-{about.slug}-{one.statistic}-{whose}"),
        "meta": {"tag": [_tag(release, "level", one.level), _tag(release, "statistic", one.statistic)]},
        "identifier": [{"system": f"{release.base}/", "value": "/".join((about.slug, one.level, whose, one.statistic))}],
        "status": "complete",
        "type": "summary",
        "measure": f"{_canonical(release, about)}|{about.version}",
        "date": release.published_at.isoformat(),
        "reporter": reporter,
        "period": {"start": release.first_day.isoformat(), "end": release.last_day.isoformat()},
        "group": [_group(figure, about, release) for figure in figures],
    }


def _group(one: Figure, about: Definition, release: OpenRelease) -> Resource:
    group: Resource = {"code": _group_code(one.component)}
    pairs = (("numerator", one.numerator), ("denominator", one.denominator))
    counts = [
        {"code": _concept(POPULATION, code), "count": int(amount)}
        for code, amount in pairs
        if about.is_share and amount is not None and amount == amount.to_integral_value()
    ]
    if counts:
        group["population"] = counts
    group["measureScore"] = _score(one, release)
    return group


def _score(one: Figure, release: OpenRelease) -> Resource:
    if one.value is None:
        return {"extension": [{"url": ABSENT, "valueCode": REASONS.get(one.status, "unknown")}]}
    score: Resource = {"value": _number(one.value), "unit": one.unit}
    if one.unit in UNITS:
        score |= {"system": "http://unitsofmeasure.org", "code": UNITS[one.unit]}
    if one.low is not None and one.high is not None:
        ends = {"low": {"value": _number(one.low)}, "high": {"value": _number(one.high)}}
        score["extension"] = [{"url": f"{release.home}/open-data/fhir/interval-95", "valueRange": ends}]
    return score


def _number(value: Decimal) -> float | int:
    return int(value) if value == value.to_integral_value() else float(value)


def _canonical(release: OpenRelease, one: Definition) -> str:
    return f"{release.home}/compendium/{one.slug}/"


def _group_code(key: str) -> Mapping[str, str]:
    return {"text": key or HEADLINE}


def _kind_words(group: str) -> str:
    return group.replace("-", " ") if group else "all organisations"


def _concept(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def _tag(release: OpenRelease, system: str, code: str) -> Resource:
    return {"system": f"{release.home}/open-data/fhir/{system}", "code": code}


def _short(name: str) -> str:
    """An id of FHIR: at most 64 letters, digits, hyphens and points. A longer name keeps its beginning and a checksum."""
    if len(name) <= 64:
        return name
    return f"{name[:55]}{hashlib.sha256(name.encode()).hexdigest()[:9]}"
