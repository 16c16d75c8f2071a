"""Which release and which figures a reader gets: the newest or a pinned one, never beyond the tier."""

import pytest
from django.http import Http404
from django.test import RequestFactory

from edi_portal.periods import Quarter
from kpis.dashboards.changes import change_of
from kpis.dashboards.exceptions import exceptions_of, first_of_run
from kpis.models.releases import Release, ReleaseStatus
from kpis.selectors.definitions import framework_for
from kpis.selectors.releases import (
    ReleaseAsSeen,
    acting_before,
    answered_cells,
    last_headlines_before,
    release_in_force,
    released_periods,
    releases_up_to,
    series_of,
)
from organisations.models import Organisation
from tests.kpis.dashboard_factories import figure, published_release, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]

EVERY_TIER = ("public", "board", "steering")


def some(count: int = 4) -> list[Organisation]:
    """Acute trusts of the reference data."""
    return list(Organisation.objects.filter(kind="acute").order_by("slug")[:count])


def asked(address: str = "/") -> object:
    return RequestFactory().get(address)


def test_the_newest_published_release_is_in_force_and_a_number_pins_an_older_one() -> None:
    older = published_release("2019-20-q1", 13, some())
    newest = published_release("2019-20-q2", 14, some())
    assert release_in_force(asked()) == newest
    assert release_in_force(asked("/?release=13")) == older


def test_a_superseded_release_stays_readable_under_its_number() -> None:
    first = published_release("2019-20-q2", 14, some())
    Release.objects.filter(pk=first.pk).update(status=ReleaseStatus.SUPERSEDED)
    revision = published_release("2019-20-q2", 15, some())
    assert release_in_force(asked()) == revision
    assert release_in_force(asked("/?release=14")) == first


@pytest.mark.parametrize("number", ["99", "fourteen", "-1", "14 ", "¹⁴", "99999999999"])
def test_a_number_that_was_never_published_does_not_exist(number: str) -> None:
    published_release("2019-20-q2", 14, some())
    with pytest.raises(Http404):
        release_in_force(RequestFactory().get("/", {"release": number}))


def test_a_prepared_release_is_never_in_force() -> None:
    release = published_release("2019-20-q2", 14, some())
    Release.objects.create(
        collection=release.collection,
        status=ReleaseStatus.PREPARED,
        input_digest="x",
        fingerprint="x",
        policy={},
        catalogue_version="t",
        due=[],
        returned=[],
    )
    assert release_in_force(asked()) == release


def test_figures_beyond_the_tier_are_not_read() -> None:
    trust = some(1)[0]
    release = published_release("2019-20-q2", 14, [trust])
    write(
        figure(release, "WRES-2", trust, value=1.6, tier="steering"),
        figure(release, "DQ-1", trust, value=4, tier="board"),
        figure(release, "NET-1", trust, value=3, tier="public"),
    )
    counts = {tiers: len(ReleaseAsSeen(release, tiers).headlines()) for tiers in (("public",), ("public", "board"), EVERY_TIER)}
    assert counts == {("public",): 1, ("public", "board"): 2, EVERY_TIER: 3}


def test_members_carry_name_and_peers_of_the_quarter_and_stand_by_peer_group() -> None:
    due = list(Organisation.objects.filter(kind__in=["ccg", "acute", "csu"]).in_footprint(Quarter(2019, 2).last_day))
    release = published_release("2019-20-q2", 14, due, missing=due[:1])
    members = ReleaseAsSeen(release, EVERY_TIER).members
    groups = [member.group for member in members]
    assert groups == sorted(groups, key=["acute", "ccg", "csu"].index)
    assert [member.slug for member in members if not member.returned] == [due[0].slug]


def test_a_series_ends_with_the_shown_release_and_keeps_gaps() -> None:
    trust = some(1)[0]
    releases = [
        published_release(period, place, [trust]) for place, period in enumerate(("2018-19-q4", "2019-20-q1", "2019-20-q2"), 1)
    ]
    write(figure(releases[0], "DQ-1", value=5, statistic="pooled"), figure(releases[2], "DQ-1", value=4, statistic="pooled"))
    kpi = framework_for(Quarter(2019, 2)).kpi("DQ-1").kpi_id
    series = series_of(releases[1], EVERY_TIER, kpi_ids=[kpi], level="system")
    assert list(series[kpi]) == [Quarter(2018, 4)]
    series = series_of(releases[2], EVERY_TIER, kpi_ids=[kpi], level="system")
    assert list(series[kpi]) == [Quarter(2018, 4), Quarter(2019, 2)]
    assert list(series_of(releases[2], EVERY_TIER, kpi_ids=[kpi], periods=2, level="system")[kpi]) == [Quarter(2019, 2)]


def test_kpis_not_due_come_from_the_newest_of_the_three_releases_before() -> None:
    trust = some(1)[0]
    old, new, now = (
        published_release(period, place, [trust]) for place, period in enumerate(("2018-19-q4", "2019-20-q1", "2019-20-q2"), 1)
    )
    write(figure(old, "WRES-1", trust, value=1), figure(new, "WRES-1", trust, value=2))
    kpi = framework_for(Quarter(2019, 2)).kpi("WRES-1").kpi_id
    found = last_headlines_before(now, EVERY_TIER, kpi_ids=[kpi])
    assert [(quarter, reading.value) for quarter, reading in found] == [(Quarter(2019, 1), 2)]


