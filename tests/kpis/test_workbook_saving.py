"""A workbook filled in, checked and saved: every finding at its cell, all changes or none, nobody's newer figure undone."""

import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import business_today
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed, StaleData
from kpis.catalogue import CellKey, Measure
from kpis.dashboards.return_section import NO_FIGURE_STATES
from kpis.models.collections import TEMPLATE_VERSION
from kpis.models.files import UploadStatus, WorkbookUpload
from kpis.models.returns import KpiReturn, ReturnAnswer
from kpis.selectors.definitions import framework_for
from kpis.selectors.returns import content_of, values_of
from kpis.services import returns, workbooks
from kpis.services.returns import AnswerChange, CellChange
from kpis.services.waivers import decide_waiver, dispute_rule
from kpis.validation.findings import Finding, Level
from kpis.validation.waiving import may_be_waived
from kpis.workbooks.layout import STATES, Block, Layout, layout_of
from organisations.models import Organisation, User
from organisations.roles import Role
from organisations.services.memberships import grant_membership
from tests.kpis.factories import fill, make_user, open_collection, plain_values, signed_return
from tests.kpis.workbook_files import filled
from tests.organisations.factories import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
RECRUITMENT = "recruitment_ethnicity"


@pytest.fixture
def draft() -> KpiReturn:
    organisation = Organisation.objects.get(slug="countess-of-chester")
    return KpiReturn.objects.create(collection=open_collection("2019-20-q3"), organisation=organisation)


def member(draft: KpiReturn, name: str, role: Role = Role.EDI_LEAD, area: str = "") -> User:
    user = make_user(f"{name}@example.invalid")
    grant_membership(user=user, role=role, organisation=draft.organisation, area=area, by=None)
    return user


@pytest.fixture
def lead(draft: KpiReturn) -> User:
    return member(draft, "lead")


def layout_for(draft: KpiReturn) -> Layout:
    return layout_of(framework_for(draft.quarter).due_measures(draft.organisation), template_version=TEMPLATE_VERSION)


def block_of(draft: KpiReturn, measure: str) -> Block:
    return layout_for(draft).by_measure[measure]


def at(draft: KpiReturn, row: str, column: str, measure: str = RECRUITMENT) -> tuple[str, str]:
    return tuple(block_of(draft, measure).place(CellKey(row, column)))


def download(draft: KpiReturn, by: User) -> bytes:
    return workbooks.download_workbook(kpi_return=draft, by=by)


def check(draft: KpiReturn, by: User, content: bytes) -> WorkbookUpload:
    checked = workbooks.check_upload(kpi_return=draft, file=SimpleUploadedFile("return.xlsx", content), by=by)
    assert checked.status == UploadStatus.CHECKED, checked.refusal
    return checked


def finding_at(checked: WorkbookUpload, place: tuple[str, str]) -> dict[str, Any]:
    found = [row for row in checked.outcome["findings"] if (row["sheet"], row["cell"]) == place]
    assert len(found) == 1, checked.outcome["findings"]
    return found[0]


def test_template_filled_imported_exported_and_imported_again_is_equal(draft: KpiReturn, lead: User) -> None:
    """Every unit, every state, text that looks like a formula: what was typed comes back as it was."""
    layout = layout_for(draft)
    measures = [block.measure for block in layout.blocks]
    values = plain_values(draft.organisation, draft.quarter, scale=3)
    fill(draft, values)
    said = [
        AnswerChange(measures[2].code, "not_applicable", "=1+1 is no formula here"),
        AnswerChange(measures[3].code, "not_available", "\u2019tis late <b>&amp;</b>\n@home", date(2020, 3, 31)),
        AnswerChange(measures[4].code, "not_collected", "-5 posts, ＝ and 'quoted'"),
        AnswerChange("publications", "value", evidence="+https://example.invalid/a?b=c"),
    ]
    returns.save_answers(kpi_return=draft, by=lead, answers=said)
    first = download(draft, lead)
    fields = ("measure", "state", "reason", "expected_on", "evidence")
    answers = sorted(ReturnAnswer.objects.filter(kpi_return=draft).values_list(*fields))

    assert check(draft, lead, first).outcome["counts"]["same"] == len(values)
    assert check(draft, lead, first).outcome["cells"] == check(draft, lead, first).outcome["answers"] == []

    draft.values.all().delete()
    draft.answers.all().delete()
    returned = workbooks.check_again(upload=check(draft, lead, first), by=lead, keep_newer=False)
    workbooks.save_upload(upload=returned, by=lead)
    assert values_of(draft) == values
    assert sorted(ReturnAnswer.objects.filter(kpi_return=draft).values_list(*fields)) == answers
    draft.refresh_from_db()
    second = download(draft, lead)
    assert cells_of(first) == cells_of(second)


