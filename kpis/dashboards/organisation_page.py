"""One organisation on all KPIs: how many readings are better, worse or to act on, and where it stands among its peers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from django.urls import reverse

from edi_portal.charts import Chart, Frame, Link, SpineRow, spine
from edi_portal.charts.spine import Direction
from edi_portal.charts.verdicts import verdict_for
from edi_portal.charts.words import sentence_for_false_alarms, sentence_for_rank
from edi_portal.ui.downloads import Cell
from kpis.catalogue import WORKSTREAMS, KpiDefinition
from kpis.dashboards.changes import Change, change_of, icons_in_words
from kpis.dashboards.figure_words import (
    NUMBERLESS_UNITS,
    base_of,
    comparison_words,
    group_words,
    interval_words,
    value_text,
)
from kpis.dashboards.overview import false_alarms_expected
from kpis.models.releases import Release
from kpis.selectors.releases import Member, Reading, ReleaseAsSeen, releases_up_to, returned_text


@dataclass(frozen=True, slots=True)
class OwnRow:
    """One KPI of the organisation beside the whole system and its peers."""

    definition: KpiDefinition
    reading: Reading
    pooled: str
    median: str
    peer_median: str
    change: Change
    peers: str

    @property
    def url(self) -> str:
        """The KPI's page."""
        return reverse("kpis:detail", args=[self.definition.slug])

    @property
    def value(self) -> str:
        """The released figure."""
        return value_text(self.definition, self.reading)

    @property
    def interval(self) -> str:
        """Its 95% interval."""
        return interval_words(self.definition, self.reading)

    @property
    def note(self) -> str:
        """What the reading compares with, or why there is no figure."""
        return comparison_words(self.definition, self.reading, self.peers)

    @property
    def rank(self) -> str:
        """The ranks that chance leaves open among its peers, where enough peers have a figure."""
        reading = self.reading
        if reading.ranked is None:
            return ""
        return sentence_for_rank(first=reading.rank_low, last=reading.rank_high, of=reading.ranked, kind=self.peers).text

    @property
    def change_words(self) -> str:
        """What became of it over time; empty where nothing can be said."""
        return icons_in_words(self.reading) if self.reading.over_time not in {"", "too_few"} else ""


@dataclass(frozen=True, slots=True)
class OwnSection:
    """The KPIs of one workstream."""

    title: str
    rows: tuple[OwnRow, ...]


@dataclass(frozen=True, slots=True)
class OrganisationFigures:
    """Everything the page shows."""

    release: Release
    member: Member
    facts: tuple[dict[str, str], ...]
    spine: Chart | None
    sections: tuple[OwnSection, ...]
    outside_tier: bool
    small: bool
    false_alarms: str = ""

    @property
    def rows(self) -> tuple[OwnRow, ...]:
        """All rows in order."""
        return tuple(row for section in self.sections for row in section.rows)


def own_rows(seen: ReleaseAsSeen, member: Member) -> tuple[tuple[OwnRow, ...], dict[int, tuple[Decimal, ...]]]:
    """The organisation's headline figures within the tier, and for each KPI the figures of its peers."""
    peer_keys = {one.pk for one in seen.members if one.group == member.group}
    readings: dict[int, list[Reading]] = {}
    for reading in seen.headlines():
        readings.setdefault(reading.kpi_id, []).append(reading)
    peers = group_words(member.group) if member.group else "its peers"
    rows = []
    figures: dict[int, tuple[Decimal, ...]] = {}
    for kpi in seen.framework.kpis:
        own = next((one for one in readings.get(kpi.kpi_id, ()) if one.organisation_id == member.pk), None)
        if own is None or own.verdict == "not_applicable":
            continue
        others = readings[kpi.kpi_id]
        at = {(one.level, one.statistic, one.peer_group): one for one in others if one.organisation_id is None}
        figures[kpi.kpi_id] = tuple(one.value for one in others if one.organisation_id in peer_keys and one.value is not None)
        rows.append(
            OwnRow(
                kpi.definition,
                own,
                value_text(kpi.definition, at.get(("system", "pooled", ""))),
                value_text(kpi.definition, at.get(("system", "median", ""))),
                value_text(kpi.definition, at.get(("type", "median", member.group))),
                change_of(own),
                peers,
            )
        )
    return tuple(rows), figures


def page_of(seen: ReleaseAsSeen, slug: str) -> OrganisationFigures | None:
    """The page of an organisation; None when it was not due in the release."""
    member = seen.member(slug)
    if member is None:
        return None
    rows, peers = own_rows(seen, member)
    sections = tuple(
        OwnSection(title, tuple(row for row in rows if row.definition.workstream == key)) for key, title in WORKSTREAMS.items()
    )
    return OrganisationFigures(
        seen.release,
        member,
        _facts(seen.release, member, rows),
        _spine(seen.release, member, rows, peers),
        tuple(section for section in sections if section.rows),
        not rows,
        _is_small(rows),
        _false_alarms(rows),
    )


