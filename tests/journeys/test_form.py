"""Filling in the return's form: without scripts, and by keyboard alone; two people at the same cell lose nothing."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from kpis.models.returns import KpiReturn, ReturnValue
from organisations.models import Organisation, User
from organisations.roles import Role
from tests.journeys.portal import Portal, figures_of
from tests.kpis.factories import fill
from tests.organisations.factories import person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

GRID = "recruitment_ethnicity"
SECTION = "workforce-standards"


@pytest.fixture
def own() -> Organisation:
    return Organisation.objects.get(slug="countess-of-chester")


@pytest.fixture
def draft(portal: Portal, own: Organisation) -> KpiReturn:
    return portal.given_a_draft_of(own)


@pytest.fixture
def lead(portal: Portal, own: Organisation) -> User:
    return person(Role.EDI_LEAD, own)


@pytest.fixture
def contributor(portal: Portal, own: Organisation) -> User:
    return person(Role.CONTRIBUTOR, own, area="recruitment")


def cell(page: Page, row: str, column: str) -> object:
    """The field of one cell."""
    return page.locator(f'[name="{GRID}/{row}/{column}"]')


def stored(draft: KpiReturn, row: str, column: str) -> Decimal | None:
    """What the database holds of one cell."""
    return (
        ReturnValue.objects.filter(kpi_return=draft, measure=GRID, row=row, column=column)
        .values_list("amount", flat=True)
        .first()
    )


def test_without_scripts_an_error_and_a_conflict_keep_everything_typed(
    portal: Portal, own: Organisation, draft: KpiReturn, lead: User, contributor: User
) -> None:
    address = portal.path("section", own, SECTION)
    with portal.as_person(lead, scripts=False) as page, portal.as_person(contributor, scripts=False) as other:
        page.goto(address)
        cell(page, "white", "applied").fill("1,200")
        cell(page, "bme", "applied").fill("4oo")
        page.get_by_role("button", name="Save and stay").click()
        expect(page.get_by_role("alert")).to_contain_text("1 answer must be mended")
        assert cell(page, "bme", "applied").input_value() == "4oo", "what was typed stays as it was typed"
        assert stored(draft, "white", "applied") == 1200, "what is right is kept"
        assert stored(draft, "bme", "applied") is None

        other.goto(address)
        cell(other, "bme", "applied").fill("390")
        other.get_by_role("button", name="Save and stay").click()
        expect(other.locator("main")).to_contain_text("Saved at")

        cell(page, "bme", "applied").fill("400")
        page.get_by_role("button", name="Save and stay").click()
        expect(page.get_by_role("alert")).to_contain_text("1 value was changed by somebody else")
        clash = page.locator(".edi-conflict")
        expect(clash).to_contain_text("400")
        expect(clash).to_contain_text("390")
        assert stored(draft, "bme", "applied") == 390, "nothing was overwritten"
        clash.get_by_text("Keep mine").click()
        page.get_by_role("button", name="Save and stay").click()
        expect(page.locator("main")).to_contain_text("Saved at")
        assert stored(draft, "bme", "applied") == 400


def test_by_keyboard_alone_a_grid_is_filled_and_saved_while_typing(
    portal: Portal, own: Organisation, draft: KpiReturn, lead: User
) -> None:
    with portal.as_person(lead) as page:
        page.goto(portal.path("section", own, SECTION))
        cell(page, "white", "applied").focus()
        for number in ("1200", "400", "30"):
            page.keyboard.type(number)
            page.keyboard.press("ArrowDown")
        cell(page, "white", "applied").focus()
        page.keyboard.press("Tab")
        for number in ("300", "60", "0"):
            page.keyboard.type(number)
            page.keyboard.press("Enter")
        page.keyboard.press("ArrowUp")
        expect(page.locator("#save-status")).to_contain_text("Saved at")
        assert page.evaluate("document.activeElement.name") == f"{GRID}/bme/shortlisted"
    assert [stored(draft, row, "applied") for row in ("white", "bme", "unknown")] == [1200, 400, 30]
    assert [stored(draft, row, "shortlisted") for row in ("white", "bme", "unknown")] == [300, 60, 0]


def test_the_live_sentence_says_what_the_counts_mean(portal: Portal, own: Organisation, draft: KpiReturn, lead: User) -> None:
    staff = {address: amount for address, amount in figures_of(own).cells.items() if address[0] == "staff_ethnicity"}
    fill(draft, staff)
    white, bme = (sum(amount for (_, _, group), amount in staff.items() if group == wanted) for wanted in ("white", "bme"))
    with portal.as_person(lead) as page:
        page.goto(portal.path("section", own, SECTION))
        said = page.locator('[data-said="training_ethnicity"]')
        # Half of the White staff and a quarter of the BME staff: twice as likely, up to the rounding of a person.
        for row, number in (("white", white // 2), ("bme", bme // 4), ("unknown", 0)):
            page.locator(f'[name="training_ethnicity/{row}/accessed"]').fill(str(int(number)))
        expect(said).to_contain_text(re.compile(r"White staff are (1\.9\d|2\.0\d) times as likely"))
        expect(said).to_contain_text("95% interval")


def test_two_people_typing_into_one_cell_see_both_values(
    portal: Portal, own: Organisation, draft: KpiReturn, lead: User, contributor: User
) -> None:
    address = portal.path("section", own, SECTION)
    with portal.as_person(lead) as page, portal.as_person(contributor) as other:
        page.goto(address)
        other.goto(address)
        cell(other, "white", "applied").fill("1190")
        expect(other.locator("#save-status")).to_contain_text("Saved at")
        cell(page, "white", "applied").fill("1200")
        expect(page.locator("#save-status")).to_contain_text("1 value was changed by somebody else")
        assert cell(page, "white", "applied").input_value() == "1200"
        assert stored(draft, "white", "applied") == 1190

        page.get_by_role("button", name="Save and stay").press("Enter")
        clash = page.locator(".edi-conflict")
        expect(clash).to_contain_text("1200")
        expect(clash).to_contain_text("1190")
        clash.get_by_label("Take theirs").focus()
        page.keyboard.press("Space")
        page.get_by_role("button", name="Save and stay").press("Enter")
        expect(page.locator("main")).to_contain_text("Saved at")
    assert stored(draft, "white", "applied") == 1190
