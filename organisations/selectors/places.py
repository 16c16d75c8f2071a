"""Who lives in a place and how deprived its wards are: published figures of the census and of deprivation, never of a release.

Wards are those of December 2017, by which the figures were worked out; councils have drawn some anew since.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from organisations.models import Organisation, OrganisationPlace, Place

DATA = Path(__file__).resolve().parent.parent / "data"
TOPICS: Mapping[str, str] = {"ethnicity": "Ethnic group", "disability": "Disability", "sex": "Sex", "age": "Age band"}


@dataclass(frozen=True, slots=True)
class Share:
    """A group of the people of a place, and its share of them in percent."""

    label: str
    people: int
    percent: float


@dataclass(frozen=True, slots=True)
class Topic:
    """One way to look at the people of a place, with its groups as the census lists them."""

    key: str
    title: str
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Ward:
    """A ward with its people in mid-2019, and those of them who live in England's most deprived tenth of neighbourhoods.

    `mean_rank` is the mean deprivation rank of its neighbourhoods, weighted by people: the lower, the more deprived.
    """

    code: str
    name: str
    people: int
    in_most_deprived_tenth: int
    mean_rank: int
    la_code: str

    @property
    def percent(self) -> float:
        """The share of its people who live in the most deprived tenth, in percent."""
        return 100 * self.in_most_deprived_tenth / self.people


@dataclass(frozen=True, slots=True)
class Wards:
    """The wards of a place, most deprived first."""

    rows: tuple[Ward, ...]

    @property
    def percent(self) -> float:
        """The share of all people of the place who live in the most deprived tenth, in percent."""
        return 100 * sum(ward.in_most_deprived_tenth for ward in self.rows) / sum(ward.people for ward in self.rows)

    @property
    def without(self) -> int:
        """How many wards hold no neighbourhood of the most deprived tenth."""
        return sum(1 for ward in self.rows if not ward.in_most_deprived_tenth)


def people_of(place: Place) -> tuple[Topic, ...]:
    """Ethnic group, disability, sex and age of the people of a place, Census 2021; empty without figures. No query."""
    found = _people().get(place.la_code, {})
    return tuple(_topic(key, title, found[key]) for key, title in TOPICS.items() if key in found)


def _topic(key: str, title: str, groups: Mapping[str, int]) -> Topic:
    total = sum(groups.values())
    return Topic(key, title, tuple(Share(label, people, 100 * people / total) for label, people in groups.items()))


def wards_of(place: Place) -> Wards | None:
    """The wards of a place, most deprived first and then by name; nothing for a place without figures. No query."""
    rows = _wards().get(place.la_code, ())
    return Wards(tuple(sorted(rows, key=lambda ward: (-ward.percent, ward.name)))) if rows else None


def all_wards() -> Mapping[str, Ward]:
    """Every ward of the places by its code. No query."""
    return {ward.code: ward for wards in _wards().values() for ward in wards}


def based_in(place: Place, user: Any) -> list[Organisation]:
    """The organisations with their head office in a place, or that commission for it, as far as the reader may know; by name."""
    members = OrganisationPlace.objects.filter(place=place).values("organisation")
    return list(Organisation.objects.visible_to(user).ever_in_footprint().filter(pk__in=members).order_by("name"))


def places_of(organisation: Organisation) -> list[Place]:
    """Where an organisation has its head office, or for whose people it commissions; by name. One query."""
    return list(Place.objects.filter(organisation_places__organisation=organisation).distinct().order_by("name"))


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@lru_cache(maxsize=1)
def _people() -> Mapping[str, Mapping[str, Mapping[str, int]]]:
    """Local authority → way to look at people → group → people."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    for row in _rows("population.csv"):
        found.setdefault(row["la_code"], {}).setdefault(row["characteristic"], {})[row["category"]] = int(row["people"])
    return found


@lru_cache(maxsize=1)
def _wards() -> Mapping[str, tuple[Ward, ...]]:
    """Local authority → its wards."""
    found: dict[str, list[Ward]] = {}
    for row in _rows("wards.csv"):
        ward = Ward(
            row["ward_code"],
            row["ward"],
            int(row["people_mid2019"]),
            int(row["people_in_most_deprived_tenth"]),
            int(row["mean_imd_rank"]),
            row["la_code"],
        )
        found.setdefault(row["la_code"], []).append(ward)
    return {code: tuple(wards) for code, wards in found.items()}
