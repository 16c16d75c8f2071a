"""The page of a place: indicators of its wards, its people beside released staff figures, the patients' side, by tier."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisations.models import Organisation, Place
from organisations.roles import Role
from tests.kpis.dashboard_factories import figure, published_release, write
from tests.kpis.ward_files import shown_pack
from tests.organisations.factories import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]

HALTON = "halton"


def address(place: str = HALTON) -> str:
    """The page of a place."""
    return reverse("places:detail", args=[place])


def section(page: str, name: str) -> str:
    """The part of the page under one of its headings."""
    rest = page[page.index(f'<h2 class="edi-h2" id="{name}"') :]
    end = rest.find('<h2 class="edi-h2"', 10)
    return rest if end < 0 else rest[:end]


def gap(numerator: int, denominator: int, whole: tuple[int, int]) -> dict[str, object]:
    """Released counts of a part beside all staff."""
    names = ("numerator", "denominator", "reference_numerator", "reference_denominator")
    value = numerator / denominator * 100 - whole[0] / whole[1] * 100
    return {"value": round(value, 4), **dict(zip(names, (numerator, denominator, *whole), strict=True))}


@pytest.fixture
def halton_ccg() -> Organisation:
    """The CCG of Halton and a trust of elsewhere in a release: staff shares in the steering tier, all together public."""
    ccg, elsewhere = Organisation.objects.get(slug="halton-ccg"), Organisation.objects.get(slug="countess-of-chester")
    yearly = published_release("2018-19-q4", 12, [ccg, elsewhere])
    release = published_release("2019-20-q2", 14, [ccg, elsewhere])
    steering = {"tier": "steering"}
    write(
        figure(yearly, "GPG-6", ccg, **gap(60, 100, (315, 450))),
        figure(release, "REP-BME-8V", ccg, verdict="withheld", **steering),
        figure(release, "REP-BME-67", ccg, **gap(10, 100, (45, 900)), **steering),
        figure(release, "REP-DIS-8V", ccg, verdict="withheld", **steering),
        figure(release, "REP-DIS-67", ccg, verdict="withheld", **steering),
        figure(release, "REP-BME-8V", elsewhere, **gap(11, 100, (77, 1000)), **steering),
        figure(release, "REP-BME-8V", statistic="pooled", **gap(300, 8000, (9000, 90000))),
        figure(release, "PAT-1", ccg, value=61.5, low=58, high=65, denominator=1200, **steering),
        figure(release, "PAT-2", ccg, verdict="not_applicable"),
        figure(release, "PAT-1", statistic="pooled", value=71.5, low=70, high=73, denominator=41200),
        figure(release, "PAT-1", statistic="median", value=44.4),
    )
    return ccg


def test_the_steering_group_reads_the_organisations_of_the_place_beside_its_people(halton_ccg: Organisation) -> None:
    page = signed_in(person(Role.STEERING_MEMBER)).get(address()).content.decode()
    staff = section(page, "staff")
    place = Place.objects.get(slug=HALTON)
    assert f"{place.bme_percent:.1f}%" in staff and f"{place.disabled_percent:.1f}%" in staff and "51.0%" in staff
    assert "Halton CCG" in staff and "5%" in staff  # 45 of 900, from the bands where the figure may be shown
    assert "[c]" in staff and "70%" in staff  # disabled staff withheld; women of 31 March 2019, 315 of 450
    assert "31 March 2019" in staff and "of all ages" in staff
    assert "10.0%" in staff  # all organisations together
    assert "Countess" not in staff and "7.7%" not in staff  # of elsewhere
    patients = section(page, "patients")
    assert "61.5%" in patients and "58.0% to 65.0%" in patients and "71.5%" in patients and "44.4%" not in patients


def test_a_visitor_reads_the_public_tier_alone(halton_ccg: Organisation, client: Client) -> None:
    page = client.get(address()).content.decode()
    staff, patients = section(page, "staff"), section(page, "patients")
    assert "10.0%" in staff and "71.5%" in patients
    assert "45" not in staff.replace("450", "") and "61.5%" not in patients and "[c]" not in staff
    assert "Figures of single organisations are not public." in patients
    # The pay gap's figures are public by law, so the share of women of the CCG is there for all.
    assert "70%" in staff


@pytest.mark.parametrize("role", [Role.BOARD_MEMBER, Role.HEALTHWATCH_READER])
def test_board_and_healthwatch_read_no_figure_of_the_steering_tier(halton_ccg: Organisation, role: Role) -> None:
    where = Place.objects.get(slug=HALTON) if role is Role.HEALTHWATCH_READER else None
    page = signed_in(person(role, where)).get(address()).content.decode()
    assert "61.5%" not in page and "71.5%" in page


def test_before_the_first_release_the_page_says_so(client: Client) -> None:
    page = client.get(address()).content.decode()
    assert "No release has been published yet." in page and "No figures by ward are shown here yet." in page


def test_indicators_stand_on_the_page_with_chart_table_and_sentence(client: Client) -> None:
    shown_pack(by=person(Role.PORTAL_ADMIN))
    part = section(client.get(address()).content.decode(), "inequalities")
    assert "1 indicator within Halton" in part and "Chance alone does not explain it." in part
    assert reverse("inequalities:detail", args=["bowel-screening"]) + "?place=halton" in part
    assert 'id="ends-table"' in part and "Slope index" in part and "Relative index" in part


def test_a_place_without_wards_has_no_indicators(client: Client) -> None:
    shown_pack(by=person(Role.PORTAL_ADMIN))
    Place.objects.create(slug="elsewhere", name="Elsewhere", la_code="E99999999", la_name="Elsewhere")
    assert "No figures by ward are shown here yet." in client.get(address("elsewhere")).content.decode()


def test_the_page_costs_few_queries_whatever_stands_on_it(halton_ccg: Organisation, client: Client) -> None:
    admin = person(Role.PORTAL_ADMIN)
    for code in ("one", "two", "three"):
        shown_pack(by=admin, code=code)
    for reader in (client, signed_in(person(Role.STEERING_MEMBER))):
        reader.get(address())
        with CaptureQueriesContext(connection) as queries:
            assert reader.get(address()).status_code == 200
        assert len(queries) <= 25, len(queries)
