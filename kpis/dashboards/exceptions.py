"""Every reading that needs action: which figure, against what, and since when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from edi_portal.charts.words import sentence_for_false_alarms
from edi_portal.periods import Quarter
from kpis.catalogue import WORKSTREAMS, KpiDefinition
from kpis.dashboards.changes import icons_in_words
from kpis.dashboards.figure_words import comparison_words, counts_of, group_words, interval_words, value_text
from kpis.dashboards.overview import false_alarms_expected
from kpis.selectors.releases import MARK_FIELDS, Member, Reading, ReleaseAsSeen, acting_before


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """One reading to act on."""

    definition: KpiDefinition
    member: Member
    reading: Reading
    since: Quarter
    first: bool

    @property
    def url(self) -> str:
        """The KPI's page with this organisation marked."""
        return f"{reverse('kpis:detail', args=[self.definition.slug])}?organisation={self.member.slug}"

    @property
    def key(self) -> tuple[str, str]:
        """Code of the KPI and slug of the organisation, by which an action is found."""
        return self.definition.code.upper(), self.member.slug

    @property
    def workstream(self) -> str:
        """The workstream's title."""
        return WORKSTREAMS[self.definition.workstream]

    @property
    def value(self) -> str:
        """The figure in its unit."""
        return value_text(self.definition, self.reading)

    @property
    def interval(self) -> str:
        """Its 95% interval, empty where chance plays no part."""
        return interval_words(self.definition, self.reading)

    @property
    def counts(self) -> str:
        """The counts behind it."""
        return " against ".join(counts_of(self.definition, self.reading))

    @property
    def against(self) -> str:
        """What it misses."""
        return comparison_words(self.definition, self.reading, group_words(self.member.group))

    @property
    def over_time(self) -> str:
        """Its stored verdict over time."""
        return icons_in_words(self.reading)

    @property
    def since_text(self) -> str:
        """Since when: "new in this release" or the first quarter of the unbroken run."""
        return "New in this release" if self.first else f"Since {self.since.label}"


@dataclass(frozen=True, slots=True)
class ExceptionGroup:
    """The readings to act on of one KPI."""

    rows: tuple[ExceptionRow, ...]

    @property
    def first(self) -> ExceptionRow:
        """Any of them, for what they share."""
        return self.rows[0]

    @property
    def url(self) -> str:
        """The KPI's page."""
        return reverse("kpis:detail", args=[self.first.definition.slug])


def grouped(rows: Iterable[ExceptionRow]) -> tuple[ExceptionGroup, ...]:
    """The rows by KPI, in their order."""
    groups: dict[str, list[ExceptionRow]] = {}
    for row in rows:
        groups.setdefault(row.definition.code, []).append(row)
    return tuple(ExceptionGroup(tuple(found)) for found in groups.values())


def exceptions_of(seen: ReleaseAsSeen, *, workstream: str = "", domain: str = "") -> tuple[ExceptionRow, ...]:
    """Readings to act on by KPI, then by name: nobody is called the worst."""
    framework = seen.framework
    members = {member.pk: member for member in seen.members}
    earlier = acting_before(seen.release, seen.tiers)
    order = {kpi.kpi_id: place for place, kpi in enumerate(framework.kpis)}
    definitions = {kpi.kpi_id: kpi.definition for kpi in framework.kpis}
    rows = []
    for reading in seen.headlines(level="organisation", verdict="act"):
        definition = definitions.get(reading.kpi_id)
        member = members.get(reading.organisation_id or 0)
        if definition is None or member is None or not _wanted(definition, workstream, domain):
            continue
        since = first_of_run(seen.quarter, definition, earlier.get((reading.kpi_id, member.pk), frozenset()))
        rows.append(ExceptionRow(definition, member, reading, since, since == seen.quarter))
    return tuple(sorted(rows, key=lambda row: (order[row.reading.kpi_id], row.member.name.casefold())))


def alarms_expected(seen: ReleaseAsSeen, *, workstream: str = "", kind: str = "", domain: str = "") -> str:
    """How many readings of the selection chance alone would flag, in words."""
    definitions = {kpi.kpi_id: kpi.definition for kpi in seen.framework.kpis}
    members = {member.pk for member in seen.members if not kind or member.group == kind}
    checked = [
        (definitions[reading.kpi_id], reading)
        for reading in seen.headlines(columns=MARK_FIELDS, level="organisation", status="shown")
        if reading.kpi_id in definitions
        and reading.organisation_id in members
        and definitions[reading.kpi_id].target.kind != "none"
        and _wanted(definitions[reading.kpi_id], workstream, domain)
    ]
    return sentence_for_false_alarms(readings=len(checked), expected=false_alarms_expected(checked)).text if checked else ""


def _wanted(definition: KpiDefinition, workstream: str, domain: str) -> bool:
    return (not workstream or definition.workstream == workstream) and (not domain or definition.domain == domain)


def first_of_run(quarter: Quarter, definition: KpiDefinition, acting: frozenset[Quarter]) -> Quarter:
    """The first quarter of the unbroken run to act on that ends with `quarter`; quarters without a collection are passed over."""
    first, look = quarter, quarter.previous()
    for _ in range(len(acting) * 4):
        if look.number in definition.collected_in:
            if look not in acting:
                break
            first = look
        look = look.previous()
    return first
