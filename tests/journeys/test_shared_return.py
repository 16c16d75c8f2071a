"""A return done by several people: who sees which question, what is asked and closed, and who signs during leave."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from playwright.sync_api import expect

from edi_portal.clock import business_today, set_business_day
from kpis.models.assignments import Assignment
from kpis.models.discussions import Discussion
from kpis.models.returns import KpiReturn
from kpis.selectors.returns import content_of
from kpis.services import returns
from kpis.workflow import Status
from organisations.models import Organisation, User
from organisations.roles import Role
from tests.journeys.portal import Portal, status_of
from tests.kpis.factories import fill, plain_values
from tests.organisations.factories import person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SECTION, GRID, OTHER = "workforce-standards", "recruitment_ethnicity", "recruitment_disability"
ASKED = "Please check the number who applied."


@pytest.fixture
def own() -> Organisation:
    return Organisation.objects.get(slug="countess-of-chester")


@pytest.fixture
def lead(portal: Portal, own: Organisation) -> User:
    return person(Role.EDI_LEAD, own)


@pytest.fixture
def sponsor(portal: Portal, own: Organisation) -> User:
    return person(Role.EXECUTIVE_SPONSOR, own)


def sent(portal: Portal, own: Organisation, lead: User) -> KpiReturn:
    """A complete return that waits for the sponsor."""
    draft = portal.given_a_draft_of(own)
    fill(draft, plain_values(own, draft.quarter))
    for finding in content_of(draft).open_queries:
        returns.explain(kpi_return=draft, finding=finding.key, text="Checked with the data owner.", by=lead)
    return returns.submit_return(kpi_return=draft, by=lead)


def test_a_contributor_answers_only_their_questions_and_closes_a_discussion(
    portal: Portal, own: Organisation, lead: User
) -> None:
    draft = portal.given_a_draft_of(own)
    contributor = person(Role.CONTRIBUTOR, own)
    with portal.as_person(lead) as page:
        page.goto(portal.path("overview", own))
        expect(page.locator("main")).to_contain_text("Never opened")
        page.get_by_role("link", name="Who answers what").click()
        page.get_by_text("questions of this section: Workforce standards").click()
        page.locator(f'[id="question/{GRID}"]').select_option(str(contributor.pk))
        page.get_by_role("button", name="Save who answers what").click()
        expect(page.locator("main")).to_contain_text("1 change saved")
        page.goto(portal.path("discuss", own, SECTION, GRID))
        page.get_by_label("About").select_option(label="White, Applied")
        page.get_by_label("What do you want to ask?").fill("Are bank staff left out?")
        page.get_by_role("button", name="Send your question").click()
        expect(page.locator("main")).to_contain_text("Your question is sent")
    assert Assignment.objects.get().user == contributor

    with portal.as_person(contributor) as page:
        expect(page.locator("main")).to_contain_text("Somebody asks")
        page.goto(portal.path("section", own, SECTION))
        assert page.locator(f'[name^="{GRID}/"]').count() > 0
        assert page.locator(f'[name^="{OTHER}/"]').count() == 0, "the other questions are not there"
        page.locator(f'[name="{GRID}/white/applied"]').fill("1200")
        expect(page.locator("#save-status")).to_contain_text("Saved at")
        page.get_by_role("link", name="1 open discussion").click()
        page.get_by_role("button", name="Close the discussion").click()
        expect(page.get_by_role("alert")).to_contain_text("Answer first, then close the discussion.")
        page.get_by_label("Your answer").fill("Yes, the report leaves them out.")
        page.get_by_role("button", name="Close the discussion").click()
        expect(page.locator("main")).to_contain_text("The discussion is closed.")
    assert Discussion.objects.get().closed_by == contributor

    with portal.as_person(lead, scripts=False) as page:
        page.goto(portal.path("section", own, SECTION))
        expect(page.locator("#who-is-here")).to_contain_text(f"{contributor.display_name} is in this section now")
    assert draft.values.get(measure=GRID, row="white", column="applied").amount == 1200


def test_a_sponsor_returns_one_section_and_signs_later(portal: Portal, own: Organisation, lead: User, sponsor: User) -> None:
    kpi_return = sent(portal, own, lead)
    with portal.as_person(sponsor, scripts=False) as page:
        page.goto(portal.path("sign-off", own))
        portal.is_on(page, "Sign off the return for October to December 2019")
        comment = page.locator(f"#comment-{SECTION}")
        expect(comment).to_be_hidden()
        page.locator(f"#id_decision-{SECTION}-back").check()
        expect(comment).to_be_visible()
        expect(page.get_by_label("I have reviewed this return")).to_be_hidden()
        comment.fill(ASKED)
        page.get_by_role("button", name="Save your decision").click()
        expect(page.locator("main")).to_contain_text("approvals are kept")

    with portal.as_person(lead) as page:
        page.goto(portal.path("overview", own))
        expect(page.locator("main")).to_contain_text(ASKED)
        page.get_by_role("link", name="Go to the section").click()
        page.get_by_label("Why is this so?").first.fill("Checked once more: one late application is counted.")
        page.get_by_role("button", name="Save and stay").click()
        expect(page.locator("main")).to_contain_text("Saved at")
        page.goto(portal.path("submit", own))
        page.get_by_role("button", name="Send to your sponsor").click()
        expect(page.locator("main")).to_contain_text("Your return is with your executive sponsor")

    with portal.as_person(sponsor, width=375) as page:
        page.goto(portal.path("sign-off", own))
        expect(page.get_by_text("It has not changed since.").first).to_be_visible()
        page.get_by_label("I have reviewed this return").check()
        page.get_by_role("button", name="Sign off").click()
        portal.is_on(page, "Signed off on")
        expect(page.locator("main")).to_contain_text("the content is what was signed")
    kpi_return.refresh_from_db()
    assert (kpi_return.status, kpi_return.signed_off_by) == (Status.SIGNED_OFF, sponsor)


@pytest.mark.long
def test_a_delegate_signs_during_leave_and_not_after_it(portal: Portal, own: Organisation, lead: User, sponsor: User) -> None:
    kpi_return = sent(portal, own, lead)
    deputy = person(Role.BOARD_MEMBER)
    today = business_today()
    with portal.as_person(sponsor) as page:
        page.goto(portal.path("sign-off", own))
        page.get_by_role("link", name="Name a delegate for some days").click()
        page.get_by_label("Name of the delegate").fill("Deputy director")
        page.get_by_label("Email of the delegate").fill(deputy.email)
        for field, day in (("valid_from", today), ("valid_to", today + timedelta(days=4))):
            for part, number in (("day", day.day), ("month", day.month), ("year", day.year)):
                page.locator(f"#id_{field}-{part}").fill(str(number))
        page.get_by_role("button", name="Name the delegate").click()
        expect(page.locator("main")).to_contain_text("Deputy director")
    link = re.search(r"/invitations/[^/\s]+/", mail.outbox[-1].body)
    assert link and mail.outbox[-1].to == [deputy.email]
    with portal.as_person(deputy) as page:
        page.goto(link[0])
        expect(page.locator("main")).to_contain_text(f"for {sponsor}")
        page.get_by_role("button", name="Accept this role").click()
        portal.is_on(page, "waiting for your signature")
        page.goto(portal.path("sign-off", own))
        expect(page.locator("main")).to_contain_text(f"I sign as delegate of {sponsor}")
        page.get_by_label("I have reviewed this return").check()
        page.get_by_role("button", name="Sign off").click()
        portal.is_on(page, "Signed off on")
        expect(page.locator("main")).to_contain_text(f"delegate of {sponsor}")
    kpi_return.refresh_from_db()
    assert kpi_return.signed_off_by == deputy
    with portal.as_person(lead) as page:
        page.goto("/delegations/")
        expect(page.locator("main")).to_contain_text("May sign now")
    set_business_day(today + timedelta(days=5))
    with portal.as_person(deputy) as page:
        assert status_of(page.goto(portal.path("receipt", own))) == 404, "the right ended with its last day"
