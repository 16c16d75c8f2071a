"""Open data: the public tier alone, the same cell everywhere, packages that the frictionless tool accepts, valid FHIR R4."""

import csv
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from kpis.dashboards.open_data import TYPES
from kpis.models.releases import Release, ReleasedFigure
from kpis.open_data.packages import citation, csv_on_the_web
from kpis.selectors.releases import newest_release
from organisations.models import Organisation
from organisations.roles import Role
from tests.kpis.dashboard_factories import figure, published_release, write
from tests.kpis.test_fhir_resources import release_of
from tests.organisations.factories import person, signed_in

OWN, POOLED = Decimal("23.456700"), Decimal("31.250000")
SECRET = {"board": Decimal("71.717100"), "steering": Decimal("82.828200")}
FHIR_TAG = "/open-data/fhir/"


@pytest.fixture(scope="module")
def db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database of this module: one transaction, rolled back after it; pytest-django knows the fixture by its name."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def release(db: None) -> Release:
    """Two releases written figure by figure: public ones, one withheld, and numbers of other tiers that nobody may read here."""
    due = list(Organisation.objects.filter(footprint_memberships__isnull=False, kind="acute").distinct().order_by("slug")[:4])
    for number, period in ((1, "2019-20-q1"), (2, "2019-20-q2")):
        made = published_release(period, number, due, missing=due[3:])
        write(
            figure(made, "REP-BME-67", value=31.25, low=20.5, high=44.25, statistic="pooled", numerator=125, denominator=400),
            figure(made, "REP-BME-67", "acute", verdict="withheld", statistic="pooled"),
            *(
                figure(made, "REP-BME-67", due[0], value=float(secret), tier=tier, component=component)
                for component, (tier, secret) in zip(("", "voting"), SECRET.items(), strict=False)
            ),
            figure(made, "GPG-1", due[0], value=float(OWN)),
            figure(made, "GPG-1", due[1], verdict="not_returned"),
            figure(made, "GPG-1", value=12.5, statistic="median", contributing=2),
        )
    found = newest_release()
    assert found is not None and found.number == 2
    return found


def fetch(address: str, client: Client | None = None, **query: Any) -> Any:
    answer = (client or Client()).get(address, query)
    assert answer.status_code == 200, address
    return answer


def file_of(release: Release, name: str) -> bytes:
    return fetch(reverse("open-data:file", args=[release.number, name])).content


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"))))


def public_addresses(release: Release) -> list[str]:
    owner = Organisation.objects.get(slug=release.due[0])
    names = [name for name in TYPES if name != "package.zip"]
    return [
        reverse("compendium:list"),
        reverse("compendium:organisation", args=[owner.slug]),
        reverse("open-data:list"),
        reverse("open-data:catalogue"),
        *(reverse("open-data:file", args=[release.number, name]) for name in names),
        *(reverse(f"compendium:{name}", args=[code]) for code in ("rep-bme-67", "gpg-1") for name in ("detail", "data-csv")),
    ]


def test_no_cell_of_another_tier_appears_anywhere_whoever_asks(release: Release) -> None:
    assert ReleasedFigure.objects.filter(release=release, value__in=list(SECRET.values())).count() == 2
    readers = {"nobody": Client(), "steering": signed_in(person(Role.STEERING_MEMBER))}
    for reader, client in readers.items():
        for address in public_addresses(release):
            text = fetch(address, client).content.decode()
            assert not any(secret in text for secret in ("71.7", "82.8")), f"{reader} at {address}"
    with ZipFile(BytesIO(fetch(reverse("open-data:all")).content)) as whole:
        assert all(b"71.7" not in whole.read(name) and b"82.8" not in whole.read(name) for name in whole.namelist())
    rows = rows_of(file_of(release, "figures.csv"))
    assert len(rows) == ReleasedFigure.objects.filter(release=release, tier="public").count() == 5


def test_the_same_cell_is_equal_in_page_api_file_workbook_package_and_fhir(release: Release) -> None:
    owner = release.due[0]
    api = {
        (row["kpi"], row["level"], row["organisation"] or "", row["statistic"]): row["value"]
        for row in fetch(reverse("api:figures", args=[release.number]), page_size=2000).json()["results"]
    }
    package = {
        (row["kpi"], row["level"], row["organisation"], row["statistic"]): float(row["value"]) if row["value"] else None
        for row in rows_of(file_of(release, "figures.csv"))
    }
    assert api == package and len(api) == 5
    assert api["GPG-1", "organisation", owner, "own"] == float(OWN)
    assert api["REP-BME-67", "system", "", "pooled"] == float(POOLED)
    assert api["REP-BME-67", "type", "", "pooled"] is None, "a withheld one has no value"

    resources = [entry["resource"] for entry in json.loads(file_of(release, "fhir.json"))["entry"]]
    reported = {}
    for one in resources:
        if one["resourceType"] == "MeasureReport":
            tags = {tag["system"].rpartition("/")[2]: tag["code"] for tag in one["meta"]["tag"]}
            code = one["measure"].split("/")[-2].upper()
            slug = one["reporter"].get("identifier", {}).get("value", "")
            reported[code, tags["level"], slug, tags["statistic"]] = one["group"][0]["measureScore"].get("value")
    assert reported == package

    told = {}
    for code in ("gpg-1", "rep-bme-67"):
        answer = fetch(reverse("compendium:data-csv", args=[code]))
        for row in rows_of(answer.content):
            told[row["KPI"], row["Level"], row["Statistic"], row["Organisation or kind"]] = row["Value"]
        book = load_workbook(BytesIO(fetch(reverse("compendium:data-xlsx", args=[code])).content)).worksheets[0]
        heads, *cells = [[cell.value for cell in row] for row in book.iter_rows()]
        values = [str(row[heads.index("Value")] or "") for row in cells]
        assert [as_number(one) for one in values] == [as_number(row["Value"]) for row in rows_of(answer.content)]
    name = Organisation.objects.get(slug=owner).short_name
    assert Decimal(told["GPG-1", "organisation", "own", name]) == OWN
    assert told["REP-BME-67", "type", "pooled", "acute trusts"] == "[c]"

    page = fetch(reverse("compendium:detail", args=["gpg-1"])).content.decode()
    assert "23.5%" in page and "12.5%" in page
    assert "31" in fetch(reverse("compendium:detail", args=["rep-bme-67"])).content.decode()
    assert "23.5%" in fetch(reverse("compendium:organisation", args=[owner])).content.decode()


