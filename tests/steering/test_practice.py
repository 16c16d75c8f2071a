"""Good practice: offered only where intervals lie apart, read after a review, adopted on record."""

from dataclasses import replace
from datetime import date
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from edi_portal.clock import set_business_day
from edi_portal.exceptions import Incomplete, NotAllowed
from edi_portal.reviews.selectors import waiting
from edi_portal.reviews.services import pass_text
from organisations.models import Organisation
from organisations.roles import Role
from steering.models import PracticeAdoption, PracticeNote
from steering.practice import Standing, clearly_better, learners_and_teachers, offers, teachers_of
from steering.services.practice import NoteEntry, add_note, load_reviews, retire_note, say_adoption
from tests.kpis.dashboard_factories import figure, published_release, write
from tests.organisations.factories import OrganisationFactory, person, signed_in


def at(organisation: int, low: float, high: float, verdict: str = "no_difference") -> Standing:
    return Standing(organisation, verdict, (low + high) / 2, low, high)


@pytest.mark.parametrize(
    ("direction", "one", "other", "better"),
    [
        ("higher", (60, 70), (40, 59), True),
        ("higher", (60, 70), (40, 60), False),
        ("lower", (4, 6), (7, 9), True),
        ("lower", (7, 9), (4, 6), False),
        ("closer_to_0", (-2, 1), (3, 5), True),
        ("closer_to_0", (-2, 1), (-5, -1.5), False),
        ("closer_to_1", (0.9, 1.1), (1.3, 1.9), True),
        ("closer_to_1", (0.9, 1.1), (0.5, 0.8), True),
        ("closer_to_1", (0.7, 1.1), (1.3, 1.9), False),
    ],
)
def test_better_means_an_interval_wholly_on_the_better_side(
    direction: str, one: tuple[float, float], other: tuple[float, float], better: bool
) -> None:
    assert clearly_better(at(1, *one), at(2, *other), direction) is better


def test_only_who_does_not_do_well_is_offered_something_by_who_does() -> None:
    learner, teacher = at(1, 1.3, 1.9, "act"), at(2, 0.9, 1.1)
    also_bad, unclear = at(3, 0.9, 1.1, "watch"), at(4, 0.9, 1.5)
    everybody = [learner, teacher, also_bad, unclear]
    assert teachers_of(learner, everybody, "closer_to_1") == (2,)
    assert teachers_of(at(1, 1.3, 1.9, "watch"), everybody, "closer_to_1") == ()
    assert teachers_of(learner, everybody, "none") == ()
    assert offers({"WRES-2": everybody, "DQ-1": [teacher]}, {"WRES-2": "closer_to_1", "DQ-1": "lower"}, 1) == {"WRES-2": (2,)}


@pytest.mark.parametrize("direction", ["higher", "lower", "closer_to_0", "closer_to_1"])
def test_the_quick_way_over_all_organisations_finds_the_same(direction: str) -> None:
    draw = Random(7)
    for _ in range(60):
        rows = [
            at(number, low := draw.uniform(0.2, 2), low + draw.uniform(0, 0.6), draw.choice(["act", "worse", "watch", "better"]))
            for number in range(draw.randint(0, 12))
        ]
        taught = {row.organisation: teachers_of(row, rows, direction) for row in rows}
        learners, teachers = learners_and_teachers(rows, direction)
        assert learners == {pk for pk, those in taught.items() if those}
        assert teachers == {pk for those in taught.values() for pk in those}


ENTRY = NoteEntry(
    title="Two people shortlist",
    what="Shortlists became fairer.",
    how="Train them first.",
    kpis=("WRES-2",),
    contact="edi@good.example.invalid",
)


@pytest.fixture
def good(db: None) -> Organisation:
    set_business_day(date(2020, 1, 20))
    return OrganisationFactory.create(slug="good", short_name="Good Trust")


@pytest.fixture
def poor(good: Organisation) -> Organisation:
    """An organisation whose figure is to act on, beside the good one's, in a release of 2019-20 Q2."""
    poor = OrganisationFactory.create(slug="poor", short_name="Poor Trust")
    quiet = OrganisationFactory.create(slug="quiet", short_name="Quiet Trust")
    release = published_release("2019-20-q2", 1, [good, poor, quiet])
    write(
        figure(release, "WRES-2", good, value=1.0, low=0.9, high=1.1, tier="steering"),
        figure(release, "WRES-2", quiet, value=1.05, low=0.95, high=1.15, tier="steering"),
        figure(release, "WRES-2", poor, value=1.6, low=1.3, high=1.9, verdict="act", tier="steering"),
    )
    return poor


