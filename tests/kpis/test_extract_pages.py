"""Pages of extracts: a file goes in, counts come out, every cell is shown before, nobody's value is overwritten."""

import html
import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from edi_portal.audit.models import AuditEvent
from kpis.catalogue import CellKey
from kpis.demonstration.extract_files import csv_bytes, survey_file
from kpis.models.extracts import Extract, ExtractState, MeaningState, ValueMeaning
from kpis.models.returns import KpiReturn, ReturnAnswer
from kpis.selectors.returns import values_of
from kpis.services import returns
from kpis.services.returns import CellChange, save_answers
from organisations.models import Organisation, User
from organisations.roles import Role
from tests.kpis.extract_files import as_csv, staff_file, staff_rows
from tests.kpis.factories import open_collection
from tests.organisations.factories import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
STAFF = "staff_in_post"


@pytest.fixture
def draft() -> KpiReturn:
    organisation = Organisation.objects.get(slug="countess-of-chester")
    return KpiReturn.objects.create(collection=open_collection("2019-20-q3"), organisation=organisation)


@pytest.fixture
def lead(draft: KpiReturn) -> User:
    return person(Role.EDI_LEAD, draft.organisation)


@pytest.fixture
def client(lead: User) -> Client:
    return signed_in(lead)


def address(draft: KpiReturn, name: str, *more: object) -> str:
    return reverse(f"returns:{name}", args=[draft.organisation.slug, draft.collection.period, *more])


def give(client: Client, draft: KpiReturn, **files: bytes) -> str:
    """Give files by the form; the address that it leads to."""
    given = {name: SimpleUploadedFile(f"{name}.csv", content) for name, content in files.items()}
    response = client.post(address(draft, "extracts"), given)
    assert response.status_code == 302, response.content.decode()
    return response.headers["Location"]


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, page
    return html.unescape(found[1])


def take_over(client: Client, url: str, *questions: str, **other: str) -> object:
    """Press the button on the page of a file, with these ticks (all, where none are named)."""
    page = client.get(url).content.decode()
    ticked = list(questions) or re.findall(r'name="question" type="checkbox" value="(\w+)"', page)
    return client.post(url, {"question": ticked, "shown": hidden(page, "shown"), "seen": hidden(page, "seen")} | other)


def test_a_staff_file_fills_its_questions_and_the_cells_say_where_they_come_from(client: Client, draft: KpiReturn) -> None:
    url = give(client, draft, **{STAFF: staff_file()})
    page = client.get(url).content.decode()
    assert "would change" in page and "Nothing has been saved yet" in page
    assert not values_of(draft)
    extract = Extract.objects.get()
    assert (extract.state, extract.rows_read, extract.kind) == (ExtractState.READ, 400, STAFF)

    response = take_over(client, url)
    assert response.status_code == 302
    values = values_of(draft)
    white = sum(amount for (measure, _, column), amount in values.items() if measure == "staff_ethnicity" and column == "white")
    assert white == sum(row[10].startswith("A ") for row in staff_rows(400))
    actions = list(AuditEvent.objects.values_list("action", flat=True))
    assert {"extract.read", "extract.taken_over", "return.saved"} <= set(actions)
    overview = client.get(address(draft, "overview")).content.decode()
    assert "from Staff in post" in overview


def test_only_ticked_questions_are_taken_over(client: Client, draft: KpiReturn) -> None:
    url = give(client, draft, **{STAFF: staff_file()})
    take_over(client, url, "staff_disability")
    assert {measure for measure, _, _ in values_of(draft)} == {"staff_disability"}
    assert {entry[0] for entry in Extract.objects.get().taken} == {"staff_disability"}


def test_the_trace_adds_up_from_all_rows_to_the_cell(client: Client, draft: KpiReturn) -> None:
    rows = staff_rows(300)
    rows[10][6] = rows[11][6] = "Bank"
    url = give(client, draft, **{STAFF: as_csv(rows)})
    key = Extract.objects.get().pk
    page = client.get(address(draft, "extract-trace", key, "staff_ethnicity", "clinical.band_5", "bme")).content.decode()
    expected = sum(row[9].endswith("Band 5") and row[10].startswith("H ") and row[6] != "Bank" for row in rows)
    assert f"How was this {expected} got?" in page
    assert "Bank staff" in page and "300" in page and "298" in page
    assert client.get(address(draft, "extract-trace", key, "staff_ethnicity", "no.such", "bme")).status_code == 404
    assert client.get(url).status_code == 200


