"""From the files of a trust's systems to a signed return, in a real browser: few pages, every number equal to the truth."""

from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Page, Response, expect

from edi_portal.periods import Quarter
from kpis.catalogue import CellKey
from kpis.demonstration.extract_files import (
    StaffFile,
    board_file,
    cases_file,
    csv_bytes,
    patient_files,
    pay_file,
    recruitment_file,
    staff_file,
    survey_file,
    training_file,
    xlsx_bytes,
)
from kpis.extracts import ExtractKind
from kpis.models.extracts import Extract, ExtractState
from kpis.models.returns import KpiReturn
from kpis.selectors.definitions import framework_for
from kpis.selectors.returns import values_of
from kpis.services.returns import AnswerChange, CellChange, save_answers
from kpis.workflow import Status
from organisations.models import Organisation
from organisations.roles import Role
from tests.journeys.portal import XLSX, Portal, figures_of
from tests.organisations.factories import person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The last quarter of the year is the one in which every kind of file is asked for.
QUARTER, TODAY, SAME_MONTHS = Quarter(2019, 4), date(2020, 4, 20), Quarter(2018, 4)
MOST_LOADS = 12
PATIENCE = 600_000
"""Milliseconds that a page may take while the largest files are read beside everything else a machine does."""
BAND_5 = ("NHS|XR05|Review Body Band 5", "NHS|XN05|Non Review Body Band 5", "Band 5", "AfC Band 5", "5")
LOCAL_WORDS = "Local Nursing Scale Five"
FROM_FILES = {measure for kind in ExtractKind for measure in kind.measures}
CODE = "RJR"


class Loads:
    """Counts the pages that a window loads."""

    def __init__(self, page: Page) -> None:
        self.pages: list[str] = []
        self._main = page.main_frame
        page.on("response", self._note)

    def _note(self, answer: Response) -> None:
        asked = answer.request
        if asked.is_navigation_request() and asked.frame == self._main and not 300 <= answer.status < 400:
            self.pages.append(answer.url)


