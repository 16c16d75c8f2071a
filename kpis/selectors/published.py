"""Published figures as values: those of an indicator, those of an organisation, and the breaks between their years."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from edi_portal.charts import Break
from kpis.models.published import PublishedFigure, PublishedSource
from kpis.published_indicators import PublishedIndicator, snapshot_day
from organisations.models import Organisation, OrganisationName, Succession


@dataclass(frozen=True, slots=True)
class PublishedValue:
    """One published figure under the short name in use on its day. `slug` is empty for England and for two bodies together."""

    indicator: str
    year: str
    label: str
    slug: str
    reported_name: str
    unit_name: str
    value: Decimal
    base: int | None
    note: str
    address: str

    @property
    def is_main(self) -> bool:
        """Whether it stands for the organisation itself, and not for a further reporting unit or an earlier filing."""
        return not self.unit_name


def sources() -> dict[str, PublishedSource]:
    """The sources by code."""
    return {source.code: source for source in PublishedSource.objects.all()}


def values_of_indicators(indicators: Iterable[str]) -> tuple[PublishedValue, ...]:
    """Every figure of these indicators, by year and then by name."""
    return _values(PublishedFigure.objects.filter(indicator__in=list(indicators)))


def values_of_organisation(organisation: Organisation) -> tuple[PublishedValue, ...]:
    """Every published figure of an organisation."""
    return _values(PublishedFigure.objects.filter(organisation=organisation))


def organisations_with_figures() -> QuerySet[Organisation]:
    """The organisations of which a figure was published, by name. Public, as the figures are."""
    return Organisation.objects.filter(published__isnull=False).distinct().order_by("short_name")


def _values(figures: QuerySet[PublishedFigure]) -> tuple[PublishedValue, ...]:
    rows = list(figures.select_related("organisation", "source"))
    names: dict[int, list[OrganisationName]] = {}
    for name in OrganisationName.objects.filter(organisation__in={row.organisation_id for row in rows if row.organisation_id}):
        names.setdefault(name.organisation_id, []).append(name)
    found = [_value(row, names) for row in rows]
    return tuple(sorted(found, key=lambda one: (one.year, one.label.casefold(), one.unit_name)))


def _value(row: PublishedFigure, names: dict[int, list[OrganisationName]]) -> PublishedValue:
    label = row.reported_name
    if row.organisation is not None:
        day = snapshot_day(row.source.code, row.year)
        held = (name.short_name for name in names.get(row.organisation.pk, ()) if name.holds_on(day))
        label = next(held, row.organisation.short_name)
    return PublishedValue(
        indicator=row.indicator,
        year=row.year,
        label=f"{label}, {row.reporting_unit}" if row.reporting_unit else label,
        slug=row.organisation.slug if row.organisation is not None else "",
        reported_name=row.reported_name,
        unit_name=row.reporting_unit,
        value=row.value,
        base=int(row.base) if row.base is not None else None,
        note=row.note,
        address=row.address,
    )


def series_breaks(slug: str, indicator: PublishedIndicator, years: tuple[str, ...]) -> tuple[Break, ...]:
    """Where an organisation changed between two years so that their figures are not like for like: mergers and the like."""
    if not slug or len(years) < 2:
        return ()
    days = [snapshot_day(indicator.source, year) for year in years]
    steps = Succession.objects.filter(
        Q(predecessor__slug=slug) | Q(successor__slug=slug),
        breaks_series=True,
        effective_on__gt=days[0],
        effective_on__lte=days[-1],
    )
    words: dict[str, date] = {}
    for happened in filter(None, steps.order_by("effective_on").values_list("effective_on", flat=True)):
        before = next(year for year, day in zip(years, days, strict=True) if happened <= day)
        words.setdefault(before, happened)
    return tuple(Break(year, f"{day:%-d %B %Y}: other services, not like for like") for year, day in words.items())
