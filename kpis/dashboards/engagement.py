"""Networks, capacity, interviews, toolkit and outreach in one view: what exists, counted; what is about people, as released.

Whether a network, a step or an entry exists is no secret once it is shared. Numbers of people, hours and money come from the
release within the reader's tier and from nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from kpis.catalogue import KpiDefinition
from kpis.dashboards.changes import icons_in_words
from kpis.dashboards.figure_words import DASH, NUMBERLESS_UNITS, absence_words, value_text
from kpis.selectors.releases import FIELDS, Reading, ReleaseAsSeen, last_headlines_before, readings_of
from workforce.engagement import STEPS, ReviewState
from workforce.models import OutreachAction
from workforce.selectors.interviews import ThemesForOthers, themes_for_others
from workforce.selectors.networks import core_networks
from workforce.selectors.toolkit import organisations_using, resources_shown_to, shared_outreach, step_rows

NETWORK_KPIS = ("NET-1", "NET-2", "NET-3", "NET-4")
CAPACITY_KPIS = ("CAP-1", "CAP-2", "CAP-3", "CAP-4")


@dataclass(frozen=True, slots=True)
class KpiLine:
    """One KPI of all organisations together, as released."""

    definition: KpiDefinition
    pooled: str
    median: str
    period: str
    over_time: str

    @property
    def url(self) -> str:
        """Its page."""
        return reverse("kpis:detail", args=[self.definition.slug])


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of the shared model: in how many organisations of Cheshire it is adopted or begun."""

    name: str
    adopted: int
    working: int
    of: int


@dataclass(frozen=True, slots=True)
class CapabilityPage:
    """Everything the page shows."""

    members: int
    all_core: int
    without_core: tuple[str, ...]
    networks: tuple[KpiLine, ...]
    capacity: tuple[KpiLine, ...]
    told: ThemesForOthers
    entries: int
    templates: int
    due: int
    users: int
    steps: tuple[StepLine, ...]
    outreach: int


def capability_page(user: Any, seen: ReleaseAsSeen | None) -> CapabilityPage:
    """The view for this account and, where there is a release, its tier."""
    rows = core_networks(user)
    entries = [one for one in resources_shown_to(user) if one.state != ReviewState.WITHDRAWN]
    lines = _kpi_lines(seen, (*NETWORK_KPIS, *CAPACITY_KPIS)) if seen is not None else {}
    return CapabilityPage(
        members=len(rows),
        all_core=sum(not row.missing for row in rows),
        without_core=tuple(row.organisation.short_name for row in rows if not row.found),
        networks=tuple(lines[code] for code in NETWORK_KPIS if code in lines),
        capacity=tuple(lines[code] for code in CAPACITY_KPIS if code in lines),
        told=themes_for_others(),
        entries=len(entries),
        templates=sum(one.kind == "message" for one in entries),
        due=sum(one.state == ReviewState.DUE for one in entries),
        users=organisations_using([one.pk for one in entries]),
        steps=_step_lines(),
        outreach=len(shared_outreach()),
    )


def _step_lines() -> tuple[StepLine, ...]:
    rows = step_rows()
    states = [[row.cells[place].state if row.cells[place] else "" for row in rows] for place, _step in enumerate(STEPS)]  # type: ignore[union-attr]
    return tuple(
        StepLine(step.name, found.count("adopted"), found.count("working"), len(rows))
        for step, found in zip(STEPS, states, strict=True)
    )


def _kpi_lines(seen: ReleaseAsSeen, codes: Sequence[str]) -> dict[str, KpiLine]:
    """Code → pooled and median figure of the newest release that holds the KPI. At most two queries."""
    kpis = {kpi.kpi_id: kpi.definition for kpi in seen.framework.kpis if kpi.definition.code in codes}
    by: dict[int, dict[str, tuple[str, Reading]]] = {}
    for one in seen.headlines(columns=FIELDS, kpi__in=list(kpis), level="system"):
        by.setdefault(one.kpi_id, {})[one.statistic] = (seen.quarter.label, one)
    missing = [pk for pk in kpis if pk not in by]
    for quarter, one in last_headlines_before(seen.release, seen.tiers, kpi_ids=missing) if missing else ():
        if one.level == "system":
            by.setdefault(one.kpi_id, {})[one.statistic] = (quarter.label, one)
    return {definition.code: _kpi_line(definition, by.get(pk, {})) for pk, definition in kpis.items()}


def _kpi_line(definition: KpiDefinition, found: dict[str, tuple[str, Reading]]) -> KpiLine:
    period, pooled = found.get("pooled", ("", None))
    median_period, median = found.get("median", ("", None))
    judged = pooled or median
    return KpiLine(
        definition,
        _text(definition, pooled),
        _text(definition, median) if definition.unit not in NUMBERLESS_UNITS else DASH,
        period or median_period,
        _over_time(judged),
    )


def _text(definition: KpiDefinition, reading: Reading | None) -> str:
    return value_text(definition, reading) if reading is not None else DASH


def _over_time(reading: Reading | None) -> str:
    """The stored verdict over time in words; empty where it says nothing yet."""
    return icons_in_words(reading) if reading is not None and reading.over_time not in {"", "too_few"} else ""


@dataclass(frozen=True, slots=True)
class OutreachRow:
    """One shared action beside the stored verdict of the figure that it should move."""

    action: OutreachAction
    definition: KpiDefinition | None
    own: str
    own_change: str
    system: str
    system_change: str


def outreach_rows(seen: ReleaseAsSeen | None) -> tuple[OutreachRow, ...]:
    """Every shared action, with the figure of its organisation and of all together as far as the tier holds them."""
    actions = shared_outreach()
    codes = {one.aims_at for one in actions if one.aims_at}
    kpis = {kpi.definition.code: kpi for kpi in seen.framework.kpis if kpi.definition.code in codes} if seen is not None else {}
    by: dict[tuple[int, int | None], Reading] = {}
    if seen is not None and kpis:
        ids = [kpi.kpi_id for kpi in kpis.values()]
        for one in readings_of(seen.release, seen.tiers, kpi__in=ids, component="", level__in=["organisation", "system"]):
            if one.statistic in {"own", "pooled"}:
                by[one.kpi_id, one.organisation_id] = one
    rows = []
    for action in actions:
        kpi = kpis.get(action.aims_at)
        own = by.get((kpi.kpi_id, action.organisation_id)) if kpi is not None else None
        system = by.get((kpi.kpi_id, None)) if kpi is not None else None
        definition = kpi.definition if kpi is not None else None
        rows.append(
            OutreachRow(
                action,
                definition,
                _figure(definition, own),
                _over_time(own),
                _figure(definition, system),
                _over_time(system),
            )
        )
    return tuple(rows)


def _figure(definition: KpiDefinition | None, reading: Reading | None) -> str:
    if definition is None:
        return DASH
    if reading is None or reading.value is None:
        return absence_words(reading).capitalize()
    return value_text(definition, reading)
