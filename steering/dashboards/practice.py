"""Good practice as pages show it: what is offered to an organisation, and where the group could ask for a note."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kpis.catalogue import KpiDefinition
from kpis.selectors.releases import ReleaseAsSeen
from steering.models.practice import PracticeNote
from steering.practice import POORLY, Standing, learners_and_teachers, offers
from steering.selectors.practice import standings_of


@dataclass(frozen=True, slots=True)
class Offer:
    """A KPI on which the organisation does not do well: notes of those who do, public reviews, and whom to ask for a note."""

    definition: KpiDefinition
    notes: tuple[PracticeNote, ...]
    reviews: tuple[PracticeNote, ...]
    to_ask: tuple[str, ...]


def offers_for(seen: ReleaseAsSeen, organisation: int, notes: Iterable[PracticeNote]) -> tuple[Offer, ...]:
    """What the released figures offer to one organisation, in the order of the KPIs."""
    known = list(notes)
    standings = standings_of(seen)
    definitions = _definitions(seen)
    found = offers(standings, {code: one.direction for code, one in definitions.items()}, organisation)
    names = {member.pk: member.name for member in seen.members}
    rows = []
    for code in _not_well(standings, organisation):
        teachers = found.get(code, ())
        own = tuple(note for note in known if code in note.kpis and note.organisation_id in teachers)
        reviews = tuple(note for note in known if code in note.kpis and note.organisation_id is None)
        wrote = {note.organisation_id for note in own}
        to_ask = tuple(sorted(names[pk] for pk in teachers if pk not in wrote and pk in names))
        if own or reviews or to_ask:
            rows.append(Offer(definitions[code], own, reviews, to_ask))
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class Demand:
    """A KPI over the system: how many do not do well, of how many, and how many notes of those who do are offered to them."""

    definition: KpiDefinition
    learners: int
    figures: int
    teachers: int
    notes: int


def demand(seen: ReleaseAsSeen, notes: Iterable[PracticeNote]) -> tuple[Demand, ...]:
    """Every KPI on which somebody could learn from somebody, those without a note first."""
    known = list(notes)
    rows = []
    definitions = _definitions(seen)
    for code, standings in standings_of(seen).items():
        direction = definitions[code].direction
        learners, teachers = learners_and_teachers(standings, direction)
        if teachers:
            written = sum(code in note.kpis and note.organisation_id in teachers for note in known)
            rows.append(Demand(definitions[code], len(learners), len(standings), len(teachers), written))
    order = list(definitions)
    return tuple(sorted(rows, key=lambda row: (row.notes > 0, order.index(row.definition.code))))


def _definitions(seen: ReleaseAsSeen) -> dict[str, KpiDefinition]:
    return {kpi.definition.code: kpi.definition for kpi in seen.framework.kpis}


def _not_well(standings: Mapping[str, list[Standing]], organisation: int) -> list[str]:
    return [
        code
        for code, rows in standings.items()
        if any(row.organisation == organisation and row.verdict in POORLY for row in rows)
    ]
