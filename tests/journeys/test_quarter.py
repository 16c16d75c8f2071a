"""A quarter from end to end in a real browser, with scripts and without: an EDI lead's figures become the board's report."""

from hashlib import sha256
from io import BytesIO

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from kpis.models.releases import Release, ReleasedFigure
from kpis.models.returns import KpiReturn
from kpis.workflow import Status
from organisations.models import Organisation, User
from organisations.roles import Role
from steering.models.reports import AssuranceReport
from tests.journeys.portal import FilledWorkbook, Portal, downloaded, figures_of, status_of
from tests.organisations.factories import person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RECRUITMENT = "recruitment_ethnicity"
WITHOUT_EVIDENCE = "publications"


@pytest.mark.parametrize("scripts", [True, pytest.param(False, marks=pytest.mark.long)], ids=["scripts", "plain"])
def test_a_quarter_from_the_workbook_to_the_report(portal: Portal, scripts: bool) -> None:
    portal.scripts = scripts
    own = Organisation.objects.get(slug="countess-of-chester")
    lead, sponsor = person(Role.EDI_LEAD, own), person(Role.EXECUTIVE_SPONSOR, own)
    portal.given_returns_of_others(own, number=9)
    draft = portal.given_a_draft_of(own)

    with portal.window() as page:
        portal.sign_in(page, lead)
        _fills_by_workbook(portal, page, own)
        _explains(portal, page, own)
        _sends(portal, page, own)
    _sponsor_sends_back(portal, sponsor)
    with portal.as_person(lead) as page:
        _mends_what_the_sponsor_asked(portal, page, own)
        _sends(portal, page, own)
    _sponsor_signs(portal, sponsor)

    draft.refresh_from_db()
    assert (draft.status, draft.submitted_by, draft.signed_off_by) == (Status.SIGNED_OFF, lead, sponsor)
    _two_admins_close_and_publish(portal)
    _steering_group_reads_it(portal, own)
    _board_reads_its_tier(portal)
    _a_report_is_published_and_read(portal)
    _another_trusts_lead_opens_nothing(portal, own)


def _fills_by_workbook(portal: Portal, page: Page, own: Organisation) -> None:
    """Download, fill with one planted error, read what is wrong, mend it, save."""
    page.get_by_role("link", name="Returns", exact=True).first.click()
    page.goto(portal.path("overview", own))
    workbook = FilledWorkbook(downloaded(page, "Download your workbook (XLSX)"), own)
    figures = figures_of(own)
    workbook.fill(figures.cells, {code: text for code, text in figures.evidence.items() if code != WITHOUT_EVIDENCE})
    right = figures.cells[RECRUITMENT, "white", "applied"]
    workbook.type(RECRUITMENT, "white", "applied", int(figures.cells[RECRUITMENT, "white", "shortlisted"]) - 7)

    _uploads(page, workbook)
    portal.is_on(page, "Check your workbook before it is saved")
    sheet, cell = workbook.place(RECRUITMENT, "white", "applied")
    expect(page.locator("main")).to_contain_text(f"{sheet}, {cell}")
    commented = load_workbook(BytesIO(downloaded(page, "Download your file with comments")))
    note = commented[sheet][cell].comment
    assert note is not None and "Error" in note.text
    assert not KpiReturn.objects.get(organisation=own).values.exists(), "a file with an error saves nothing"

    workbook.type(RECRUITMENT, "white", "applied", int(right))
    page.locator("a", has_text="Upload a mended file").click()
    _uploads(page, workbook)
    page.get_by_role("button", name="Save").click()
    portal.is_on(page, "Return for October to December 2019")
    saved = KpiReturn.objects.get(organisation=own).values.get(measure=RECRUITMENT, row="white", column="applied")
    assert saved.amount == right


def _uploads(page: Page, workbook: FilledWorkbook) -> None:
    if page.get_by_role("link", name="Upload your workbook").count():
        page.get_by_role("link", name="Upload your workbook").click()
    page.get_by_label("Your workbook").set_input_files(workbook.saved())
    page.get_by_role("button", name="Check the workbook").click()


def _explains(portal: Portal, page: Page, own: Organisation) -> None:
    """Sending is blocked by one query, until it has an explanation."""
    page.get_by_role("link", name="Check and send").click()
    portal.is_on(page, "before you can send")
    page.goto(portal.path("section", own, "equality-assurance"))
    query = page.get_by_label("Why is this so?")
    expect(query).to_have_count(1)
    query.fill("The pages are being moved to our new website.")
    page.get_by_role("button", name="Save and stay").click()
    expect(page.get_by_role("heading", name="Explained")).to_be_visible()


def _sends(portal: Portal, page: Page, own: Organisation) -> None:
    page.goto(portal.path("overview", own))
    page.get_by_role("link", name="Check and send").click()
    page.get_by_role("button", name="Send to your sponsor").click()
    expect(page.locator("main")).to_contain_text("Your return is with your executive sponsor")


def _sponsor_sends_back(portal: Portal, sponsor: User) -> None:
    """One section back, with what should change; the rest approved."""
    with portal.as_person(sponsor) as page:
        page.get_by_role("link", name="Sign-off", exact=True).first.click()
        page.locator("main").get_by_role("link").filter(has_text="October to December 2019").first.click()
        portal.is_on(page, "Sign off the return for October to December 2019")
        section = page.get_by_role("group").filter(has=page.locator("#id_decision-equality-assurance-back"))
        section.get_by_text("Send back", exact=True).click()
        page.locator("#comment-equality-assurance").fill("Please say where the equality pages are now.")
        page.get_by_role("button", name="Send back 1 section" if portal.scripts else "Save your decision").click()
        expect(page.locator("main")).to_contain_text("The return is back with your EDI lead")