def as_number(text: str) -> float | str:
    return text if text in ("", "[c]") else float(text)


def test_a_package_satisfies_the_frictionless_tool_and_its_checksums(release: Release, tmp_path: Path) -> None:
    with ZipFile(BytesIO(file_of(release, "package.zip"))) as archive:
        archive.extractall(tmp_path)
        names = set(archive.namelist())
    assert names == set(TYPES) - {"package.zip", "fhir.json"}
    tool = Path(sys.executable).parent / "frictionless"
    done = subprocess.run(
        [tool, "validate", "--json", "datapackage.json"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    report = json.loads(done.stdout)
    assert done.returncode == 0 and report["valid"], done.stdout
    assert {task["name"]: task["stats"]["rows"] for task in report["tasks"]} == {"figures": 5, "kpis": 61, "organisations": 4}
    for line in (tmp_path / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == digest
    # The tool finds what is wrong: otherwise its silence would say nothing.
    figures = tmp_path / "figures.csv"
    figures.write_text(figures.read_text().replace("pooled", "mean", 1))
    assert validate(tmp_path).returncode != 0


def validate(folder: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """What the frictionless tool says of the package in a folder."""
    tool = Path(sys.executable).parent / "frictionless"
    command = [tool, "validate", *options, "datapackage.json"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_single_files_are_those_of_the_package_and_csvw_names_their_columns(release: Release) -> None:
    with ZipFile(BytesIO(file_of(release, "package.zip"))) as archive:
        for name in archive.namelist():
            assert archive.read(name) == file_of(release, name), name
    for table in json.loads(file_of(release, "csv-metadata.json"))["tables"]:
        heads = file_of(release, table["url"]).decode().splitlines()[0].split(",")
        assert [column["titles"] for column in table["tableSchema"]["columns"]] == heads


def test_what_is_published_in_a_summer_night_has_the_day_of_london() -> None:
    one = replace(release_of(), published_at=datetime(2020, 6, 30, 23, 30, tzinfo=UTC))
    assert "published 1 July 2020." in citation(one)
    assert csv_on_the_web(one)["dc:issued"]["@value"] == "2020-07-01"


def test_fhir_resources_hold_against_the_models_of_r4(release: Release) -> None:
    from fhirclient.models.bundle import Bundle
    from fhirclient.models.fhirabstractbase import FHIRValidationError

    content = json.loads(file_of(release, "fhir.json"))
    found = Bundle(content, strict=True)
    assert found.as_json() == content
    kinds = [entry.resource.resource_type for entry in found.entry]
    assert kinds.count("Measure") == 2 and kinds.count("MeasureReport") == 5
    report = next(entry["resource"] for entry in content["entry"] if entry["resource"]["resourceType"] == "MeasureReport")
    report["measureScore"] = 1
    with pytest.raises(FHIRValidationError):
        Bundle(content, strict=True)


def test_the_catalogue_names_every_release_and_its_addresses_answer(release: Release) -> None:
    content = json.loads(fetch(reverse("open-data:catalogue")).content)
    assert [one["dct:identifier"] for one in content["dcat:dataset"]] == ["release-2", "release-1"]
    for file in content["dcat:dataset"][0]["dcat:distribution"]:
        address = file["dcat:downloadURL"]["@id"].removeprefix("http://testserver")
        answer = fetch(address)
        assert answer.headers["Content-Type"].partition(";")[0] == file["dcat:mediaType"]["@id"].partition("media-types/")[2]


def test_files_may_be_kept_by_caches_and_are_not_sent_twice(release: Release) -> None:
    address = reverse("open-data:file", args=[release.number, "figures.csv"])
    first = fetch(address)
    assert first.headers["Cache-Control"] == "public, max-age=3600" and not first.cookies
    again = Client().get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    mine = fetch(address, signed_in(person(Role.BOARD_MEMBER)))
    assert mine.headers["Cache-Control"] == "no-store, private" and mine.content == first.content
    assert Client().get(reverse("open-data:file", args=[release.number, "secrets.csv"])).status_code == 404
    assert Client().get(reverse("open-data:file", args=[99, "figures.csv"])).status_code == 404