def cells_of(content: bytes) -> dict[str, list[Any]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: [cell.value for row in sheet.iter_rows() for cell in row] for sheet in book.worksheets}


def test_an_empty_template_filled_in_by_hand_is_saved_whole_in_one_step(draft: KpiReturn, lead: User) -> None:
    layout = layout_for(draft)
    values = plain_values(draft.organisation, draft.quarter)
    typed = {
        tuple(block.place(cell)): typed_text(block.measure, cell, values[block.measure.code, cell.row, cell.column])
        for block in layout.blocks
        for cell in block.measure.cells()
    }
    checked = check(draft, lead, filled(download(draft, lead), typed))
    counts = checked.outcome["counts"]
    assert (counts["errors"], counts["new"], counts["read"]) == (0, len(values), len(values)), checked.outcome["findings"]
    assert not draft.values.exists()
    events = AuditEvent.objects.count()
    saved = workbooks.save_upload(upload=checked, by=lead)
    assert values_of(draft) == values
    assert (saved.status, bytes(saved.content)) == (UploadStatus.SAVED, b"")
    assert AuditEvent.objects.count() == events + 1
    draft.refresh_from_db()
    assert draft.version == 1


def typed_text(measure: Measure, cell: CellKey, amount: Decimal) -> Any:
    """What a person types for an amount."""
    unit = measure.unit_of(cell)
    if unit == "yes_no":
        return "yes" if amount else "no"
    if unit == "choice":
        return measure.options_of(cell)[int(amount) - 1]
    return int(amount) if amount == int(amount) else float(amount)


@pytest.mark.parametrize(
    ("wrote", "shown", "wrong", "mend"),
    [
        (-3, "−3", "A count cannot be below zero.", "Type a whole number of people, 0 or more, without a minus sign."),
        ("many", "many", "The cell holds text, not a number.", "Type a whole number of people in figures, for example 1,482."),
        ("12%", "12%", "This is a percentage.", "Enter the count of people, not the percentage."),
        (1.5, "1.5", "Only whole numbers are counted here.", "Type whole people, without a point."),
        ("<5", "<5", "The number is not exact.", "Type the exact number of people."),
        (
            "=SUM(B1:B3)",
            "=SUM(B1:B3)",
            "The cell holds a formula.",
            "Type the number for “White, Applied”, or paste it as a value.",
        ),
        ("#REF!", "#REF!", "The cell holds a broken formula.", "Type the number for “White, Applied”."),
        (
            date(2019, 10, 3),
            "2019-10-03",
            "The spreadsheet has turned the entry into a date.",
            "Type the number for “White, Applied”.",
        ),
        (1e300, "1" + "0" * 59, "The entry is not an answer to this question.", "Type a whole number of people"),
        ("NaN", "NaN", "The entry is not an answer to this question.", "Type a whole number of people"),
    ],
)
def test_a_wrong_cell_is_named_with_what_was_written_and_how_to_mend_it(
    draft: KpiReturn, lead: User, wrote: Any, shown: str, wrong: str, mend: str
) -> None:
    place = at(draft, "white", "applied")
    checked = check(draft, lead, filled(download(draft, lead), {place: wrote, at(draft, "bme", "applied"): 400}))
    found = finding_at(checked, place)
    assert (found["kind"], found["field"], found["wrote"], found["wrong"]) == ("error", "White, Applied", shown, wrong)
    assert found["mend"].startswith(mend.rstrip("."))
    with pytest.raises(Incomplete, match="Nothing has been saved"):
        workbooks.save_upload(upload=checked, by=lead)
    assert not draft.values.exists()


def test_numerator_above_denominator_is_found_by_the_same_rule_as_in_the_form(draft: KpiReturn, lead: User) -> None:
    cells = {"applied": 82, "shortlisted": 104, "appointed": 60}
    typed = {at(draft, "bme", column): number for column, number in cells.items()}
    found = finding_at(check(draft, lead, filled(download(draft, lead), typed)), at(draft, "bme", "applied"))
    assert (found["kind"], found["rule"], found["wrote"]) == ("error", "V4", "82")
    returns.save_answers(
        kpi_return=draft,
        by=lead,
        cells=[CellChange(RECRUITMENT, CellKey("bme", column), Decimal(number)) for column, number in cells.items()],
    )
    by_form = next(finding for finding in content_of(draft).errors if finding.rule == "V4")
    assert found["wrong"] == f"{by_form.message}."