def test_the_same_file_again_is_recognised(client: Client, draft: KpiReturn) -> None:
    first = give(client, draft, **{STAFF: staff_file()})
    again = give(client, draft, **{STAFF: staff_file()})
    assert again == first
    assert Extract.objects.count() == 1
    assert "you uploaded this file on" in client.get(again).content.decode()


def test_the_same_file_with_other_marks_is_another_file(client: Client, draft: KpiReturn) -> None:
    give(client, draft, **{STAFF: staff_file()})
    give(client, draft, marks=b"20481632\n20481633\n", **{STAFF: staff_file()})
    newest = Extract.objects.first()
    assert Extract.objects.count() == 2 and newest is not None
    take_over(client, address(draft, "extract-result", newest.pk))
    vsm = sum(amount for (measure, row, _), amount in values_of(draft).items() if measure == "staff_ethnicity" and "vsm" in row)
    assert vsm == 2
    assert Extract.objects.last().state == ExtractState.REPLACED
    assert Extract.objects.last().aggregate is None


def test_a_value_of_somebody_else_is_never_overwritten(client: Client, draft: KpiReturn) -> None:
    url = give(client, draft, **{STAFF: staff_file()})
    page = client.get(url).content.decode()
    cell = CellKey("clinical.band_5", "white")
    colleague = person(Role.EDI_LEAD, draft.organisation)
    save_answers(kpi_return=draft, by=colleague, cells=[CellChange("staff_ethnicity", cell, Decimal(9999))])
    response = client.post(url, {"question": ["staff_ethnicity"], "shown": hidden(page, "shown"), "seen": hidden(page, "seen")})
    assert response.status_code == 409
    text = response.content.decode()
    assert "changed by somebody else meanwhile" in text and "9999" in text and colleague.display_name in text
    values = values_of(draft)
    assert values["staff_ethnicity", "clinical.band_5", "white"] == 9999
    assert values["staff_ethnicity", "clinical.band_6", "white"] > 0, "the other cells are saved"
    assert take_over(client, url).status_code == 302, "shown again, and now decided"
    assert values_of(draft)["staff_ethnicity", "clinical.band_5", "white"] < 9999


def test_above_two_per_cent_unknown_nothing_is_taken_over_until_the_value_has_a_meaning(
    client: Client, lead: User, draft: KpiReturn
) -> None:
    url = give(client, draft, **{STAFF: staff_file(400, odd_scale=60)})
    page = client.get(url).content.decode()
    assert "More than 2% of the rows are not understood" in page and 'name="question"' not in page
    mapping = client.get(address(draft, "extract-mapping", Extract.objects.get().pk)).content.decode()
    assert "Ad Hoc" in mapping and ">60<" in mapping
    answer = client.post(address(draft, "extract-mapping", Extract.objects.get().pk), {"means/pay_scale/ad hoc": "vsm"})
    assert answer.headers["Location"] == url
    meaning = ValueMeaning.objects.get()
    assert (meaning.state, meaning.rows, meaning.proposed_by) == (MeaningState.PROPOSED, 60, lead)
    take_over(client, url)
    vsm = sum(amount for (measure, row, _), amount in values_of(draft).items() if measure == "staff_ethnicity" and "vsm" in row)
    assert vsm == 60, "the stored counts answer without the file"


def test_a_portal_admin_sees_common_values_alone_and_decides(client: Client, lead: User, draft: KpiReturn) -> None:
    rows = staff_rows(400, odd_scale=60)
    for row in rows[:5]:
        row[9] = "Trust Specific"
    give(client, draft, **{STAFF: as_csv(rows)})
    key = Extract.objects.get().pk
    client.post(
        address(draft, "extract-mapping", key), {"means/pay_scale/ad hoc": "vsm", "means/pay_scale/trust specific": "out"}
    )
    admin = signed_in(person(Role.PORTAL_ADMIN))
    assert "Decide about 1 meaning of values in files" in admin.get("/").content.decode()
    page = admin.get(reverse("meanings:list")).content.decode()
    assert "Ad Hoc" in page and "fewer than 100 rows" in page
    assert "Trust Specific" not in page, "five people are too few to be told of"
    assert not re.search(r"\b60\b", page)
    common, rare = ValueMeaning.objects.get(value="ad hoc"), ValueMeaning.objects.get(value="trust specific")
    assert admin.post(reverse("meanings:decide", args=[rare.pk]), {"decision": "approve"}).status_code == 404
    decide = reverse("meanings:decide", args=[common.pk])
    assert admin.post(decide, {"decision": "decline"}).status_code == 422
    assert admin.post(decide, {"decision": "decline", "reason": "Ad hoc is no level of pay."}).status_code == 302
    assert "More than 2%" in client.get(address(draft, "extract-result", key)).content.decode()
    assert "Ad hoc is no level of pay." in client.get(address(draft, "extract-mapping", key)).content.decode()
    client.post(address(draft, "extract-mapping", key), {"means/pay_scale/ad hoc": "out"})
    assert admin.post(reverse("meanings:decide", args=[ValueMeaning.objects.get(value="ad hoc").pk]), {"decision": "approve"})
    details = str(list(AuditEvent.objects.values_list("details", "subject")))
    assert "ad hoc" not in details.lower()


