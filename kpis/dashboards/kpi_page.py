"""One KPI: the finding, whether it is chance, whether it changes, and every figure behind it within the reader's tier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse

from edi_portal.charts import Chart
from edi_portal.charts.words import Sentence, sentence_for_false_alarms, sentence_for_rank, sentence_for_system
from edi_portal.periods import Quarter
from kpis.catalogue import KpiDefinition
from kpis.dashboards.as_now import can_be_joined, series_as_now
from kpis.dashboards.changes import TimeIcons, change_sentence, icons_in_words, icons_of
from kpis.dashboards.figure_words import (
    DASH,
    NUMBERLESS_UNITS,
    SYSTEM,
    absence_words,
    comparison_words,
    count_columns,
    counts_of,
    group_words,
    interval_words,
    is_total,
    rounding_words,
    target_words,
    value_text,
)
from kpis.dashboards.kpi_charts import KpiFigures, answers_of, caterpillar_of, trend_of
from kpis.dashboards.kpi_funnel import funnel_of
from kpis.dashboards.overview import false_alarms_expected
from kpis.dashboards.parity import parity_words
from kpis.dashboards.sentences import GOOD, sentence_of
from kpis.selectors.releases import (
    Member,
    Reading,
    ReleaseAsSeen,
    is_provisional,
    readings_of,
    series_of,
)
from kpis.selectors.series import Joined, joined_into


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One organisation in the table of figures."""

    member: Member
    reading: Reading
    value: str
    interval: str
    rounding: str
    counts: tuple[tuple[str, str], ...]
    note: str
    over_time: str
    rank: str
    marked: bool

    @property
    def url(self) -> str:
        """The organisation's figures."""
        return reverse("kpis:organisation", args=[self.member.slug])


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A kind of organisation, or one component: pooled and median side by side."""

    label: str
    pooled: str
    interval: str
    median: str
    contributing: str
    note: str = ""
    marked: str = ""
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class KpiPage:
    """Everything the page shows, for one release and tier."""

    figures: KpiFigures
    sentence: Sentence
    change: Sentence | None
    comparison: Sentence
    parity: str
    parity_marked: str
    tone: str
    facts: tuple[dict[str, str], ...]
    organisations: Chart | None
    chance: Chart | None
    time: Chart | None
    icons: TimeIcons | None
    time_text: str
    joined: tuple[Joined, ...]
    false_alarms: str
    groups: tuple[GroupRow, ...]
    components: tuple[GroupRow, ...]
    rows: tuple[FigureRow, ...]
    count_columns: tuple[str, ...]
    answers: tuple[tuple[str, int], ...]
    marked_row: FigureRow | None
    outside_tier: bool

    @property
    def provisional(self) -> bool:
        """Whether a return is still missing."""
        return is_provisional(self.figures.release)

    @property
    def heading(self) -> str:
        """The name of the KPI, marked while figures may still change."""
        return f"{self.figures.definition.name}{' (provisional)' if self.provisional else ''}"


def figures_of(
    seen: ReleaseAsSeen, kpi_id: int, definition: KpiDefinition, marked: str = "", *, as_now: bool = False
) -> tuple[KpiFigures, list[Reading]]:
    """Every figure of the KPI in a release, the headline sorted out. Three queries."""
    readings = readings_of(seen.release, seen.tiers, kpi=kpi_id)
    headline = [reading for reading in readings if not reading.component]
    system = {reading.statistic: reading for reading in headline if reading.level == "system"}
    figures = KpiFigures(
        definition,
        seen.release,
        seen.members,
        {reading.organisation_id: reading for reading in headline if reading.organisation_id is not None},
        system.get("pooled"),
        system.get("median"),
        marked,
        as_now,
    )
    return figures, readings


def page_of(
    seen: ReleaseAsSeen, kpi_id: int, definition: KpiDefinition, *, marked: str = "", as_now: bool = False, kind: str = ""
) -> KpiPage | None:
    """The page; None when the release holds no figure of the KPI within the tier.

    `kind` shows the organisations of one peer group alone; what is said of the whole system stays as it is. `as_now` draws the
    marked organisation over time with those who came into it joined to its earlier figures.
    """
    release, tiers = seen.release, seen.tiers
    figures, readings = figures_of(seen, kpi_id, definition, marked, as_now=as_now)
    if not readings:
        return None
    member = seen.member(marked)
    system = figures.pooled or figures.median
    whole = series_of(release, tiers, kpi_ids=[kpi_id], level="system", statistic=system.statistic if system else "pooled")
    series = whole.get(kpi_id, {})
    change_text = change_sentence(definition, system, release.quarter)
    shown = of_kind(figures, kind)
    rows = tuple(_row(figures, one) for one in shown.members if one.pk in figures.own)
    time = _time(figures, tiers, kpi_id, series, member)
    return KpiPage(
        figures=figures,
        sentence=_sentence(figures),
        change=change_text,
        comparison=sentence_for_system(
            pooled_text=value_text(definition, figures.pooled) if _has(figures.pooled) else "",
            median_text=value_text(definition, figures.median) if _has(figures.median) else "",
            returned=len(release.returned),
            due=len(release.due),
            system=SYSTEM,
        ),
        parity=parity_words(definition, figures.pooled),
        parity_marked=parity_words(definition, figures.own.get(member.pk), at=member.name) if member is not None else "",
        tone="worse" if system is not None and system.verdict in {"act", "worse"} and not is_total(definition) else "",
        facts=_facts(figures),
        organisations=caterpillar_of(shown) if shown.can_be_drawn else None,
        chance=funnel_of(shown),
        time=time.chart,
        icons=icons_of(time.reading),
        time_text=time.text,
        joined=time.joined,
        false_alarms=_false_alarms(figures),
        groups=_groups(definition, readings),
        components=_components(definition, readings, member),
        rows=_ordered(rows),
        count_columns=count_columns(definition),
        answers=tuple(answers_of(figures)) if definition.unit in NUMBERLESS_UNITS else (),
        marked_row=next((row for row in rows if row.marked), None),
        outside_tier=not figures.own,
    )


def of_kind(figures: KpiFigures, kind: str) -> KpiFigures:
    """The figures of one peer group, beside those of the whole system."""
    if not kind:
        return figures
    members = tuple(member for member in figures.members if member.group == kind)
    own = {member.pk: figures.own[member.pk] for member in members if member.pk in figures.own}
    return replace(figures, members=members, own=own)


def _has(reading: Reading | None) -> bool:
    return reading is not None and reading.value is not None


def _sentence(figures: KpiFigures) -> Sentence:
    """What is true of the whole system, from the pooled figure or else the median."""
    definition = figures.definition
    if figures.pooled is not None and figures.pooled.value is not None and is_total(definition):
        total = value_text(definition, figures.pooled)
        return Sentence(f"{definition.name}: {total} in all organisations together.", total, f"({GOOD[definition.direction]})")
    if figures.pooled is not None:
        return sentence_of(definition, None, figures.pooled, figures.pooled.verdict, across=f"Across {SYSTEM}")
    if figures.median is not None and definition.unit not in NUMBERLESS_UNITS:
        value = value_text(definition, figures.median)
        return Sentence(f"The median organisation has {value}.", value, GOOD[definition.direction])
    answers = answers_of(figures)
    if answers and definition.unit in NUMBERLESS_UNITS:
        text, count = answers[0]
        shown = sum(number for _text, number in answers)
        strong = f"{count} of {shown} organisations"
        return Sentence(f"{strong} answered “{text}”.", strong)
    return Sentence("There is no figure for the whole system: too few organisations have one.")


def _facts(figures: KpiFigures) -> tuple[dict[str, str], ...]:
    definition = figures.definition
    shown = [reading for reading in figures.own.values() if reading.value is not None]
    applicable = [reading for reading in figures.own.values() if reading.verdict != "not_applicable"]
    tally = {
        code: sum(reading.verdict == code for reading in shown) for code in ("act", "watch", "better", "worse", "no_difference")
    }
    facts = []
    if figures.pooled is not None:
        label = f"{SYSTEM} total" if is_total(definition) else f"{SYSTEM} pooled"
        facts.append({"label": label, "value": value_text(definition, figures.pooled), "note": "all counts added up"})
    if figures.median is not None and definition.unit not in NUMBERLESS_UNITS:
        count = figures.median.contributing or 0
        facts.append(
            {
                "label": "Median of organisations",
                "value": value_text(definition, figures.median),
                "note": f"{count} with a figure",
            }
        )
    target = definition.target
    if target.kind != "none":
        label = "Accepted range" if target.kind == "range" else "Target"
        facts.append({"label": label, "value": target_words(definition), "note": GOOD[definition.direction].rstrip(".")})
    if figures.own:
        others = [f"{tally[code]} {word}" for code, word in _FACT_WORDS if tally[code]]
        facts.append({"label": "To act on", "value": str(tally["act"]), "note": ", ".join(others) or "no other reading"})
        without = len(applicable) - len(shown)
        facts.append(
            {"label": "No reading", "value": str(without), "note": "too few, withheld or not returned" if without else ""}
        )
    return tuple(facts)


_FACT_WORDS = (("watch", "to watch"), ("worse", "worse"), ("better", "better"), ("no_difference", "no difference shown"))


@dataclass(frozen=True, slots=True)
class OverTime:
    """The chart over time with the reading whose stored verdict it draws, and that verdict in words."""

    chart: Chart | None
    reading: Reading | None
    text: str
    joined: tuple[Joined, ...] = ()


def _time(
    figures: KpiFigures, tiers: Sequence[str], kpi_id: int, series: Mapping[Quarter, Reading], member: Member | None
) -> OverTime:
    """The whole system over time, or the marked organisation where it has figures."""
    release, definition = figures.release, figures.definition
    if member is not None:
        own = series_of(release, tiers, kpi_ids=[kpi_id], level="organisation", organisation=member.pk).get(kpi_id, {})
        if sum(reading.value is not None for reading in own.values()) >= 2:
            joined = joined_into(member.pk, release.quarter) if can_be_joined(definition) else ()
            if joined and figures.as_now:
                return _as_now(figures, tiers, kpi_id, own, member, joined)
            return replace(_over_time(figures, own, f"{member.name}, as was" if joined else member.name), joined=joined)
    if not series:
        return OverTime(None, None, "")
    which = "total" if is_total(definition) else "pooled" if figures.pooled is not None else "median"
    return _over_time(figures, series, f"{SYSTEM} {which}")


def _as_now(
    figures: KpiFigures,
    tiers: Sequence[str],
    kpi_id: int,
    own: Mapping[Quarter, Reading],
    member: Member,
    joined: tuple[Joined, ...],
) -> OverTime:
    """The marked organisation with those who came into it; no stored verdict speaks of that series."""
    others = {
        one.organisation_id: series_of(
            figures.release, tiers, kpi_ids=[kpi_id], level="organisation", organisation=one.organisation_id
        ).get(kpi_id, {})
        for one in joined
    }
    series = series_as_now(figures.definition, own, others, joined)
    whose = f"{member.name}, as now: earlier quarters joined from released counts. {'; '.join(one.words for one in joined)}"
    return OverTime(trend_of(figures, series, whose=whose, sentence=AS_NOW), None, AS_NOW, joined)


AS_NOW = "Joined figures carry no verdict over time: read them beside the series as it was."


def _over_time(figures: KpiFigures, series: Mapping[Quarter, Reading], whose: str) -> OverTime:
    newest = series.get(figures.release.quarter)
    said = change_sentence(figures.definition, newest, figures.release.quarter)
    text = said.text if said is not None else ""
    return OverTime(trend_of(figures, series, whose=whose, sentence=text), newest, text)


def _false_alarms(figures: KpiFigures) -> str:
    """How many marks on this page chance alone would make."""
    shown = [(figures.definition, reading) for reading in figures.own.values() if reading.value is not None]
    if not shown or figures.definition.target.kind == "none":
        return ""
    return sentence_for_false_alarms(readings=len(shown), expected=false_alarms_expected(shown)).text


def _rank_words(reading: Reading, peers: str) -> str:
    """The ranks that chance leaves open among its peers."""
    if reading.value is None:
        return ""
    if reading.ranked is None:
        return sentence_for_rank(first=None, last=None, of=0).text
    return sentence_for_rank(first=reading.rank_low, last=reading.rank_high, of=reading.ranked, kind=peers).text


def _row(figures: KpiFigures, member: Member) -> FigureRow:
    definition, reading = figures.definition, figures.own[member.pk]
    counts = counts_of(definition, reading) if reading.value is not None else ()
    return FigureRow(
        member,
        reading,
        value_text(definition, reading),
        interval_words(definition, reading),
        rounding_words(definition, reading),
        tuple(zip(count_columns(definition), counts or (DASH,) * len(count_columns(definition)), strict=False)),
        comparison_words(definition, reading, group_words(member.group)),
        icons_in_words(reading),
        _rank_words(reading, group_words(member.group)),
        member.slug == figures.marked,
    )


def _ordered(rows: Sequence[FigureRow]) -> tuple[FigureRow, ...]:
    """Highest value first; rows without a value by name, so that their order tells nothing; what does not apply last."""
    with_value = sorted((row for row in rows if row.reading.value is not None), key=lambda row: row.member.name.casefold())
    with_value.sort(key=lambda row: row.reading.value or 0, reverse=True)
    rest = sorted((row for row in rows if row.reading.value is None), key=lambda row: row.member.name.casefold())
    rest.sort(key=lambda row: row.reading.verdict == "not_applicable")
    return (*with_value, *rest)


def _groups(definition: KpiDefinition, readings: Sequence[Reading]) -> tuple[GroupRow, ...]:
    """Kinds of organisation with enough members."""
    headline = [reading for reading in readings if reading.level == "type" and not reading.component]
    found = []
    for group in dict.fromkeys(reading.peer_group for reading in headline):
        by = {reading.statistic: reading for reading in headline if reading.peer_group == group}
        label = group_words(group)
        found.append(_pair_row(definition, None, label[:1].upper() + label[1:], by.get("pooled"), by.get("median")))
    return tuple(found)


def _components(definition: KpiDefinition, readings: Sequence[Reading], member: Member | None) -> tuple[GroupRow, ...]:
    """The parts of the KPI (bands, items, groups) for the whole system, and for the marked organisation beside it."""
    found = []
    for component in definition.components:
        own = [reading for reading in readings if reading.component == component.key]
        by = {reading.statistic: reading for reading in own if reading.level == "system"}
        mark = next((reading for reading in own if member is not None and reading.organisation_id == member.pk), None)
        if by or mark:
            found.append(_pair_row(definition, component.key, component.label, by.get("pooled"), by.get("median"), mark))
    return tuple(found)


def _pair_row(
    definition: KpiDefinition,
    component: str | None,
    label: str,
    pooled: Reading | None,
    median: Reading | None,
    marked: Reading | None = None,
) -> GroupRow:
    counts = counts_of(definition, pooled, component) if pooled is not None and pooled.value is not None else ()
    number = (median.contributing if median is not None else None) or (pooled.contributing if pooled is not None else None)
    return GroupRow(
        label=label,
        pooled=value_text(definition, pooled, component),
        interval=interval_words(definition, pooled, component),
        median=value_text(definition, median, component),
        contributing=str(number) if number else DASH,
        note=" against ".join(counts) if counts else (absence_words(pooled) if pooled is not None else ""),
        marked=value_text(definition, marked, component) if marked is not None else "",
        verdict=marked.verdict if marked is not None else "",
    )
