"""By keyboard alone: a lead sends, the sponsor signs, the steering group raises an action; the focus is always seen."""

from datetime import date

import pytest
from playwright.sync_api import Locator, Page, expect

from edi_portal.periods import Quarter
from kpis.catalogue import CellKey
from kpis.services.returns import AnswerChange, CellChange, save_answers
from kpis.workflow import Status
from organisations.models import Organisation
from organisations.roles import Role
from steering.models import Action
from tests.journeys.portal import FIGURES_OF, PERIOD, Portal, figures_of
from tests.kpis.dashboard_factories import figure, published_release, write
from tests.organisations.factories import person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LEFT_OPEN = ("recruitment_ethnicity", "white", "applied")
MOST_STOPS = 400
# What the focus is drawn with: an outline, or a line of its own. After the last stop it rests in the browser's own frame.
SEEN = """() => {
  const one = document.activeElement;
  if (one === document.body) return true;
  const parts = [getComputedStyle(one), ...[...(one.labels || [])].map((label) => getComputedStyle(label, '::before'))];
  const box = (one.labels && one.labels[0] || one).getBoundingClientRect();
  const lined = (style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  const drawn = parts.some((style) => lined(style) || style.boxShadow !== 'none');
  return drawn && box.width > 0 && box.bottom > 0 && box.top < innerHeight;
}"""


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until the wanted thing has the focus; every stop before it can be seen."""
    expect(wanted).to_have_count(1)
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        assert page.evaluate(SEEN), page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"Tab never reaches {wanted}")


def follow(page: Page, name: str) -> None:
    """Go to the first link of this name and open it."""
    link = page.get_by_role("link", name=name).first
    tab_to(page, link)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def press(page: Page, name: str) -> None:
    """Go to a button and press it."""
    tab_to(page, page.get_by_role("button", name=name))
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write_in(page: Page, label: str, text: str) -> None:
    """Go to a field and type."""
    tab_to(page, page.get_by_label(label, exact=True))
    page.keyboard.type(text)


@pytest.mark.long
def test_a_lead_sends_and_a_sponsor_signs(portal: Portal) -> None:
    own = Organisation.objects.get(slug="countess-of-chester")
    lead, sponsor = person(Role.EDI_LEAD, own), person(Role.EXECUTIVE_SPONSOR, own)
    draft, figures = portal.given_a_draft_of(own), figures_of(own, FIGURES_OF)
    cells = [
        CellChange(measure, CellKey(row, column), amount)
        for (measure, row, column), amount in figures.cells.items()
        if (measure, row, column) != LEFT_OPEN
    ]
    answers = [AnswerChange(code, evidence=text) for code, text in figures.evidence.items()]
    save_answers(kpi_return=draft, by=person(Role.EDI_LEAD, own), cells=cells, answers=answers)
    months = Quarter.parse(PERIOD).months

    with portal.as_person(lead) as page:
        follow(page, "Returns")
        follow(page, "2019-20 Q3")
        follow(page, "Workforce")
        tab_to(page, page.locator('[name="{}/{}/{}"]'.format(*LEFT_OPEN)))
        page.keyboard.type(str(int(figures.cells[LEFT_OPEN])))
        press(page, "Save and stay")
        page.goto(portal.path("overview", own))
        follow(page, "Check and send")
        press(page, "Send to your sponsor")
        expect(page.locator("main")).to_contain_text("Your return is with your executive sponsor")

    with portal.as_person(sponsor) as page:
        follow(page, "Sign-off")
        tab_to(page, page.locator("main").get_by_role("link").filter(has_text=months).first)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        tab_to(page, page.get_by_label("I have reviewed this return"))
        page.keyboard.press("Space")
        press(page, "Sign off")
        portal.is_on(page, "Signed off on")
    draft.refresh_from_db()
    assert (draft.status, draft.signed_off_by) == (Status.SIGNED_OFF, sponsor)


def test_the_steering_group_raises_an_action(portal: Portal) -> None:
    own = Organisation.objects.get(slug="countess-of-chester")
    other = Organisation.objects.get(slug="mid-cheshire")
    release = published_release("2019-20-q2", 1, [own, other])
    write(*(figure(release, "WRES-2", where, value=1.9, verdict="act", tier="board") for where in (own, other)))
    with portal.as_person(person(Role.STEERING_MEMBER)) as page:
        page.goto("/overview/exceptions/")
        _skip_the_menu(page)
        tab_to(page, page.get_by_label("Countess of Chester, WRES-2"))
        page.keyboard.press("Space")
        press(page, "Raise one action for those ticked")
        write_in(page, "The action in a line", "Review shortlisting")
        write_in(page, "What will be done", "Two trained people shortlist.")
        write_in(page, "Expected effect", "Below 1.25 by 2020-21 Q2")
        write_in(page, "The role that answers for it", "Director of Workforce")
        for part, value in (("Day", "30"), ("Month", "6"), ("Year", "2020")):
            write_in(page, part, value)
        press(page, "Raise the action")
        portal.is_on(page, "Review shortlisting")
    assert Action.objects.get().due_on == date(2020, 6, 30)


def _skip_the_menu(page: Page) -> None:
    """The first stop of a page leads past its header."""
    tab_to(page, page.get_by_role("link", name="Skip to main content"))
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
