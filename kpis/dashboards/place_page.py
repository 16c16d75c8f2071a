"""What a place's page says of its organisations: who is employed beside who lives there, and the patients' side.

Released figures within the reader's tier alone. A tier without figures of single organisations reads those of all together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse

from edi_portal.charts.numbers import percent_text
from kpis.dashboards.figure_words import DASH, absence_words, interval_words, value_text
from kpis.dashboards.representation import workforce_share
from kpis.framework import KpiInForce
from kpis.selectors.population import CAUTION
from kpis.selectors.releases import Member, Reading, ReleaseAsSeen, readings_of
from organisations.models import OrganisationPlace, Place
from organisations.selectors.places import people_of

PATIENTS = ("PAT-1", "PAT-2", "PAT-3", "PAT-4")
# Share of all staff: the KPIs that carry it as their reference, in the order in which they are asked.
STAFF = {"bme": ("REP-BME-8V", "REP-BME-67"), "disabled": ("REP-DIS-8V", "REP-DIS-67"), "women": ("GPG-6",)}
HEADS = {"bme": "Black and minority ethnic", "disabled": "Disabled", "women": "Women"}
PAY_GAP_QUARTER = 4


@dataclass(frozen=True, slots=True)
class StaffRow:
    """The people of the place, or the staff of an organisation: the share of each group as text, in the order of `HEADS`."""

    name: str
    url: str
    cells: tuple[tuple[str, str], ...]
    kind: str = ""


@dataclass(frozen=True, slots=True)
class StaffBeside:
    """Who we serve against who we employ."""

    rows: tuple[StaffRow, ...]
    heads: tuple[str, ...]
    when: str
    women_when: str
    single: bool
    caution: str = CAUTION


@dataclass(frozen=True, slots=True)
class PatientCell:
    """One figure of the patients' side."""

    head: str
    value: str
    note: str
    verdict: str


@dataclass(frozen=True, slots=True)
class PatientRow:
    """One organisation, or all together, with a figure for each KPI of the patients' side."""

    name: str
    url: str
    cells: tuple[PatientCell, ...]


@dataclass(frozen=True, slots=True)
class PatientSide:
    """The patients' side of the organisations of a place."""

    rows: tuple[PatientRow, ...]
    heads: tuple[tuple[str, str, str], ...]
    single: bool


def members_of_place(seen: ReleaseAsSeen, place: Place) -> tuple[Member, ...]:
    """The organisations of the release that are based in the place or commission for it. One query beyond the release's."""
    pks = set(OrganisationPlace.objects.filter(place=place).values_list("organisation_id", flat=True))
    return tuple(sorted((one for one in seen.members if one.pk in pks), key=lambda one: one.name.casefold()))


def _kpis(seen: ReleaseAsSeen, codes: tuple[str, ...]) -> dict[int, KpiInForce]:
    found = {kpi.definition.code: kpi for kpi in seen.framework.kpis if kpi.owner_id is None}
    return {found[code].kpi_id: found[code] for code in codes if code in found}


def _readings(seen: ReleaseAsSeen, codes: tuple[str, ...]) -> Mapping[tuple[int | None, str], Reading]:
    """(organisation, KPI code) → headline, medians left out. One query."""
    kpis = _kpis(seen, codes)
    rows = readings_of(seen.release, seen.tiers, component="", kpi__in=list(kpis), level__in=["organisation", "system"])
    return {(one.organisation_id, kpis[one.kpi_id].definition.code): one for one in rows if one.statistic != "median"}


def staff_beside(seen: ReleaseAsSeen, place: Place, members: tuple[Member, ...], *, signed_in: bool) -> StaffBeside:
    """The people of a place, then the staff of its organisations. At most five queries."""
    quarterly = _readings(seen, (*STAFF["bme"], *STAFF["disabled"]))
    number = seen.quarter.number
    yearly = seen if number == PAY_GAP_QUARTER else seen.before(number)
    women = _readings(yearly, STAFF["women"]) if yearly is not None else {}
    readings = {**quarterly, **women}
    rows = [_people(place)]
    subjects: list[tuple[int | None, str, str]] = [(None, "Staff of all organisations together", "")]
    subjects += [(member.pk, member.name, _organisation_url(member, signed_in=signed_in)) for member in members]
    for pk, name, url in subjects:
        if pk is None or any((pk, code) in readings for codes in STAFF.values() for code in codes):
            cells = tuple((HEADS[group], _staff_cell(pk, codes, readings)) for group, codes in STAFF.items())
            rows.append(StaffRow(name, url, cells, "system" if pk is None else "organisation"))
    return StaffBeside(
        tuple(rows),
        tuple(HEADS.values()),
        f"{seen.quarter.last_day:%-d %B %Y}",
        f"31 March {yearly.quarter.last_day.year}" if yearly is not None and women else "",
        any(row.kind == "organisation" for row in rows),
    )


def _organisation_url(member: Member, *, signed_in: bool) -> str:
    return reverse("kpis:organisation" if signed_in else "compendium:organisation", args=[member.slug])


def _people(place: Place) -> StaffRow:
    topics = {topic.key: {share.label: share.percent for share in topic.shares} for topic in people_of(place)}
    women = topics.get("sex", {}).get("Female")
    known = {"bme": place.bme_percent, "disabled": place.disabled_percent, "women": women}
    cells = tuple((HEADS[key], percent_text(value) if value is not None else DASH) for key, value in known.items())
    return StaffRow(f"People who live in {place.name}", "", cells, "people")


def _staff_cell(pk: int | None, codes: tuple[str, ...], readings: Mapping[tuple[int | None, str], Reading]) -> str:
    found = [readings[pk, code] for code in codes if (pk, code) in readings]
    for reading in found:
        share = workforce_share(reading)
        if share is not None:
            return percent_text(share, reading.reference_denominator)
    if any(reading.status == "withheld" for reading in found):
        return "[c]"
    return absence_words(found[0]).capitalize() or DASH if found else DASH


def patient_side(seen: ReleaseAsSeen, members: tuple[Member, ...], *, signed_in: bool) -> PatientSide:
    """The four KPIs of the patients' side, of all together and of the organisations of the place. One query."""
    definitions = [kpi.definition for kpi in _kpis(seen, PATIENTS).values()]
    readings = _readings(seen, PATIENTS)
    page = "kpis:detail" if signed_in else "compendium:detail"
    rows = []
    subjects: list[tuple[int | None, str, str]] = [(None, "All organisations together", "")]
    subjects += [(one.pk, one.name, _organisation_url(one, signed_in=signed_in)) for one in members]
    for pk, name, url in subjects:
        own = {one.code: readings.get((pk, one.code)) for one in definitions}
        applies = [one for one in own.values() if one is not None and one.verdict != "not_applicable"]
        if pk is not None and not applies:
            continue
        cells = []
        for one in definitions:
            reading = own[one.code]
            note = (absence_words(reading) or interval_words(one, reading)) if reading is not None else ""
            verdict = reading.verdict if reading is not None else ""
            cells.append(PatientCell(one.short_name, value_text(one, reading), note, verdict))
        rows.append(PatientRow(name, url, tuple(cells)))
    heads = tuple((one.short_name, one.code, reverse(page, args=[one.slug])) for one in definitions)
    return PatientSide(tuple(rows), heads, len(rows) > 1)