def _false_alarms(rows: Sequence[OwnRow]) -> str:
    """How many of its readings chance alone would flag."""
    checked = [
        (row.definition, row.reading) for row in rows if row.reading.value is not None and row.definition.target.kind != "none"
    ]
    return sentence_for_false_alarms(readings=len(checked), expected=false_alarms_expected(checked)).text if checked else ""


def _is_small(rows: Sequence[OwnRow]) -> bool:
    """Whether most of what applies is withheld: then the page says why."""
    return bool(rows) and sum(row.reading.verdict == "withheld" for row in rows) * 2 > len(rows)


def _facts(release: Release, member: Member, rows: Sequence[OwnRow]) -> tuple[dict[str, str], ...]:
    releases = [one for one in releases_up_to(release) if member.slug in one.due]
    on_time = sum(member.slug in one.returned for one in releases)
    tally = {code: sum(row.reading.verdict == code for row in rows) for code in ("act", "watch", "worse", "better")}
    shown = sum(row.reading.value is not None for row in rows)
    improved = sum(row.change.verdict == "better" for row in rows)
    worsened = sum(row.change.verdict == "worse" for row in rows)
    return (
        {"label": "Returned", "value": f"{on_time} of {len(releases)}", "note": "releases so far"},
        {"label": "To act on", "value": str(tally["act"]), "note": f"{tally['watch']} to watch"},
        {"label": "Better", "value": str(tally["better"]), "note": f"{tally['worse']} worse, than its peers"},
        {"label": "Over time", "value": f"{improved} getting better", "note": f"{worsened} getting worse, by more than chance"},
        {"label": "Figures", "value": f"{shown} of {len(rows)}", "note": f"release {release.number}, {release.quarter.label}"},
    )


def _spine(
    release: Release,
    member: Member,
    rows: Sequence[OwnRow],
    peers: Mapping[int, tuple[Decimal, ...]],
) -> Chart | None:
    """Where the organisation stands among its peers; None where no row can be drawn."""
    spine_rows = [
        SpineRow(
            row.definition.code,
            row.definition.short_name,
            row.definition.unit,
            cast(Direction, row.definition.direction),
            row.reading.verdict,
            value=row.reading.value if verdict_for(row.reading.verdict).drawn else None,
            peers=peers.get(row.reading.kpi_id, ()),
            base=base_of(row.definition, row.reading),
        )
        for row in rows
        if row.definition.unit not in NUMBERLESS_UNITS
    ]
    if all(row.absence for row in spine_rows):
        return None
    of = group_words(member.group)
    frame = Frame(
        slug="spine",
        heading=f"How does it stand among {of}?",
        note=f"The bar holds the middle half of {of}, the line is their median. Better is always to the right.",
        sentence=_spine_sentence(rows),
        links=(Link("Download CSV", f"{reverse('kpis:organisation-data', args=[member.slug])}?release={release.number}"),),
        period=release.quarter.label,
        release=str(release.number),
        source="EDI portal, released figures",
        synthetic=release.synthetic,
        table_caption=f"{member.name} among {of}, {release.quarter.label}",
    )
    return spine(frame, spine_rows, peers_name=of)


def _spine_sentence(rows: Sequence[OwnRow]) -> str:
    act = [row.definition.code for row in rows if row.reading.verdict == "act"]
    better = [row.definition.code for row in rows if row.reading.verdict == "better"]
    said = []
    if act:
        said.append(f"To act on: {', '.join(act)}.")
    if better:
        said.append(f"Better than its peers: {', '.join(better)}.")
    return " ".join(said) or "No reading to act on, and none better than its peers by more than chance."


def data_rows(page: OrganisationFigures) -> tuple[list[str], list[list[Cell]]]:
    """The figures as rows of a file."""
    heads = [
        "Organisation",
        "KPI",
        "Name",
        "Workstream",
        "Figure",
        "95% interval",
        "C&M pooled",
        "C&M median",
        "Median of peers",
        "Reading",
        "Note",
        "Over time",
        "Period",
        "Release",
        "Data",
    ]
    kind = "Synthetic demonstration data" if page.release.synthetic else "Released figures"
    rows: list[list[Cell]] = [
        [
            page.member.name,
            row.definition.code,
            row.definition.name,
            WORKSTREAMS[row.definition.workstream],
            row.value,
            row.interval,
            row.pooled,
            row.median,
            row.peer_median,
            verdict_for(row.reading.verdict).word,
            row.note,
            row.change_words,
            page.release.quarter.label,
            page.release.number,
            f"{kind}; {returned_text(page.release)}",
        ]
        for row in page.rows
    ]
    return heads, rows
