"""The public compendium: every KPI, one KPI, one organisation. Released figures of the public tier alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from edi_portal.charts import Chart, Link
from edi_portal.clock import LONDON
from edi_portal.periods import Quarter
from kpis.catalogue import WORKSTREAMS, KpiDefinition
from kpis.dashboards.catalogue import collected_words, matches, quarter_in_force, visible_kpis
from kpis.dashboards.figure_words import absence_words, counts_of, interval_words, value_text
from kpis.dashboards.kpi_page import KpiPage, page_of
from kpis.dashboards.published import list_row
from kpis.dashboards.published_charts import value_text as published_text
from kpis.framework import KpiInForce
from kpis.models.published import PublishedSource
from kpis.models.releases import Release
from kpis.open_data.packages import LICENCE
from kpis.published_indicators import INDICATORS, PublishedIndicator
from kpis.selectors.definitions import framework_for
from kpis.selectors.public import EVERYBODY, as_everybody_sees
from kpis.selectors.published import PublishedValue, sources, values_of_indicators, values_of_organisation
from kpis.selectors.releases import Member, Reading, last_headlines_before, readings_of, series_of
from organisations.models import Organisation

YEAR = 4  # quarters


@dataclass(frozen=True, slots=True)
class ListRow:
    """One KPI with the newest figure of all organisations together, and the quarter it is of."""

    definition: KpiDefinition
    figure: str
    statistic: str
    quarter: str
    published: int

    @property
    def asked(self) -> str:
        """In which quarters it is collected."""
        return collected_words(self.definition.collected_in)


@dataclass(frozen=True, slots=True)
class ListSection:
    """The KPIs of one workstream."""

    title: str
    rows: tuple[ListRow, ...]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A figure that NHS bodies published themselves on the same question: never in one table with released figures."""

    row: Mapping[str, str]
    source: str
    licence: str


@dataclass(frozen=True, slots=True)
class OwnLine:
    """One public figure of an organisation, and the quarter it is of."""

    definition: KpiDefinition
    value: str
    interval: str
    note: str
    quarter: str
    verdict: str
    url: str


def list_sections(release: Release | None, *, words: str = "", workstream: str = "") -> tuple[ListSection, ...]:
    """Every KPI of the baseline by workstream, narrowed by words and workstream, with its newest public figure."""
    kpis = [
        kpi
        for kpi in visible_kpis(AnonymousUser(), framework_for(quarter_in_force(release)))
        if matches(kpi.definition, words) and (not workstream or kpi.definition.workstream == workstream)
    ]
    newest = _newest_of_system(release, kpis) if release is not None else {}
    elsewhere: dict[str, int] = {}
    for indicator in INDICATORS.values():
        elsewhere[indicator.kpi] = elsewhere.get(indicator.kpi, 0) + 1
    sections = []
    for slug, title in WORKSTREAMS.items():
        own = [kpi for kpi in kpis if kpi.definition.workstream == slug]
        if own:
            rows = (_list_row(kpi, newest, elsewhere.get(kpi.definition.slug, 0)) for kpi in own)
            sections.append(ListSection(title, tuple(rows)))
    return tuple(sections)


Newest = Mapping[tuple[int, str], tuple[Quarter, Reading]]


def _newest_of_system(release: Release, kpis: Sequence[KpiInForce]) -> Newest:
    """(KPI, statistic) → newest quarter within a year and figure of all organisations together. Two queries."""
    now = readings_of(release, EVERYBODY, component="", level="system")
    missing = {kpi.kpi_id for kpi in kpis} - {one.kpi_id for one in now}
    found = [(release.quarter, one) for one in now]
    found += [pair for pair in last_headlines_before(release, EVERYBODY, kpi_ids=missing) if pair[1].level == "system"]
    return {(one.kpi_id, one.statistic): (quarter, one) for quarter, one in found}


def _list_row(kpi: KpiInForce, newest: Newest, published: int) -> ListRow:
    for statistic in ("pooled", "median"):
        quarter, reading = newest.get((kpi.kpi_id, statistic), (None, None))
        text = value_text(kpi.definition, reading)
        if reading is not None and quarter is not None and (reading.value is not None or reading.word) and text != "–":
            return ListRow(kpi.definition, text, statistic, quarter.label, published)
    return ListRow(kpi.definition, "–", "", "", published)


