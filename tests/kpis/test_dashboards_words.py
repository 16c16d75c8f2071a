"""A choice is shown by its word on every page and in every file; a year that is not whole yet says so."""

import csv
import io
import json
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from edi_portal.periods import Quarter
from kpis.models.releases import Release
from kpis.release_content import build_content
from organisations.models import Organisation
from organisations.roles import Role
from tests.kpis.dashboard_factories import figure, published_release, write
from tests.kpis.factories import open_collection, plain_values, signed_return
from tests.kpis.test_release_content import QUARTER, figures, made_from
from tests.organisations.factories import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
INCOMPLETE = "Not available yet: fewer than four quarters are in"


def a_trust() -> Organisation:
    return Organisation.objects.get(slug="countess-of-chester")


def a_release() -> Release:
    due = list(Organisation.objects.in_footprint(Quarter(2019, 2).last_day).order_by("slug"))
    return published_release("2019-20-q2", 14, due)


@pytest.fixture
def steering() -> Client:
    return signed_in(person(Role.STEERING_MEMBER))


@pytest.fixture
def choice() -> Release:
    """CAP-4 of one trust: the practitioner co-leads."""
    release = a_release()
    write(figure(release, "CAP-4", a_trust(), value=2, word="co_lead", tier="public"))
    return release


@pytest.mark.parametrize(("name", "args"), [("kpis:detail", ["cap-4"]), ("kpis:organisation", ["countess-of-chester"])])
def test_a_released_choice_is_a_word_on_the_page(steering: Client, choice: Release, name: str, args: list[str]) -> None:
    page = steering.get(reverse(name, args=args)).content.decode()
    assert "Co-lead" in page
    assert "co_lead" not in page


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize(
    ("name", "args", "column"),
    [
        ("overview:data-csv", [], "Figure"),
        ("kpis:data", ["cap-4"], "Note"),
        ("kpis:organisation-data", ["countess-of-chester"], "Figure"),
    ],
)
def test_a_released_choice_is_a_word_in_the_file(
    steering: Client, choice: Release, name: str, args: list[str], column: str
) -> None:
    (row,) = [row for row in rows_of(steering.get(reverse(name, args=args)).content) if row["KPI"] == "CAP-4"]
    assert row[column] == "Co-lead"


def test_a_released_choice_is_a_word_in_the_workbook(steering: Client, choice: Release) -> None:
    book = openpyxl.load_workbook(io.BytesIO(steering.get(reverse("overview:data-xlsx")).content))
    heads, *rows = ([cell.value for cell in row] for row in book["Overview"].iter_rows())
    (row,) = [dict(zip(heads, row, strict=True)) for row in rows if row[0] == "CAP-4"]
    assert row["Figure"] == "Co-lead"


def test_a_signed_choice_is_a_word_in_the_section() -> None:
    lead = person(Role.EDI_LEAD, a_trust())
    values = plain_values(a_trust(), Quarter(2019, 2)) | {("survey_leadership", "role", "answer"): Decimal(2)}
    signed_return(open_collection("2019-20-q2"), a_trust(), values, lead=lead, sponsor=person(Role.EXECUTIVE_SPONSOR, a_trust()))
    page = signed_in(lead).get("/returns/countess-of-chester/2019-20-q2/equality-assurance/").content.decode()
    part = page.partition('id="question-survey_leadership"')[2].partition("</section>")[0]
    assert "Co-leads" in part
    assert "<select" not in part
    assert "<strong>Co-lead</strong>." in part, "the sentence under the question"


@pytest.mark.parametrize(("quarters", "status"), [(1, "incomplete_year"), (3, "incomplete_year"), (4, "shown")])
def test_a_rolling_figure_of_the_system_waits_for_four_quarters(quarters: int, status: str) -> None:
    given = made_from("WRES-2")
    kept = [replace(one, quarters=dict(sorted(one.quarters.items(), reverse=True)[:quarters])) for one in given.organisations]
    content = build_content(replace(given, organisations=tuple(kept)))
    (pooled,) = [row for row in figures(content, "WRES-2", statistic="pooled") if row.unit.level == "system"]
    assert pooled.status == status
    own = {row.status for row in figures(content, "WRES-2", statistic="own")}
    assert own == {status}
    assert QUARTER in kept[0].quarters


def test_home_and_the_organisations_page_say_that_the_year_is_incomplete(steering: Client) -> None:
    release = a_release()
    absent = {"status": "incomplete_year", "verdict": "not_available"}
    write(
        figure(release, "WRES-2", statistic="pooled", **absent),
        figure(release, "WRES-2", a_trust(), tier="steering", reason="incomplete_year", **absent),
    )
    assert "Incomplete year" in signed_in(person(Role.BOARD_MEMBER)).get(reverse("home")).content.decode()
    assert INCOMPLETE in steering.get(reverse("kpis:detail", args=["wres-2"])).content.decode()
    assert INCOMPLETE in steering.get(reverse("kpis:organisation", args=["countess-of-chester"])).content.decode()
    (row,) = rows_of(steering.get(reverse("kpis:organisation-data", args=["countess-of-chester"])).content)
    assert row["Note"] == INCOMPLETE


def test_a_claim_whose_figures_look_alike_says_what_it_rests_on(steering: Client) -> None:
    release = a_release()
    detail = {"basis": "limits", "rule": "run", "since": "2018-19-q1", "side": "below", "run": 6, "before": "-1.81"}
    code = "REP-BME-67"
    alike = figure(release, code, value=-1.84, statistic="pooled", over_time="worse", time_detail=json.dumps(detail))
    detail |= {"before": "-1.2"}
    apart = figure(release, "REP-DIS-67", value=-1.84, statistic="pooled", over_time="worse", time_detail=json.dumps(detail))
    write(alike, apart)
    page = steering.get("/").content.decode()
    assert "−1.8 pp now, below its mean since 2018-19 Q1" in page
    assert "−1.2 pp a year earlier, −1.8 pp now" in page
