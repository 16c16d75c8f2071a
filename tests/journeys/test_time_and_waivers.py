"""Around a return: more time is asked for and granted, a rule is disputed and set aside; and the calculator without scripts."""

from datetime import date

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from kpis.models.collections import Extension
from kpis.models.waivers import Waiver
from kpis.selectors.returns import content_of
from kpis.validation.waiving import may_be_waived
from organisations.models import Organisation
from organisations.roles import Role
from tests.journeys.portal import PERIOD, Portal
from tests.kpis.factories import fill, plain_values
from tests.organisations.factories import person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COUNTS = {
    "recruitment_ethnicity:shortlisted.white": "48,211",
    "recruitment_ethnicity:appointed.white": "12,053",
    "recruitment_ethnicity:shortlisted.bme": "16,007",
    "recruitment_ethnicity:appointed.bme": "2,417",
}


@pytest.mark.parametrize("scripts", [True, pytest.param(False, marks=pytest.mark.long)], ids=["scripts", "plain"])
def test_more_time_is_granted_and_a_disputed_rule_asks_no_more(portal: Portal, scripts: bool) -> None:
    own = Organisation.objects.get(slug="countess-of-chester")
    draft = portal.given_a_draft_of(own)
    fill(draft, plain_values(own, draft.quarter))
    asked = next(one for one in content_of(draft).open_queries if one.measure and may_be_waived(one))
    section = content_of(draft).facts.measures[asked.measure].workstream
    lead, sponsor, admin = person(Role.EDI_LEAD, own), person(Role.EXECUTIVE_SPONSOR, own), person(Role.PORTAL_ADMIN)
    explain = f'[name="explain/{asked.key}"]'

    with portal.as_person(lead, scripts=scripts) as page:
        page.goto(portal.path("overview", own))
        page.get_by_role("link", name="More time").click()
        type_day(page, date(2020, 2, 1))
        page.get_by_label("Why do you need more time?").fill("Our staff system moves.")
        page.get_by_role("button", name="Ask for more time").click()
        expect(page.get_by_role("alert")).to_contain_text("You have time until 9 February 2020")
        expect(page.get_by_label("Why do you need more time?")).to_have_value("Our staff system moves.")
        type_day(page, date(2020, 2, 21))
        page.get_by_role("button", name="Ask for more time").click()
        page.goto(portal.path("extension", own))
        portal.is_on(page, "Your request for more time is waiting")

        page.goto(portal.path("section", own, section))
        expect(page.locator(explain)).to_be_visible()
        box = page.locator(".edi-query", has=page.locator(explain))
        box.get_by_role("link", name="This rule is wrong here").click()
        portal.is_on(page, f"Rule {asked.rule} is wrong here")
        page.get_by_label("Why is the rule wrong here?").fill("Two wards moved to us in this quarter.")
        page.get_by_role("button", name=f"Dispute rule {asked.rule}").click()
        page.goto(portal.path("section", own, section))
        expect(page.locator(explain)).to_be_visible()
    portal.run_waiting_jobs()
    assert {message.to[0] for message in mail.outbox} == {admin.email}

    with portal.as_person(admin, scripts=scripts) as page:
        page.goto(f"/collections/{PERIOD}/arrivals/")
        page.get_by_role("link", name=f"{own}, until 21 February 2020").click()
        grant(page)
        page.get_by_role("button", name="Send the answer").click()
        expect(page.locator("main")).to_contain_text("more time until 21 Feb 2020")
        page.get_by_role("link", name="Waivers of rules").click()
        portal.is_on(page, "1 dispute waits for a decision")
        page.get_by_role("link", name=f"{asked.rule}:").click()
        expect(page.locator("main")).to_contain_text("Two wards moved to us in this quarter.")
        grant(page)
        type_day(page, date(2020, 6, 30))
        page.get_by_label("Why?").fill("Checked with the trust.")
        page.get_by_role("button", name="Decide").click()
        expect(page.locator("main")).to_contain_text("30 Jun 2020")
    mail.outbox.clear()
    portal.run_waiting_jobs()
    assert {message.to[0] for message in mail.outbox} == {lead.email, sponsor.email}
    assert Extension.objects.get().until.date().isoformat() == "2020-02-21"
    assert Waiver.objects.get().state == Waiver.GRANTED

    with portal.as_person(lead, scripts=scripts) as page:
        page.goto(portal.path("overview", own))
        expect(page.locator("main")).to_contain_text("21 February 2020")
        page.goto(portal.path("section", own, section))
        assert page.locator(explain).count() == 0, "the finding no longer asks"
        expect(page.locator("main")).to_contain_text("Waived until 30 June 2020")
        expect(page.locator("main")).to_contain_text("Checked with the trust.")


def type_day(page: Page, day: date) -> None:
    """Fill the three fields of the day until which something is to hold."""
    for part, number in (("day", day.day), ("month", day.month), ("year", day.year)):
        page.locator(f"#id_until-{part}").fill(str(number))


def grant(page: Page) -> None:
    """Choose to grant what is asked."""
    page.locator('[name="decision"][value="grant"]').check()


def test_the_calculator_answers_without_scripts_and_keeps_what_was_typed_beside_a_mistake(portal: Portal) -> None:
    with portal.window(scripts=False, width=375) as page:
        page.goto("/calculator/")
        page.locator('a[href="/calculator/wres-2/"]').first.click()
        for name, number in COUNTS.items():
            page.locator(f'[name="{name}"]').fill(number)
        page.get_by_role("button", name="Work it out").click()
        result = page.get_by_label("Result")
        expect(result).to_contain_text("95% interval 1.59 to 1.72")
        expect(result).to_contain_text("We found none of the usual mistakes in these numbers.")

        hired = page.locator('[name="recruitment_ethnicity:appointed.bme"]')
        expect(hired).to_have_value("2,417")
        hired.fill("24,170")
        page.get_by_role("button", name="Work it out").click()
        expect(result).to_contain_text("These counts cannot be true")
        expect(result).not_to_contain_text("95% interval")
        expect(hired).to_have_value("24,170")
        page.get_by_role("link", name="Start again with empty fields").click()
        expect(hired).to_have_value("")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth") is True