def test_an_error_that_stands_in_the_draft_does_not_block_another_question(draft: KpiReturn, lead: User) -> None:
    cells = [CellChange(RECRUITMENT, CellKey("bme", column), Decimal(n)) for column, n in (("applied", 1), ("shortlisted", 2))]
    returns.save_answers(kpi_return=draft, by=lead, cells=cells)
    draft.refresh_from_db()
    checked = check(draft, lead, filled(download(draft, lead), {other(draft): 7}))
    assert (checked.outcome["counts"]["errors"], checked.outcome["counts"]["standing"]) == (0, 1)
    assert workbooks.save_upload(upload=checked, by=lead).status == UploadStatus.SAVED


def other(draft: KpiReturn) -> tuple[str, str]:
    """A cell of a question that has nothing to do with recruitment."""
    block = block_of(draft, "interpreters")
    return tuple(block.place(block.measure.cells()[0]))


def test_a_cell_left_alone_never_undoes_a_newer_figure(draft: KpiReturn, lead: User) -> None:
    white, bme = CellKey("white", "applied"), CellKey("bme", "applied")
    returns.save_answers(kpi_return=draft, by=lead, cells=[CellChange(RECRUITMENT, white, Decimal(100))])
    draft.refresh_from_db()
    file = download(draft, lead)
    returns.save_answers(kpi_return=draft, by=lead, cells=[CellChange(RECRUITMENT, white, Decimal(120))])
    draft.refresh_from_db()
    checked = check(draft, lead, filled(file, {at(draft, "bme", "applied"): 40}))
    assert [row["field"] for row in checked.outcome["kept"]] == ["Recruitment by ethnicity: White, Applied"]
    workbooks.save_upload(upload=checked, by=lead)
    assert values_of(draft) == {(RECRUITMENT, "white", "applied"): 120, (RECRUITMENT, "bme", "applied"): 40}
    assert bme in {CellKey(row["row"], row["column"]) for row in checked.outcome["cells"]}


def test_a_newer_figure_can_be_overruled_and_the_page_says_so(draft: KpiReturn, lead: User) -> None:
    white = CellKey("white", "applied")
    file = download(draft, lead)
    returns.save_answers(kpi_return=draft, by=lead, cells=[CellChange(RECRUITMENT, white, Decimal(120))])
    draft.refresh_from_db()
    checked = check(draft, lead, filled(file, {at(draft, "white", "applied"): 90}))
    row = checked.outcome["cells"][0]
    assert (row["before"], row["after"], row["difference"], row["meanwhile"]) == ("120", "90", "-30", True)


def test_a_cell_emptied_in_the_file_is_emptied(draft: KpiReturn, lead: User) -> None:
    returns.save_answers(kpi_return=draft, by=lead, cells=[CellChange(RECRUITMENT, CellKey("white", "applied"), Decimal(5))])
    draft.refresh_from_db()
    typed = {at(draft, "white", "applied"): None, at(draft, "bme", "applied"): 0}
    checked = check(draft, lead, filled(download(draft, lead), typed))
    assert checked.outcome["counts"]["emptied"] == 1
    workbooks.save_upload(upload=checked, by=lead)
    assert values_of(draft) == {(RECRUITMENT, "bme", "applied"): 0}


def test_a_check_is_void_once_the_return_has_changed(draft: KpiReturn, lead: User) -> None:
    checked = check(draft, lead, filled(download(draft, lead), {at(draft, "bme", "applied"): 40}))
    returns.save_answers(kpi_return=draft, by=lead, cells=[CellChange(RECRUITMENT, CellKey("white", "applied"), Decimal(5))])
    with pytest.raises(StaleData, match=r"The return changed at \d\d:\d\d\. Check again\."):
        workbooks.save_upload(upload=checked, by=lead)
    checked.refresh_from_db()
    assert checked.status == UploadStatus.VOID
    assert values_of(draft) == {(RECRUITMENT, "white", "applied"): 5}
    again = workbooks.check_again(upload=checked, by=lead)
    workbooks.save_upload(upload=again, by=lead)
    assert values_of(draft)[RECRUITMENT, "bme", "applied"] == 40
    with pytest.raises(InvalidTransition, match="saved already"):
        workbooks.save_upload(upload=again, by=lead)


def test_a_second_identical_upload_is_recognised_and_an_older_file_is_dropped(draft: KpiReturn, lead: User) -> None:
    file = filled(download(draft, lead), {at(draft, "bme", "applied"): 40})
    first = check(draft, lead, file)
    second = check(draft, lead, file)
    assert second.pk == first.pk and second.outcome["again"] is True
    third = check(draft, lead, filled(file, {at(draft, "bme", "applied"): 41}))
    first.refresh_from_db()
    assert third.pk != first.pk
    assert (first.status, bytes(first.content)) == (UploadStatus.VOID, b"")