def test_a_contributor_gives_files_for_the_own_questions_only(draft: KpiReturn) -> None:
    client = signed_in(person(Role.CONTRIBUTOR, draft.organisation, area="recruitment"))
    page = client.get(address(draft, "extracts")).content.decode()
    assert 'name="recruitment"' in page and f'name="{STAFF}"' not in page
    response = client.post(address(draft, "extracts"), {STAFF: SimpleUploadedFile("staff.csv", staff_file(50))})
    assert response.status_code == 403
    assert not Extract.objects.exists()


def test_a_sponsor_reads_and_traces_but_gives_and_takes_nothing(client: Client, draft: KpiReturn) -> None:
    url = give(client, draft, **{STAFF: staff_file()})
    sponsor = signed_in(person(Role.EXECUTIVE_SPONSOR, draft.organisation))
    assert sponsor.get(url).status_code == 200
    assert 'type="checkbox"' not in sponsor.get(url).content.decode()
    assert sponsor.post(url, {"question": ["staff_ethnicity"]}).status_code in {403, 409}
    assert sponsor.post(address(draft, "extracts"), {STAFF: SimpleUploadedFile("a.csv", staff_file(50))}).status_code == 403
    assert not values_of(draft)


def board_lines(*members: tuple[str, ...]) -> dict[str, str]:
    """The form of the board register with these members."""
    names = ("role", "voting", "ethnic", "disability", "developed", "objective")
    given = {"member-TOTAL_FORMS": "18", "member-INITIAL_FORMS": "0"}
    for number, member in enumerate(members):
        given |= {f"member-{number}-{name}": value for name, value in zip(names, member, strict=False)}
    return given


def test_the_board_register_is_typed_counted_and_no_line_of_it_kept(client: Client, draft: KpiReturn) -> None:
    address_of_form = address(draft, "extract-board")
    assert client.get(address_of_form).status_code == 200
    unfinished = client.post(address_of_form, board_lines(("Chair", "Yes", "BME")))
    assert unfinished.status_code == 422
    assert 'value="BME" selected' in unfinished.content.decode(), "what was typed stays on the page"
    assert not Extract.objects.exists()
    members = [
        ("Chair", "Yes", "BME", "No", "Yes", "Yes"),
        ("Non-executive director", "Yes", "White", "Yes", "No", "No"),
        ("Chief executive", "Yes", "White", "No", "Yes", "Yes"),
        ("Executive director", "No", "Not stated", "Not declared", "No", "Yes"),
    ]
    response = client.post(address_of_form, board_lines(*members))
    assert response.status_code == 302
    extract = Extract.objects.get()
    assert (extract.kind, extract.rows_read) == ("board_register", 4)
    take_over(client, response.headers["Location"])
    values = values_of(draft)
    assert {measure for measure, _, _ in values} == {"board_development", "board_objectives"}, "what is asked in this quarter"
    assert sum(amount for (measure, _, _), amount in values.items() if measure == "board_development") >= 4


def pay_file_without_a_bonus() -> bytes:
    rows = "\n".join(f"{number},{'Female' if number % 3 else 'Male'},{10 + number / 4},," for number in range(40))
    return f"Employee Number,Gender,Hourly Rate,Quartile,Bonus Pay\n{rows}\n".encode()


