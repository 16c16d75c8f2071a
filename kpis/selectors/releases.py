"""Published releases and their figures, as a reader of a tier may see them. Never reads a return.

A figure outside the reader's tier is not filtered on a page: it is never fetched.
"""

from collections.abc import Collection as Several
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cached_property

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest

from edi_portal.periods import Quarter
from kpis.framework import Framework
from kpis.models.releases import Release, ReleasedFigure
from kpis.selectors.definitions import Definitions, stored_definitions
from organisations.models import Organisation, PeerGroup, PeerGroupMembership
from organisations.permissions import active_membership, tier_of
from organisations.roles import Tier

# What a reader of a tier may see: each tier holds those before it.
TIERS_OF: Mapping[Tier, tuple[str, ...]] = {
    Tier.PUBLIC: ("public",),
    Tier.BOARD: ("public", "board"),
    Tier.STEERING: ("public", "board", "steering"),
}
# Why a figure is not there although the return might have brought it.
NOT_THERE = ("not_returned", "incomplete_year", "not_available", "not_collected")


@dataclass(frozen=True, slots=True)
class Reading:
    """One released figure, field by field as `ReleasedFigure`."""

    kpi_id: int
    level: str
    organisation_id: int | None
    statistic: str
    status: str
    verdict: str
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    denominator: Decimal | None
    word: str
    over_time: str = ""
    component: str = ""
    peer_group: str = ""
    tier: str = ""
    rounding_low: Decimal | None = None
    rounding_high: Decimal | None = None
    numerator: Decimal | None = None
    reference_numerator: Decimal | None = None
    reference_denominator: Decimal | None = None
    reason: str = ""
    comparator: Decimal | None = None
    comparator_kind: str = ""
    quartile: int | None = None
    rank_low: int | None = None
    rank_high: int | None = None
    ranked: int | None = None
    contributing: int | None = None
    variation: str = ""
    assurance: str = ""
    time_points: int | None = None
    time_detail: str = ""


FIELDS = tuple(field.name for field in fields(Reading))
# Enough for a mark, its value and its change over time; a table of thousands of marks reads no more.
MARK_FIELDS = FIELDS[: FIELDS.index("component")]


@dataclass(frozen=True, slots=True)
class Member:
    """An organisation that was due in a release: its name then, and the peers it is compared with."""

    pk: int
    slug: str
    name: str
    kind: str
    group: str
    returned: bool

    @property
    def group_label(self) -> str:
        """Its peers in words: "Acute trusts"."""
        return str(PeerGroup(self.group).label) if self.group else "Other organisations"


def tiers_visible(request: HttpRequest) -> tuple[str, ...]:
    """The tiers of figures that the role in use may read."""
    return TIERS_OF[tier_of(active_membership(request))]


# What only portal admins and the rebuild need of a release.
NOT_FOR_READERS = ("made_from", "audit", "problems", "policy")


def _read(releases: QuerySet[Release]) -> QuerySet[Release]:
    return releases.select_related("collection").defer(*NOT_FOR_READERS)


def release_as_seen(request: HttpRequest) -> "ReleaseAsSeen | None":
    """The release in force within the tier of the role in use; None before the first release."""
    release = release_in_force(request)
    return ReleaseAsSeen(release, tiers_visible(request)) if release is not None else None


def release_in_force(request: HttpRequest) -> Release | None:
    """The release a page shows: `?release=14` pins one, otherwise the published one of the newest period.

    A pinned one brings earlier periods as they stood when it was published, so its page never changes. None before the first
    release; Http404 for a number that was never published.
    """
    releases = _read(Release.objects.published())
    asked = request.GET.get("release", "")
    if not asked:
        return newest_release()
    found = releases.filter(number=int(asked)).first() if asked.isascii() and asked.isdigit() and len(asked) < 7 else None
    if found is None:
        raise Http404
    found.as_of = found.number
    return found


def _before(release: Release) -> QuerySet[Release]:
    """The releases of earlier periods that belong beside a release: the current ones, or those of its time when it is pinned."""
    return Release.objects.as_of(release.as_of).filter(collection__period__lt=release.collection.period)


def releases_up_to(release: Release) -> QuerySet[Release]:
    """The release and those of earlier periods that belong beside it, newest first."""
    both = Q(pk__in=_before(release).order_by().values("pk")) | Q(pk=release.pk)
    return _read(Release.objects.filter(both)).order_by("-collection__period")


