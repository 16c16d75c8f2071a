"""The steering overview: KPI × organisation as marks, with what is to act on, what improved and what chance alone would flag."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from edi_portal.charts.words import sentence_for_false_alarms
from edi_portal.clock import LONDON
from edi_portal.ui.heat import HeatColumn, HeatRow, HeatSection, HeatTable
from kpis.catalogue import WORKSTREAMS, KpiDefinition
from kpis.dashboards.changes import LIMIT
from kpis.dashboards.figure_words import DASH, SYSTEM, value_text
from kpis.dashboards.kinds import KindLine, is_crowded, kind_shown, kinds_of
from kpis.framework import KpiInForce
from kpis.models.releases import Release
from kpis.selectors.releases import MARK_FIELDS, Member, Reading, ReleaseAsSeen, last_headlines_before, returned_text


@dataclass(frozen=True, slots=True)
class Chosen:
    """The filters in use."""

    domain: str = ""
    workstream: str = ""
    kind: str = ""
    show: str = "due"
    release: str = ""

    def query(self, **changed: str) -> str:
        """These filters as the query of an address, some of them changed; what is at its default is left out."""
        values = {"domain": self.domain, "workstream": self.workstream, "kind": self.kind, "show": self.show} | changed
        values["release"] = self.release
        kept = {name: value for name, value in values.items() if value and (name, value) != ("show", "due")}
        return f"?{urlencode(kept)}" if kept else ""


@dataclass(frozen=True, slots=True)
class OverviewRow:
    """One KPI with its readings by organisation."""

    kpi: KpiInForce
    readings: Mapping[int, Reading]
    pooled: Reading | None
    median: Reading | None
    improved: int
    worsened: int

    @property
    def definition(self) -> KpiDefinition:
        """The KPI's definition."""
        return self.kpi.definition

    period: str = ""

    def tally(self, members: Sequence[Member], verdict: str) -> int:
        """How many of these organisations have this verdict."""
        return sum(member.pk in self.readings and self.readings[member.pk].verdict == verdict for member in members)


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the page shows."""

    release: Release
    heading: str
    finding: str
    strong: str
    facts: tuple[dict[str, str], ...]
    table: HeatTable
    shown: int
    known: int
    organisations: int
    to_act_on: int
    false_alarms: str
    by_group: tuple[KindLine, ...]
    rows: tuple[OverviewRow, ...]
    members: tuple[Member, ...]


def rows_of(seen: ReleaseAsSeen, *, not_due: bool = False) -> tuple[OverviewRow, ...]:
    """Every KPI with a reading of an organisation, in the order of the workstreams, each with what changed since a year earlier.

    With `not_due`, KPIs that are collected in another quarter stand beside them with their last released readings.
    """
    kpis = [kpi for kpi in seen.framework.kpis if kpi.owner_id is None]
    now = _by_kpi(seen.headlines(columns=MARK_FIELDS, level__in=["organisation", "system"]))
    periods: dict[int, str] = {}
    if not_due:
        missing = [kpi.kpi_id for kpi in kpis if kpi.kpi_id not in now]
        for quarter, reading in last_headlines_before(seen.release, seen.tiers, kpi_ids=missing):
            now.setdefault(reading.kpi_id, []).append(reading)
            periods[reading.kpi_id] = quarter.label
    pks = {member.pk for member in seen.members}
    found = []
    for kpi in kpis:
        readings = now.get(kpi.kpi_id, [])
        own = {one.organisation_id: one for one in readings if one.organisation_id in pks}
        if not own:
            continue
        verdicts = [reading.over_time for reading in own.values()]
        system = {one.statistic: one for one in readings if one.level == "system"}
        found.append(
            OverviewRow(
                kpi,
                {pk: reading for pk, reading in own.items() if pk is not None},
                system.get("pooled"),
                system.get("median"),
                verdicts.count("better"),
                verdicts.count("worse"),
                periods.get(kpi.kpi_id, ""),
            )
        )
    return tuple(found)


def _by_kpi(readings: Iterable[Reading]) -> dict[int, list[Reading]]:
    found: dict[int, list[Reading]] = {}
    for reading in readings:
        found.setdefault(reading.kpi_id, []).append(reading)
    return found


def overview_of(seen: ReleaseAsSeen, chosen: Chosen) -> Overview:
    """The page for one release and choice of filters."""
    release, everyone, missing = seen.release, seen.members, seen.missing
    kind = kind_shown(everyone, chosen.kind)
    members = tuple(member for member in everyone if not kind or member.group == kind)
    every_row = rows_of(seen, not_due=chosen.show == "all")
    rows = tuple(row for row in every_row if _wanted(row, members, chosen))
    act = sum(row.tally(members, "act") for row in rows)
    improved = sum(row.improved for row in every_row)
    readings = [(row.definition, row.readings[one.pk]) for row in rows for one in members if one.pk in row.readings]
    shown = [pair for pair in readings if pair[1].value is not None]
    provisional = " (provisional)" if missing else ""
    finding, strong = _finding(rows, members, act)
    alarms = false_alarms_expected(readings)
    return Overview(
        release=release,
        heading=f"Where {len(members)} organisations stand, {release.quarter.months}{provisional}",
        finding=finding,
        strong=strong,
        facts=_facts(release, act, shown, improved, missing, alarms),
        table=_table(release, rows, members, chosen),
        shown=len(rows),
        known=sum(kpi.owner_id is None for kpi in seen.framework.kpis),
        organisations=len(members),
        to_act_on=act,
        false_alarms=sentence_for_false_alarms(readings=len(shown), expected=alarms).text,
        by_group=_by_group(every_row, everyone, chosen, kind) if is_crowded(everyone) else (),
        rows=rows,
        members=members,
    )


def _wanted(row: OverviewRow, members: Sequence[Member], chosen: Chosen) -> bool:
    definition = row.definition
    if chosen.domain and definition.domain != chosen.domain:
        return False
    if chosen.workstream and definition.workstream != chosen.workstream:
        return False
    if chosen.show == "act":
        return row.tally(members, "act") > 0
    if chosen.show == "changed":
        return row.improved + row.worsened > 0
    return True


def _finding(rows: Sequence[OverviewRow], members: Sequence[Member], act: int) -> tuple[str, str]:
    """Which KPIs have most to act on, in words, and the part to stress."""
    if not act:
        return "No reading needs action in this selection.", ""
    counted = sorted(((row.tally(members, "act"), row.definition) for row in rows), key=lambda pair: -pair[0])
    widest = [f"{definition.short_name} ({definition.code}, {count})" for count, definition in counted[:2] if count]
    strong = f"{act} reading{'s need' if act != 1 else ' needs'} action"
    return f"{strong}, most of them in {' and '.join(widest)}.", strong


def _facts(
    release: Release,
    act: int,
    shown: Sequence[tuple[KpiDefinition, Reading]],
    improved: int,
    missing: Sequence[str],
    alarms: float,
) -> tuple[dict[str, str], ...]:
    absent = f"missing: {', '.join(missing[:2])}" + (f" and {len(missing) - 2} more" if len(missing) > 2 else "")
    about = f"about {alarms:.0f}" if alarms >= 0.5 else "fewer than 1"
    published = f"{release.published_at.astimezone(LONDON):%-d %B %Y}" if release.published_at else ""
    return (
        {
            "label": "Returned",
            "value": returned_text(release).removesuffix(" returned"),
            "note": absent if missing else "none missing",
        },
        {"label": "To act on", "value": str(act), "note": f"of {len(shown):,} readings"},
        {"label": "Getting better", "value": str(improved), "note": "by more than chance"},
        {"label": "False alarms to expect", "value": about, "note": "by chance alone"},
        {"label": "Release", "value": str(release.number), "note": f"{published}, {'provisional' if missing else 'final'}"},
    )


def false_alarms_expected(readings: Iterable[tuple[KpiDefinition, Reading]]) -> float:
    """How many readings would be flagged "act" if every organisation stood at parity, or exactly on its target."""
    return sum(_alarm_chance(definition, reading) for definition, reading in readings)


def _alarm_chance(definition: KpiDefinition, reading: Reading) -> float:
    target = definition.target
    if reading.value is None or reading.low is None or reading.high is None or target.kind == "none":
        return 0.0
    parity = {"closer_to_1": 1.0, "closer_to_0": 0.0}.get(definition.direction)
    if parity is None or target.kind != "range" or target.low is None or target.high is None:
        return _above(LIMIT)  # on its target, a figure is flagged when its interval lies wholly on the wrong side
    log = definition.unit == "ratio"
    if log and min(reading.low, target.low) <= 0:
        return 0.0
    low, high, floor, ceiling, centre = (
        math.log(number) if log and number > 0 else float(number)
        for number in (float(reading.low), float(reading.high), float(target.low), float(target.high), parity)
    )
    error = (high - low) / (2 * LIMIT)
    if error <= 0:
        return 0.0
    return _above(max(LIMIT, (ceiling - centre) / error)) + _above(max(LIMIT, (centre - floor) / error))


def _above(steps: float) -> float:
    """The chance that a normal variable lies more than so many standard errors above its mean."""
    return math.erfc(steps / math.sqrt(2)) / 2


def _table(release: Release, rows: Sequence[OverviewRow], members: Sequence[Member], chosen: Chosen) -> HeatTable:
    pinned = f"?release={release.number}" if chosen.release else ""
    columns = tuple(
        HeatColumn(
            member.slug,
            member.name,
            reverse("kpis:organisation", args=[member.slug]) + pinned,
            starts_group=place > 0 and _band(members[place - 1].group) != _band(member.group),
        )
        for place, member in enumerate(members)
    )
    sections = []
    for slug, title in WORKSTREAMS.items():
        inside = tuple(_heat_row(row, members, pinned) for row in rows if row.definition.workstream == slug)
        if inside:
            sections.append(HeatSection(title, inside))
    return HeatTable(
        caption=f"Readings of {len(rows)} KPIs for {len(members)} organisations, {release.quarter.months}",
        corner="KPI, by workstream",
        sums=(f"{SYSTEM} pooled", "Median", "To act on"),
        columns=columns,
        sections=tuple(sections),
    )


def _band(group: str) -> str:
    """Groups that stand together in the table: acute, specialist, other trusts, CCGs, CSUs."""
    return "other" if group in {"mental-health", "community", "ambulance"} else group


def _heat_row(row: OverviewRow, members: Sequence[Member], pinned: str) -> HeatRow:
    definition = row.definition
    act = row.tally(members, "act")
    codes = tuple(row.readings[one.pk].verdict if one.pk in row.readings else "not_applicable" for one in members)
    return HeatRow(
        code=definition.code,
        name=f"{definition.short_name}, {row.period}" if row.period else definition.short_name,
        url=reverse("kpis:detail", args=[definition.slug]) + pinned,
        sums=(value_text(definition, row.pooled), value_text(definition, row.median), str(act) if act else DASH),
        codes=codes,
    )


def _by_group(rows: Sequence[OverviewRow], everyone: Sequence[Member], chosen: Chosen, kind: str) -> tuple[KindLine, ...]:
    acting = [pk for row in rows for pk, reading in row.readings.items() if reading.verdict == "act"]
    return kinds_of(everyone, acting, lambda group: reverse("overview:table") + chosen.query(kind=group), kind)
