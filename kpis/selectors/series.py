"""Figures of earlier releases and the breaks of series, as plain values: what a verdict over time is made from."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from edi_portal.periods import Quarter
from edi_portal.reviews.selectors import standings_of
from kpis.framework import Framework
from kpis.models.definitions import KpiVersion
from kpis.models.releases import Release, ReleasedFigure
from kpis.models.series import SeriesRebase
from kpis.release_content.over_time import QUARTERS_READ, Past, PastFigure, SeriesBreak, SeriesKey
from kpis.release_content.rows import SYSTEM, Unit
from kpis.selectors.definitions import read_kpi
from organisations.models import Organisation, Succession

# In place of a reason that no reviewer has passed when the release is made.
REASON_UNREAD = "the reason waits for a reviewer"


def releases_before(quarter: Quarter) -> list[int]:
    """The current releases of the quarters before, as far back as series are read."""
    span = quarter.previous(QUARTERS_READ).slug, quarter.previous().slug
    return sorted(Release.objects.current().filter(collection__period__range=span).values_list("pk", flat=True))


def breaks_up_to(quarter: Quarter) -> tuple[SeriesBreak, ...]:
    """Mergers and rebases that took effect no later than the quarter, in a fixed order."""
    first = quarter.previous(QUARTERS_READ)
    return tuple(sorted({*_mergers(first, quarter), *_rebases(first, quarter)}))


def _mergers(first: Quarter, last: Quarter) -> Iterable[SeriesBreak]:
    """Each merger for the organisations in it, and for the whole system where one of them belonged to it."""
    events = Succession.objects.filter(breaks_series=True, effective_on__range=(first.first_day, last.last_day))
    # A new name on the day of a merger is the same event, told once.
    events = events.exclude(nature=Succession.Nature.RENAME)
    ours = set(Organisation.objects.filter(footprint_memberships__isnull=False).values_list("pk", flat=True))
    for event in events.select_related("predecessor", "successor").order_by("effective_on", "number"):
        if event.effective_on is None:
            continue
        before, words = Quarter.containing(event.effective_on), succession_words(event)
        bodies = [body for body in (event.predecessor, event.successor) if body is not None]
        for body in bodies:
            yield SeriesBreak(before, "merger", Unit("organisation", body.slug), words)
        if any(body.pk in ours for body in bodies):
            yield SeriesBreak(before, "merger", SYSTEM, words)


def succession_words(event: Succession) -> str:
    """Date and cause of a merger: "April 2018: taken over, Liverpool Community Health into Mersey Care"."""
    names = [short_name(name) for name in (event.predecessor_name, event.successor_name) if name]
    return f"{event.effective_on:%B %Y}: {event.get_nature_display().lower()}, {' into '.join(names)}"


@dataclass(frozen=True, slots=True)
class Joined:
    """An organisation that came into another: which, from which quarter on, and the event in words."""

    organisation_id: int
    before: Quarter
    words: str


def joined_into(organisation_id: int, quarter: Quarter) -> tuple[Joined, ...]:
    """Who came into the organisation as a whole up to the quarter, and who had come into those before. One query."""
    rows = Succession.objects.filter(
        breaks_series=True, whole=True, successor__isnull=False, effective_on__lte=quarter.last_day
    ).exclude(nature=Succession.Nature.RENAME)
    events = [row for row in rows.order_by("effective_on", "number") if row.effective_on is not None]
    found: dict[int, Joined] = {}
    wanted = [organisation_id]
    while wanted:
        body = wanted.pop()
        for event in events:
            gone = event.predecessor_id
            if event.successor_id == body and gone != organisation_id and gone not in found and event.effective_on is not None:
                found[gone] = Joined(gone, Quarter.containing(event.effective_on), succession_words(event))
                wanted.append(gone)
    return tuple(sorted(found.values(), key=lambda one: (one.before, one.organisation_id)))


def short_name(name: str) -> str:
    """A name without the words that every trust shares."""
    return name.replace(" NHS Foundation Trust", "").replace(" NHS Trust", "")


def _rebases(first: Quarter, last: Quarter) -> Iterable[SeriesBreak]:
    """Each rebase with its reason as far as a reviewer has passed it: a release is read by everybody and never changes."""
    rows = list(
        SeriesRebase.objects.in_force().filter(before__range=(first.slug, last.slug)).select_related("kpi", "organisation")
    )
    found = standings_of(rows)
    for row in rows:
        unit = Unit("organisation", row.organisation.slug) if row.organisation is not None else SYSTEM
        shown = found[row.review_subject].shown
        reason = shown["reason"] if shown is not None else REASON_UNREAD
        yield SeriesBreak(Quarter.parse(row.before), "rebase", unit, reason, row.kpi.code, row.role_label)


def read_past(series: Sequence[int], breaks: Sequence[Sequence[str]], framework: Framework) -> Past:
    """The headline figures of earlier releases with everything that interrupts them. Four queries."""
    marks = tuple(SeriesBreak.from_data(row) for row in breaks)
    if not series:
        return Past(breaks=marks)
    rows = ReleasedFigure.objects.filter(
        Q(level="system") | Q(level="organisation") | Q(level="type"), release__in=list(series), component="", value__isnull=False
    )
    figures: dict[SeriesKey, dict[Quarter, PastFigure]] = defaultdict(dict)
    periods = Release.objects.filter(pk__in=list(series)).values_list("pk", "collection__period")
    quarters = {pk: Quarter.parse(period) for pk, period in periods}
    # Joined here, by number: of thousands of rows the database would give period and slug as a text each.
    slugs = dict(Organisation.objects.values_list("pk", "slug"))
    columns = (
        "kpi_id", "level", "organisation_id", "peer_group", "statistic",
        "release_id", "value", "low", "high", "kpi_version_id",
    )  # fmt: skip
    for kpi, level, organisation, group, statistic, release, *figure in rows.values_list(*columns):
        unit = Unit(level, slugs[organisation] if organisation else group)
        figures[kpi, unit, statistic][quarters[release]] = PastFigure(*figure)
    versions = {one.version_id for found in figures.values() for one in found.values()}
    gone = versions - {kpi.version_id for kpi in framework.kpis}
    definitions = {row.pk: read_kpi(row) for row in KpiVersion.objects.filter(pk__in=gone)} if gone else {}
    return Past(dict(figures), marks, definitions)


def past_as_data(past: Past) -> list[Any]:
    """Everything that a verdict over time depends on, in a fixed order, for the digest of a release's input."""
    figures = [
        [kpi, *unit, statistic, [[at.slug, str(one.value), str(one.low), str(one.high)] for at, one in sorted(found.items())]]
        for (kpi, unit, statistic), found in sorted(past.figures.items())
    ]
    return [figures, [mark.as_data() for mark in past.breaks]]