def release_of_quarter(quarter: Quarter, *, as_of: int | None = None) -> Release | None:
    """The release of a quarter: the current one, or the one that was current when release `as_of` was published."""
    found = _read(Release.objects.as_of(as_of).filter(collection__period=quarter.slug)).first()
    if found is not None:
        found.as_of = as_of
    return found


def newest_release() -> Release | None:
    """The published release of the newest period."""
    return _read(Release.objects.current()).order_by("-collection__period").first()


def releases_of_readers() -> QuerySet[Release]:
    """Every release that readers can open, newest first, superseded ones included."""
    return _read(Release.objects.published()).order_by("-number")


def released_with_number(number: int) -> Release | None:
    """A published release by its number."""
    return _read(Release.objects.published()).filter(number=number).first()


def revision_of(release: Release) -> Release | None:
    """The release that took the place of this one."""
    return _read(Release.objects.published().filter(revises=release)).order_by("number").first()


def number_of(pk: int) -> int | None:
    """The number of a release by its key."""
    return Release.objects.filter(pk=pk).values_list("number", flat=True).first()


def released_periods(release: Release) -> list[tuple[str, int]]:
    """Period and number of every release that can be read beside this one, and of the newer ones, newest first."""
    beside = Release.objects.as_of(release.as_of).filter(collection__period__lte=release.collection.period)
    newer = Release.objects.current().filter(collection__period__gt=release.collection.period)
    rows = [row for some in (beside, newer) for row in some.order_by().values_list("collection__period", "number")]
    return [(period, number or 0) for period, number in sorted(rows, reverse=True)]


def readings_of(
    release: Release, tiers: Several[str], *, columns: tuple[str, ...] = FIELDS, **conditions: object
) -> list[Reading]:
    """Figures of a release within the tiers; `conditions` are filters of `ReleasedFigure`. One query.

    `columns` is the beginning of `FIELDS` that the page needs.
    """
    rows = ReleasedFigure.objects.filter(release=release, tier__in=tiers, **conditions)
    return [Reading(*row) for row in rows.order_by("pk").values_list(*columns)]