def public_page(release: Release, kpi: KpiInForce, *, kind: str = "") -> KpiPage | None:
    """The page of a KPI within the public tier, its charts with links that everybody can follow."""
    page = page_of(as_everybody_sees(release), kpi.kpi_id, kpi.definition, kind=kind)
    if page is None:
        return None
    file = f"{reverse('compendium:data-csv', args=[kpi.definition.slug])}?release={release.number}"
    return replace(page, organisations=_linked(page.organisations, file), chance=None, time=_linked(page.time, file))


def _linked(chart: Chart | None, file: str) -> Chart | None:
    return replace(chart, links=(Link("Download CSV", file),)) if chart is not None else None


def elsewhere(definition: KpiDefinition) -> tuple[Elsewhere, ...]:
    """What was published on the same question, with source and year. At most three queries."""
    own = [one for one in INDICATORS.values() if one.kpi == definition.slug]
    if not own:
        return ()
    values, known = values_of_indicators([one.slug for one in own]), sources()
    return tuple(_elsewhere(one, values, known) for one in own if any(value.indicator == one.slug for value in values))


def _elsewhere(
    indicator: PublishedIndicator, values: Sequence[PublishedValue], known: Mapping[str, PublishedSource]
) -> Elsewhere:
    source = known[indicator.source]
    return Elsewhere(list_row(indicator, values), f"{source.title}, {source.publisher}", source.licence)


def cite(release: Release | None, definition: KpiDefinition, address: str) -> str:
    """How to cite a KPI's figures of a release, or its definition while there is no release."""
    title = f"{definition.code}, {definition.name}"
    if release is None:
        return f"{settings.PARTNERSHIP_NAME}. {title}. Definition. {address}"
    kind = "Synthetic demonstration data. " if release.synthetic else ""
    day = f", published {release.published_at.astimezone(LONDON):%-d %B %Y}" if release.published_at else ""
    return (
        f"{settings.PARTNERSHIP_NAME}. {title}. {kind}Release {release.number} ({release.quarter.label}){day}. "
        f"{address}. {LICENCE['title']}."
    )


def own_lines(release: Release, member: Member) -> tuple[OwnLine, ...]:
    """The organisation's public figures, each the newest of a year, by workstream. Figures that do not apply are left out."""
    kpis = {kpi.kpi_id: kpi for kpi in visible_kpis(AnonymousUser(), as_everybody_sees(release).framework)}
    found = series_of(
        release,
        EVERYBODY,
        kpi_ids=kpis,
        periods=YEAR,
        level="organisation",
        organisation=member.pk,
        statistic="own",
    )
    lines = []
    for pk, kpi in kpis.items():
        if pk not in found:
            continue
        quarter, reading = max(found[pk].items())
        if reading.verdict != "not_applicable":
            lines.append(_own_line(release, kpi.definition, quarter, reading))
    return tuple(lines)


def _own_line(release: Release, definition: KpiDefinition, quarter: Quarter, reading: Reading) -> OwnLine:
    counts = "; ".join(counts_of(definition, reading)) if reading.value is not None else ""
    return OwnLine(
        definition,
        value_text(definition, reading),
        interval_words(definition, reading),
        absence_words(reading) or counts,
        quarter.label,
        reading.verdict,
        reverse("compendium:detail", args=[definition.slug]),
    )


@dataclass(frozen=True, slots=True)
class PublishedLine:
    """The newest published figure of one kind about an organisation."""

    title: str
    url: str
    value: str
    year: str


@dataclass(frozen=True, slots=True)
class PublishedGroup:
    """What one source says of an organisation."""

    source: PublishedSource
    lines: tuple[PublishedLine, ...]


def published_about(organisation: Organisation) -> tuple[PublishedGroup, ...]:
    """What was published about an organisation elsewhere, by source: of each figure the newest year. Three queries."""
    newest: dict[str, PublishedValue] = {}
    for one in values_of_organisation(organisation):
        if one.is_main:
            newest[one.indicator] = one  # they come by year
    known = sources() if newest else {}
    groups: dict[str, list[PublishedLine]] = {}
    for indicator in (INDICATORS[slug] for slug in INDICATORS if slug in newest):
        one = newest[indicator.slug]
        address = f"{reverse('published:detail', args=[indicator.slug])}?organisation={organisation.slug}"
        line = PublishedLine(indicator.title, address, published_text(indicator, one), one.year)
        groups.setdefault(indicator.source, []).append(line)
    return tuple(PublishedGroup(known[code], tuple(lines)) for code, lines in groups.items())
