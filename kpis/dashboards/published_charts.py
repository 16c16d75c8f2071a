"""Charts of published figures: organisations in one year, and one organisation (or England) over its years."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from statistics import median

from django.urls import reverse

from edi_portal.charts import (
    Axis,
    Break,
    Chart,
    ChartTable,
    Entry,
    Frame,
    KeyEntry,
    Link,
    Reference,
    TrendPoint,
    caterpillar,
    trend,
)
from edi_portal.charts.numbers import count_text, format_figure, interval_text
from edi_portal.stats.proportions import wilson_limits
from kpis.models.published import PublishedSource
from kpis.published_indicators import STAFF_SURVEY, PublishedIndicator, years_between
from kpis.selectors.published import PublishedValue, series_breaks

FEWEST_FOR_A_MEDIAN = 5
DOT = (KeyEntry("edi-mark--disc", "Published figure"),)


def value_text(indicator: PublishedIndicator, one: PublishedValue) -> str:
    """A figure as tables print it."""
    return format_figure(one.value, indicator.unit)


def interval_of(one: PublishedValue) -> tuple[Decimal, Decimal] | None:
    """The 95% interval of a survey rate, in percent, its weights left aside; None where nothing says of how many."""
    if not one.base:
        return None
    low, high = wilson_limits(float(one.value) * one.base / 100, one.base)
    return Decimal(str(round(low * 100, 4))), Decimal(str(round(high * 100, 4)))


def middle_of(values: Sequence[PublishedValue]) -> Decimal | None:
    """The median of the organisations; None when they are too few to have a middle worth drawing."""
    own = [one.value for one in values if one.is_main]
    return median(own) if len(own) >= FEWEST_FOR_A_MEDIAN else None


def axis_of(indicator: PublishedIndicator) -> Axis:
    """The axis of a published figure with the direction of good."""
    title = "Times as likely (1.00 is parity)" if indicator.unit == "ratio" else "Percent"
    return Axis(indicator.unit, title, indicator.good, short_title=title)


def year_chart(
    indicator: PublishedIndicator, source: PublishedSource, year: str, values: Sequence[PublishedValue], *, marked: str = ""
) -> Chart:
    """Which organisations differ? One row for each reporting unit."""
    survey = indicator.source == STAFF_SURVEY
    entries = [_entry(one, marked) for one in values]
    centre = middle_of(values)
    lines = [Reference("median", centre, f"median {format_figure(centre, indicator.unit)}")] if centre is not None else []
    marks = "Dots with their 95% interval, the survey's weights left aside." if survey else "One dot for each filing."
    address = reverse("published:data", args=[indicator.slug]) + f"?year={year}"
    frame = Frame(
        slug=f"{indicator.slug}-{year}",
        heading="Which organisations differ?",
        note=f"{indicator.title}, {year}. {marks}",
        sentence="",
        links=(Link("Download CSV", address),),
        period=year,
        source=f"{source.title}, {source.publisher}",
    )
    drawn = caterpillar(frame, axis_of(indicator), entries, references=lines)
    caption = f"{indicator.title}, {year}. Source: {source.title}, {source.publisher}. Licence: {source.licence}."
    return replace(drawn, key=DOT, table=_year_table(indicator, values, caption))


def _entry(one: PublishedValue, marked: str) -> Entry:
    ends = interval_of(one)
    return Entry(
        one.label,
        "no_difference",
        value=one.value,
        low=ends[0] if ends else None,
        high=ends[1] if ends else None,
        own=bool(marked) and one.slug == marked,
    )


def _year_table(indicator: PublishedIndicator, values: Sequence[PublishedValue], caption: str) -> ChartTable:
    ordered = sorted(values, key=lambda one: (-one.value, one.label.casefold()))
    if indicator.source == STAFF_SURVEY:
        columns = ("Organisation", "Figure", "95% interval", "Answers")
        rows = tuple(
            (one.label, value_text(indicator, one), _interval_text(indicator, one), count_text(one.base or 0)) for one in ordered
        )
        return ChartTable(columns, rows, caption, frozenset({1, 2, 3}))
    filed = tuple((one.label, value_text(indicator, one), one.note or "Day of filing not known.") for one in ordered)
    return ChartTable(("Organisation", "Figure", "Note"), filed, caption, frozenset({1}))


def _interval_text(indicator: PublishedIndicator, one: PublishedValue) -> str:
    ends = interval_of(one)
    return interval_text(*ends, indicator.unit) if ends else "\u2013"


def trend_chart(
    indicator: PublishedIndicator, source: PublishedSource, label: str, slug: str, values: Sequence[PublishedValue], heading: str
) -> Chart:
    """One organisation over its years: a year without a figure is a gap, a year with other services begins a new line."""
    by_year = {one.year: one for one in values if one.is_main}
    years = years_between(tuple(sorted(by_year)))
    points = [
        TrendPoint(year, by_year[year].value) if year in by_year else TrendPoint(year, absent="not_available") for year in years
    ]
    cuts = tuple(
        mark if mark.before in by_year else Break(_next_with_figure(mark.before, years, set(by_year)), mark.text)
        for mark in series_breaks(slug, indicator, years)
    )
    about = f"{indicator.title}, {label}" if slug else indicator.title
    frame = Frame(
        slug=f"{indicator.slug}-time-{slug or 'england'}",
        heading=heading,
        note=f"{about}. A year without a published figure is a gap.",
        sentence="",
        period=f"{years[0]} to {years[-1]}",
        source=f"{source.title}, {source.publisher}",
    )
    drawn = trend(frame, axis_of(indicator), points, kind="rolling", breaks=cuts)
    caption = f"{about}. Source: {source.title}, {source.publisher}. Licence: {source.licence}."
    return replace(drawn, key=DOT, table=_trend_table(indicator, points, by_year, cuts, caption))


def _next_with_figure(year: str, years: Sequence[str], known: set[str]) -> str:
    """A break before a year without a figure is drawn before the next year that has one."""
    return next(one for one in years[years.index(year) :] if one in known)


def _trend_table(
    indicator: PublishedIndicator,
    points: Sequence[TrendPoint],
    by_year: dict[str, PublishedValue],
    cuts: Sequence[Break],
    caption: str,
) -> ChartTable:
    broken = {mark.before: mark.text for mark in cuts}
    rows = []
    for point in points:
        one = by_year.get(point.label)
        notes = [f"Break before it: {broken[point.label]}."] if point.label in broken else []
        notes += [one.note] if one and one.note else []
        rows.append((point.label, value_text(indicator, one) if one else "not published", " ".join(notes) or "\u2013"))
    return ChartTable(("Year", "Figure", "Note"), tuple(rows), caption, frozenset({1}))
