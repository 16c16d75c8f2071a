"""Every succession of the reference list, played through: who is due before and after, whose series breaks, who is a peer."""

from datetime import date, timedelta

import pytest

from edi_portal.clock import set_business_day
from edi_portal.periods import Quarter
from kpis.models.collections import Collection
from kpis.release_content.over_time import SeriesBreak
from kpis.release_content.rows import SYSTEM, Unit
from kpis.selectors.release_inputs import choose_pins
from kpis.selectors.series import breaks_up_to, joined_into, succession_words
from organisations.models import (
    FootprintMembership,
    Organisation,
    OrganisationCode,
    OrganisationName,
    PeerGroupMembership,
    Succession,
)
from organisations.services.reference import rows_of
from tests.kpis.factories import open_collection

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]

ROWS = {int(row["id"]): row for row in rows_of("successions.csv")}
DATED = {number: date.fromisoformat(row["effective_date"]) for number, row in ROWS.items() if row["effective_date"]}
CLOSES = {number for number in DATED if ROWS[number]["from_code_closes"].startswith("yes")}
KEEPS = {number for number in DATED if ROWS[number]["from_code_closes"].startswith("no")}


def held_on(code: str, day: date) -> bool:
    return OrganisationCode.objects.on(day).filter(code=code).exists()


def test_there_are_34_and_each_is_replayed_once() -> None:
    assert len(ROWS) == 34 and Succession.objects.filter(number__isnull=False).count() == 34
    assert set(DATED) == CLOSES | KEEPS
    undated = set(ROWS) - set(DATED)
    assert not Succession.objects.filter(number__in=undated, effective_on__isnull=False).exists()


@pytest.mark.parametrize("number", sorted(DATED))
def test_the_day_before_and_the_day(number: int) -> None:
    """Who closes is a member, a peer and a holder of a code up to the day before, and from then on none of them."""
    day, row = DATED[number], ROWS[number]
    event = Succession.objects.get(number=number)
    assert event.effective_on == day
    if number not in CLOSES:
        return
    gone = event.predecessor
    for table in (FootprintMembership, PeerGroupMembership):
        assert not table.objects.on(day).filter(organisation=gone).exists(), row["from_name"]
    if FootprintMembership.objects.filter(organisation=gone).exists():
        before = day - timedelta(days=1)
        assert FootprintMembership.objects.on(before).filter(organisation=gone).exists()
        assert PeerGroupMembership.objects.on(before).filter(organisation=gone).exists()


@pytest.mark.parametrize("number", sorted(DATED))
def test_a_new_name_begins_on_the_day(number: int) -> None:
    row, day = ROWS[number], DATED[number]
    if not row["kind"].startswith("rename"):
        return
    organisation = Succession.objects.get(number=number).predecessor
    names = [OrganisationName.objects.on(when).get(organisation=organisation).name for when in (day - timedelta(days=1), day)]
    assert names[0] != names[1], row["to_name"]


@pytest.mark.parametrize("number", sorted(DATED))
def test_series_break_for_everybody_in_a_merger_and_for_nobody_else(number: int) -> None:
    event, day = Succession.objects.get(number=number), DATED[number]
    quarter = Quarter.containing(day)
    marks = [mark for mark in breaks_up_to(quarter) if mark.before == quarter]
    bodies = {one.slug for one in (event.predecessor, event.successor) if one is not None}
    told = {mark.unit.name for mark in marks if mark.text == succession_words(event)}
    if event.nature == Succession.Nature.RENAME:  # a new name on the day of a merger is told by the merger
        assert not event.breaks_series or bodies <= {mark.unit.name for mark in marks}
    else:
        assert told - {""} == (bodies if event.breaks_series else set()), ROWS[number]["kind"]


def test_the_whole_system_shows_the_mergers_of_its_members_alone() -> None:
    marks = breaks_up_to(Quarter(2022, 2))
    for mark in (one for one in marks if one.unit == SYSTEM):
        assert SeriesBreak(mark.before, "merger", mark.unit, mark.text) in marks
        bodies = {one.unit.name for one in marks if one.text == mark.text and one.unit != SYSTEM}
        assert FootprintMembership.objects.filter(organisation__slug__in=bodies).exists()


DUE = [
    ("2018-19-q1", 2, {"mersey-care"}),
    ("2019-20-q3", 3, None),
    ("2020-21-q1", 8, None),
    ("2021-22-q1", 13, {"mersey-care"}),
    ("2022-23-q2", 17, None),
    ("2023-24-q2", 23, None),
    ("2026-27-q1", 30, None),
]


@pytest.mark.parametrize(("period", "number", "there"), DUE)
def test_a_closed_organisation_is_in_no_release_after_its_end(period: str, number: int, there: set[str] | None) -> None:
    """What a release is made from has no row for it, so it has no figure, no rank and no place among peers."""
    event = Succession.objects.get(number=number)
    set_business_day(DATED[number] + timedelta(days=40))
    collection = Collection.objects.filter(period=period).first() or open_collection(period)
    pins = choose_pins(collection)
    due = {row[0] for row in pins.organisations}
    assert event.predecessor.slug not in due and due
    groups = dict(PeerGroupMembership.objects.on(Quarter.parse(period).last_day).values_list("organisation__slug", "group"))
    assert all(row[2] == groups.get(row[0], row[2]) for row in pins.organisations), "peers are those of the day"
    assert there is None or there <= due
    assert [mark for mark in pins.breaks if mark[1] == "merger" and mark[0] == period], "the break is pinned with the release"


def test_ccgs_end_in_the_integrated_care_board_of_2022() -> None:
    ended = Succession.objects.filter(number__in=range(14, 23)).select_related("predecessor", "successor")
    assert ended.count() == 9 and {one.successor_id for one in ended} != {None}
    quarter = Quarter(2022, 2)
    members = set(Organisation.objects.in_footprint(quarter.last_day).values_list("pk", flat=True))
    assert not members & {one.predecessor_id for one in ended}


def test_chains_are_joined_by_their_own_dates() -> None:
    """Mersey Care took in Liverpool Community Health in 2018 and North West Boroughs in 2021."""
    mersey = Organisation.objects.get(slug="mersey-care")
    found = {one.before: one.words for one in joined_into(mersey.pk, Quarter(2022, 1))}
    assert set(found) == {Quarter(2018, 1), Quarter(2021, 1)}
    assert "Liverpool Community Health" in found[Quarter(2018, 1)]
    unit = Unit("organisation", "mersey-care")
    assert {mark.before for mark in breaks_up_to(Quarter(2021, 4)) if mark.unit == unit} >= set(found)
