"""The catalogue of all releases for open-data portals: DCAT as JSON-LD."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kpis.open_data.packages import LICENCE
from kpis.open_data.tables import TABLES

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
MEDIA = "https://www.iana.org/assignments/media-types/"


@dataclass(frozen=True, slots=True)
class Listed:
    """A release as the catalogue names it."""

    number: int
    title: str
    description: str
    base: str
    first_day: date
    last_day: date
    published_at: datetime
    replaces: int | None


def catalogue(releases: Sequence[Listed], *, publisher: str, home: str) -> dict[str, Any]:
    """The whole catalogue: one dataset for each release, with every file it can be had as."""
    return {
        "@context": CONTEXT,
        "@id": f"{home}/open-data/catalogue.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": _text(f"Equality metrics of {publisher}"),
        "dct:description": _text("Every published release of the EDI portal within the public tier."),
        "dct:publisher": _publisher(publisher, home),
        "dct:license": {"@id": LICENCE["path"]},
        "foaf:homepage": {"@id": f"{home}/open-data/"},
        "dcat:dataset": [_dataset(one, publisher, home) for one in releases],
    }


def _dataset(one: Listed, publisher: str, home: str) -> dict[str, Any]:
    files = [("Data package", "datapackage.json", "application/json"), ("All files", "package.zip", "application/zip")]
    files += [(table.title, table.file, "text/csv") for table in TABLES]
    files.append(("FHIR R4 measures and reports", "fhir.json", "application/fhir+json"))
    found: dict[str, Any] = {
        "@id": f"{one.base}/datapackage.json",
        "@type": "dcat:Dataset",
        "dct:identifier": f"release-{one.number}",
        "dct:title": _text(one.title),
        "dct:description": _text(one.description),
        "dct:publisher": _publisher(publisher, home),
        "dct:issued": {"@value": one.published_at.isoformat(), "@type": "xsd:dateTime"},
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": {"@value": one.first_day.isoformat(), "@type": "xsd:date"},
            "dcat:endDate": {"@value": one.last_day.isoformat(), "@type": "xsd:date"},
        },
        "dct:license": {"@id": LICENCE["path"]},
        "dcat:keyword": [_text(word) for word in ("equality", "diversity", "inclusion", "NHS", "workforce")],
        "dcat:landingPage": {"@id": f"{home}/compendium/?release={one.number}"},
        "dcat:distribution": [_distribution(one, *file) for file in files],
    }
    if one.replaces is not None:
        found["dct:replaces"] = {"@id": f"{home}/open-data/releases/{one.replaces}/datapackage.json"}
    return found


def _distribution(one: Listed, title: str, name: str, media: str) -> dict[str, Any]:
    return {
        "@type": "dcat:Distribution",
        "dct:title": _text(title),
        "dcat:accessURL": {"@id": f"{one.base}/{name}"},
        "dcat:downloadURL": {"@id": f"{one.base}/{name}"},
        "dcat:mediaType": {"@id": f"{MEDIA}{media}"},
        "dct:license": {"@id": LICENCE["path"]},
    }


def _publisher(name: str, home: str) -> dict[str, Any]:
    return {"@id": f"{home}/", "@type": "foaf:Agent", "foaf:name": name}


def _text(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "en"}
