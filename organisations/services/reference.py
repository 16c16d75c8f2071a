"""Loading the reference data of `organisations/data`: places, organisations, their dated rows and successions.

Quick when nothing changed: a hash of the files is compared with the one stored. Facts of places and organisations follow the
files; dated rows are only added to organisations that have none of that sort, so that what an admin changed stays.
"""

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.db import transaction
from django.utils.text import slugify

from edi_portal.audit.services import record
from edi_portal.clock import business_today
from organisations.models import (
    FootprintMembership,
    Kind,
    Organisation,
    OrganisationCode,
    OrganisationName,
    OrganisationPlace,
    PeerGroupMembership,
    Place,
    ReferenceLoad,
    ServedBy,
    Succession,
)
from organisations.services.names import refresh_names

FOLDER = Path(__file__).resolve().parent.parent / "data"
Row = dict[str, str]

# How the files' words for what happened begin, longest first where one begins another.
NATURES = {
    "rename": Succession.Nature.RENAME,
    "merger": Succession.Nature.MERGER,
    "acquisition": Succession.Nature.ACQUISITION,
    "partial transfer": Succession.Nature.PART_TRANSFER,
    "dissolution": Succession.Nature.DISSOLUTION,
    "closure": Succession.Nature.CLOSURE,
    "group": Succession.Nature.GROUP,
    "shared leadership": Succession.Nature.GROUP,
}


@transaction.atomic
def load_reference() -> int:
    """Load the files if they changed since they were last loaded; the number of organisations read, 0 when nothing changed."""
    fingerprint = files_hash()
    loaded = ReferenceLoad.objects.select_for_update().filter(name="organisations").first()
    if loaded is not None and loaded.content_hash == fingerprint:
        refresh_names(business_today())
        return 0
    places = _load_places()
    organisations = _load_organisations()
    _load_names(organisations)
    _load_codes(organisations)
    _load_organisation_places(organisations, places)
    _load_groups(organisations)
    _load_successions(organisations)
    refresh_names(business_today())
    ReferenceLoad.objects.update_or_create(name="organisations", defaults={"content_hash": fingerprint})
    record(action="reference.loaded", by=None, subject="reference:organisations", details={"hash": fingerprint[:12]})
    return len(organisations)


