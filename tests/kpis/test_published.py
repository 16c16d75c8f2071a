"""Published figures: loaded once, linked by who held a code then, shown in public, and kept apart from returns and releases."""

import csv
import io
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from kpis.dashboards.published import best_year, indicator_page, organisation_page
from kpis.dashboards.published_findings import CHECKED, notes_of
from kpis.models.published import PublishedFigure, PublishedSource
from kpis.published_indicators import INDICATORS, snapshot_day, years_between
from kpis.selectors.published import series_breaks, values_of_indicators
from kpis.services.published import DATA, load_published
from organisations.models import Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loaded(reference: None) -> None:
    load_published()


def figures(indicator: str, year: str) -> dict[str, Decimal]:
    return {one.label: one.value for one in values_of_indicators([indicator]) if one.year == year}


def test_loading_again_writes_nothing() -> None:
    before = set(PublishedFigure.objects.values_list("pk", flat=True))
    assert load_published() == 0
    assert set(PublishedFigure.objects.values_list("pk", flat=True)) == before


def test_a_changed_source_is_loaded_again_without_touching_the_others() -> None:
    PublishedSource.objects.filter(code="national-values").update(fingerprint="other")
    others = set(PublishedFigure.objects.exclude(source__code="national-values").values_list("pk", flat=True))
    assert load_published() == 22
    assert set(PublishedFigure.objects.exclude(source__code="national-values").values_list("pk", flat=True)) == others


def test_every_filing_arrives_with_every_figure_that_it_gave() -> None:
    lines = list(csv.DictReader((DATA / "pay_gap.csv").read_text(encoding="utf-8").splitlines()))
    assert PublishedFigure.objects.filter(indicator="gpg-mean").count() == len(lines) == 94
    given = sum(bool(line["bonus_mean"]) for line in lines)
    assert PublishedFigure.objects.filter(indicator="gpg-bonus-mean").count() == given == 78


def test_a_code_is_read_on_its_day_under_the_name_of_that_day() -> None:
    earlier, later = figures("gpg-mean", "2018-19"), figures("gpg-mean", "2020-21")
    assert earlier["Aintree"] == Decimal("40.8")
    assert later["Liverpool University Hospitals"] == Decimal("32.5")
    assert "Liverpool University Hospitals" not in earlier
    # It filed for its last day, 31 March 2018, when it still held its code.
    assert earlier["Liverpool Community Health"] == Decimal("-7.9")
    assert PublishedFigure.objects.get(
        indicator="gpg-mean", year="2018-19", reported_name__startswith="Liverpool Comm"
    ).organisation


def test_several_filings_of_one_organisation_are_all_kept_and_one_speaks_for_it() -> None:
    found = figures("gpg-bonus-mean", "2018-19")
    assert found["Walton Centre"] == Decimal("98.4")
    assert found["Walton Centre, earlier filing"] == Decimal("89.3")
    units = {one.label: one.is_main for one in values_of_indicators(["gpg-mean"]) if one.year == "2018-19"}
    assert units["St Helens & Knowsley"] and not units["St Helens & Knowsley, lead employer"]


def test_a_row_of_two_organisations_belongs_to_neither() -> None:
    row = PublishedFigure.objects.get(indicator="nss-female", year="2021", reported_name__contains="South Sefton")
    assert row.organisation is None


def test_no_rate_and_base_give_a_small_count_away() -> None:
    for row in PublishedFigure.objects.filter(source__code="staff-survey", organisation__kind__in=("ccg", "csu", "icb")):
        people = row.value * row.base / 100
        whole = abs(people - people.to_integral_value()) < Decimal("0.001")
        assert not (whole and 0 < people < Decimal("7.5")), row


def test_national_values_name_their_page_and_none_is_of_an_organisation() -> None:
    rows = PublishedFigure.objects.filter(source__code="national-values")
    assert rows.count() == 22
    assert all(row.address.startswith("https://") and row.organisation is None for row in rows)
    assert {row.indicator for row in rows} <= set(INDICATORS)


def test_years_and_their_days() -> None:
    assert years_between(("2018-19", "2021-22")) == ("2018-19", "2019-20", "2020-21", "2021-22")
    assert years_between(("2021", "2023")) == ("2021", "2022", "2023")
    assert years_between(()) == ()
    assert f"{snapshot_day('pay-gap', '2018-19'):%d %B %Y}" == "31 March 2018"
    assert f"{snapshot_day('staff-survey', '2021'):%d %B %Y}" == "01 September 2021"


def test_the_year_shown_first_is_not_a_partial_download() -> None:
    assert best_year(values_of_indicators(["gpg-mean"])) == "2021-22"
    assert best_year(values_of_indicators(["nss-female"])) == "2024"


def test_a_merger_breaks_the_line_before_the_first_figure_of_the_new_body() -> None:
    years = ("2017-18", "2018-19", "2019-20", "2020-21")
    breaks = series_breaks("liverpool-university-hospitals", INDICATORS["gpg-mean"], years)
    assert [(mark.before, mark.text) for mark in breaks] == [("2020-21", "1 October 2019: other services, not like for like")]
    assert series_breaks("countess-of-chester", INDICATORS["gpg-mean"], years) == ()
    page = indicator_page(INDICATORS["gpg-mean"], organisation="liverpool-university-hospitals")
    assert page.time is not None
    assert [row for row in page.time.table.rows if row[0] == "2019-20"] == [("2019-20", "not published", "–")]
    assert page.time.table.rows[-2][2].startswith("Break before it: 1 October 2019")


