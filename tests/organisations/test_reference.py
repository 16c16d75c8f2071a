"""The reference data as loaded: counts by day, dated names, history in words, and loading twice."""

from datetime import date

import pytest

from edi_portal.clock import set_business_day
from organisations.models import (
    FootprintMembership,
    Kind,
    Organisation,
    OrganisationName,
    OrganisationPlace,
    PeerGroupMembership,
    Place,
    ReferenceLoad,
    ServedBy,
    Succession,
)
from organisations.selectors.organisations import directory, history_of, standing_of
from organisations.services.names import refresh_names
from organisations.services.reference import load_reference, rows_of
from tests.organisations.factories import UserFactory

pytestmark = pytest.mark.django_db

DEMONSTRATION_DAY = date(2020, 1, 20)
OUTSIDE = ("nwas", "bridgewater", "mlcsu")


@pytest.fixture(autouse=True)
def reference():
    set_business_day(DEMONSTRATION_DAY)
    load_reference()


def get(slug):
    return Organisation.objects.get(slug=slug)


@pytest.mark.parametrize(
    ("day", "members"),
    [
        (date(2016, 3, 31), 0),
        (date(2016, 4, 1), 30),
        (date(2019, 9, 30), 30),
        (date(2019, 10, 1), 29),
        (date(2022, 7, 1), 20),
        (date(2023, 7, 1), 19),
    ],
)
def test_members_by_day(day, members):
    assert Organisation.objects.in_footprint(day).count() == members


def test_every_row_of_the_files_is_there():
    assert Place.objects.count() == len(list(rows_of("places.csv")))
    assert Succession.objects.filter(number__isnull=False).count() == len(list(rows_of("successions.csv"))) == 34
    codes = {row["ods_code"] for name in ("organisations.csv", "organisations_related.csv") for row in rows_of(name)}
    assert set(Organisation.objects.filter(codes__code__in=codes).values_list("codes__code", flat=True)) == codes
    assert Organisation.objects.in_footprint(date(2018, 4, 1)).count() == len(list(rows_of("organisations.csv")))


def test_kinds_of_the_members_of_2018():
    members = Organisation.objects.in_footprint(date(2018, 4, 1))
    counts = {kind: members.filter(kind=kind).count() for kind in Kind}
    assert counts == {
        Kind.ACUTE: 9,
        Kind.ACUTE_SPECIALIST: 5,
        Kind.MENTAL_HEALTH: 3,
        Kind.COMMUNITY: 2,
        Kind.AMBULANCE: 1,
        Kind.CCG: 8,
        Kind.CSU: 2,
        Kind.ICB: 0,
    }


def test_loading_again_changes_nothing_and_keeps_what_an_admin_changed(django_assert_max_num_queries):
    FootprintMembership.objects.filter(organisation=get("mid-cheshire")).update(valid_to=date(2019, 12, 31))
    with django_assert_max_num_queries(6):
        assert load_reference() == 0
    ReferenceLoad.objects.update(content_hash="of an older state")
    tables = (Organisation, OrganisationName, FootprintMembership, PeerGroupMembership, OrganisationPlace, ServedBy, Succession)
    before = [table.objects.count() for table in tables]
    assert load_reference() > 0
    assert [table.objects.count() for table in tables] == before
    assert not Organisation.objects.in_footprint(DEMONSTRATION_DAY).filter(slug="mid-cheshire").exists()


def test_names_follow_the_day():
    assert get("liverpool-university-hospitals").name == "Liverpool University Hospitals NHS Foundation Trust"
    earlier = Organisation.objects.named_on(date(2019, 9, 30)).get(slug="liverpool-university-hospitals")
    assert (earlier.name_then, earlier.short_name_then) == ("Aintree University Hospital NHS Foundation Trust", "Aintree")
    assert refresh_names(DEMONSTRATION_DAY) == 0
    assert refresh_names(date(2019, 9, 30)) == 1
    assert get("liverpool-university-hospitals").short_name == "Aintree"


