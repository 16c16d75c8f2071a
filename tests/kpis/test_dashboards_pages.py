"""Pages of the dashboards: who sees what, what is said where there is nothing, and what stands in every file."""

import csv
import io
import re
from collections.abc import Sequence

import pytest
from django.test import Client
from django.urls import reverse

from edi_portal.periods import Quarter
from kpis.models.releases import Release
from organisations.models import Organisation, Place
from organisations.roles import Role
from tests.kpis.dashboard_factories import figure, published_release, write
from tests.organisations.factories import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]

OVERVIEW_PAGES = [
    "overview:table",
    "overview:exceptions",
    "overview:completeness",
    "overview:data-csv",
    "overview:data-xlsx",
    "overview:exceptions-data",
    "overview:completeness-data",
]


def due_in(period: str) -> list[Organisation]:
    """The partnership on the last day of a quarter."""
    return list(Organisation.objects.in_footprint(Quarter.parse(period).last_day).order_by("slug"))


def a_release(period: str = "2019-20-q2", number: int = 14, *, missing: int = 1) -> Release:
    """A release with WRES-2 for the steering tier, DQ-1 for the board, NET-1 for the public; the last organisation is missing."""
    due = due_in(period)
    release = published_release(period, number, due, missing=due[len(due) - missing :])
    rows = [
        figure(
            release,
            "WRES-2",
            value=1.26,
            low=1.19,
            high=1.33,
            verdict="act",
            statistic="pooled",
            contributing=30,
            numerator=1230,
            denominator=6325,
            reference_numerator=5680,
            reference_denominator=23170,
        ),
        figure(release, "WRES-2", value=1.25, statistic="median", contributing=18),
        figure(release, "DQ-1", value=6.1, low=5.8, high=6.4, statistic="pooled", numerator=6100, denominator=100000),
        figure(release, "NET-1", value=60, statistic="pooled"),
    ]
    for place, trust in enumerate(due[: len(due) - missing]):
        rows += [
            figure(
                release,
                "WRES-2",
                trust,
                value=1.01 + place / 100,
                low=0.8,
                high=2,
                tier="steering",
                verdict="no_difference",
                numerator=100,
                denominator=400,
                reference_numerator=300,
                reference_denominator=1200,
            ),
            figure(release, "DQ-1", trust, value=3 + place / 10, low=2, high=9, tier="board", numerator=50, denominator=1500),
            figure(release, "NET-1", trust, value=3, tier="public"),
        ]
    for trust in due[len(due) - missing :]:
        rows += [
            figure(release, code, trust, verdict="not_returned", tier=tier)
            for code, tier in (("WRES-2", "steering"), ("DQ-1", "board"), ("NET-1", "public"))
        ]
    write(*rows)
    return release


def browser(role: Role, where: Organisation | Place | None = None) -> Client:
    """Somebody with this role."""
    return signed_in(person(role, where))


def a_trust() -> Organisation:
    return Organisation.objects.get(slug="countess-of-chester")


