"""What an organisation sees of its own: calendar, data quality, coverage of frameworks, national templates, board paper."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core import signing
from django.test import Client
from openpyxl import load_workbook

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import business_today, set_business_day
from edi_portal.periods import Quarter
from kpis import data_quality
from kpis.catalogue import load_catalogue
from kpis.catalogue.frameworks import load_frameworks
from kpis.dashboards.coverage import answered_in, coverage, enter_once_line
from kpis.dashboards.data_quality import cells_of, quality_of
from kpis.dashboards.own_files import TEMPLATES
from kpis.models.collections import Collection, Extension, end_of_day
from kpis.models.returns import KpiReturn, ReturnAnswer, ReturnValue
from kpis.selectors.calendar import SALT, address_secret, owner_of_secret
from kpis.selectors.definitions import framework_for
from kpis.selectors.returns import content_of
from kpis.services.notices import renew_calendar
from organisations.models import Organisation, User
from organisations.roles import Role
from tests.kpis.factories import fill, plain_values
from tests.organisations.factories import person, signed_in

PAGE = "/returns/mid-cheshire/2019-20-q4/"


@pytest.fixture
def kpi_return(db: None) -> KpiReturn:
    """A filled draft of the last quarter of the year, in which nearly everything is asked."""
    set_business_day(date(2020, 4, 20))
    collection = Collection.objects.create(
        period="2019-20-q4", opens_on=date(2020, 4, 6), due_on=date(2020, 4, 30), closes_at=end_of_day(date(2020, 5, 9))
    )
    made = KpiReturn.objects.create(collection=collection, organisation=Organisation.objects.get(slug="mid-cheshire"))
    fill(made, plain_values(made.organisation, made.quarter))
    return made


@pytest.fixture
def lead(kpi_return: KpiReturn) -> User:
    """Its EDI lead."""
    return person(Role.EDI_LEAD, kpi_return.organisation)


def calendar_of(browser: Client) -> str:
    """The calendar behind the address that the page shows."""
    text = browser.get("/notices/").content.decode()
    address = text.partition("/notices/calendar/")[2].partition(".ics")[0]
    return f"/notices/calendar/{address}.ics"


def test_a_calendar_is_read_by_its_secret_address_alone_and_holds_dates_only(kpi_return: KpiReturn, lead: User) -> None:
    Extension.objects.create(
        collection=kpi_return.collection,
        organisation=kpi_return.organisation,
        until=end_of_day(date(2020, 5, 20)),
        reason="The system moves.",
        granted_by=lead,
    )
    browser = signed_in(lead)
    browser.post("/notices/calendar/renew/")
    answer = Client().get(calendar_of(browser))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    text = answer.content.decode().replace("\r\n ", "")
    assert "SUMMARY:EDI return for January to March 2020 is due" in text
    assert "DTSTART;VALUE=DATE:20200430" in text
    assert "DTSTART;VALUE=DATE:20200520" in text
    assert "The system moves" not in text
    assert not {str(int(amount)) for amount in ReturnValue.objects.values_list("amount", flat=True) if amount > 2100} & set(
        text.split()
    )


def test_a_renewed_address_stops_the_one_before(kpi_return: KpiReturn, lead: User) -> None:
    browser = signed_in(lead)
    browser.post("/notices/calendar/renew/")
    first = calendar_of(browser)
    assert Client().get(first).status_code == 200
    browser.post("/notices/calendar/renew/")
    assert Client().get(first).status_code == 404
    assert Client().get(calendar_of(browser)).status_code == 200


def test_a_calendar_of_somebody_who_left_is_gone_and_a_guessed_address_opens_nothing(kpi_return: KpiReturn, lead: User) -> None:
    secret = address_secret(renew_calendar(by=lead))
    assert owner_of_secret(secret) == lead
    for guess in ("", "1-1.x", f"{lead.pk}-1.{'a' * 43}", signing.Signer(salt="other").sign(f"{lead.pk}-1").replace(":", ".")):
        assert owner_of_secret(guess) is None
    assert SALT
    User.objects.filter(pk=lead.pk).update(is_active=False)
    assert owner_of_secret(secret) is None


def test_each_part_of_data_quality_says_its_rule_and_its_numbers(kpi_return: KpiReturn) -> None:
    quality = quality_of(content_of(kpi_return))
    assert [part.key for part in quality.parts] == ["completeness", "timeliness", "declaration", "queries"]
    assert all(part.rule and part.numbers for part in quality.parts)
    filled, due = cells_of(content_of(kpi_return))
    assert filled == due > 400


def test_completeness_counts_cells_and_leaves_out_what_does_not_apply(kpi_return: KpiReturn) -> None:
    _, due = cells_of(content_of(kpi_return))
    ReturnValue.objects.filter(kpi_return=kpi_return, measure="training_ethnicity", row="bme").delete()
    assert cells_of(content_of(kpi_return)) == (due - 1, due)
    ReturnAnswer.objects.create(kpi_return=kpi_return, measure="training_ethnicity", state="not_collected", reason="x")
    assert cells_of(content_of(kpi_return)) == (due - 3, due), "A reason is no figure."
    ReturnAnswer.objects.update(state="not_applicable")
    assert cells_of(content_of(kpi_return)) == (due - 3, due - 3)


@pytest.mark.parametrize(
    ("signed", "words", "met"),
    [
        ((date(2020, 1, 31), date(2019, 10, 30)), "2 of 2 on time", True),
        ((date(2020, 2, 1), date(2019, 10, 30)), "1 of 2 on time", False),
        ((None, date(2019, 10, 30)), "1 of 2 on time", False),
    ],
)
def test_timeliness_counts_the_days_of_the_signatures(signed: tuple[date | None, ...], words: str, met: bool) -> None:
    returns = tuple(
        data_quality.Signed(period, due, on)
        for period, due, on in zip(("q3", "q2"), (date(2020, 1, 31), date(2019, 10, 31)), signed, strict=True)
    )
    part = data_quality.timeliness(returns, date(2020, 2, 5))
    assert (part.numbers, part.is_met) == (words, met)
    assert data_quality.timeliness(returns[:1] if signed[0] is None else (), date(2020, 1, 20)).is_met is None


def test_declaration_and_queries_are_judged_by_their_limits() -> None:
    assert data_quality.declaration(Decimal("9.9"), Decimal(20)).is_met is True
    assert data_quality.declaration(Decimal("10.1"), Decimal(5)).is_met is False
    assert data_quality.declaration(None, None).is_met is None
    assert data_quality.queries(0, 1, 4, 2).numbers == "0 to mend, 1 to explain, 4 explained, 2 waived"
    assert data_quality.queries(0, 0, 4, 0).is_met is True
    assert data_quality.completeness(0, 0).is_met is None


def test_quality_is_for_those_who_see_the_whole_return(kpi_return: KpiReturn, lead: User) -> None:
    assert "Data quality:" in signed_in(lead).get(PAGE).content.decode()
    contributor = person(Role.CONTRIBUTOR, kpi_return.organisation, area="recruitment")
    assert "Data quality:" not in signed_in(contributor).get(PAGE).content.decode()


def test_the_organisations_page_shows_quality_to_its_owner_alone(kpi_return: KpiReturn, lead: User) -> None:
    page = "/organisations/mid-cheshire/figures/"
    assert "Data quality:" in signed_in(lead).get(page).content.decode()
    contributor = person(Role.CONTRIBUTOR, kpi_return.organisation, area="recruitment")
    neighbour = person(Role.EDI_LEAD, Organisation.objects.get(slug="east-cheshire"))
    for other in (contributor, neighbour, person(Role.STEERING_MEMBER), person(Role.PORTAL_ADMIN)):
        assert "Data quality:" not in signed_in(other).get(page).content.decode()


def test_every_framework_names_kpis_that_exist_and_every_baseline_kpi_answers_something() -> None:
    catalogue = load_catalogue()
    named = {code for framework in load_frameworks() for item in framework.items for code in item.kpis}
    assert named == set(catalogue.kpis)
    assert [framework.short for framework in load_frameworks()] == [
        "WRES",
        "WDES",
        "RDR",
        "GPG",
        "EDS 2022",
        "EDI plan",
        "PSED",
        "Local",
    ]
    for framework in load_frameworks():
        assert all(item.kpis or item.note for item in framework.items), "An item without a KPI says why."


def test_standards_are_covered_item_by_item() -> None:
    catalogue = load_catalogue()
    by_code = {framework.code: framework for framework in load_frameworks()}
    for code, family in (("wres", "WRES"), ("wdes", "WDES"), ("gender-pay-gap", "GPG")):
        kpis = {kpi for kpi in catalogue.kpis if kpi.startswith(f"{family}-")}
        assert {kpi for item in by_code[code].items for kpi in item.kpis} == kpis


@pytest.mark.django_db
def test_one_question_answers_several_frameworks_and_says_so() -> None:
    found = answered_in(framework_for(Quarter(2019, 3)))
    assert enter_once_line(found["staff_ethnicity"]).startswith(
        "Enter once: these figures answer WRES 1 and 3 and 4 and 9, RDR tiers"
    )
    assert enter_once_line(found["hourly_pay"]) == "Enter once: these figures answer GPG mean pay and median pay, EDI plan 3a."
    page = coverage()
    assert page.shared > 20
    assert {row.measure.code for row in page.rows} == set(load_catalogue().measures), "Every question answers something."


def test_the_line_stands_beside_the_question(kpi_return: KpiReturn, lead: User) -> None:
    text = signed_in(lead).get(f"{PAGE}workforce-standards/").content.decode()
    assert "Enter once: these figures answer WRES 2, EDI plan 2a and 2e." in text


def test_the_matrix_page_names_what_is_not_collected(lead: User) -> None:
    text = signed_in(lead).get("/kpis/coverage/").content.decode()
    assert "Pay gaps by race and disability are not collected here." in text


def sheets(browser: Client, name: str) -> dict[str, list[tuple[object, ...]]]:
    """A downloaded workbook: sheet title → rows."""
    answer = browser.get(f"{PAGE}files/{name}.xlsx")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store, private"
    book = load_workbook(BytesIO(answer.content), read_only=True)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_national_template_holds_every_count_as_entered_in_its_order(kpi_return: KpiReturn, lead: User, name: str) -> None:
    found = sheets(signed_in(lead), name)
    template = TEMPLATES[name]
    codes = [title.split(" ")[0] for title in list(found)[1:-1]]
    assert codes == [item[0].split(" ")[0] for item in template.items]
    stored = {(row.measure, row.row, row.column): row.amount for row in ReturnValue.objects.filter(kpi_return=kpi_return)}
    catalogue = load_catalogue()
    for (_, code, _), rows in zip(template.items, list(found.values())[1:-1], strict=True):
        measure = catalogue.measure(code)
        for row, line in zip(measure.rows, rows[1:], strict=False):
            assert line[0] == row.label
            for column, cell in zip(measure.columns, line[1:], strict=False):
                amount = stored.get((code, row.key, column.key))
                assert cell == (None if amount is None else "Yes" if measure.unit == "yes_no" else amount) or isinstance(
                    cell, str
                )
        assert any("not for publication" in str(cell) for cell in rows[-1])


def test_items_follow_the_numbers_of_the_standards() -> None:
    by_code = {framework.code: framework for framework in load_frameworks()}
    for name in ("wres", "wdes"):
        asked = [item.code for item in by_code[name].items]
        given = list(dict.fromkeys(code.split(" ")[0] for code, _, _ in TEMPLATES[name].items))
        assert given == asked


def test_taking_exact_figures_out_is_put_on_record(kpi_return: KpiReturn, lead: User) -> None:
    browser = signed_in(lead)
    sheets(browser, "wres")
    assert browser.get(f"{PAGE}board-paper/").status_code == 200
    events = AuditEvent.objects.filter(action="return.exported").order_by("pk")
    assert [event.details for event in events] == [{"file": "wres"}, {"file": "board-paper-page"}]
    assert {event.actor_id for event in events} == {lead.pk}


def test_the_board_paper_has_figure_counts_interval_and_sentence_and_says_whose_it_is(kpi_return: KpiReturn, lead: User) -> None:
    browser = signed_in(lead)
    text = browser.get(f"{PAGE}board-paper/").content.decode()
    assert "Own exact figures, not for publication" in text
    assert "No target" in text
    rows = {row[0]: row for row in sheets(browser, "board-paper")["Figures"]}
    share = rows["DQ-1"]
    assert " of " in str(share[5])
    assert " to " in str(share[4])
    assert share[6]
    assert share[2] == "2019-20 Q4"
    assert rows["WRES-1"][2] == "2019-20 Q1", "A yearly figure is that of the quarter in which it was asked last."


@pytest.mark.security(8)
def test_another_organisation_and_a_contributor_get_no_file(kpi_return: KpiReturn, lead: User) -> None:
    outsider = signed_in(person(Role.EDI_LEAD, Organisation.objects.get(slug="east-cheshire")))
    contributor = signed_in(person(Role.CONTRIBUTOR, kpi_return.organisation, area="recruitment"))
    for page in ("files/wres.xlsx", "board-paper/"):
        assert outsider.get(PAGE + page).status_code == 404
        assert contributor.get(PAGE + page).status_code == 403
    assert signed_in(lead).get(f"{PAGE}files/no-such.xlsx").status_code == 404
    assert not AuditEvent.objects.filter(action="return.exported").exists()


def test_today_is_the_business_day(kpi_return: KpiReturn) -> None:
    assert business_today() == date(2020, 4, 20)