class ReleaseAsSeen:
    """A release as a reader of some tiers sees it; what several parts of a page need is read once."""

    def __init__(self, release: Release, tiers: tuple[str, ...]) -> None:
        self.release = release
        self.tiers = tiers
        self._earlier: dict[int, ReleaseAsSeen | None] = {}

    @cached_property
    def quarter(self) -> Quarter:
        """The period."""
        return self.release.quarter

    @cached_property
    def definitions(self) -> Definitions:
        """The stored definitions, of whatever period."""
        return stored_definitions()

    @cached_property
    def framework(self) -> Framework:
        """Definitions in force in the period."""
        return self.definitions.in_force(self.quarter)

    @cached_property
    def members(self) -> tuple[Member, ...]:
        """The organisations that were due, by peer group and name."""
        return members_of(self.release)

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Names of the organisations that did not return."""
        return tuple(member.name for member in self.members if not member.returned)

    def member(self, slug: str) -> Member | None:
        """The organisation of this slug, if it was due."""
        return next((member for member in self.members if member.slug == slug), None)

    def headlines(self, *, columns: tuple[str, ...] = FIELDS, **conditions: object) -> list[Reading]:
        """Headline figures within the tiers, components left out. One query."""
        return readings_of(self.release, self.tiers, columns=columns, component="", **conditions)

    def before(self, quarters: int) -> "ReleaseAsSeen | None":
        """The release of so many quarters earlier that belongs beside this one, as the same reader sees it."""
        if quarters not in self._earlier:
            found = release_of_quarter(self.quarter.previous(quarters), as_of=self.release.as_of)
            self._earlier[quarters] = ReleaseAsSeen(found, self.tiers) if found is not None else None
        return self._earlier[quarters]


def series_of(
    release: Release,
    tiers: Several[str],
    *,
    kpi_ids: Iterable[int],
    periods: int = 0,
    **conditions: object,
) -> dict[int, dict[Quarter, Reading]]:
    """KPI → quarter → headline figure over this release and those before it, at most `periods` of them. One query."""
    releases = releases_up_to(release)
    if periods:
        oldest = release.quarter.previous(periods - 1)
        releases = releases.filter(collection__period__gte=oldest.slug)
    rows = ReleasedFigure.objects.filter(
        release__in=releases.order_by().values("pk"), kpi__in=list(kpi_ids), component="", tier__in=tiers, **conditions
    ).order_by("release__collection__period")
    found: dict[int, dict[Quarter, Reading]] = {}
    for period, *row in rows.values_list("release__collection__period", *FIELDS):
        reading = Reading(*row)
        found.setdefault(reading.kpi_id, {})[Quarter.parse(period)] = reading
    return found


def headlines_over_time(
    release: Release, tiers: Several[str], *, kpi_ids: Iterable[int], organisation_ids: Iterable[int]
) -> dict[tuple[int, int | None], dict[Quarter, Reading]]:
    """(KPI, organisation) → quarter → headline figure, over this release and those before it. One query.

    Of the organisations given their own figures, and under None the pooled figure of the whole system.
    """
    rows = ReleasedFigure.objects.filter(
        Q(level="organisation", statistic="own", organisation__in=list(organisation_ids)) | Q(level="system", statistic="pooled"),
        release__in=releases_up_to(release).order_by().values("pk"),
        kpi__in=list(kpi_ids),
        component="",
        tier__in=tiers,
    ).order_by("release__collection__period")
    found: dict[tuple[int, int | None], dict[Quarter, Reading]] = {}
    for period, *row in rows.values_list("release__collection__period", *FIELDS):
        reading = Reading(*row)
        found.setdefault((reading.kpi_id, reading.organisation_id), {})[Quarter.parse(period)] = reading
    return found


def last_headlines_before(release: Release, tiers: Several[str], *, kpi_ids: Iterable[int]) -> list[tuple[Quarter, Reading]]:
    """For KPIs that are not due in this release, the figures of the newest of the three releases before it. One query."""
    oldest, newest = release.quarter.previous(3), release.quarter.previous()
    rows = ReleasedFigure.objects.filter(
        release__in=_before(release).order_by().values("pk"),
        release__collection__period__range=(oldest.slug, newest.slug),
        kpi__in=list(kpi_ids),
        component="",
        level__in=["organisation", "system"],
        tier__in=tiers,
    ).order_by("-release__collection__period", "pk")
    taken: dict[int, str] = {}
    found = []
    for period, *row in rows.values_list("release__collection__period", *MARK_FIELDS):
        reading = Reading(*row)
        if taken.setdefault(reading.kpi_id, period) == period:
            found.append((Quarter.parse(period), reading))
    return found


def acting_before(release: Release, tiers: Several[str]) -> dict[tuple[int, int], frozenset[Quarter]]:
    """(KPI, organisation) → the earlier quarters in which its reading was to act on. One query."""
    rows = ReleasedFigure.objects.filter(
        release__in=_before(release).order_by().values("pk"),
        component="",
        level="organisation",
        tier__in=tiers,
        verdict="act",
    ).values_list("kpi_id", "organisation_id", "release__collection__period")
    found: dict[tuple[int, int], set[Quarter]] = {}
    for kpi, organisation, period in rows:
        found.setdefault((kpi, organisation), set()).add(Quarter.parse(period))
    return {key: frozenset(quarters) for key, quarters in found.items()}


def answered_cells(release: Release, *, organisation: int | None = None) -> list[tuple[int, int, bool]]:
    """(KPI, organisation, answered) for every headline that was due and applies: completeness tells no figure of any tier.

    `organisation` asks for one of them.
    """
    rows = ReleasedFigure.objects.filter(release=release, component="", level="organisation").exclude(status="not_applicable")
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    return [
        (kpi, organisation, status not in NOT_THERE)
        for kpi, organisation, status in rows.values_list("kpi_id", "organisation_id", "status")
    ]


def members_of(release: Release) -> tuple[Member, ...]:
    """The organisations that were due, by peer group and name, with names and peers as of the quarter's last day. One query."""
    day = release.quarter.last_day
    peers = PeerGroupMembership.objects.on(day).filter(organisation=OuterRef("pk")).values("group")[:1]
    due = Organisation.objects.named_on(day).filter(slug__in=release.due).annotate(group_then=Subquery(peers))
    rows = due.values_list("pk", "slug", "short_name_then", "kind", "group_then")
    returned = set(release.returned)
    order = list(PeerGroup.values)
    members = [Member(pk, slug, name, kind, group or "", slug in returned) for pk, slug, name, kind, group in rows]
    return tuple(sorted(members, key=lambda one: (order.index(one.group) if one.group else len(order), one.name.casefold())))


def is_provisional(release: Release) -> bool:
    """Whether a return is missing that a revision could still bring in."""
    return len(release.returned) < len(release.due)


def returned_text(release: Release) -> str:
    """How many returned: "27 of 30 returned"."""
    return f"{len(release.returned)} of {len(release.due)} returned"
