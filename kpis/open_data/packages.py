"""A release as a package: Frictionless Data Package, CSV on the Web, licence, read-me and checksums."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any, Final

from edi_portal.dates import LONDON
from kpis.open_data.tables import TABLES, Field, OpenRelease, Table

LICENCE: Final = {
    "name": "OGL-UK-3.0",
    "title": "Open Government Licence v3.0",
    "path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
}
CSVW_TYPES: Final = {"datetime": "dateTime"}
TRUE, FALSE = "yes", "no"


def files_of(release: OpenRelease, tables: Mapping[str, bytes]) -> dict[str, bytes]:
    """Every file of a package by name. `tables` has the CSV of each table of `TABLES`, UTF-8 with a line of names."""
    files = {table.file: tables[table.name] for table in TABLES}
    files["datapackage.json"] = as_json(data_package(release, tables))
    files["csv-metadata.json"] = as_json(csv_on_the_web(release))
    files["LICENCE.txt"] = licence_text(release).encode()
    files["README.md"] = read_me(release).encode()
    files["SHA256SUMS"] = checksums(files).encode()
    return files


def archive(files: Mapping[str, bytes]) -> bytes:
    """The files as a zip archive whose bytes depend on nothing but the files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as found:
        for name in sorted(files):
            # The first day that a zip archive can name: the time of the download says nothing.
            found.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), files[name], zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def as_json(content: object) -> bytes:
    """Readable JSON whose bytes depend on nothing but the content."""
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def checksums(files: Mapping[str, bytes]) -> str:
    """What `sha256sum --check` reads."""
    return "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))


def data_package(release: OpenRelease, tables: Mapping[str, bytes]) -> dict[str, Any]:
    """The descriptor of a Frictionless tabular data package."""
    return {
        "profile": "tabular-data-package",
        "name": f"edi-release-{release.number}",
        "id": f"{release.base}/datapackage.json",
        "title": release.title,
        "description": description(release),
        "version": f"{release.number}.{release.revision}",
        "created": release.published_at.isoformat(),
        "homepage": f"{release.home}/open-data/",
        "licenses": [LICENCE],
        "contributors": [{"title": release.publisher, "role": "publisher"}],
        "sources": [{"title": f"Release {release.number} of the EDI portal, SHA-256 {release.fingerprint}"}],
        "keywords": ["equality", "diversity", "inclusion", "NHS", "workforce"],
        "resources": [_resource(table, tables[table.name]) for table in TABLES],
    }


def _resource(table: Table, content: bytes) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": table.file,
        "title": table.title,
        "description": table.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": schema(table),
    }


def schema(table: Table) -> dict[str, Any]:
    """The Table Schema of a table. An empty cell is no value; a key with empty parts is none that the standard knows."""
    found: dict[str, Any] = {"fields": [_field(one) for one in table.fields], "missingValues": [""]}
    required = {one.name for one in table.fields if one.required}
    if required.issuperset(table.key):
        found["primaryKey"] = list(table.key)
    if table.refers:
        found["foreignKeys"] = [
            {"fields": [column], "reference": {"resource": other, "fields": [key]}}
            for column, (other, key) in table.refers.items()
        ]
    return found


def _field(one: Field) -> dict[str, Any]:
    found: dict[str, Any] = {"name": one.name, "type": one.type, "title": one.title}
    if one.description:
        found["description"] = one.description
    if one.type == "boolean":
        found |= {"trueValues": [TRUE], "falseValues": [FALSE]}
    constraints = {"required": True} if one.required else {}
    if constraints or one.words:
        found["constraints"] = constraints | ({"enum": list(one.words)} if one.words else {})
    return found


def csv_on_the_web(release: OpenRelease) -> dict[str, Any]:
    """The metadata of CSV on the Web (W3C) for all tables; addresses are relative to the file."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "@id": f"{release.base}/csv-metadata.json",
        "dc:title": release.title,
        "dc:description": description(release),
        "dc:publisher": release.publisher,
        "dc:license": {"@id": LICENCE["path"]},
        "dc:issued": {"@value": release.published_at.astimezone(LONDON).date().isoformat(), "@type": "xsd:date"},
        "tables": [_csvw_table(table) for table in TABLES],
    }


def _csvw_table(table: Table) -> dict[str, Any]:
    required = {one.name for one in table.fields if one.required}
    columns = [_csvw_column(one) for one in table.fields]
    described: dict[str, Any] = {"columns": columns}
    if required.issuperset(table.key):
        described["primaryKey"] = list(table.key)
    if table.refers:
        described["foreignKeys"] = [
            {"columnReference": column, "reference": {"resource": f"{other}.csv", "columnReference": key}}
            for column, (other, key) in table.refers.items()
        ]
    return {"url": table.file, "dc:title": table.title, "dc:description": table.description, "tableSchema": described}


def _csvw_column(one: Field) -> dict[str, Any]:
    base = CSVW_TYPES.get(one.type, one.type)
    kind = {"base": "boolean", "format": f"{TRUE}|{FALSE}"} if one.type == "boolean" else base
    found: dict[str, Any] = {"name": one.name, "titles": one.name, "datatype": kind, "required": one.required, "null": ""}
    if one.description:
        found["dc:description"] = one.description
    return found


def description(release: OpenRelease) -> str:
    """What is inside and what a reader must know, in a few sentences."""
    synthetic = "Synthetic demonstration data: no figure describes a real organisation. " if release.synthetic else ""
    return (
        f"{synthetic}Released figures of {release.label} that everybody may read. Counts of people are rounded to 5 and small "
        "ones are withheld to protect people; every ratio and interval comes from the protected counts. A release never changes."
    )


def citation(release: OpenRelease, what: str = "", address: str = "") -> str:
    """How to cite the release, or something of it, by an address that keeps its content."""
    day = f"{release.published_at.astimezone(LONDON):%-d %B %Y}"
    name = f"{what}. " if what else ""
    return f"{release.publisher}. {name}{release.title}, published {day}. {address or f'{release.base}/datapackage.json'}"


def licence_text(release: OpenRelease) -> str:
    """Licence and attribution as a file."""
    return (
        f"{release.title}\n\nContains public sector information of {release.publisher},\nlicensed under the "
        f"{LICENCE['title']}.\n{LICENCE['path']}\n\nYou may use it freely if you name the source:\n{citation(release)}\n"
    )


def read_me(release: OpenRelease) -> str:
    """What a person finds first in the archive."""
    lines = [f"# {release.title}", "", description(release), ""]
    lines += [f"- `{table.file}`: {table.description}" for table in TABLES]
    lines += [
        "- `datapackage.json`: the same described as a Frictionless Data Package, `csv-metadata.json` as CSV on the Web",
        "- `SHA256SUMS`: check with `sha256sum --check SHA256SUMS`",
        "",
        "An empty value is no value, never 0: `status` and `reason` say why.",
        f"How small numbers are protected: {release.home}/method/disclosure/",
        f"Cite as: {citation(release)}",
        "",
    ]
    return "\n".join(lines)
