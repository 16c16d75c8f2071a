"""Whether an action moved its KPI: the stored verdicts of the releases before and after, compared with nothing else.

"Before" is the newest released quarter when the action was raised, "after" the newest one that ends on or after the day on
which the action was due. Whether it moved is the verdict over time that is stored with the later figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest

from edi_portal.charts.verdicts import verdict_for
from edi_portal.clock import business_today
from edi_portal.periods import Quarter
from kpis.catalogue import KpiDefinition
from kpis.dashboards.changes import change_of
from kpis.dashboards.figure_words import value_text
from kpis.selectors.releases import Reading, headlines_over_time, release_as_seen
from steering.models import Action

ALL = "All organisations together"
MOVED_WORDS = {
    "better": "It moved: better than before, by more than chance.",
    "worse": "It moved the wrong way: worse than before, by more than chance.",
    "no_difference": "No change yet.",
    "too_few": "Too early to tell: there are too few figures to compare.",
}
Series = Mapping[Quarter, Reading]


@dataclass(frozen=True, slots=True)
class Point:
    """A figure in one quarter with its verdict."""

    quarter: Quarter
    verdict: str
    value: str

    @property
    def word(self) -> str:
        """The verdict in a word."""
        return verdict_for(self.verdict).word


@dataclass(frozen=True, slots=True)
class Effect:
    """One figure that an action is to move. `moved` is empty until there is something to compare."""

    where: str
    moved: str
    words: str
    before: Point | None
    after: Point | None
    note: str = ""


def effects_of(request: HttpRequest, actions: Iterable[Action]) -> dict[int, tuple[Effect, ...]]:
    """Action → its figures within the reader's tier; empty without a KPI. At most six queries. Organisations prefetched."""
    wanted = [action for action in actions if action.kpi]
    seen = release_as_seen(request) if wanted else None
    if seen is None:
        return {}
    kpis = {kpi.definition.code.upper(): kpi for kpi in seen.framework.kpis}
    series = headlines_over_time(
        seen.release,
        seen.tiers,
        kpi_ids={kpis[action.kpi].kpi_id for action in wanted if action.kpi in kpis},
        organisation_ids={one.pk for action in wanted for one in action.organisations.all()},
    )
    today = business_today()
    found = {}
    for action in wanted:
        kpi = kpis.get(action.kpi)
        if kpi is not None:
            names = {one.pk: one.short_name for one in action.organisations.all()}
            subjects: list[tuple[int | None, str]] = [*names.items()] or [(None, ALL)]
            found[action.pk] = tuple(
                effect_of(action, kpi.definition, name, series.get((kpi.kpi_id, pk), {}), today) for pk, name in subjects
            )
    return found


def effect_of(action: Action, definition: KpiDefinition, where: str, series: Series, today: date) -> Effect:
    """The figure before and after, and whether it moved, in words."""
    before = _last_until(action.quarter, definition, series)
    after_at = max((quarter for quarter in series if quarter.last_day >= action.due_on), default=None)
    note = _note(definition, series, before)
    if today <= action.due_on:
        words = f"Due on {action.due_on:%-d %B %Y}. After that day the portal compares the figures before and after."
        return Effect(where, "", words, before, None, note)
    if after_at is None:
        words = f"No release covers a quarter that ends on or after {action.due_on:%-d %B %Y} yet."
        return Effect(where, "", words, before, None, note)
    reading = series[after_at]
    moved = change_of(reading).verdict if reading.status == "shown" else "too_few"
    after = Point(after_at, reading.verdict, value_text(definition, reading))
    return Effect(where, moved, MOVED_WORDS[moved], before, after, note)


def _last_until(last: Quarter, definition: KpiDefinition, series: Series) -> Point | None:
    quarter = max((one for one in series if one <= last), default=None)
    if quarter is None:
        return None
    return Point(quarter, series[quarter].verdict, value_text(definition, series[quarter]))


def _note(definition: KpiDefinition, series: Series, before: Point | None) -> str:
    """That a reading which gave rise to the action is none to act on any more."""
    newest = max(series, default=None)
    if before is None or newest is None or before.verdict != "act" or series[newest].verdict == "act":
        return ""
    return f"No longer to act on in {newest.label}."


def in_short(effects: Iterable[Effect]) -> str:
    """The effects of one action in a few words, for a list."""
    rows = [effect for effect in effects if effect.moved]
    if not rows:
        return ""
    counted = {moved: sum(row.moved == moved for row in rows) for moved in ("better", "worse", "no_difference", "too_few")}
    words = {"better": "better", "worse": "worse", "no_difference": "no change yet", "too_few": "too early to tell"}
    if len(rows) == 1:
        return words[rows[0].moved].capitalize()
    return ", ".join(f"{number} {words[moved]}" for moved, number in counted.items() if number).capitalize()
