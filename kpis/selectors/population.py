"""The population that an organisation serves: census shares of its catchment, of the places it covers, or of the footprint.

Census figures are public, so nothing here is bound to a release. They are of people of all ages, which the pages say.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import organisations
from organisations.models import OrganisationCode, OrganisationPlace, Place

CATCHMENTS = Path(organisations.__file__).resolve().parent / "data" / "catchments.csv"
# Shown wherever a share of staff stands beside a share of the population.
CAUTION = (
    "Population figures are of the Census 2021 and of all ages. Staff are of working age, and fewer people of working age are "
    "disabled, so read the distance with care."
)
FOOTPRINT = "Cheshire and Merseyside"


@dataclass(frozen=True, slots=True)
class Population:
    """Who lives where an organisation works: shares in percent, and in words which people they are."""

    bme_percent: Decimal
    disabled_percent: Decimal
    words: str

    def percent(self, group: str) -> Decimal:
        """The share of "bme" or "disabled" people."""
        return self.bme_percent if group == "bme" else self.disabled_percent


@dataclass(frozen=True, slots=True)
class Populations:
    """The population of the whole footprint, and of each organisation by its key."""

    footprint: Population | None
    served: Mapping[int, Population]

    def of(self, organisation: int | None) -> Population | None:
        """Whom this organisation serves; the footprint where nothing narrower is known or for all organisations together."""
        return self.served.get(organisation, self.footprint) if organisation is not None else self.footprint


def populations() -> Populations:
    """Who is served by whom. Three queries."""
    places = [place for place in Place.objects.all() if place.population and None not in _percents(place)]
    by_code = {place.la_code: place for place in places}
    served: dict[int, Population] = {}
    for organisation, some in _by_organisation(places).items():
        covered = [place for place, relation in some if relation == OrganisationPlace.Relation.COVERS]
        based = [place for place, _relation in some]
        chosen = covered or based
        served[organisation] = _of_places(chosen, " and ".join(place.name for place in chosen))
    for code, organisation in OrganisationCode.objects.values_list("code", "organisation_id"):
        weights = {by_code[la]: share for la, share in catchments().get(code, {}).items() if la in by_code}
        if weights:
            served[organisation] = _of_catchment(weights)
    return Populations(_of_places(places, FOOTPRINT) if places else None, served)


def _by_organisation(places: Iterable[Place]) -> Mapping[int, list[tuple[Place, str]]]:
    known = {place.pk: place for place in places}
    found: dict[int, list[tuple[Place, str]]] = {}
    for organisation, place, relation in OrganisationPlace.objects.values_list("organisation_id", "place_id", "relation"):
        if place in known:
            found.setdefault(organisation, []).append((known[place], relation))
    return found


def _percents(place: Place) -> tuple[Decimal | None, Decimal | None]:
    return place.bme_percent, place.disabled_percent


def _of_places(places: Sequence[Place], words: str) -> Population:
    return _weighted({place: Decimal(place.population or 0) for place in places}, f"people who live in {words}")


def _of_catchment(weights: Mapping[Place, Decimal]) -> Population:
    inside = round(sum(weights.values()) * 100)
    rest = "" if inside >= 99 else f", as far as it lies in {FOOTPRINT} ({inside}%)"
    return _weighted(weights, f"people of its hospitals' catchment{rest}")


def _weighted(weights: Mapping[Place, Decimal], words: str) -> Population:
    total = sum(weights.values())
    bme, disabled = (
        sum((weight * (_percents(place)[which] or 0) for place, weight in weights.items()), Decimal(0)) / total
        for which in (0, 1)
    )
    return Population(bme, disabled, words)


@lru_cache(maxsize=1)
def catchments() -> Mapping[str, Mapping[str, Decimal]]:
    """ODS code → local authority → its share of the trust's catchment; acute trusts only."""
    found: dict[str, dict[str, Decimal]] = {}
    with CATCHMENTS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["ods_code"], {})[row["la_code"]] = Decimal(row["share_of_catchment"])
    return found