def _write_in_local_words(staff: StaffFile) -> None:
    """A spelling of band 5 that nobody outside knows, in more than 2% of the rows."""
    place = next(row.index("Pay Scale") for row in staff.rows if "Pay Scale" in row)
    rows = [row for row in staff.rows if len(row) > place and row[place] in BAND_5]
    rows = rows[: max(8, len(staff.people) // 20)]
    assert len(rows) > len(staff.people) // 50
    for row in rows:
        row[place] = LOCAL_WORDS


class Files:
    """What the systems of a trust of so many people write for the quarter, one file of every kind, and their truth."""

    def __init__(self, people: int) -> None:
        staff = staff_file(people, code=CODE, day=QUARTER.last_day)
        _write_in_local_words(staff)
        recruitment, cases = recruitment_file(people // 5, QUARTER), cases_file(staff.people, people // 60 + 5, QUARTER)
        training, pay = training_file(staff.people, QUARTER), pay_file(staff.people)
        board, survey, feeds = board_file(QUARTER.last_day), survey_file(CODE), patient_files()
        self.hidden = {measure for measure, _, _ in survey.hidden}
        self.truth: dict[tuple[str, str, str], Decimal] = {}
        for file in (staff, recruitment, cases, training, pay, board, survey, *feeds.values()):
            self.truth |= {cell: Decimal(number) for cell, number in file.truth.items() if number}
        self.marks = "\n".join(staff.marks).encode()
        sheets: dict[ExtractKind, bytes | dict[str, list[list[object]]]] = {
            ExtractKind.STAFF_IN_POST: {"Notes": [["Made by workforce information"]], "Staff": staff.rows},
            ExtractKind.RECRUITMENT: csv_bytes(recruitment.rows, encoding="utf-16", separator="\t"),
            ExtractKind.EMPLOYEE_RELATIONS: csv_bytes(cases.rows, separator=";"),
            ExtractKind.TRAINING: csv_bytes(training.rows, encoding="cp1252", newline="\n"),
            ExtractKind.PAY_GAP: pay.sheets,
            ExtractKind.BOARD_REGISTER: board.sheets,
            ExtractKind.STAFF_SURVEY: survey.sheets,
        }
        sheets |= {kind: feeds[kind.measures[0]].sheets for kind in ExtractKind if kind.measures[0] in feeds}
        assert set(sheets) == set(ExtractKind), "a kind of file is left out"
        self.by_field = {
            kind.value: (f"{kind.value}.csv", content)
            if isinstance(content, bytes)
            else (f"{kind.value}.xlsx", xlsx_bytes(content))
            for kind, content in sheets.items()
        }


def test_from_files_of_every_kind_to_a_signed_return_in_few_pages(portal: Portal) -> None:
    _from_files_to_a_signed_return(portal, 4000)


@pytest.mark.long
@pytest.mark.parametrize("people", [90, 100_000])
def test_the_same_for_the_smallest_and_the_largest_trust(portal: Portal, people: int) -> None:
    _from_files_to_a_signed_return(portal, people)


def _from_files_to_a_signed_return(portal: Portal, people: int) -> None:
    portal.open_collection(QUARTER.slug, TODAY)
    own = Organisation.objects.get(slug="countess-of-chester")
    lead, sponsor = person(Role.EDI_LEAD, own), person(Role.EXECUTIVE_SPONSOR, own)
    draft = portal.given_a_draft_of(own)
    files = Files(people)
    _colleagues_answer_what_no_file_holds(draft, own, files.hidden)

    with portal.as_person(lead) as page:
        page.set_default_timeout(PATIENCE)
        loads = Loads(page)
        _gives_the_files(portal, page, own, files)
        _takes_them_over(page)
        _explains_and_sends(portal, page, own)
    assert len(loads.pages) + 1 <= MOST_LOADS, ["the home page", *loads.pages]

    due = {measure.code for measure in framework_for(QUARTER).due_measures(own)} & FROM_FILES
    held = {cell: amount for cell, amount in values_of(draft).items() if cell[0] in due and amount}
    assert held == {cell: number for cell, number in files.truth.items() if cell[0] in due}
    assert set(Extract.objects.values_list("state", flat=True)) == {ExtractState.READ}
    assert set(Extract.objects.values_list("kind", flat=True)) == set(ExtractKind)

    with portal.as_person(sponsor) as page:
        _sponsor_traces_one_and_signs(portal, page, own)
    draft.refresh_from_db()
    assert (draft.status, draft.submitted_by, draft.signed_off_by) == (Status.SIGNED_OFF, lead, sponsor)


def _colleagues_answer_what_no_file_holds(draft: KpiReturn, own: Organisation, hidden: set[str]) -> None:
    """Everything but the files' questions; and what the survey hides, which is no zero."""
    figures, colleague = figures_of(own, SAME_MONTHS), person(Role.EDI_LEAD, own)
    open_here = {measure.code for measure in framework_for(QUARTER).due_measures(own)} - FROM_FILES
    cells = [
        CellChange(measure, CellKey(row, column), amount)
        for (measure, row, column), amount in figures.cells.items()
        if measure in open_here
    ]
    answers = [AnswerChange(code, evidence=text) for code, text in figures.evidence.items() if code in open_here]
    answers += [AnswerChange(code, "not_available", "Hidden at the source", date(2020, 6, 30)) for code in sorted(hidden)]
    save_answers(kpi_return=draft, by=colleague, cells=cells, answers=answers)


def _gives_the_files(portal: Portal, page: Page, own: Organisation, files: Files) -> None:
    page.goto(portal.path("extracts", own))
    if files.marks:
        page.locator("summary", has_text="Very senior managers").click()
        page.get_by_label("Employee numbers of very senior managers").set_input_files(
            {"name": "marks.txt", "mimeType": "text/plain", "buffer": files.marks}
        )
    for field, (name, content) in files.by_field.items():
        kind = XLSX if name.endswith("xlsx") else "text/csv"
        page.locator(f"#id_{field}").set_input_files({"name": name, "mimeType": kind, "buffer": content})
    page.get_by_role("button", name="Read the files").click()
    page.wait_for_url("**/extracts/changes/")
    expect(page.locator("h1")).to_contain_text("cells would change")


def _takes_them_over(page: Page) -> None:
    assert not Extract.objects.exclude(taken_at=None).exists(), "nothing is saved before it is seen"
    expect(page.locator("main")).to_contain_text("Above 2% nothing of the file can be taken over")
    page.get_by_role("link", name="Say what 1 value means").click()
    page.get_by_label(f"What “{LOCAL_WORDS}” in Pay scale means").select_option(label="Band 5")
    page.get_by_role("button", name="Remember what values mean").click()
    expect(page.locator("main")).to_contain_text("1 meaning is remembered")
    page.get_by_role("button", name="Take over").click()
    expect(page.locator("main")).to_contain_text("taken over from your files")
    expect(page.locator("main")).to_contain_text("3 from Staff in post")


def _explains_and_sends(portal: Portal, page: Page, own: Organisation) -> None:
    """Section after section with something to explain, then the one button."""
    if page.get_by_text("to explain", exact=False).count() > 1:
        page.get_by_role("link", name="Workforce standards").first.click()
        questions = page.get_by_label("Why")
        for number in range(questions.count()):
            questions.nth(number).fill("Checked with workforce information: the file is right.")
        page.get_by_role("button", name="Save and stay").click()
    page.goto(portal.path("submit", own))
    page.get_by_role("button", name="Send to your sponsor").click()
    expect(page.locator("main")).to_contain_text("Your return is with your executive sponsor")


def _sponsor_traces_one_and_signs(portal: Portal, page: Page, own: Organisation) -> None:
    staff = Extract.objects.get(kind="staff_in_post")
    page.goto(portal.path("extract-result", own, str(staff.pk)))
    page.locator("summary", has_text="Staff in post by band and ethnicity").click()
    page.locator("a[aria-label^='How was this']").first.click()
    expect(page.locator("h1")).to_contain_text("How was this")
    expect(page.locator("main")).to_contain_text("The return holds this number")
    page.goto(portal.path("sign-off", own))
    page.get_by_label("I have reviewed this return").check()
    page.get_by_role("button", name="Sign off").click()
    expect(page.locator("main")).to_contain_text("The return is signed")