def test_a_contributor_gets_and_hands_in_the_own_questions_only(draft: KpiReturn, lead: User) -> None:
    recruiter = member(draft, "recruiter", Role.CONTRIBUTOR, "recruitment")
    own = openpyxl.load_workbook(io.BytesIO(download(draft, recruiter)))
    asked = {row[0].value for row in own["_meta"].iter_rows(min_col=4, max_col=4) if row[0].value}
    assert RECRUITMENT in asked and "staff_ethnicity" not in asked
    staff = block_of(draft, "staff_ethnicity")
    typed = {at(draft, "bme", "applied"): 40, tuple(staff.place(staff.measure.cells()[0])): 7}
    checked = check(draft, recruiter, filled(download(draft, lead), typed))
    assert "1 question that is not yours" in checked.outcome["file"]["ignored"]
    workbooks.save_upload(upload=checked, by=recruiter)
    assert values_of(draft) == {(RECRUITMENT, "bme", "applied"): 40}


@pytest.mark.parametrize("own", [None, [f"Of {RECRUITMENT}."]], ids=["lead", "contributor"])
def test_what_rules_say_of_other_questions_is_not_told_to_a_contributor_who_hands_in_a_file(
    draft: KpiReturn, lead: User, own: list[str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule that compares two questions may speak of one when somebody fills in the other, and quotes figures of both."""
    findings = [Finding("V2", Level.QUERY, f"Of {code}.", "Say why.", code) for code in (RECRUITMENT, "staff_ethnicity")]
    findings.append(Finding("V2", Level.QUERY, "Of the return.", "Say why.", ""))
    monkeypatch.setattr("kpis.workbooks.outcome_rows.check_return", lambda facts: findings)

    by = lead if own is None else member(draft, "recruiter", Role.CONTRIBUTOR, "recruitment")
    checked = check(draft, by, filled(download(draft, lead), {at(draft, "bme", "applied"): 40}))
    told = [row["wrong"] for row in checked.outcome["findings"]]
    assert told == ([f"Of {RECRUITMENT}.", "Of staff_ethnicity.", "Of the return."] if own is None else own)


def test_only_the_uploader_saves_and_only_those_who_fill_in_upload(draft: KpiReturn, lead: User) -> None:
    checked = check(draft, lead, filled(download(draft, lead), {at(draft, "bme", "applied"): 40}))
    with pytest.raises(NotAllowed):
        workbooks.save_upload(upload=checked, by=member(draft, "second"))
    sponsor = member(draft, "sponsor", Role.EXECUTIVE_SPONSOR)
    with pytest.raises(NotAllowed):
        workbooks.check_upload(kpi_return=draft, file=SimpleUploadedFile("x.xlsx", b"x"), by=sponsor)


def test_no_figure_needs_its_reason_and_date(draft: KpiReturn, lead: User) -> None:
    places = block_of(draft, RECRUITMENT).answer_places()
    file = download(draft, lead)
    bare = check(draft, lead, filled(file, {places["state"]: "Not available yet"}))
    assert finding_at(bare, places["reason"])["mend"].startswith("Say why there is no figure")
    assert finding_at(bare, places["expected_on"])["mend"].startswith("Say when you expect the figure")
    typed = {places["state"]: "not available yet ", places["reason"]: "System moved", places["expected_on"]: "31/3/2020"}
    whole = check(draft, lead, filled(file, typed))
    workbooks.save_upload(upload=whole, by=lead)
    answer = ReturnAnswer.objects.get(kpi_return=draft, measure=RECRUITMENT)
    assert (answer.state, answer.reason, answer.expected_on) == ("not_available", "System moved", date(2020, 3, 31))


def test_a_formula_in_a_text_is_not_taken_over(draft: KpiReturn, lead: User) -> None:
    place = block_of(draft, RECRUITMENT).answer_places()["reason"]
    checked = check(draft, lead, filled(download(draft, lead), {place: '=HYPERLINK("http://x")'}))
    assert finding_at(checked, place)["mend"] == "Type the text itself, or paste it as a value."


def test_tail_rows_added_sheets_and_stray_formulas_are_left_aside_and_said(draft: KpiReturn, lead: User) -> None:
    sheet, cell = at(draft, "bme", "applied")
    book = openpyxl.load_workbook(io.BytesIO(download(draft, lead)))
    book[sheet][cell] = 40
    book[sheet]["L9"] = "=1+1"
    book[sheet]["B1000"].number_format = "0"
    book.create_sheet("My notes")["A1"] = "x"
    buffer = io.BytesIO()
    book.save(buffer)
    ignored = check(draft, lead, buffer.getvalue()).outcome["file"]["ignored"]
    assert ignored[0] == "1 formula outside the answer cells"
    assert ignored[1].endswith("empty rows below the questions")
    assert ignored[2] == "the added sheet “My notes”"


def test_the_own_file_comes_back_with_comments_at_the_wrong_cells_alone(draft: KpiReturn, lead: User) -> None:
    wrong, right = at(draft, "white", "applied"), at(draft, "bme", "applied")
    checked = check(draft, lead, filled(download(draft, lead), {wrong: -3, right: 40}))
    content = workbooks.commented_workbook(upload=checked, by=lead)
    assert content is not None
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book[wrong[0]][wrong[1]].comment.text.startswith("Error: White, Applied\nA count cannot be below zero.")
    assert book[right[0]][right[1]].comment is None
    assert book[wrong[0]][wrong[1]].value == -3
    mended = check(draft, lead, filled(content, {wrong: 3, right: -1}))
    book = openpyxl.load_workbook(io.BytesIO(workbooks.commented_workbook(upload=mended, by=lead) or b""))
    assert book[wrong[0]][wrong[1]].comment is None
    assert book[right[0]][right[1]].comment is not None


def test_the_template_helps_and_protects(draft: KpiReturn, lead: User) -> None:
    past = open_collection("2019-20-q2")
    before = plain_values(draft.organisation, past.quarter, scale=2)
    signed_return(past, draft.organisation, before, lead=lead, sponsor=member(draft, "sponsor", Role.EXECUTIVE_SPONSOR))
    book = openpyxl.load_workbook(io.BytesIO(download(draft, lead)))
    assert book.sheetnames[0] == "Read me" and book["_meta"].sheet_state == "hidden"
    block = block_of(draft, RECRUITMENT)
    cell = CellKey("white", "applied")
    sheet = book[block.sheet]
    assert sheet[block.earlier_place(cell).cell].value == before[RECRUITMENT, "white", "applied"]
    assert sheet.protection.sheet and not sheet[block.place(cell).cell].protection.locked
    assert sheet[block.title.cell].protection.locked
    assert block.measure.help in sheet[block.title.cell].comment.text
    lists = {rule.formula1 for rule in book["Staff networks"].data_validations.dataValidation if rule.type == "list"}
    assert lists <= set(book.defined_names)


def test_the_words_for_no_figure_are_those_of_the_form() -> None:
    assert tuple(STATES.items()) == NO_FIGURE_STATES


def test_no_two_answers_share_a_cell(draft: KpiReturn) -> None:
    layout = layout_for(draft)
    places = [block.place(cell) for block in layout.blocks for cell in block.measure.cells()]
    places += [block.earlier_place(cell) for block in layout.blocks for cell in block.measure.cells()]
    places += [place for block in layout.blocks for place in block.answer_places().values()]
    places += [place for block in layout.blocks for place, _ in block.total_formulas()]
    places += [place for block in layout.blocks for place, _ in block.anchors()]
    assert len(places) == len(set(places))


def test_what_a_waiver_sets_aside_is_not_asked_again_by_a_workbook(draft: KpiReturn, lead: User) -> None:
    question = "staff_ethnicity"
    values = plain_values(draft.organisation, draft.quarter)
    fill(draft, values)
    block = block_of(draft, question)
    typed = {
        tuple(block.place(CellKey(row, column))): int(amount) * 9
        for (code, row, column), amount in values.items()
        if code == question
    }
    file = filled(download(draft, lead), typed)
    before = {(row["rule"], row["measure"], row["wrong"]) for row in check(draft, lead, file).outcome["findings"]}

    cells = draft.values.filter(measure=question)
    cells.update(amount=F("amount") * 9)
    found = content_of(draft).open_queries
    disputed = next(one for one in found if may_be_waived(one) and (one.rule, one.measure, f"{one.message}.") in before)
    waiver = dispute_rule(kpi_return=draft, finding=disputed.key, reason="The wards moved.", by=lead)
    cells.update(amount=F("amount") / 9)
    until = business_today() + timedelta(days=60)
    decide_waiver(waiver=waiver, granted=True, answer="Checked.", by=person(Role.PORTAL_ADMIN), until=until)

    after = {(row["rule"], row["measure"], row["wrong"]) for row in check(draft, lead, file).outcome["findings"]}
    assert before - after == {(disputed.rule, disputed.measure, f"{disputed.message}.")}
    assert after < before
