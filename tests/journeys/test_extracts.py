"""From the files of a trust's systems to a signed return, in a real browser: few pages, every number equal to the truth."""

from collections import Counter
from decimal import Decimal

import pytest
from playwright.sync_api import Page, Response, expect

from edi_portal.periods import Quarter
from kpis.catalogue import CellKey
from kpis.demonstration.extract_files import (
    StaffFile,
    SummaryFile,
    board_file,
    cases_file,
    csv_bytes,
    patient_files,
    recruitment_file,
    staff_file,
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
QUARTER = Quarter(2019, 3)
MOST_LOADS = 12
PEOPLE = 4000
BAND_5, LOCAL_WORDS = "NHS|XR05|Review Body Band 5", "Local Nursing Scale Five"
# The invented files of these two feeds do not keep to the order of their counts, which a rule of the return asks for.
TYPED_BY_COLLEAGUES = {"accessible_information", "complaints_recording"}
FROM_FILES = {measure for kind in ExtractKind for measure in kind.measures} - TYPED_BY_COLLEAGUES


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
    rows = [row for row in staff.rows if len(row) > place and row[place] == BAND_5][:200]
    assert len(rows) > PEOPLE // 50
    for row in rows:
        row[place] = LOCAL_WORDS


class Files:
    """What the trust's systems write for the quarter, with every oddity, and the truth it was made from."""

    def __init__(self, code: str) -> None:
        staff = staff_file(PEOPLE, code=code)
        _write_in_local_words(staff)
        recruitment, cases = recruitment_file(900, QUARTER), cases_file(staff.people, 60, QUARTER)
        training, board = training_file(staff.people, QUARTER), board_file(QUARTER.last_day)
        feeds = {measure: feed for measure, feed in patient_files().items() if measure in FROM_FILES}
        self.truth: Counter[tuple[str, str, str]] = Counter()
        for truth in (
            staff.truth,
            recruitment.truth,
            cases.truth,
            training.truth,
            board.truth,
            *(f.truth for f in feeds.values()),
        ):
            self.truth.update(truth)
        self.marks = "\n".join(staff.marks).encode()
        self.by_field = {
            "staff_in_post": ("staff.xlsx", xlsx_bytes({"Notes": [["Made by workforce information"]], "Staff": staff.rows})),
            "recruitment": ("trac.csv", csv_bytes(recruitment.rows, encoding="utf-16", separator="\t")),
            "employee_relations": ("cases.csv", csv_bytes(cases.rows, separator=";")),
            "training": ("learning.csv", csv_bytes(training.rows)),
            "board_register": ("board.xlsx", xlsx_bytes(board.sheets)),
        } | {
            f"patient_{name}": (f"{name}.csv", csv_bytes(next(iter(feed.sheets.values())))) for name, feed in self._fields(feeds)
        }

    @staticmethod
    def _fields(feeds: dict[str, SummaryFile]) -> list[tuple[str, SummaryFile]]:
        names = {"patient_ethnicity": "ethnicity", "interpreters": "interpreters"}
        return [(names[measure], feed) for measure, feed in feeds.items()]


def test_from_files_to_a_signed_return_in_few_pages(portal: Portal) -> None:
    own = Organisation.objects.get(slug="countess-of-chester")
    lead, sponsor = person(Role.EDI_LEAD, own), person(Role.EXECUTIVE_SPONSOR, own)
    draft = portal.given_a_draft_of(own)
    _colleagues_answer_what_no_file_holds(draft, own)
    files = Files("RJR")

    with portal.as_person(lead) as page:
        loads = Loads(page)
        _gives_the_files(portal, page, own, files)
        _takes_them_over(page)
        _explains_and_sends(portal, page, own)
    assert len(loads.pages) + 1 <= MOST_LOADS, ["the home page", *loads.pages]

    held = {cell: amount for cell, amount in values_of(draft).items() if cell[0] in FROM_FILES and amount}
    due = {cell[0] for cell in values_of(draft)}
    assert held == {cell: Decimal(number) for cell, number in files.truth.items() if number and cell[0] in due}
    assert set(Extract.objects.values_list("state", flat=True)) == {ExtractState.READ}

    with portal.as_person(sponsor) as page:
        _sponsor_traces_one_and_signs(portal, page, own)
    draft.refresh_from_db()
    assert (draft.status, draft.submitted_by, draft.signed_off_by) == (Status.SIGNED_OFF, lead, sponsor)


def _colleagues_answer_what_no_file_holds(draft: KpiReturn, own: Organisation) -> None:
    figures, colleague = figures_of(own), person(Role.EDI_LEAD, own)
    open_here = {measure.code for measure in framework_for(QUARTER).due_measures(own)} - FROM_FILES
    cells = [
        CellChange(measure, CellKey(row, column), amount)
        for (measure, row, column), amount in figures.cells.items()
        if measure in open_here
    ]
    answers = [AnswerChange(code, evidence=text) for code, text in figures.evidence.items() if code in open_here]
    save_answers(kpi_return=draft, by=colleague, cells=cells, answers=answers)


def _gives_the_files(portal: Portal, page: Page, own: Organisation, files: Files) -> None:
    page.goto(portal.path("extracts", own))
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
