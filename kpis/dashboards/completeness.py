"""Who has returned what: by workstream in one release, by quarter over all of them; and can the data be trusted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse

from edi_portal.periods import Quarter
from kpis.catalogue import WORKSTREAMS
from kpis.catalogue.vocabulary import SHORT_WORKSTREAMS
from kpis.models.releases import Release
from kpis.selectors.releases import Member, ReleaseAsSeen, answered_cells, released_periods, releases_up_to


@dataclass(frozen=True, slots=True)
class Answered:
    """How many of the figures due were returned, and how many KPIs have no figure of the last time they were due.

    What a release holds is signed off: an unsigned return is not in it, so its figures count as not returned.
    """

    answered: int = 0
    due: int = 0
    outdated: int = 0

    @property
    def level(self) -> str:
        """Assurance level of the data: full, partial or none. It says nothing about the result."""
        percent = 100 * self.answered / self.due if self.due else 0.0
        if percent >= settings.ASSURANCE_FULL_PERCENT and not self.outdated:
            return "full"
        return "partial" if percent >= settings.ASSURANCE_PARTIAL_PERCENT else "none"

    def plus(self, answered: bool) -> Answered:
        """One figure more."""
        return Answered(self.answered + answered, self.due + 1, self.outdated)


def level_rule() -> str:
    """The rule of the levels, with the settings in force."""
    return (
        f"Full: at least {settings.ASSURANCE_FULL_PERCENT}% of the figures that are due were returned, all of them signed off, "
        f"and none is older than one period. Partial: at least {settings.ASSURANCE_PARTIAL_PERCENT}%. None: fewer than that."
    )


def answered_by_workstream(seen: ReleaseAsSeen) -> dict[tuple[int, str], Answered]:
    """(organisation, workstream) → how many of its figures were returned."""
    workstream_of = {kpi.kpi_id: kpi.definition.workstream for kpi in seen.framework.kpis}
    found: dict[tuple[int, str], Answered] = defaultdict(Answered)
    for kpi, organisation, answered in answered_cells(seen.release):
        if kpi in workstream_of:
            key = organisation, workstream_of[kpi]
            found[key] = found[key].plus(answered)
    return dict(found)


def levels_of(seen: ReleaseAsSeen) -> dict[str, Answered]:
    """Workstream → how complete and how recent its data is over all organisations. Two queries."""
    outdated = outdated_by_workstream(seen)
    found: dict[str, Answered] = {slug: Answered(outdated=number) for slug, number in outdated.items()}
    for (_organisation, workstream), cell in answered_by_workstream(seen).items():
        had = found.get(workstream, Answered())
        found[workstream] = Answered(had.answered + cell.answered, had.due + cell.due, had.outdated)
    return {slug: found[slug] for slug in WORKSTREAMS if slug in found}


def outdated_by_workstream(seen: ReleaseAsSeen) -> dict[str, int]:
    """Workstream → KPIs that no release covers in the quarter in which they were last due: their figures are older."""
    released = {period for period, _number in released_periods(seen.release)}
    found: dict[str, int] = defaultdict(int)
    for kpi in seen.framework.kpis:
        if kpi.owner_id is None and (due := _last_due(seen.quarter, kpi.definition.collected_in)) is not None:
            found[kpi.definition.workstream] += due.slug not in released
    return dict(found)


def _last_due(quarter: Quarter, collected_in: tuple[int, ...]) -> Quarter | None:
    return next((one for back in range(4) if (one := quarter.previous(back)).number in collected_in), None)


def workstream_wall(seen: ReleaseAsSeen, kind: str = "") -> dict[str, Any]:
    """The wall of one release, for the component `completeness_wall`; `kind` is a peer group."""
    cells = answered_by_workstream(seen)
    rows = []
    for member in _of_kind(seen, kind):
        rows.append(
            {
                "label": member.name,
                "url": reverse("kpis:organisation", args=[member.slug]),
                "cells": [_cell(cells.get((member.pk, slug), Answered()), title) for slug, title in WORKSTREAMS.items()],
            }
        )
    return {
        "caption": f"Figures returned by organisation and workstream, {seen.quarter.months}",
        "corner": "Organisation",
        "columns": [SHORT_WORKSTREAMS[slug] for slug in WORKSTREAMS],
        "rows": rows,
    }


def _cell(cell: Answered, title: str) -> dict[str, str]:
    if not cell.due:
        return {"mark": "not_due", "text": "\u2013", "words": f"{title}: nothing due"}
    mark = "signed" if cell.answered == cell.due else "part" if cell.answered else "none"
    return {
        "mark": mark,
        "text": f"{cell.answered}/{cell.due}",
        "words": f"{title}: {cell.answered} of {cell.due} figures returned",
    }


def _of_kind(seen: ReleaseAsSeen, kind: str) -> list[Member]:
    return [member for member in seen.members if not kind or member.group == kind]


def period_wall(seen: ReleaseAsSeen, kind: str = "", periods: int = 14) -> dict[str, Any]:
    """Who returned in each quarter, newest on the right."""
    releases = list(reversed(releases_up_to(seen.release)[:periods]))
    names = {member.slug: member.name for member in _of_kind(seen, kind)}
    rows = [
        {
            "label": name,
            "url": reverse("kpis:organisation", args=[slug]),
            "cells": [_period_cell(slug, one) for one in releases],
        }
        for slug, name in names.items()
    ]
    return {
        "caption": f"Returns by organisation and quarter, up to {seen.quarter.label}",
        "corner": "Organisation",
        "columns": [f"{one.quarter.financial_year} Q{one.quarter.number}" for one in releases],
        "rows": rows,
    }


def _period_cell(slug: str, release: Release) -> dict[str, str]:
    label = release.quarter.label
    if slug not in release.due:
        return {"mark": "not_due", "text": "\u2013", "words": f"{label}: not due"}
    if slug in release.returned:
        return {"mark": "signed", "text": "\u2713", "words": f"{label}: returned and signed"}
    return {"mark": "none", "text": "\u25cb", "words": f"{label}: not returned"}


def wall_rows(wall: Mapping[str, Any]) -> Iterable[list[str]]:
    """The wall as rows of a file: words, not marks."""
    for row in wall["rows"]:
        yield [row["label"], *(cell["words"].partition(": ")[2] for cell in row["cells"])]