def files_hash() -> str:
    """SHA-256 over names and contents of all reference files."""
    digest = hashlib.sha256()
    for path in sorted(FOLDER.glob("*.csv")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def rows_of(name: str) -> Iterator[Row]:
    """The rows of one file, each cell without spaces around it."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield {key: (value or "").strip() for key, value in row.items()}


def day_of(text: str) -> date | None:
    """The day at the beginning of a cell; None for an empty cell or a remark in words."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _load_places() -> dict[str, Place]:
    places = {}
    for row in rows_of("places.csv"):
        website = row["healthwatch_website"]
        values = {
            "slug": slugify(row["place_name"]),
            "name": row["place_name"],
            "la_name": row["la_name"],
            "council_name": row["council_name"],
            "healthwatch_name": row["healthwatch_name"],
            "healthwatch_website": website if website.startswith("http") else "",
            "population": int(row["pop_census2021"]),
            "bme_percent": _number(row["bme_percent_2021"]),
            "disabled_percent": _number(row["disabled_percent_2021"]),
            "imd_2019_score": _number(row["imd2019_average_score"]),
            "imd_2019_rank": int(row["imd2019_rank_of_317"]),
            "label_latitude": _number(row["label_lat"]),
            "label_longitude": _number(row["label_lon"]),
        }
        places[row["la_code"]], _ = Place.objects.update_or_create(la_code=row["la_code"], defaults=values)
    return places


def _load_organisations() -> dict[str, Organisation]:
    """Organisations by the ODS code that the files know them by."""
    last_names = {row["ods_code"]: row for row in rows_of("names.csv")}
    organisations = {}
    for row in rows_of("organisations.csv"):
        values = {
            "kind": _kind(row["kind"]),
            "legal_form": row["legal_form"],
            "staff_fte": _number(row["staff_fte_2018_06"]),
            "headcount_estimate": int(row["staff_headcount_estimate"]) if row["staff_headcount_estimate"] else None,
            "staff_source": row["staff_source"],
            "town": row["hq_town"],
            "postcode": row["hq_postcode_2018_19"].split(" (")[0],
            "latitude": _number(row["lat"]),
            "longitude": _number(row["lon"]),
            "website": row["website_2018_19"],
        }
        organisations[row["ods_code"]] = _organisation(last_names[row["ods_code"]], values)
    for row in rows_of("organisations_related.csv"):
        values = {
            "kind": _kind(row["kind"]),
            "staff_fte": _number(row["staff_fte_2018_06"]),
            "town": row["hq_town"],
            "postcode": row["hq_postcode"],
            "latitude": _number(row["lat"]),
            "longitude": _number(row["lon"]),
        }
        organisations[row["ods_code"]] = _organisation(last_names[row["ods_code"]], values)
    return organisations


def _kind(text: str) -> Kind:
    return Kind(text.lower().replace(" ", "_"))


def _organisation(name: Row, values: Mapping[str, object]) -> Organisation:
    first = {"name": name["name"], "short_name": name["short_name"]}
    organisation, _ = Organisation.objects.update_or_create(
        slug=name["slug"], defaults=values, create_defaults={**values, **first}
    )
    return organisation


def _without_rows(model: type, organisations: dict[str, Organisation]) -> dict[str, Organisation]:
    """The organisations that have no row of this dated table yet."""
    have = set(model.objects.values_list("organisation_id", flat=True))  # type: ignore[attr-defined]
    return {code: organisation for code, organisation in organisations.items() if organisation.pk not in have}


def _load_names(organisations: dict[str, Organisation]) -> None:
    new = _without_rows(OrganisationName, organisations)
    OrganisationName.objects.bulk_create(
        OrganisationName(
            organisation=new[row["ods_code"]],
            name=row["name"],
            short_name=row["short_name"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=day_of(row["valid_to"]),
            note=row["note"],
        )
        for row in rows_of("names.csv")
        if row["ods_code"] in new
    )


def _load_codes(organisations: dict[str, Organisation]) -> None:
    new = _without_rows(OrganisationCode, organisations)
    first_days: dict[str, date] = defaultdict(lambda: date.max)
    for row in rows_of("names.csv"):
        first_days[row["ods_code"]] = min(first_days[row["ods_code"]], date.fromisoformat(row["valid_from"]))
    codes = []
    for row in [*rows_of("organisations.csv"), *rows_of("organisations_related.csv")]:
        if row["ods_code"] in new:
            opened = day_of(row["ods_open_date"])
            codes.append(
                OrganisationCode(
                    organisation=new[row["ods_code"]],
                    code=row["ods_code"],
                    valid_from=opened or first_days[row["ods_code"]],
                    valid_to=day_of(row["ods_close_date"]),
                    note="" if opened else "The day of opening is not confirmed.",
                )
            )
    OrganisationCode.objects.bulk_create(codes)


def _load_organisation_places(organisations: dict[str, Organisation], places: dict[str, Place]) -> None:
    new = _without_rows(OrganisationPlace, organisations)
    rows = []
    for row in [*rows_of("organisations.csv"), *rows_of("organisations_related.csv")]:
        organisation = new.get(row["ods_code"])
        if organisation is None:
            continue
        commissions = Kind.CCG in (organisation.kind, organisation.legal_form.lower())
        relation = OrganisationPlace.Relation.COVERS if commissions else OrganisationPlace.Relation.BASED
        rows += [
            OrganisationPlace(organisation=organisation, place=places[code], relation=relation)
            for code in row["la_code"].split(";")
            if code
        ]
    OrganisationPlace.objects.bulk_create(rows)


def _load_groups(organisations: dict[str, Organisation]) -> None:
    new = _without_rows(FootprintMembership, organisations)
    FootprintMembership.objects.bulk_create(
        FootprintMembership(organisation=new[row["ods_code"]], note=row["note"], **_days(row))
        for row in rows_of("footprint.csv")
        if row["ods_code"] in new
    )
    new = _without_rows(PeerGroupMembership, organisations)
    PeerGroupMembership.objects.bulk_create(
        PeerGroupMembership(organisation=new[row["ods_code"]], group=row["group"], why=row["why"], **_days(row))
        for row in rows_of("peer_groups.csv")
        if row["ods_code"] in new
    )
    new = _without_rows(ServedBy, organisations)
    ServedBy.objects.bulk_create(
        ServedBy(organisation=new[row["ods_code"]], csu=organisations[row["csu_ods_code"]], note=row["note"], **_days(row))
        for row in rows_of("served_by.csv")
        if row["ods_code"] in new
    )


def _days(row: Row) -> dict[str, date | None]:
    return {"valid_from": date.fromisoformat(row["valid_from"]), "valid_to": day_of(row["valid_to"])}


def _load_successions(organisations: dict[str, Organisation]) -> None:
    known = set(Succession.objects.values_list("number", flat=True))
    for row in rows_of("successions.csv"):
        if int(row["id"]) in known:
            continue
        first, *others = (organisations[code] for code in row["from_ods_code"].split(";"))
        nature = next(nature for words, nature in NATURES.items() if row["kind"].startswith(words))
        succession = Succession.objects.create(
            number=int(row["id"]),
            predecessor=first,
            successor=organisations.get(row["to_ods_code"]),
            nature=nature,
            effective_on=day_of(row["effective_date"]),
            whole=row["scope"] in ("whole", "remaining services"),
            predecessor_name=row["from_name"],
            successor_name=row["to_name"],
            breaks_series=nature in BREAKING or row["kind"] == "rename on merger",
            effect=row["data_effect"],
            status=row["status"],
            source=row["source"][:400],
        )
        succession.partners.set(others)


BREAKING = frozenset(
    {Succession.Nature.MERGER, Succession.Nature.ACQUISITION, Succession.Nature.PART_TRANSFER, Succession.Nature.DISSOLUTION}
)