def test_a_pinned_release_stands_beside_the_earlier_ones_of_its_time() -> None:
    trust = some(1)[0]
    first = published_release("2019-20-q1", 1, [trust])
    shown = published_release("2019-20-q2", 2, [trust])
    Release.objects.filter(pk=first.pk).update(status=ReleaseStatus.SUPERSEDED)
    revised = published_release("2019-20-q1", 3, [trust])
    late = published_release("2018-19-q4", 4, [trust])
    newer = published_release("2019-20-q3", 5, [trust])
    act = {"value": 40, "low": 30, "high": 50, "verdict": "act", "statistic": "pooled"}
    write(*(figure(release, "DQ-1", trust, **act) for release in (first, late)), figure(revised, "DQ-1", trust, value=4))
    kpi = framework_for(Quarter(2019, 2)).kpi("DQ-1").kpi_id
    pinned = release_in_force(asked("/?release=2"))
    assert pinned == shown
    assert list(releases_up_to(pinned)) == [shown, first] and list(releases_up_to(shown)) == [shown, revised, late]
    assert released_periods(pinned) == [("2019-20-q3", 5), ("2019-20-q2", 2), ("2019-20-q1", 1)]
    assert released_periods(newer) == [("2019-20-q3", 5), ("2019-20-q2", 2), ("2019-20-q1", 3), ("2018-19-q4", 4)]
    beside = ReleaseAsSeen(pinned, EVERY_TIER).before(1)
    assert beside is not None and beside.release == first and beside.before(1) is None
    values = {
        release.as_of: [
            [reading.value for reading in series_of(release, EVERY_TIER, kpi_ids=[kpi], level="organisation")[kpi].values()],
            [reading.value for _quarter, reading in last_headlines_before(release, EVERY_TIER, kpi_ids=[kpi])],
            acting_before(release, EVERY_TIER),
        ]
        for release in (pinned, shown)
    }
    assert values == {
        2: [[40], [40], {(kpi, trust.pk): frozenset([Quarter(2019, 1)])}],
        None: [[40, 4], [4], {(kpi, trust.pk): frozenset([Quarter(2018, 4)])}],
    }
    with pytest.raises(Http404):
        release_in_force(asked("/?release=6"))


def test_completeness_counts_withheld_figures_as_returned() -> None:
    one, other = some(2)
    release = published_release("2019-20-q2", 14, [one, other], missing=[other])
    write(
        figure(release, "DQ-1", one, verdict="withheld", tier="steering"),
        figure(release, "DQ-1", other, verdict="not_returned", tier="steering"),
        figure(release, "NET-1", one, verdict="not_applicable"),
    )
    assert sorted((organisation, answered) for _kpi, organisation, answered in answered_cells(release)) == sorted(
        [(one.pk, True), (other.pk, False)]
    )


def test_an_exception_is_as_old_as_its_unbroken_run() -> None:
    trust, other = some(2)
    periods = ("2018-19-q3", "2018-19-q4", "2019-20-q1", "2019-20-q2")
    releases = [published_release(period, place, [trust, other]) for place, period in enumerate(periods, 1)]
    act = {"value": 40, "low": 30, "high": 50, "verdict": "act"}
    write(
        figure(releases[0], "DQ-1", trust, **act),
        figure(releases[1], "DQ-1", trust, value=4),
        figure(releases[2], "DQ-1", trust, **act),
        figure(releases[3], "DQ-1", trust, **act),
        figure(releases[3], "DQ-1", other, **act),
    )
    rows = exceptions_of(ReleaseAsSeen(releases[3], EVERY_TIER))
    assert {row.member.slug: (row.since, row.first) for row in rows} == {
        trust.slug: (Quarter(2019, 1), False),
        other.slug: (Quarter(2019, 2), True),
    }


def test_a_run_passes_over_quarters_without_a_collection() -> None:
    yearly = framework_for(Quarter(2019, 4)).kpi("GPG-1").definition
    assert yearly.collected_in == (4,)
    acting = frozenset({Quarter(2018, 4), Quarter(2016, 4)})
    assert first_of_run(Quarter(2019, 4), yearly, acting) == Quarter(2018, 4)


def test_exceptions_keep_to_the_tier_and_are_ordered_by_kpi_and_name() -> None:
    one, other = sorted(some(2), key=lambda trust: trust.short_name)
    release = published_release("2019-20-q2", 14, [one, other])
    write(
        figure(release, "DQ-1", other, value=40, verdict="act", tier="steering"),
        figure(release, "DQ-1", one, value=30, verdict="act", tier="steering"),
        figure(release, "NET-1", other, value=0, verdict="act", tier="public"),
    )
    codes = [(row.definition.code, row.member.slug) for row in exceptions_of(ReleaseAsSeen(release, EVERY_TIER))]
    assert codes == [("NET-1", other.slug), ("DQ-1", one.slug), ("DQ-1", other.slug)]
    assert [row.definition.code for row in exceptions_of(ReleaseAsSeen(release, ("public",)))] == ["NET-1"]


def test_pages_say_the_stored_verdict_and_no_other() -> None:
    assert change_of(None).verdict == "too_few" and change_of(None).word == "Too early to tell"