def text_of(page: bytes) -> str:
    """What a reader sees of the page, without tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.decode()))


@pytest.mark.parametrize("name", OVERVIEW_PAGES)
@pytest.mark.parametrize("role", [Role.EDI_LEAD, Role.EXECUTIVE_SPONSOR, Role.CONTRIBUTOR, Role.BOARD_MEMBER])
def test_the_overview_does_not_exist_for_others(name: str, role: Role) -> None:
    a_release()
    where = None if role is Role.BOARD_MEMBER else a_trust()
    assert browser(role, where).get(reverse(name)).status_code == 404


@pytest.mark.parametrize("name", OVERVIEW_PAGES)
def test_the_steering_group_reads_the_overview_and_its_files(name: str) -> None:
    a_release()
    assert browser(Role.STEERING_MEMBER).get(reverse(name)).status_code == 200


def test_before_the_first_release_pages_say_so() -> None:
    steering = browser(Role.STEERING_MEMBER)
    for name in ("home", "overview:table", "overview:exceptions", "overview:completeness"):
        answer = steering.get(reverse(name))
        assert answer.status_code == 200
        assert b"release" in answer.content
    assert steering.get(reverse("overview:data-csv")).status_code == 404
    assert b"no release yet" in steering.get(reverse("kpis:detail", args=["wres-2"])).content
    assert b"no release yet" in steering.get(reverse("kpis:organisation", args=["countess-of-chester"])).content


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.STEERING_MEMBER, {"WRES-2": True, "DQ-1": True, "NET-1": True}),
        (Role.BOARD_MEMBER, {"WRES-2": False, "DQ-1": True, "NET-1": True}),
        (Role.HEALTHWATCH_READER, {"WRES-2": False, "DQ-1": False, "NET-1": True}),
        (Role.CONTRIBUTOR, {"WRES-2": False, "DQ-1": False, "NET-1": True}),
    ],
)
def test_a_figure_beyond_the_tier_is_on_no_page_and_in_no_file(role: Role, seen: dict[str, bool]) -> None:
    a_release()
    where = {Role.HEALTHWATCH_READER: Place.objects.first(), Role.CONTRIBUTOR: a_trust()}.get(role)
    reader = browser(role, where)
    for code, expected in seen.items():
        rows = list(csv.reader(io.StringIO(reader.get(reverse("kpis:data", args=[code.lower()])).content.decode("utf-8-sig"))))
        levels = {row[2] for row in rows[1:]}
        assert ("organisation" in levels) is expected
        page = reader.get(reverse("kpis:detail", args=[code.lower()])).content
        assert (b'id="figures"' in page) is expected
        assert "system" in levels
        own = text_of(reader.get(reverse("kpis:organisation", args=["countess-of-chester"])).content)
        assert (f" {code} " in own) is expected


def test_charts_beyond_the_tier_have_no_file() -> None:
    a_release()
    address = reverse("kpis:chart-data", args=["wres-2", "organisations"])
    assert browser(Role.STEERING_MEMBER).get(address).status_code == 200
    assert browser(Role.BOARD_MEMBER).get(address).status_code == 404
    assert browser(Role.STEERING_MEMBER).get(reverse("kpis:chart-data", args=["wres-2", "pie"])).status_code == 404


def test_the_overview_says_where_it_stands_and_marks_who_is_missing() -> None:
    release = a_release()
    page = browser(Role.STEERING_MEMBER).get(reverse("overview:table"))
    text = text_of(page.content)
    assert f"Where {len(release.due)} organisations stand, July to September 2019 (provisional)" in text
    assert f"{len(release.due) - 1} of {len(release.due)} organisations returned" in text
    assert page.content.count(b"<td class=n>Not returned") + page.content.count(b'<td class="n g">Not returned') == 3
    row = re.search(r"<b>WRES-2</b>.*?</tr>|<b>WRES-2</b>.*?\n", page.content.decode(), re.S)
    assert row is not None and "1.26" in row.group() and "1.25" in row.group()


def test_filters_narrow_the_overview_and_unknown_ones_are_ignored() -> None:
    release = a_release()
    steering = browser(Role.STEERING_MEMBER)
    acute = text_of(steering.get(reverse("overview:table"), {"kind": "acute"}).content)
    assert f"Where {len(release.due)} organisations" not in acute
    one = text_of(steering.get(reverse("overview:table"), {"workstream": "staff-networks"}).content)
    assert "1 KPI of 61" in one
    everything = text_of(steering.get(reverse("overview:table"), {"workstream": "gardening", "domain": "x", "show": "?"}).content)
    assert "3 KPIs of 61" in everything
    assert "No KPI matches these filters" in text_of(steering.get(reverse("overview:table"), {"show": "changed"}).content)


def test_a_pinned_release_stays_pinned_in_links() -> None:
    a_release("2019-20-q1", 13)
    a_release("2019-20-q2", 14)
    page = browser(Role.STEERING_MEMBER).get(reverse("overview:table"), {"release": "13"}).content.decode()
    assert "April to June 2019" in page
    assert 'data-url="/kpis/wres-2/?release=13"' in page
    assert 'name="release" value="13"' in page


def test_a_filter_keeps_following_the_newest_release_unless_the_reader_pinned_one() -> None:
    a_release("2019-20-q1", 13)
    a_release("2019-20-q2", 14)
    address = reverse("kpis:detail", args=["dq-1"])
    chosen = r'<option value="(\d*)"[^>]*selected'
    for asked, kept in (({}, ""), ({"organisation": "countess-of-chester"}, ""), ({"release": "13"}, "13")):
        page = browser(Role.STEERING_MEMBER).get(address, asked).content.decode()
        period = page[page.index('name="release"') :].split("</select>")[0]
        assert re.findall(chosen, period) == [kept]
    a_release("2019-20-q3", 15)
    assert "October to December 2019" in browser(Role.STEERING_MEMBER).get(address, {"release": ""}).content.decode()


def test_files_carry_release_and_synthetic_note_and_no_withheld_number() -> None:
    release = a_release()
    write(figure(release, "DQ-2", a_trust(), verdict="withheld", tier="board"))
    answer = browser(Role.STEERING_MEMBER).get(reverse("kpis:data", args=["dq-2"]))
    assert answer["Content-Disposition"] == 'attachment; filename="edi-dq-2-2019-20-q2-release-14.csv"'
    heads, row = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    found = dict(zip(heads, row, strict=True))
    assert (found["Value"], found["Release"], found["Period"]) == ("[c]", "14", "2019-20 Q2")
    assert found["Data"].startswith("Synthetic demonstration data")
    assert found["Numerator"] == found["Denominator"] == ""


def test_the_kpi_page_states_the_finding_and_marks_the_readers_organisation() -> None:
    a_release()
    page = browser(Role.EDI_LEAD, a_trust()).get(reverse("kpis:detail", args=["wres-2"])).content.decode()
    text = text_of(page.encode())
    assert "Across C&amp;M, White applicants are 1.26 times as likely to be appointed" in text
    assert "the median organisation has 1.25" in text
    assert "Good is close to 1." in text
    assert re.search(r'<tr class="edi-marked"><th scope="row"><a href="/organisations/countess-of-chester/figures/">', page)


def test_exact_figures_are_for_lead_and_sponsor_of_the_organisation_alone() -> None:
    a_release()
    for role, where, own in (
        (Role.EDI_LEAD, a_trust(), True),
        (Role.EXECUTIVE_SPONSOR, a_trust(), True),
        (Role.CONTRIBUTOR, a_trust(), False),
        (Role.STEERING_MEMBER, None, False),
        (Role.PORTAL_ADMIN, None, False),
    ):
        page = browser(role, where).get(reverse("kpis:detail", args=["wres-2"])).content
        assert (b"Yours, exact" in page) is own, role


def test_a_kpi_of_another_quarter_points_to_its_last_release() -> None:
    a_release("2018-19-q4", 12)
    release = a_release("2019-20-q2", 14)
    page = text_of(browser(Role.STEERING_MEMBER).get(reverse("kpis:detail", args=["gpg-1"])).content)
    assert f"Release {release.number} has no figure of this KPI" in page
    assert "The next time is January to March 2020" in page
    assert "Figures of January to March 2019, release 12" in page


def test_an_organisation_that_was_not_due_points_to_its_last_figures() -> None:
    merged = Organisation.objects.exclude(pk__in=[one.pk for one in due_in("2019-20-q4")]).filter(
        pk__in=[one.pk for one in due_in("2019-20-q2")]
    )
    gone = merged.first()
    assert gone is not None
    a_release("2019-20-q2", 14)
    a_release("2019-20-q4", 16)
    page = text_of(browser(Role.STEERING_MEMBER).get(reverse("kpis:organisation", args=[gone.slug])).content)
    assert "It was not due in January to March 2020" in page
    assert "Its figures of July to September 2019, release 14" in page


def test_change_is_told_only_with_a_verdict() -> None:
    after = a_release("2019-20-q2", 14)
    detail = '{"basis":"windows","before":"12","earlier":"2018-19-q2","size":"4.1"}'
    told = {"over_time": "better", "time_detail": detail}
    write(figure(after, "DQ-2", value=10, low=9.6, high=10.4, statistic="pooled", **told))
    board = text_of(browser(Role.BOARD_MEMBER).get(reverse("home")).content)
    assert "Disability status unknown: 12.0% a year earlier, 10.0% now, better by more than chance." in board
    assert "Worse Nothing by more than chance." in board


def test_search_and_definition_pages() -> None:
    a_release()
    reader = browser(Role.STEERING_MEMBER)
    found = text_of(reader.get(reverse("kpis:list"), {"q": "wres-2"}).content)
    assert "1 KPI found" in found
    assert "61 KPIs" in text_of(reader.get(reverse("kpis:list")).content)
    assert "No KPI matches" in text_of(reader.get(reverse("kpis:list"), {"q": "gardening"}).content)
    definition = text_of(reader.get(reverse("kpis:definition", args=["wres-2"])).content)
    assert "WRES technical guidance" in definition
    assert "1 version of this definition" in text_of(reader.get(reverse("kpis:versions", args=["wres-2"])).content)
    assert reader.get(reverse("kpis:detail", args=["wres-99"])).status_code == 404


def test_the_completeness_wall_shows_figures_and_quarters() -> None:
    a_release("2019-20-q1", 13, missing=2)
    release = a_release("2019-20-q2", 14)
    steering = browser(Role.STEERING_MEMBER)
    page = steering.get(reverse("overview:completeness")).content.decode()
    assert "Workforce standards: 0 of 1 figures returned" in page
    assert "Workforce standards: 1 of 1 figures returned" in page
    missing = Organisation.objects.get(slug=release.due[-1])
    assert f"1 return is missing: {missing.short_name}" in text_of(page.encode())
    by_quarter = steering.get(reverse("overview:completeness"), {"by": "period"}).content.decode()
    assert by_quarter.count("2019-20 Q1: not returned") == 2
    assert by_quarter.count("2019-20 Q2: not returned") == 1


def homes() -> Sequence[tuple[Role, str]]:
    return (
        (Role.EDI_LEAD, "What is waiting for you"),
        (Role.CONTRIBUTOR, "What is waiting for you"),
        (Role.EXECUTIVE_SPONSOR, "Nothing is waiting for your signature"),
        (Role.STEERING_MEMBER, "Nothing needs action in July to September 2019"),
        (Role.BOARD_MEMBER, "Assurance for the board"),
        (Role.HEALTHWATCH_READER, "What is public for"),
        (Role.PORTAL_ADMIN, "No collection is open"),
    )


@pytest.mark.parametrize(("role", "heading"), homes())
def test_each_role_has_its_home(role: Role, heading: str) -> None:
    a_release()
    organisation_roles = {Role.EDI_LEAD, Role.CONTRIBUTOR, Role.EXECUTIVE_SPONSOR}
    where = a_trust() if role in organisation_roles else Place.objects.first() if role is Role.HEALTHWATCH_READER else None
    answer = browser(role, where).get(reverse("home"))
    assert answer.status_code == 200
    headings = re.findall(r"<h1[^>]*>(.*?)</h1>", answer.content.decode(), re.S)
    assert len(headings) == 1
    assert heading in headings[0]


def test_an_account_without_a_role_learns_who_can_give_one() -> None:
    from tests.organisations.factories import UserFactory

    answer = signed_in(UserFactory.create()).get(reverse("home"))
    assert "You have no role yet" in text_of(answer.content)