@pytest.fixture
def note(good: Organisation) -> PracticeNote:
    return add_note(organisation=good, entry=ENTRY, by=person(Role.EDI_LEAD, good))


def passed() -> None:
    for review in waiting():
        pass_text(review=review, nobody_recognisable=True, by=person(Role.PORTAL_ADMIN))


def test_a_note_is_offered_where_the_figure_asks_for_it_once_it_was_reviewed(poor: Organisation, note: PracticeNote) -> None:
    client = signed_in(person(Role.EDI_LEAD, poor))
    before = client.get("/practice/").content.decode()
    assert "Two people shortlist" not in before and client.get(f"/practice/{note.slug}/").status_code == 404
    assert "Good Trust, Quiet Trust" in before
    passed()
    page = client.get("/practice/").content.decode()
    assert "On 1 KPI you could learn from others" in page and "Two people shortlist" in page
    offered = page.partition("Offered to Poor Trust")[2].partition("The library")[0]
    assert "Two people shortlist" in offered and "Quiet Trust" in offered
    assert "edi@good.example.invalid" in client.get(f"/practice/{note.slug}/").content.decode()


def test_a_tier_without_the_figures_is_offered_nothing_from_them(poor: Organisation, note: PracticeNote) -> None:
    passed()
    page = signed_in(person(Role.BOARD_MEMBER)).get("/practice/").content.decode()
    assert "Two people shortlist" in page and "Where a note would help most" not in page
    demand = signed_in(person(Role.STEERING_MEMBER)).get("/practice/").content.decode()
    assert "1 of 3" in demand.partition("Where a note would help most")[2]


def test_adoption_is_on_record_and_names_are_for_the_group(poor: Organisation, note: PracticeNote) -> None:
    passed()
    lead = person(Role.EDI_LEAD, poor)
    client = signed_in(lead)
    assert client.post(f"/practice/{note.slug}/adopt/", {"state": "looking"}).status_code == 302
    say_adoption(note=note, organisation=poor, state="adopted", by=lead)
    assert PracticeAdoption.objects.get().state == "adopted"
    group = signed_in(person(Role.STEERING_MEMBER)).get(f"/practice/{note.slug}/").content.decode()
    others = signed_in(person(Role.EDI_LEAD, OrganisationFactory.create())).get(f"/practice/{note.slug}/").content.decode()
    assert "Poor Trust" in group and "Poor Trust" not in others and "1 organisation does it" in others


def test_who_writes_and_what_is_refused(good: Organisation, note: PracticeNote) -> None:
    lead = person(Role.EDI_LEAD, good)
    with pytest.raises(NotAllowed):
        add_note(organisation=good, entry=ENTRY, by=person(Role.STEERING_MEMBER))
    with pytest.raises(NotAllowed):
        add_note(organisation=None, entry=ENTRY, by=lead)
    with pytest.raises(Incomplete, match="contact"):
        add_note(organisation=good, entry=replace(ENTRY, contact=""), by=lead)
    with pytest.raises(Incomplete, match="source"):
        add_note(organisation=None, entry=ENTRY, by=person(Role.STEERING_MEMBER))
    with pytest.raises(Incomplete, match="do it already"):
        say_adoption(note=note, organisation=good, state="adopted", by=lead)
    retire_note(note=note, by=lead)
    assert signed_in(lead).get(f"/practice/{note.slug}/").status_code == 404


def test_the_public_reviews_are_there_with_their_source_and_load_once(db: None) -> None:
    rows = PracticeNote.objects.filter(organisation=None)
    assert rows.count() >= 7 and all(row.source and row.source_url.startswith("https://") for row in rows)
    PracticeNote.objects.filter(slug="fair-to-refer").update(title="In other words")
    assert load_reviews() == 0 and PracticeNote.objects.get(slug="fair-to-refer").title == "In other words"


def test_the_page_stays_within_its_queries(poor: Organisation, note: PracticeNote) -> None:
    client = signed_in(person(Role.EDI_LEAD, poor))
    with CaptureQueriesContext(connection) as queries:
        client.get("/practice/")
    assert len(queries) <= 25
