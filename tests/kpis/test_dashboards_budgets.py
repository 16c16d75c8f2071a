"""What the dashboards may cost: queries that do not grow with the footprint, and pages of bounded size."""

import csv
import re
from datetime import date
from html import unescape
from io import StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from edi_portal.periods import Quarter
from kpis.dashboards.overview import false_alarms_expected
from kpis.models.releases import Release
from kpis.models.returns import KpiReturn
from kpis.selectors.definitions import framework_for
from kpis.selectors.releases import Reading
from organisations.models import FootprintMembership, Organisation, OrganisationName, PeerGroupMembership
from organisations.roles import Role
from tests.kpis.dashboard_factories import figure, number, published_release, write
from tests.kpis.factories import close, fill, open_collection, plain_values, signed_return
from tests.organisations.factories import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]

# The most that any page may ask is 25; these pages need fewer, and shall not creep up.
MOST_QUERIES = 23
MOST_BYTES = 200_000
FIRST_DAY = date(2016, 4, 1)


def enlarge(count: int) -> None:
    """So many further trusts, in every kind of peer group in turn."""
    groups = ["acute", "acute-specialist", "mental-health", "community", "ccg"]
    made = Organisation.objects.bulk_create(
        Organisation(slug=f"further-{place}", name=f"Further Trust {place}", short_name=f"Further {place}", kind="acute")
        for place in range(count)
    )
    OrganisationName.objects.bulk_create(
        OrganisationName(organisation=one, name=one.name, short_name=one.short_name, valid_from=FIRST_DAY) for one in made
    )
    FootprintMembership.objects.bulk_create(FootprintMembership(organisation=one, valid_from=FIRST_DAY) for one in made)
    PeerGroupMembership.objects.bulk_create(
        PeerGroupMembership(organisation=one, group=groups[place % 5], valid_from=FIRST_DAY) for place, one in enumerate(made)
    )


def full_release(period: str, place: int) -> Release:
    """Every KPI of the framework for every organisation."""
    quarter = Quarter.parse(period)
    due = list(Organisation.objects.in_footprint(quarter.last_day))
    release = published_release(period, place, due)
    rows = []
    for kpi in framework_for(quarter).kpis:
        pooled = figure(release, kpi.definition.code, value=1.1, low=1, high=1.2, statistic="pooled")
        rows.append(pooled)
        for order, one in enumerate(due):
            row = figure_like(pooled, one, 1 + order / 100, verdict="act" if order % 9 == 0 else "no_difference")
            rows.append(row)
    write(*rows)
    return release


def figure_like(pooled: object, organisation: Organisation, value: float, *, verdict: str) -> object:
    """An organisation's figure of the same KPI, without asking the database for it again."""
    from kpis.models.releases import ReleasedFigure

    return ReleasedFigure(
        release=pooled.release,
        kpi=pooled.kpi,
        kpi_version=pooled.kpi_version,
        tier="steering",
        statistic="own",
        status="shown",
        verdict=verdict,
        value=number(value),
        low=number(value - 0.5),
        high=number(value + 0.5),
        level="organisation",
        organisation=organisation,
    )


PAGES = [
    ("overview:table", []),
    ("overview:exceptions", []),
    ("overview:completeness", []),
    ("home", []),
    ("kpis:list", []),
    ("kpis:detail", ["dq-1"]),
    ("kpis:organisation", ["countess-of-chester"]),
]


def costs() -> dict[str, tuple[int, int]]:
    """Queries and bytes of each page for a member of the steering group, the second time it is asked for."""
    steering = signed_in(person(Role.STEERING_MEMBER))
    found = {}
    for name, args in PAGES:
        address = reverse(name, args=args)
        steering.get(address)
        with CaptureQueriesContext(connection) as queries:
            answer = steering.get(address)
        assert answer.status_code == 200
        found[name] = (len(queries), len(answer.content))
    return found


@pytest.mark.parametrize("further", [60, pytest.param(270, marks=pytest.mark.long)])
def test_queries_are_as_many_at_300_organisations_as_at_30(further: int) -> None:
    full_release("2017-18-q2", 6)
    full_release("2018-19-q2", 10)
    full_release("2019-20-q2", 14)
    small = costs()
    assert max(queries for queries, _bytes in small.values()) <= MOST_QUERIES, small
    assert max(size for _queries, size in small.values()) <= MOST_BYTES, small
    enlarge(further)
    full_release("2020-21-q2", 18)
    full_release("2021-22-q2", 22)
    large = costs()
    assert {name: queries for name, (queries, _bytes) in small.items()} == {
        name: queries for name, (queries, _bytes) in large.items()
    }
    for name in ("overview:table", "overview:exceptions", "overview:completeness"):
        assert large[name][1] <= MOST_BYTES, name