def test_what_is_not_like_for_like_stays_out_of_the_line() -> None:
    page = indicator_page(INDICATORS["national-wres-2"])
    assert page.time is not None
    assert [row[1] for row in page.time.table.rows] == [
        "1.57",
        "not published",
        "1.45",
        "not published",
        "1.61",
        "not published",
        "1.54",
    ]
    assert "England, White over all other groups" in {line.label for line in page.pages}


def test_checks_find_the_odd_filings_and_change_nothing() -> None:
    notes = {(note.label, note.year, note.rule) for note in notes_of(values_of_indicators(CHECKED))}
    assert {
        ("Countess of Chester", "2018-19", "P5"),
        ("Royal Liverpool", "2018-19", "P6"),
        ("Warrington & Halton", "2018-19", "P4"),
        ("Liverpool Women's", "2021-22", "P6"),
    } <= notes
    assert not {note for note in notes if note[0] == "Alder Hey"}
    assert figures("gpg-women-top", "2017-18")["Countess of Chester"] == Decimal(83)


def test_a_note_stands_only_with_the_figures_it_speaks_about() -> None:
    assert {note.rule for note in indicator_page(INDICATORS["gpg-mean"]).notes} == {"P6"}
    assert {note.rule for note in indicator_page(INDICATORS["gpg-women-top"]).notes} == {"P5"}
    assert indicator_page(INDICATORS["gpg-median"]).notes == ()
    assert indicator_page(INDICATORS["nss-female"]).notes == ()


def test_the_sentence_counts_each_organisation_once() -> None:
    page = indicator_page(INDICATORS["gpg-mean"], year="2018-19")
    # 24 filings, one of them as lead employer and one filed twice; one gap is below 0.
    assert "below men's at 21 of 22 organisations" in page.sentence
    assert "from −7.9% to 40.8%" in page.sentence


def test_chart_and_table_hold_the_same_organisations_in_the_same_order() -> None:
    page = indicator_page(INDICATORS["nss-harassment-public"], year="2023", organisation="mersey-care")
    assert page.organisations is not None
    rows = page.organisations.table.rows
    numbers = [Decimal(row[1].rstrip("%")) for row in rows]
    assert numbers == sorted(numbers, reverse=True) and len(rows) == 19
    assert all("%" in row[2] and " to " in row[2] for row in rows)
    assert "staff survey" in page.organisations.table.caption.lower() and "Licence" in page.organisations.table.caption


def test_an_organisation_page_holds_everything_published_about_it() -> None:
    organisation = Organisation.objects.get(slug="st-helens-and-knowsley")
    page = organisation_page(organisation)
    assert {family["title"] for family in page.families} == {"Gender pay gap", "NHS Staff Survey"}
    labels = [row.label for row in page.families[0]["rows"]]
    assert "Mean gender pay gap" in labels and "Mean gender pay gap, lead employer" in labels
    assert "St Helens & Knowsley Teaching Hospitals Lead Employer" in page.names


@pytest.mark.parametrize("slug", sorted(INDICATORS))
def test_every_indicator_has_a_public_page_and_a_file(client: Client, slug: str) -> None:
    page = client.get(reverse("published:detail", args=[slug]))
    text = page.content.decode()
    assert page.status_code == 200
    assert "Published figures, source and year beside each." in text
    assert "Synthetic" not in text
    source = PublishedSource.objects.get(code=INDICATORS[slug].source)
    assert source.licence in text and "How to read this" in text
    file = client.get(reverse("published:data", args=[slug]))
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert len(rows) == PublishedFigure.objects.filter(indicator=slug).count()
    assert {row["Licence"] for row in rows} == {source.licence} and all(row["Year"] for row in rows)


def test_index_and_organisation_are_public(client: Client, django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        index = client.get(reverse("published:list")).content.decode()
    assert reverse("published:detail", args=["gpg-mean"]) in index
    assert reverse("published:organisation", args=["mersey-care"]) in index
    page = client.get(reverse("published:organisation", args=["mersey-care"]))
    assert page.status_code == 200 and b"Open Government Licence" in page.content
    assert len(page.content) < 200_000
    file = client.get(reverse("published:organisation-data", args=["mersey-care"]))
    assert file.status_code == 200 and b"Mersey Care" in file.content


def test_one_year_as_a_file(client: Client) -> None:
    file = client.get(reverse("published:data", args=["gpg-mean"]), {"year": "2020-21"}).content.decode("utf-8-sig")
    assert {row["Year"] for row in csv.DictReader(io.StringIO(file))} == {"2020-21"}
    assert client.get(reverse("published:data", args=["gpg-mean"]), {"year": "1999-00"}).status_code == 404


@pytest.mark.parametrize(
    "address", ["/published/no-such-figure/", "/published/organisations/nobody/", "/published/organisations/halton-ccg/"]
)
def test_what_was_not_published_is_not_found(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404