def test_cheshire_stands_for_its_four_predecessors_with_a_note():
    cheshire = get("cheshire-ccg")
    standing = standing_of(cheshire, on=DEMONSTRATION_DAY)
    assert standing.member
    assert "stand for the four groups" in standing.note
    parts = Organisation.objects.filter(successions__successor=cheshire)
    assert parts.count() == 4
    assert not Organisation.objects.in_footprint(DEMONSTRATION_DAY).filter(pk__in=parts).exists()
    assert {row.place.slug for row in cheshire.organisation_places.all()} == {"cheshire-east", "cheshire-west"}


def test_the_acquisition_of_2018_is_told_from_both_sides():
    past = [line for line in history_of(get("mersey-care"), on=DEMONSTRATION_DAY) if not line.later]
    assert [(line.sentence, line.breaks_series) for line in past] == [
        ("Took in Liverpool Community Health NHS Trust on 1 April 2018.", True)
    ]
    [line] = history_of(get("liverpool-community-health"), on=DEMONSTRATION_DAY)
    assert line.sentence == "Merged into Mersey Care NHS Foundation Trust on 1 April 2018."


def test_what_comes_later_or_is_not_dated_is_marked():
    lines = history_of(get("north-west-boroughs"), on=DEMONSTRATION_DAY)
    assert [line.later for line in lines] == [False, True, True]
    assert "Some services moved to Greater Manchester Mental Health" in lines[1].sentence
    [undated] = history_of(get("walton-centre"), on=date(2026, 11, 1))
    assert undated.later and "not confirmed" in undated.sentence


def test_every_succession_has_a_sentence_for_everyone_in_it():
    for step in Succession.objects.prefetch_related("partners"):
        for organisation in filter(None, (step.predecessor, step.successor, *step.partners.all())):
            sentences = [line.sentence for line in history_of(organisation, on=DEMONSTRATION_DAY)]
            assert sentences and all(sentence.endswith(".") and "None" not in sentence for sentence in sentences)


def test_peers_are_members_of_the_same_group_on_the_day():
    standing = standing_of(get("countess-of-chester"), on=DEMONSTRATION_DAY)
    assert standing.peer_group == "acute"
    assert "royal-liverpool" not in {peer.slug for peer in standing.peers}
    assert len(standing.peers) == 7
    assert standing_of(get("nwas"), on=DEMONSTRATION_DAY).peers == ()


def test_the_support_unit_serves_its_neighbours():
    assert {row.organisation.slug for row in get("liverpool-ccg-csu").serves.on(DEMONSTRATION_DAY)} == {
        "halton-ccg",
        "knowsley-ccg",
    }


@pytest.mark.parametrize(
    ("words", "kind", "former", "expected"),
    [
        ("countess", "", False, {"countess-of-chester"}),
        ("rjr", "", False, {"countess-of-chester"}),
        ("aintree", "", False, {"liverpool-university-hospitals"}),
        ("liverpool women", "", False, {"liverpool-womens"}),
        ("", "csu", False, {"liverpool-ccg-csu", "mlcsu"}),
        ("royal liverpool", "", False, set()),
        ("royal liverpool", "", True, {"royal-liverpool"}),
        ("nothing like this", "", False, set()),
    ],
)
def test_directory_finds_by_name_code_kind(words, kind, former, expected):
    found = directory(UserFactory(), on=DEMONSTRATION_DAY, words=words, kind=kind, former=former)
    assert {organisation.slug for organisation in found} == expected


def test_directory_asks_the_same_number_of_questions_for_any_length(django_assert_num_queries):
    user = UserFactory()
    for words in ("countess", ""):
        with django_assert_num_queries(5):
            for organisation in directory(user, on=DEMONSTRATION_DAY, words=words):
                assert [row.code for row in organisation.codes.all()]
                assert {row.place.name for row in organisation.organisation_places.all()} or organisation.slug in OUTSIDE