LEADS_HOME_QUERIES = 24


def test_the_leads_home_stays_at_its_query_count() -> None:
    """Pinned, with the lead's own open return, a signed one before it, and releases to stand beside."""
    trust = Organisation.objects.get(slug="countess-of-chester")
    lead, sponsor = person(Role.EDI_LEAD, trust), person(Role.EXECUTIVE_SPONSOR, trust)
    before = Quarter(2019, 2)
    collection = open_collection(before.slug)
    signed_return(collection, trust, plain_values(trust, before), lead=lead, sponsor=sponsor)
    close(collection)
    draft = KpiReturn.objects.create(collection=open_collection("2019-20-q3"), organisation=trust)
    fill(draft, plain_values(trust, draft.quarter, scale=2))
    full_release("2018-19-q2", 10)
    full_release(before.slug, 14)
    browser = signed_in(lead)
    browser.get(reverse("home"))
    with CaptureQueriesContext(connection) as queries:
        page = browser.get(reverse("home"))
    assert "Return for October to December 2019" in page.content.decode()
    assert len(queries) == LEADS_HOME_QUERIES


@pytest.mark.long
def test_a_large_footprint_is_shown_one_peer_group_at_a_time() -> None:
    enlarge(270)
    full_release("2019-20-q2", 14)
    steering = signed_in(person(Role.STEERING_MEMBER))
    page = steering.get(reverse("overview:table")).content.decode()
    assert "All together are too many for one table: choose a kind." in page
    assert page.count("data-organisation=") < 80
    assert "kind=ccg" in page
    exceptions = steering.get(reverse("overview:exceptions")).content.decode()
    assert "All together are too many for one list: choose a kind." in exceptions
    assert "Rows 1 to 50 of " in exceptions and "?page=2" in exceptions
    assert_each_reading_stands_on_one_page(steering)
    walls = [steering.get(reverse("overview:completeness"), asked).content.decode() for asked in ({}, {"kind": "ccg"})]
    assert all("kind=ccg" in wall and wall.count("/figures/") < 80 for wall in walls)
    assert walls[0] != walls[1]
    address = reverse("kpis:detail", args=["wres-2"])
    page = steering.get(address).content.decode()
    assert "Kinds of organisation" in page and len(page.encode()) <= 250_000
    mental = steering.get(f"{address}?kind=mental-health").content.decode()
    assert "Further 2</a>" in mental and "Further 4</a>" not in mental
    known = re.search(r"<dt>To act on</dt><dd>(\d+)", mental)
    assert known is not None and f"<dt>To act on</dt><dd>{known[1]}" in page, "the facts are of the whole system"


def assert_each_reading_stands_on_one_page(steering: Client) -> None:
    """Turning the pages gives every reading of the kind once, in the order of the file; a KPI that is cut says so."""
    found: list[tuple[str, str]] = []
    cut, page, more = 0, 1, True
    while more:
        text = steering.get(reverse("overview:exceptions"), {"kind": "acute", "page": page}).content.decode()
        found += re.findall(r"about ([A-Z0-9a-z-]+) at ([^<]+)</span>", unescape(text))
        cut += text.count(" of them here")
        more, page = f"page={page + 1}" in text, page + 1
        assert "kind=acute&amp;page=" in text
    file = steering.get(reverse("overview:exceptions-data"), {"kind": "acute"}).content.decode("utf-8-sig")
    expected = [(row["KPI"], row["Organisation"]) for row in csv.DictReader(StringIO(file))]
    assert len(expected) > 100 and found == expected and cut


def alarm(code: str, value: float, low: float, high: float) -> float:
    """The chance of a false alarm for one reading."""
    definition = framework_for(Quarter(2019, 2)).kpi(code).definition
    reading = Reading(1, "organisation", 1, "own", "shown", "no_difference", *map(number, (value, low, high)), None, "")
    return false_alarms_expected([(definition, reading)])


def test_false_alarms_follow_from_the_width_of_the_interval() -> None:
    # Wide interval: the range of 0.80 to 1.25 lies inside it, so the 5% of the interval decides.
    assert alarm("WRES-2", 1.0, 0.25, 4.0) == pytest.approx(0.05, abs=0.001)
    # Narrow interval: 1.25 lies far outside what chance does, so almost none.
    assert alarm("WRES-2", 1.0, 0.95, 1.05) < 1e-6
    # Figures without a target raise none.
    assert alarm("NET-4", 30, 20, 40) == 0
