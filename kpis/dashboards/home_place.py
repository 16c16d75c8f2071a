"""A Healthwatch reader's home: the public tier for one place, patients' side first."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from kpis.catalogue import WORKSTREAMS, KpiDefinition
from kpis.dashboards.figure_words import value_text
from kpis.dashboards.home import SystemLine, system_lines
from kpis.models.releases import Release
from kpis.selectors.releases import Member, Reading, ReleaseAsSeen
from organisations.models import OrganisationPlace, Place

PATIENT_SIDE = ("patient-participation", "health-inequalities", "quality-risk-assurance")


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One KPI of one organisation of the place."""

    definition: KpiDefinition
    member: Member
    reading: Reading

    @property
    def url(self) -> str:
        """The KPI's page with the organisation marked."""
        return f"{reverse('kpis:detail', args=[self.definition.slug])}?organisation={self.member.slug}"

    @property
    def value(self) -> str:
        """The figure in its unit."""
        return value_text(self.definition, self.reading)


@dataclass(frozen=True, slots=True)
class PlaceHome:
    """The public tier for one place, patients' side first."""

    release: Release
    place: Place
    members: tuple[Member, ...]
    patient_side: tuple[SystemLine, ...]
    others: tuple[SystemLine, ...]
    rows: tuple[PlaceRow, ...]


def place_home(seen: ReleaseAsSeen, place: Place) -> PlaceHome:
    """The organisations of a place and what the public tier says of them; rows of the patients' side come first."""
    pks = set(OrganisationPlace.objects.filter(place=place).values_list("organisation_id", flat=True))
    members = tuple(member for member in seen.members if member.pk in pks)
    by_pk = {member.pk: member for member in members}
    lines = system_lines(seen)
    definitions = {kpi.kpi_id: kpi.definition for kpi in seen.framework.kpis}
    rows = [
        PlaceRow(definitions[one.kpi_id], by_pk[one.organisation_id], one)
        for one in seen.headlines(level="organisation", organisation__in=list(by_pk))
        if one.organisation_id in by_pk and one.kpi_id in definitions and one.verdict != "not_applicable"
    ]
    order = {slug: place for place, slug in enumerate(dict.fromkeys((*PATIENT_SIDE, *WORKSTREAMS)))}
    rows.sort(key=lambda row: (order[row.definition.workstream], row.definition.code, row.member.name.casefold()))
    return PlaceHome(
        seen.release,
        place,
        members,
        tuple(line for line in lines if line.definition.workstream in PATIENT_SIDE),
        tuple(line for line in lines if line.definition.workstream not in PATIENT_SIDE),
        tuple(rows),
    )
