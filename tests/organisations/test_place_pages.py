"""Pages of places: public figures of the census and of deprivation, for everybody, and every number as in its source."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisations.models import OrganisationPlace, Place
from organisations.selectors.places import people_of, wards_of
from tests.organisations.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_every_place_has_its_people_and_wards_and_they_add_up(reference: None) -> None:
    places = list(Place.objects.all())
    assert len(places) == 9
    for place in places:
        topics = people_of(place)
        assert [topic.key for topic in topics] == ["ethnicity", "disability", "sex", "age"]
        for topic in topics:
            # The census moves small cells between tables, so totals differ by tens.
            assert sum(share.people for share in topic.shares) == pytest.approx(place.population, abs=150)
            assert sum(share.percent for share in topic.shares) == pytest.approx(100)
        white = next(share for share in topics[0].shares if share.label == "White")
        assert 100 - white.percent == pytest.approx(float(place.bme_percent or 0), abs=0.001)
        disabled = next(share for share in topics[1].shares if share.label == "Disabled")
        assert disabled.percent == pytest.approx(float(place.disabled_percent or 0), abs=0.001)
    assert sum(len(wards.rows) for place in places if (wards := wards_of(place))) == 246


def test_wards_stand_most_deprived_first(reference: None) -> None:
    wards = wards_of(Place.objects.get(la_code="E06000006"))
    assert wards is not None
    shares = [ward.percent for ward in wards.rows]
    assert shares == sorted(shares, reverse=True)
    appleton = next(ward for ward in wards.rows if ward.name == "Appleton")
    assert (appleton.people, appleton.in_most_deprived_tenth) == (7394, 1894)
    assert appleton.percent == pytest.approx(25.6, abs=0.05)
    assert wards.without == sum(1 for share in shares if share == 0) > 0


def test_a_place_without_figures_says_so_and_others_are_not_found(reference: None, client: Client) -> None:
    Place.objects.create(slug="elsewhere", name="Elsewhere", la_code="E99999999", la_name="Elsewhere")
    page = client.get(reverse("places:detail", args=["elsewhere"])).content.decode()
    assert "No figures of its people are loaded" in page and "No figures of its wards are loaded" in page
    assert client.get(reverse("places:list")).status_code == 200
    assert client.get(reverse("places:detail", args=["nowhere"])).status_code == 404


def test_everybody_reads_them_in_few_queries(reference: None, client: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        listed = client.get(reverse("places:list")).content.decode()
    assert len(queries) <= 2
    table = listed[listed.index("<table") :]
    assert table.index("Knowsley") < table.index("Cheshire East")
    assert listed.count('class="edi-tile ') == 9 and "Liverpool 48.4%" in listed[: listed.index("<table")]
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("places:detail", args=["halton"])).content.decode()
    assert len(queries) <= 25
    assert "123,976" in page and "Appleton" in page and "7,394" in page
    assert "Census 2021" in page and "mid-2019" in page and "December 2017" in page


def test_organisations_of_a_place_are_listed_for_people_with_an_account_only(reference: None, client: Client) -> None:
    link = next(row for row in OrganisationPlace.objects.select_related("organisation", "place") if row.relation == "based")
    address = reverse("places:detail", args=[link.place.slug])
    assert "NHS organisations here" not in client.get(address).content.decode()
    client.force_login(UserFactory())
    assert "NHS organisations here" in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("liverpool", 'href="https://healthwatchliverpool.co.uk" rel="noreferrer">Healthwatch Liverpool</a> for Liverpool'),
        ("warrington", "Healthwatch Warrington: find it in the <a"),
    ],
)
def test_a_place_says_whom_to_tell_what_one_thinks_also_where_no_address_is_known(
    reference: None, client: Client, slug: str, said: str
) -> None:
    page = client.get(reverse("places:detail", args=[slug])).content.decode()
    assert said in page