def test_where_nobody_received_a_bonus_the_question_says_so(draft: KpiReturn) -> None:
    annual = KpiReturn.objects.create(collection=open_collection("2019-20-q4"), organisation=draft.organisation)
    client = signed_in(person(Role.EDI_LEAD, draft.organisation))
    url = give(client, annual, pay_gap=pay_file_without_a_bonus())
    page = client.get(url).content.decode()
    assert "No figure to give" in page and "Nobody received a bonus" in page and "Left out by the source" not in page
    take_over(client, url, "hourly_pay")
    assert not ReturnAnswer.objects.filter(kpi_return=annual, measure="bonus_pay").exclude(state="value").exists(), "unticked"
    ReturnAnswer.objects.update_or_create(kpi_return=annual, measure="bonus_pay", defaults={"evidence": "Board paper 12"})
    response = take_over(client, url, "pay_quarters", without="bonus_pay")
    assert response.status_code == 302
    answer = ReturnAnswer.objects.get(kpi_return=annual, measure="bonus_pay")
    assert answer.evidence == "Board paper 12", "what somebody wrote beside it stays"
    assert (answer.state, answer.reason) == ("not_applicable", "Nobody received a bonus")
    assert not {cell for cell in values_of(annual) if cell[0] == "bonus_pay"}
    assert "No figure to give" not in client.get(url).content.decode(), "it is said once"


def test_evidence_that_a_colleague_saves_at_that_moment_stays(draft: KpiReturn) -> None:
    annual = KpiReturn.objects.create(collection=open_collection("2019-20-q4"), organisation=draft.organisation)
    client = signed_in(person(Role.EDI_LEAD, draft.organisation))
    url = give(client, annual, pay_gap=pay_file_without_a_bonus())
    saved = []

    def colleague(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Their save ends just before the lock of the return is given to ours."""
        if not saved and "FOR NO KEY UPDATE" in sql and '"kpis_collection"' in sql:
            saved.append(sql)
            ReturnAnswer.objects.create(kpi_return=annual, measure="bonus_pay", evidence="Board paper 12")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(colleague):
        assert take_over(client, url, without="bonus_pay").status_code == 302
    assert saved
    answer = ReturnAnswer.objects.get(kpi_return=annual, measure="bonus_pay")
    assert (answer.state, answer.evidence) == ("not_applicable", "Board paper 12")


def test_why_there_is_no_figure_is_not_said_twice(draft: KpiReturn) -> None:
    annual = KpiReturn.objects.create(collection=open_collection("2019-20-q4"), organisation=draft.organisation)
    client = signed_in(person(Role.EDI_LEAD, draft.organisation))
    url = give(client, annual, pay_gap=pay_file_without_a_bonus())
    page = client.get(url).content.decode()
    said = ReturnAnswer.objects.create(kpi_return=annual, measure="bonus_pay", state="not_collected", reason="The payroll moves.")
    sent = {"question": ["hourly_pay"], "without": "bonus_pay", "shown": hidden(page, "shown"), "seen": hidden(page, "seen")}
    refused = client.post(url, sent)
    assert refused.status_code == 409 and "Somebody else said meanwhile why there is no figure" in refused.content.decode()
    assert ReturnAnswer.objects.get(pk=said.pk).reason == "The payroll moves." and not values_of(annual)


def test_what_the_survey_suppresses_is_no_zero(draft: KpiReturn) -> None:
    """The annual survey is asked in the last quarter; its file is read for that return."""
    annual = KpiReturn.objects.create(collection=open_collection("2019-20-q4"), organisation=draft.organisation)
    client = signed_in(person(Role.EDI_LEAD, draft.organisation))
    file = survey_file("RJR")
    url = give(client, annual, staff_survey=csv_bytes(next(iter(file.sheets.values()))))
    page = client.get(url).content.decode()
    assert file.hidden and "No figure to give" in page and "That is no zero" in page
    code = min(measure for measure, _, _ in file.hidden)
    take_over(client, url, without=code)
    held = values_of(annual)
    assert held and not set(held) & file.hidden
    answer = ReturnAnswer.objects.get(kpi_return=annual, measure=code)
    assert answer.state == "not_collected" and answer.reason.endswith("suppressed at source")


@pytest.mark.parametrize("amount", ['"sNaN"', '"Infinity"', "[]"])
def test_a_note_of_seen_figures_that_is_nonsense_overwrites_nothing(
    client: Client, draft: KpiReturn, lead: User, amount: str
) -> None:
    url = give(client, draft, **{STAFF: staff_file()})
    cells = json.loads(hidden(client.get(url).content.decode(), "seen"))
    measure, row, column, _ = cells[0]
    own = CellChange(measure, CellKey(row, column), Decimal(7777))
    returns.save_answers(kpi_return=draft, cells=[own], by=lead)
    seen = ", ".join(f'["{measure}", "{row}", "{column}", {amount}]' for measure, row, column, _ in cells)
    shown = hidden(client.get(url).content.decode(), "shown")
    assert take_over(client, url, seen=f"[{seen}]", shown=shown).status_code == 409
    assert values_of(draft)[measure, row, column] == 7777
