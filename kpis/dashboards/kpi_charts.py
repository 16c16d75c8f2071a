"""The charts of a KPI's page: which organisations differ, is it changing; `kpi_funnel.py` has the one about chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from edi_portal.charts import (
    Axis,
    Break,
    Chart,
    Entry,
    Frame,
    Limits,
    Link,
    Range,
    Reference,
    TrendPoint,
    caterpillar,
    trend,
)
from edi_portal.charts.numbers import format_figure
from edi_portal.charts.verdicts import verdict_for
from edi_portal.periods import Quarter
from kpis.catalogue import KpiDefinition
from kpis.catalogue.formulas import Likelihood
from kpis.dashboards.changes import detail_of, window_words
from kpis.dashboards.figure_words import (
    NUMBERLESS_UNITS,
    absence_words,
    base_of,
    count_columns,
    counts_of,
    is_total,
    rests_on_counts,
    value_text,
)
from kpis.dashboards.sentences import GOOD
from kpis.models.releases import Release
from kpis.selectors.releases import Member, Reading, is_provisional, returned_text

UNIT_TITLES = {
    "ratio": "Times as likely (1.00 is parity)",
    "percent": "Percent",
    "points": "Percentage points",
    "score": "Score",
    "count": "Number",
    "pounds": "Pounds",
    "hours": "Hours",
    "wte": "Whole-time equivalents",
    "per_thousand": "For every 1,000 staff",
}


@dataclass(frozen=True, slots=True)
class KpiFigures:
    """What the charts of a KPI are drawn from: own headline figures by organisation, and those of the whole system."""

    definition: KpiDefinition
    release: Release
    members: tuple[Member, ...]
    own: Mapping[int, Reading]
    pooled: Reading | None
    median: Reading | None
    marked: str = ""
    as_now: bool = False

    @property
    def can_be_drawn(self) -> bool:
        """Whether the figures are numbers of which at least one is shown."""
        return self.definition.unit not in NUMBERLESS_UNITS and any(reading.value is not None for reading in self.own.values())


def axis_of(definition: KpiDefinition) -> Axis:
    """The axis of values, with the direction of good in words."""
    good = GOOD[definition.direction].rstrip(".")
    return Axis(definition.unit, UNIT_TITLES.get(definition.unit, definition.unit), good, short_title=good or definition.unit)


def entry_of(figures: KpiFigures, member: Member) -> Entry:
    """An organisation in a chart; without a figure it comes without any number."""
    definition, reading = figures.definition, figures.own[member.pk]
    own = member.slug == figures.marked
    if reading.value is None or not verdict_for(reading.verdict).drawn:
        detail = absence_words(reading) if reading.reason and not reading.word else ""
        return Entry(member.name, reading.verdict, own=own, word=reading.word, detail=detail)
    return Entry(
        member.name,
        reading.verdict,
        value=reading.value,
        low=reading.low if reading.high is not None else None,
        high=reading.high if reading.low is not None else None,
        base=base_of(definition, reading),
        counts=counts_of(definition, reading),
        own=own,
    )


def entries_of(figures: KpiFigures) -> list[Entry]:
    """Every organisation to which the KPI applies."""
    return [
        entry_of(figures, member)
        for member in figures.members
        if member.pk in figures.own and figures.own[member.pk].verdict != "not_applicable"
    ]


def references_of(figures: KpiFigures) -> list[Reference]:
    """The pooled figure and the median as lines with their values."""
    found = []
    for kind, reading in (("pooled", figures.pooled), ("median", figures.median)):
        if reading is not None and reading.value is not None and not (kind == "pooled" and is_total(figures.definition)):
            found.append(Reference(kind, reading.value, f"{kind} {value_text(figures.definition, reading)}"))
    return found


def accepted_of(definition: KpiDefinition) -> Range | None:
    """The accepted range as a band."""
    target = definition.target
    return Range(target.low, target.high) if target.low is not None and target.high is not None else None


def frame_of(figures: KpiFigures, chart: str, heading: str, note: str, sentence: str = "") -> Frame:
    """Words around a chart, with its file of data."""
    release, definition = figures.release, figures.definition
    query = f"?release={release.number}" + (f"&organisation={figures.marked}" if figures.marked else "")
    query += "&series=as-now" if figures.as_now and chart == "time" else ""
    address = reverse("kpis:chart-data", args=[definition.slug, chart]) + query
    return Frame(
        slug=f"{definition.slug}-{chart}",
        heading=heading,
        note=note,
        sentence=sentence,
        links=(Link("Download CSV", address),),
        period=release.quarter.label,
        release=str(release.number),
        source="EDI portal, released figures",
        synthetic=release.synthetic,
        table_caption=f"{definition.name}, {release.quarter.label}",
    )


def caterpillar_of(figures: KpiFigures) -> Chart:
    """Which organisations differ?"""
    definition = figures.definition
    note = f"{definition.name}, {window_words(definition, figures.release.quarter)}. Dots with their 95% interval."
    counted = rests_on_counts(definition) or isinstance(definition.formula, Likelihood)
    note += " Counts are rounded to 5." if counted else ""
    drawn = [reading for reading in figures.own.values() if reading.value is not None]
    flagged = sum(reading.verdict == "act" for reading in drawn)
    sentence = (
        f"{flagged} of {len(drawn)} organisations with a figure need action."
        if flagged
        else (f"None of the {len(drawn)} organisations with a figure needs action.")
    )
    return caterpillar(
        frame_of(figures, "organisations", "Which organisations differ?", note, sentence),
        axis_of(definition),
        entries_of(figures),
        accepted=accepted_of(definition),
        references=references_of(figures),
        count_columns=count_columns(definition),
        reading="comparison",
    )


def trend_of(figures: KpiFigures, series: Mapping[Quarter, Reading], *, whose: str, sentence: str = "") -> Chart | None:
    """Is it changing? Quarters on their own, with the stored limits, or a line of overlapping windows; None under two points."""
    definition = figures.definition
    detail = detail_of(series.get(figures.release.quarter))
    special = detail.get("special", {})
    points = [_point(figures, quarter, reading, special.get(quarter.slug, "")) for quarter, reading in sorted(series.items())]
    if definition.unit in NUMBERLESS_UNITS or sum(point.value is not None for point in points) < 2:
        return None
    rolling = definition.formula.window != "quarter"
    quarterly = definition.collected_in == (1, 2, 3, 4)
    limits = _stored_limits(detail, points) if quarterly and not rolling else []
    return trend(
        frame_of(figures, "time", "Is it changing?", _time_note(definition, whose, limits), sentence),
        axis_of(definition),
        points if quarterly else [_by_label(point) for point in points],
        kind="rolling" if rolling else "independent",
        limits=limits,
        breaks=_stored_breaks(detail, sorted(series), quarterly=quarterly),
        target=None if is_total(definition) and _is_of_system(series) else _target_line(definition),
    )


def _time_note(definition: KpiDefinition, whose: str, limits: Sequence[Limits]) -> str:
    if definition.formula.window == "quarter":
        ranges = " Grey band: usual range of the quarters since the last break." if limits else ""
        old = " In outline: the range before a rebase or break." if any(not one.current for one in limits) else ""
        return f"{whose}, each quarter on its own.{ranges}{old}"
    covers = (
        "twelve months that end with each quarter" if definition.formula.window == "twelve_months" else "more than one quarter"
    )
    return f"{whose}. Each point covers {covers}, so neighbours overlap and no limits are drawn."


def _stored_limits(detail: Mapping[str, Any], points: Sequence[TrendPoint]) -> list[Limits]:
    """The usual range of each stretch, as it was frozen with the release."""
    known = {point.at.slug: point.at.label for point in points if isinstance(point.at, Quarter)}
    oldest, newest = min(known), max(known)
    found = []
    for first, last, mean, low, high, current in detail.get("stretches", ()):
        if last >= oldest and first <= newest:
            ends = Quarter.parse(max(first, oldest)).label, Quarter.parse(min(last, newest)).label
            found.append(Limits(*ends, Decimal(mean), Decimal(low), Decimal(high), current))
    return found


def _stored_breaks(detail: Mapping[str, Any], drawn: Sequence[Quarter], *, quarterly: bool) -> list[Break]:
    """The breaks of the series; several before one point share a line, and a rebase among them makes it solid.

    Of a figure of one quarter a year a break stands before the next point. Before the first point and after the last there
    is nothing to break.
    """
    texts: dict[str, list[str]] = {}
    rebased = set()
    for before, kind, words in detail.get("breaks", ()):
        quarter = Quarter.parse(before)
        if not drawn[0] < quarter <= drawn[-1]:
            continue
        label = (quarter if quarterly else next(one for one in drawn if one >= quarter)).label
        texts.setdefault(label, []).append(words)
        if kind == "rebase":
            rebased.add(label)
    return [Break(label, "; ".join(dict.fromkeys(found)), rebase=label in rebased) for label, found in texts.items()]


def _is_of_system(series: Mapping[Quarter, Reading]) -> bool:
    return any(reading.level == "system" for reading in series.values())


def _point(figures: KpiFigures, quarter: Quarter, reading: Reading, special: str = "") -> TrendPoint:
    provisional = returned_text(figures.release) if quarter == figures.release.quarter and is_provisional(figures.release) else ""
    if reading.value is None:
        return TrendPoint(quarter, absent=reading.verdict if not verdict_for(reading.verdict).drawn else "not_available")
    return TrendPoint(
        quarter,
        value=reading.value,
        base=base_of(figures.definition, reading),
        special=special if special in {"better", "worse"} else "",
        provisional=provisional if reading.level == "system" else "",
    )


def _by_label(point: TrendPoint) -> TrendPoint:
    """The same point under the name of its quarter: a figure of one quarter a year has no gaps in between."""
    at = point.at.label if isinstance(point.at, Quarter) else point.at
    return TrendPoint(at, point.value, point.absent, point.base, point.special, point.provisional, point.revised_on)


def _target_line(definition: KpiDefinition) -> Reference | None:
    target = definition.target
    if target.kind not in {"at_least", "at_most"}:
        return None
    value = target.low if target.low is not None else target.high
    return None if value is None else Reference("target", value, f"target {format_figure(value, definition.unit)}")


def answers_of(figures: KpiFigures) -> list[tuple[str, int]]:
    """For answers (yes or no, a choice): each answer and how many organisations gave it."""
    tally: dict[str, int] = {}
    for reading in figures.own.values():
        if reading.value is not None:
            text = value_text(figures.definition, reading)
            tally[text] = tally.get(text, 0) + 1
    return sorted(tally.items(), key=lambda pair: (-pair[1], pair[0]))
