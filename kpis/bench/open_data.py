"""Speed of what everybody may read: the packages of all releases, the compendium, and the page of a KPI.

The archive counts only when every public figure of every release stands in it, and no other one.
"""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from zipfile import ZipFile

from django.test import Client

from edi_portal.bench import BenchResult, fastest, within
from kpis.bench.pages import MOST_KILOBYTES, MOST_QUERIES, timed
from kpis.dashboards.open_data import all_packages
from kpis.models.releases import Release, ReleasedFigure
from kpis.selectors.releases import releases_of_readers

PACKAGE_SECONDS = 5.0
PAGE_MILLISECONDS = 60.0
HOME = "https://portal.invalid"
PAGES = (
    ("Compendium", "/compendium/", "WRES-2"),
    ("Compendium, page of WRES-2", "/compendium/wres-2/", "Cite this as"),
    ("Compendium, an organisation", "/compendium/organisations/countess-of-chester/", "Countess of Chester"),
)


class WrongDataError(AssertionError):
    """The files or pages are not what they should be, so their time means nothing."""


def measure() -> list[BenchResult]:
    """The archive of all releases and the public pages, asked for without an account."""
    releases = list(releases_of_readers())
    content = all_packages(releases, home=HOME)
    _check(releases, content)
    seconds = fastest(lambda: all_packages(releases_of_readers(), home=HOME), 3)
    found = [
        within(f"Packages of {len(releases)} releases as one archive", seconds, "s", PACKAGE_SECONDS),
        BenchResult("Its size", len(content) / 1000, "kB", None, True),
    ]
    for name, address, holds in PAGES:
        found += _page(name, address, holds)
    return found


def _check(releases: list[Release], content: bytes) -> None:
    with ZipFile(BytesIO(content)) as archive:
        for release in releases:
            table = archive.read(f"release-{release.number}/figures.csv").decode()
            told = sorted(row["value"] for row in csv.DictReader(StringIO(table)))
            stored = ReleasedFigure.objects.filter(release=release, tier="public").values_list("value", flat=True)
            if told != sorted("" if value is None else str(value) for value in stored):
                raise WrongDataError(f"The file of release {release.number} does not hold its public figures.")


def _page(name: str, address: str, holds: str) -> list[BenchResult]:
    client = Client()
    found = timed(lambda: client.get(address))
    if found.answer.status_code != 200 or holds not in found.answer.content.decode():
        raise WrongDataError(f"{name} at {address} answered {found.answer.status_code} without “{holds}”.")
    return [
        within(f"{name}: queries", found.queries, "", MOST_QUERIES),
        within(f"{name}: HTML", len(found.answer.content) / 1000, "kB", MOST_KILOBYTES),
        within(f"{name}: median", found.milliseconds, "ms", PAGE_MILLISECONDS),
        BenchResult(f"{name}: of which processor", found.processor, "ms", None, True),
    ]
