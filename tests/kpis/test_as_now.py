"""A merged organisation as it is now: joined from released counts where all of them were shown, and nothing otherwise."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.urls import reverse

from edi_portal.periods import Quarter
from kpis.catalogue import load_catalogue
from kpis.dashboards.as_now import can_be_joined, series_as_now
from kpis.selectors.releases import Reading
from kpis.selectors.series import Joined, joined_into
from organisations.models import Organisation, Succession
from organisations.roles import Role
from tests.kpis.dashboard_factories import figure, published_release, write
from tests.organisations.factories import person, signed_in

BEFORE = Quarter(2019, 3)
JOINED = (Joined(2, BEFORE, "October 2019: merged, A into B"),)
KPIS = load_catalogue().kpis


def share(events: int | None, base: int | None, organisation: int = 1) -> Reading:
    value = None if events is None or base is None else Decimal(events * 100) / base
    status = "withheld" if value is None else "shown"
    verdict = "withheld" if value is None else "no_difference"
    found = Reading(1, "organisation", organisation, "own", status, verdict, value, None, None, None, "")
    number = None if events is None else Decimal(events)
    return replace(found, numerator=number, denominator=None if base is None else Decimal(base))


def test_a_share_before_the_merger_is_that_of_both_together() -> None:
    own = {BEFORE.previous(): share(100, 1000), BEFORE: share(400, 3000)}
    others = {2: {BEFORE.previous(): share(300, 2000, 2)}}
    found = series_as_now(KPIS["DQ-1"], own, others, JOINED)
    joined = found[BEFORE.previous()]
    assert (joined.numerator, joined.denominator) == (400, 3000)
    assert joined.value == Decimal("13.333333") and joined.low is not None and joined.low < joined.value
    assert found[BEFORE] == own[BEFORE], "after the merger nothing is joined"


@pytest.mark.parametrize("part", [share(None, None, 2), None])
def test_a_part_that_was_not_shown_leaves_no_figure(part: Reading | None) -> None:
    own = {BEFORE.previous(): share(100, 1000)}
    found = series_as_now(KPIS["DQ-1"], own, {2: {BEFORE.previous(): part}} if part else {}, JOINED)[BEFORE.previous()]
    assert (found.value, found.numerator, found.denominator) == (None, None, None)
    assert found.verdict == ("withheld" if part else "not_available")


def test_a_window_across_the_merger_has_no_joined_figure() -> None:
    likelihood = replace(
        share(100, 1000), value=Decimal("1.2"), reference_numerator=Decimal(300), reference_denominator=Decimal(2500)
    )
    own = dict.fromkeys((BEFORE.previous(), BEFORE, BEFORE.next(2), BEFORE.next(3)), likelihood)
    found = series_as_now(KPIS["WRES-2"], own, {2: {BEFORE.previous(): likelihood}}, JOINED)
    assert [found[at].value is None for at in own] == [False, True, True, False]
    assert found[BEFORE.previous()].value == Decimal("1.2"), "two equal halves have the ratio of each"


def test_a_joined_figure_carries_no_verdict() -> None:
    own = {BEFORE.previous(): replace(share(100, 1000), over_time="better", time_detail="{}")}
    found = series_as_now(KPIS["DQ-1"], own, {2: {BEFORE.previous(): share(300, 2000, 2)}}, JOINED)[BEFORE.previous()]
    assert (found.over_time, found.time_detail) == ("", "")


def test_only_counts_of_people_are_joined() -> None:
    assert can_be_joined(KPIS["DQ-1"]) and can_be_joined(KPIS["WRES-2"]) and not can_be_joined(KPIS["GPG-1"])


@pytest.mark.django_db
@pytest.mark.usefixtures("reference")
class TestPage:
    """The pair of links, in the address and in the picture."""

    def world(self) -> Organisation:
        event = Succession.objects.filter(breaks_series=True, effective_on="2019-10-01", successor__isnull=False).exclude(
            nature="rename"
        )[0]
        gone, stays = event.predecessor, event.successor
        assert stays is not None
        for place, period in enumerate(("2019-20-q1", "2019-20-q2", "2019-20-q3")):
            release = published_release(period, place + 1, [gone, stays] if place < 2 else [stays])
            bodies = [(stays, 100, 1000), (gone, 300, 2000)] if place < 2 else [(stays, 400, 3000)]
            write(
                *(
                    figure(release, "DQ-1", body, value=events * 100 / base, tier="board", numerator=events, denominator=base)
                    for body, events, base in bodies
                )
            )
        return stays

    def test_the_links_stand_above_the_chart_of_a_merged_organisation(self) -> None:
        stays = self.world()
        browser = signed_in(person(Role.STEERING_MEMBER))
        address = reverse("kpis:detail", args=["dq-1"])
        was = browser.get(address, {"organisation": stays.slug}).content.decode()
        now = browser.get(address, {"organisation": stays.slug, "series": "as-now"}).content.decode()
        for page in (was, now):
            assert "As was" in page and "As now" in page
        assert "as now: earlier quarters joined from released counts" in now
        assert "as now: earlier" not in was and "13.3%" in now

    def test_the_file_of_the_chart_follows_the_choice(self) -> None:
        stays = self.world()
        browser = signed_in(person(Role.STEERING_MEMBER))
        address = reverse("kpis:chart-data", args=["dq-1", "time"])
        rows = browser.get(address, {"organisation": stays.slug, "series": "as-now"}).content.decode().splitlines()
        assert any("2019-20 Q1" in row and "13.3%" in row for row in rows)

    def test_who_came_in_is_known_by_quarter(self) -> None:
        stays = self.world()
        assert joined_into(stays.pk, Quarter(2019, 2)) == ()
        (one,) = joined_into(stays.pk, Quarter(2019, 3))
        assert one.before == BEFORE and one.words.startswith("October 2019: ")
