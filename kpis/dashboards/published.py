"""The public pages of published figures: all indicators, one indicator, one organisation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from edi_portal.charts import Chart
from edi_portal.charts.numbers import format_figure, plural
from kpis.dashboards.published_charts import middle_of, trend_chart, value_text, year_chart
from kpis.dashboards.published_findings import CHECKED, PublishedNote, notes_of
from kpis.models.published import PublishedSource
from kpis.published_indicators import INDICATORS, NATIONAL, PAY_GAP, STAFF_SURVEY, PublishedIndicator, indicators_of
from kpis.selectors.published import (
    PublishedValue,
    organisations_with_figures,
    sources,
    values_of_indicators,
    values_of_organisation,
)
from organisations.models import Organisation

FAMILIES = ((PAY_GAP, "Gender pay gap"), (STAFF_SURVEY, "NHS Staff Survey"), (NATIONAL, "National values"))
CHARTED = ("gpg-mean", "gpg-median", "nss-harassment-public", "nss-discrimination-internal")
DATA_HEADS = (
    "Indicator", "Year", "Organisation", "Name as published", "Reporting unit", "Figure", "Unit", "Answers", "Note",
    "Page", "Source", "Publisher", "Licence",
)  # fmt: skip
HOW_TO_READ: Mapping[str, tuple[str, ...]] = {
    PAY_GAP: (
        "A public body reports the pay of 31 March before the reporting year begins: 2018-19 is the pay of 31 March 2018.",
        "A gap above 0 means that women's pay is below men's: 20% is 80p for every £1. It compares all men and all women, "
        "so it also shows who works in which job.",
        "Every figure stands as it was filed. Where a check finds something odd, a note says so and nothing is changed.",
        "2019-20 was not enforced. Of 2020-21, 2022-23 and 2023-24 only early downloads were found, with a few employers.",
    ),
    STAFF_SURVEY: (
        "The survey is answered in autumn. The rates are those of all staff who answered, not of one group.",
        "Rates of trusts are weighted by occupation group. So a rate times the number of answers is no head count.",
        "The survey changed in 2021. The series begins there: no line is drawn across 2020 and 2021.",
        "A rate that would give away 1 to 7 people is left out.",
    ),
    NATIONAL: (
        "Each value stands on a page that quoted it. The address is beside it.",
        "The years in between were not found. The line joins only years that follow each other.",
        "A ratio says which group stands above the line. 1.00 is parity.",
    ),
}


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One organisation (or indicator) with its figure for each year."""

    label: str
    url: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One value with its own page, for the list of sources."""

    label: str
    year: str
    value: str
    note: str
    address: str


@dataclass(frozen=True, slots=True)
class IndicatorPage:
    """One indicator for one year, with its years."""

    indicator: PublishedIndicator
    source: PublishedSource
    years: tuple[str, ...]
    year: str
    sentence: str
    organisations: Chart | None
    time: Chart | None
    matrix: tuple[MatrixRow, ...]
    notes: tuple[PublishedNote, ...]
    pages: tuple[SourceLine, ...]
    how_to_read: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """Everything published about one organisation."""

    sentence: str
    charts: tuple[Chart, ...]
    families: tuple[dict[str, Any], ...]
    notes: tuple[PublishedNote, ...]
    names: tuple[str, ...]


def list_page() -> dict[str, Any]:
    """The indicators by family with their years and how many organisations they have, and the organisations."""
    known = sources()
    values = values_of_indicators(INDICATORS)
    families = []
    for code, title in FAMILIES:
        rows = [list_row(indicator, values) for indicator in indicators_of(code)]
        families.append({"title": title, "source": known[code], "rows": rows, "national": code == NATIONAL})
    organisations = [
        {"label": one.short_name, "url": reverse("published:organisation", args=[one.slug])}
        for one in organisations_with_figures()
    ]
    return {"families": families, "organisations": organisations, "figures": len(values)}


def list_row(indicator: PublishedIndicator, values: Sequence[PublishedValue]) -> dict[str, str]:
    """An indicator in a list: its address, years, and the middle of its fullest new year."""
    own = [one for one in values if one.indicator == indicator.slug]
    years = sorted({one.year for one in own})
    year = best_year(own)
    shown = [one for one in own if one.year == year]
    centre = middle_of(shown)
    newest = format_figure(centre, indicator.unit) if centre is not None else value_text(indicator, shown[0])
    return {
        "title": indicator.title,
        "question": indicator.question,
        "url": reverse("published:detail", args=[indicator.slug]),
        "years": years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}",
        "newest": f"{newest} ({year})",
        "organisations": str(len({one.slug or one.reported_name for one in own})),
    }


def best_year(values: Sequence[PublishedValue]) -> str:
    """The newest year that is not a partial download: it has at least half as many figures as the fullest year."""
    counts: dict[str, int] = {}
    for one in values:
        counts[one.year] = counts.get(one.year, 0) + 1
    return max(year for year, count in counts.items() if 2 * count >= max(counts.values()))


def indicator_page(indicator: PublishedIndicator, *, year: str = "", organisation: str = "") -> IndicatorPage:
    """The page of one indicator. An unknown year or organisation falls back to the fullest year and the first name."""
    source = sources()[indicator.source]
    everything = values_of_indicators({indicator.slug, *CHECKED} if indicator.source == PAY_GAP else {indicator.slug})
    values = tuple(one for one in everything if one.indicator == indicator.slug)
    years = tuple(sorted({one.year for one in values}, reverse=True))
    year = year if year in years else best_year(values)
    shown = tuple(one for one in values if one.year == year)
    national = indicator.source == NATIONAL
    choices = () if national else _choices(values)
    chosen = organisation if organisation in dict(choices) else ""
    return IndicatorPage(
        indicator=indicator,
        source=source,
        years=years,
        year=year,
        sentence=sentence_of(indicator, year, shown),
        organisations=None if national else year_chart(indicator, source, year, shown, marked=chosen),
        time=_time(indicator, source, values, chosen or next((slug for slug, _ in choices), ""), dict(choices)),
        matrix=() if national else _matrix(indicator, values, tuple(reversed(years))),
        notes=tuple(note for note in notes_of(everything) if indicator.slug in note.indicators),
        pages=_pages(indicator, values if national else shown),
        how_to_read=HOW_TO_READ[indicator.source],
        choices=choices,
        chosen=chosen or next((slug for slug, _ in choices), ""),
    )


def _choices(values: Sequence[PublishedValue]) -> tuple[tuple[str, str], ...]:
    """Organisations with a figure, under their newest name."""
    names = {one.slug: one.label for one in values if one.slug and one.is_main}
    return tuple(sorted(names.items(), key=lambda pair: pair[1].casefold()))


def _time(
    indicator: PublishedIndicator, source: PublishedSource, values: Sequence[PublishedValue], slug: str, names: Mapping[str, str]
) -> Chart | None:
    own = [one for one in values if one.slug == slug]
    label = names.get(slug, "England")
    if len({one.year for one in own}) < 2:
        return None
    return trend_chart(indicator, source, label, slug, own, f"How has it changed: {label}?")


def _matrix(indicator: PublishedIndicator, values: Sequence[PublishedValue], years: Sequence[str]) -> tuple[MatrixRow, ...]:
    rows: dict[tuple[str, str], dict[str, str]] = {}
    slugs: dict[tuple[str, str], str] = {}
    for one in values:
        key = (one.label.casefold(), one.label)
        rows.setdefault(key, {})[one.year] = value_text(indicator, one)
        slugs[key] = one.slug
    return tuple(
        MatrixRow(
            key[1],
            reverse("published:organisation", args=[slugs[key]]) if slugs[key] else "",
            tuple(rows[key].get(year, "\u2013") for year in years),
        )
        for key in sorted(rows)
    )


def _pages(indicator: PublishedIndicator, values: Iterable[PublishedValue]) -> tuple[SourceLine, ...]:
    return tuple(
        SourceLine(one.label, one.year, value_text(indicator, one), one.note, one.address) for one in values if one.address
    )


def sentence_of(indicator: PublishedIndicator, year: str, values: Sequence[PublishedValue]) -> str:
    """What the year says in one or two sentences. Only figures of organisations themselves count, each once."""
    if indicator.source == NATIONAL:
        return f"The newest value found is {value_text(indicator, values[-1])}, for {year}. {indicator.good}."
    own = sorted((one for one in values if one.is_main), key=lambda one: one.value)
    how_many = plural(len(own), "organisation")
    spread = f"from {value_text(indicator, own[0])} to {value_text(indicator, own[-1])}"
    centre = middle_of(own)
    middle = f", with {format_figure(centre, indicator.unit)} in the middle" if centre is not None else ""
    if indicator.is_gap:
        below = sum(one.value > 0 for one in own)
        return (
            f"In {year}, {indicator.finding} was below men's at {below} of {how_many}. "
            f"The gaps run {spread}{middle}. {indicator.good}."
        )
    return f"In {year}, {spread} {indicator.finding}{middle} ({how_many}). {indicator.good}."


def organisation_page(organisation: Organisation) -> OrganisationPage:
    """Everything published about one organisation, each figure under its own year."""
    known = sources()
    values = values_of_organisation(organisation)
    charts = []
    for slug in CHARTED:
        own = [one for one in values if one.indicator == slug]
        if len({one.year for one in own if one.is_main}) > 1:
            indicator = INDICATORS[slug]
            source = known[indicator.source]
            charts.append(trend_chart(indicator, source, own[-1].label, organisation.slug, own, indicator.title))
    families = tuple(
        {"title": title, "source": known[code], "years": years, "rows": rows}
        for code, title in FAMILIES
        for years, rows in [_family(code, values)]
        if rows
    )
    years = sorted({one.year for one in values})
    return OrganisationPage(
        sentence=f"{plural(len(values), 'published figure')} from {years[0]} to {years[-1]}, each under its own year and source.",
        charts=tuple(charts),
        families=families,
        notes=notes_of(values),
        names=tuple(dict.fromkeys(one.reported_name for one in values)),
    )


def _family(code: str, values: Sequence[PublishedValue]) -> tuple[tuple[str, ...], tuple[MatrixRow, ...]]:
    slugs = {indicator.slug for indicator in indicators_of(code)}
    years = tuple(sorted({one.year for one in values if one.indicator in slugs}))
    rows = []
    for indicator in indicators_of(code):
        for unit in sorted({one.unit_name for one in values if one.indicator == indicator.slug}):
            of_unit = [one for one in values if one.indicator == indicator.slug and one.unit_name == unit]
            by_year = {one.year: value_text(indicator, one) for one in of_unit}
            label = f"{indicator.title}, {unit}" if unit else indicator.title
            url = reverse("published:detail", args=[indicator.slug])
            rows.append(MatrixRow(label, url, tuple(by_year.get(year, "\u2013") for year in years)))
    return years, tuple(rows)


def data_rows(values: Iterable[PublishedValue]) -> list[list[Any]]:
    """Rows of a download, in the order of `DATA_HEADS`: each with its source and licence."""
    known = sources()
    rows = []
    for one in values:
        indicator = INDICATORS[one.indicator]
        source = known[indicator.source]
        rows.append(
            [
                indicator.title,
                one.year,
                one.label,
                one.reported_name,
                one.unit_name,
                one.value.normalize(),
                indicator.unit,
                one.base,
                one.note,
                one.address or source.address,
                source.title,
                source.publisher,
                source.licence,
            ]  # fmt: skip
        )
    return rows
