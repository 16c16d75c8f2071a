"""The files of open data: one release, all releases, the catalogue. Public tier only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings

from edi_portal.ui.downloads import csv_bytes
from kpis.models.releases import Release, ReleaseStatus
from kpis.open_data.catalogue import catalogue
from kpis.open_data.fhir import bundle
from kpis.open_data.packages import archive, as_json, citation, files_of
from kpis.open_data.tables import TABLES, OpenRelease
from kpis.selectors.open_data import listed_releases, open_release

# What stands at an address of its own below a release, with its type.
TYPES: Mapping[str, str] = {
    "datapackage.json": "application/json",
    "csv-metadata.json": "application/csvm+json",
    "fhir.json": "application/fhir+json",
    "package.zip": "application/zip",
    "LICENCE.txt": "text/plain; charset=utf-8",
    "README.md": "text/markdown; charset=utf-8",
    "SHA256SUMS": "text/plain; charset=utf-8",
    **{table.file: "text/csv; charset=utf-8; header=present" for table in TABLES},
}


@dataclass(frozen=True, slots=True)
class Line:
    """A release in the list, with how to cite it."""

    release: Release
    cite: str

    @property
    def replaced(self) -> bool:
        """Whether a revision took its place."""
        return self.release.status == ReleaseStatus.SUPERSEDED

    @property
    def period(self) -> str:
        """Its quarter, in an order by time."""
        return self.release.quarter.slug


def package_files(release: OpenRelease) -> dict[str, bytes]:
    """Every file of the release's package, by name."""
    tables = {
        table.name: csv_bytes([one.name for one in table.fields], release.rows(table), for_people=False) for table in TABLES
    }
    return files_of(release, tables)


def file_of(release: Release, name: str, *, home: str) -> bytes:
    """One file of a release by its name in `TYPES`."""
    found = open_release(release, home=home)
    whole: Mapping[str, Callable[[], bytes]] = {
        "fhir.json": lambda: as_json(bundle(found)),
        "package.zip": lambda: archive(package_files(found)),
    }
    return whole[name]() if name in whole else package_files(found)[name]


def all_packages(releases: Iterable[Release], *, home: str) -> bytes:
    """The packages of all these releases in one archive, each in a folder of its own, with the catalogue."""
    files = {"catalogue.jsonld": catalogue_file(home=home)}
    for release in releases:
        found = open_release(release, home=home)
        files |= {f"release-{found.number}/{name}": content for name, content in package_files(found).items()}
    return archive(files)


def catalogue_file(*, home: str) -> bytes:
    """The DCAT catalogue of all releases."""
    return as_json(catalogue(listed_releases(home=home), publisher=settings.PARTNERSHIP_NAME, home=home))


def lines(releases: Iterable[Release], *, home: str) -> list[Line]:
    """The releases for the page of open data. No query."""
    described = ((release, open_release(release, home=home, figures=False)) for release in releases)
    return [Line(release, citation(one)) for release, one in described]