def _mends_what_the_sponsor_asked(portal: Portal, page: Page, own: Organisation) -> None:
    page.goto(portal.path("overview", own))
    expect(page.locator("main")).to_contain_text("Please say where the equality pages are now.")
    page.get_by_role("link", name="Go to the section").click()
    page.locator(f"#evidence-{WITHOUT_EVIDENCE}").fill("https://www.example.org/equality")
    page.get_by_role("button", name="Save and stay").click()
    expect(page.get_by_label("Why is this so?")).to_have_count(0)


def _sponsor_signs(portal: Portal, sponsor: User) -> None:
    with portal.as_person(sponsor) as page:
        page.get_by_role("link", name="Sign-off", exact=True).first.click()
        page.locator("main").get_by_role("link").filter(has_text="October to December 2019").first.click()
        button = page.get_by_role("button", name="Sign off" if portal.scripts else "Save your decision")
        button.click()
        expect(page.get_by_role("alert")).to_contain_text("Tick the statement")
        page.get_by_label("I have reviewed this return").check()
        button.click()
        portal.is_on(page, "Signed off on")


def _two_admins_close_and_publish(portal: Portal) -> None:
    """The first closes the collection and proposes the release; the second confirms it."""
    first, second = person(Role.PORTAL_ADMIN), person(Role.PORTAL_ADMIN)
    with portal.as_person(first) as page:
        page.goto(f"/collections/{portal.collection.period}/close/")
        page.get_by_role("button", name="Close the collection").click()
        expect(page.locator("main")).to_contain_text("The release is being prepared")
        portal.run_waiting_jobs()
        release = Release.objects.get()
        page.goto(f"/releases/{release.pk}/publish/")
        page.get_by_role("button", name="Propose this release").click()
        page.goto(f"/releases/{release.pk}/publish/")
        expect(page.locator("main")).to_contain_text("Another portal admin confirms it")
        assert page.get_by_role("button", name="Confirm and publish").count() == 0
    with portal.as_person(second) as page:
        page.get_by_role("link", name="Releases", exact=True).first.click()
        page.goto(f"/releases/{release.pk}/publish/")
        page.get_by_role("button", name="Confirm and publish").click()
        expect(page.locator("main")).to_contain_text("Release 1 is published")


def _steering_group_reads_it(portal: Portal, own: Organisation) -> None:
    with portal.as_person(person(Role.STEERING_MEMBER)) as page:
        page.get_by_role("link", name="Overview", exact=True).first.click()
        expect(page.locator("main")).to_contain_text(own.short_name)
        page.goto(f"/organisations/{own.slug}/figures/")
        expect(page.locator("main")).to_contain_text("WRES-4")
        kpi = _kpi_of_tier("steering", own)
        page.goto(f"/kpis/{kpi}/?organisation={own.slug}")
        expect(page.locator("main")).to_contain_text(own.short_name)
        assert own.short_name in _file(page, f"/kpis/{kpi}/data.csv")


def _board_reads_its_tier(portal: Portal) -> None:
    """The board has no overview, and its file of a KPI of the steering tier names no organisation."""
    own = Organisation.objects.get(slug="countess-of-chester")
    with portal.as_person(person(Role.BOARD_MEMBER)) as page:
        assert status_of(page.goto("/overview/")) == 404
        steering, board = _kpi_of_tier("steering", own), _kpi_of_tier("board", own)
        assert own.short_name not in _file(page, f"/kpis/{steering}/data.csv")
        assert own.short_name in _file(page, f"/kpis/{board}/data.csv")


def _a_report_is_published_and_read(portal: Portal) -> None:
    """One member starts it and proposes it, another publishes it, the board reads it."""
    with portal.as_person(person(Role.STEERING_MEMBER)) as page:
        page.get_by_role("link", name="Reports", exact=True).first.click()
        page.get_by_role("button", name="Start a report").click()
        page.get_by_role("button", name="Start the draft").click()
        report = AssuranceReport.objects.get()
        page.goto(f"/reports/{report.pk}/publish/")
        page.get_by_role("button", name="Propose this report").click()
    with portal.as_person(person(Role.STEERING_MEMBER)) as page:
        page.goto(f"/reports/{report.pk}/publish/")
        page.get_by_role("button", name="Publish this report").click()
        expect(page.locator("main")).to_contain_text("Assurance report 1 is published")
    with portal.as_person(person(Role.BOARD_MEMBER)) as page:
        page.get_by_role("link", name="October to December 2019").first.click()
        expect(page.locator("main")).to_contain_text("by a second person")
        report.refresh_from_db()
        assert sha256(downloaded(page, "Download the report (PDF")).hexdigest() == report.pdf_fingerprint


def _kpi_of_tier(tier: str, own: Organisation) -> str:
    """A KPI with a shown figure of this organisation that exactly this tier and those above may see."""
    found = ReleasedFigure.objects.filter(organisation=own, component="", status="shown", tier=tier).order_by("pk").first()
    assert found is not None, f"no figure of the tier {tier}"
    return str(found.kpi.slug)


def _file(page: Page, address: str) -> str:
    """The text of a file, fetched with the reader's session."""
    answer = page.request.get(address)
    assert answer.status == 200
    return answer.text()


def _another_trusts_lead_opens_nothing(portal: Portal, own: Organisation) -> None:
    stranger = person(Role.EDI_LEAD, Organisation.objects.get(slug="mid-cheshire"))
    with portal.as_person(stranger) as page:
        for name in ("overview", "submit", "sign-off", "take-back", "reopen", "versions", "workbook", "upload"):
            assert status_of(page.goto(portal.path(name, own))) == 404, name
        assert status_of(page.goto(portal.path("section", own, "workforce-standards"))) == 404
