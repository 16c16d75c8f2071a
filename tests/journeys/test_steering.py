"""From an exception to a ratified priority: an action, a decision, a report by two people, and a Healthwatch that ratifies."""

from datetime import date
from hashlib import sha256

import pytest
from playwright.sync_api import expect

from organisations.models import Organisation, Place
from organisations.roles import Role
from steering.models import Action, Decision, Proposal, Workstream
from steering.models.reports import AssuranceReport
from steering.services.group import SeatEntry, give_seat
from tests.journeys.portal import TODAY, Portal, downloaded
from tests.kpis.dashboard_factories import figure, published_release, write
from tests.organisations.factories import person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scripts", [True, pytest.param(False, marks=pytest.mark.long)], ids=["scripts", "plain"])
def test_exception_action_decision_report_ratification(portal: Portal, scripts: bool) -> None:
    own = Organisation.objects.get(slug="countess-of-chester")
    other = Organisation.objects.get(slug="mid-cheshire")
    release = published_release("2019-20-q2", 1, [own, other])
    write(*(figure(release, "WRES-2", where, value=1.9, verdict="act", tier="board") for where in (own, other)))
    member, admin = person(Role.STEERING_MEMBER), person(Role.PORTAL_ADMIN)
    reader = person(Role.HEALTHWATCH_READER, Place.objects.get(slug="liverpool"))
    for role, slug in (("Director of Workforce", "workforce-standards"), ("Head of Inclusion", "staff-networks")):
        seat = SeatEntry("member", role, date(2018, 4, 1), None, own, Workstream.objects.get(slug=slug))
        give_seat(entry=seat, by=member)

    with portal.as_person(member, scripts=scripts) as page:
        page.goto("/overview/exceptions/")
        portal.is_on(page, "2 readings need action, 2 without an action")
        for name in ("Countess of Chester", "Mid Cheshire"):
            page.get_by_label(f"{name}, WRES-2").check()
        page.get_by_role("button", name="Raise one action for those ticked").click()
        page.get_by_label("The action in a line").fill("Review shortlisting")
        page.get_by_label("What will be done").fill("Two trained people shortlist.")
        page.get_by_label("Expected effect").fill("Below 1.25 by 2020-21 Q2")
        page.get_by_label("The role that answers for it").fill("Director of Workforce")
        for part, value in (("Day", "30"), ("Month", "6"), ("Year", "2020")):
            page.get_by_label(part, exact=True).fill(value)
        page.get_by_role("button", name="Raise the action").click()
        action = Action.objects.get()
        portal.is_on(page, "Review shortlisting")
        page.goto("/overview/exceptions/")
        portal.is_on(page, "2 readings need action")
        expect(page.get_by_role("link", name=f"Action {action.pk}").first).to_be_visible()

        page.goto("/meetings/add/")
        for part, value in (("Day", str(TODAY.day)), ("Month", str(TODAY.month)), ("Year", str(TODAY.year))):
            page.get_by_label(part, exact=True).fill(value)
        page.get_by_role("button", name="Plan the meeting").click()
        page.get_by_role("button", name="Open the agenda").click()
        expect(page.get_by_role("heading", name="What works, and why")).to_be_visible()
        page.get_by_role("link", name="Record a decision").click()
        page.get_by_label("The decision in a line").fill("Shortlists are looked at monthly")
        page.get_by_label("What is decided").fill("Every trust to act on it looks each month.")
        page.get_by_label("Why").fill("More than chance in two trusts.")
        page.get_by_role("button", name="Record the decision").click()
        expect(page.get_by_role("alert")).to_contain_text("This meeting cannot decide yet. 0 of 2 members")
        page.goto(f"/meetings/{TODAY}/attendance/")
        for role in ("Director of Workforce", "Head of Inclusion"):
            page.get_by_label(role).check()
        page.get_by_role("button", name="Record who was there").click()
        page.goto(f"/meetings/{TODAY}/decide/")
        page.get_by_label("The decision in a line").fill("Shortlists are looked at monthly")
        page.get_by_label("What is decided").fill("Every trust to act on it looks each month.")
        page.get_by_label("Why").fill("More than chance in two trusts.")
        page.get_by_role("button", name="Record the decision").click()
        decision = Decision.objects.get()
        with page.expect_download() as papers:
            page.get_by_role("link", name="Papers as one PDF").click()
        assert papers.value.suggested_filename.endswith(".pdf")

        page.goto("/ratifications/add/")
        page.get_by_label("Priority").check()
        page.get_by_label("The proposal in a line").fill("Fair shortlisting in every trust")
        page.get_by_label("What is proposed").last.fill("Shortlisting is the first priority.")
        page.get_by_label("Why").fill("More than chance in two trusts.")
        page.get_by_label("Decision that it comes from").select_option(str(decision.pk))
        for part, value in (("Day", "28"), ("Month", "2"), ("Year", "2020")):
            page.get_by_label(part, exact=True).fill(value)
        page.get_by_role("button", name="Propose it").click()
        proposal = Proposal.objects.get()

        page.goto("/reports/")
        page.get_by_role("button", name="Start a report").click()
        page.get_by_role("button", name="Start the draft").click()
        page.get_by_role("row", name="The steering group's view").get_by_role("link").click()
        page.get_by_label("The steering group's view").fill("Shortlisting improved: 3 BME staff more were appointed.")
        page.get_by_role("button", name="Save it").click()
        expect(page.get_by_role("alert")).to_contain_text("Take small numbers of people out of the text")
        page.get_by_label("The steering group's view").fill("Shortlisting improved in every trust.")
        page.get_by_role("button", name="Save it").click()
        expect(page.locator("main")).to_contain_text("says “improved”, but no figure here got better by more than chance")
        expect(page.locator("main")).to_contain_text("1 text waits for a reviewer. 1 sentence claims what no verdict says.")
        page.get_by_role("row", name="The steering group's view").get_by_role("link").click()
        page.get_by_label("The steering group's view").fill("Two trusts look at their shortlists each month.")
        page.get_by_role("button", name="Save it").click()
        expect(page.locator("main")).not_to_contain_text("says “improved”")

    with portal.as_person(admin, scripts=scripts) as page:
        for words in ("Fair shortlisting in every trust", "Two trusts look at their shortlists each month."):
            page.goto("/texts/")
            box = page.locator(".edi-question", has_text=words)
            box.get_by_label("No person can be recognised").check()
            box.get_by_role("button", name="Pass it").click()

    report = AssuranceReport.objects.get()
    with portal.as_person(member, scripts=scripts) as page:
        page.goto(f"/reports/{report.pk}/publish/")
        page.get_by_role("button", name="Propose this report").click()
        page.goto(f"/reports/{report.pk}/publish/")
        expect(page.locator("main")).to_contain_text("somebody else publishes it")
        expect(page.get_by_role("button", name="Publish this report")).to_have_count(0)

    with portal.as_person(person(Role.STEERING_MEMBER), scripts=scripts) as page:
        page.goto(f"/reports/{report.pk}/publish/")
        page.get_by_role("button", name="Publish this report").click()
        expect(page.locator("main")).to_contain_text("Assurance report 1 is published")

    with portal.as_person(person(Role.BOARD_MEMBER), scripts=scripts) as page:
        page.get_by_role("link", name="July to September 2019").first.click()
        expect(page.locator("main")).to_contain_text("by a second person")
        report.refresh_from_db()
        assert sha256(downloaded(page, "Download the report (PDF")).hexdigest() == report.pdf_fingerprint
        expect(page.locator("main")).to_contain_text(report.pdf_fingerprint)
        page.get_by_role("link", name="Exceptions and who owns them").click()
        expect(page.get_by_role("row", name="Countess of Chester")).to_contain_text("until 30 June 2020")

    with portal.as_person(member, scripts=scripts) as page:
        page.goto(f"/reports/{report.pk}/downloads/")
        expect(page.locator("main")).to_contain_text("PDF", ignore_case=True)

    with portal.as_person(reader, scripts=scripts) as page:
        page.goto("/")
        page.get_by_role("link", name="Reply to: Fair shortlisting in every trust").click()
        page.get_by_role("button", name="Ratify the proposal").click()
        expect(page.get_by_role("row", name="Healthwatch Liverpool")).to_contain_text("Ratified")
    assert proposal.replies.get().place.slug == "liverpool"
