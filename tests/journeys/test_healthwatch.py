"""A Healthwatch reader: own place first, released figures, another score, a comment, its answer with a day, a ratification."""

from datetime import date

import pytest
from playwright.sync_api import expect

from edi_portal.reviews.selectors import waiting
from edi_portal.reviews.services import pass_text
from organisations.models import Organisation, Place
from organisations.roles import Role
from steering.models import PanelAnswer, PanelComment, PanelScore
from steering.services.proposals import ProposalEntry, propose
from tests.journeys.portal import Portal
from tests.kpis.dashboard_factories import figure, published_release, write
from tests.organisations.factories import person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scripts", [True, pytest.param(False, marks=pytest.mark.long)], ids=["scripts", "plain"])
def test_a_score_that_differs_a_comment_and_its_answer(portal: Portal, scripts: bool) -> None:
    place = Place.objects.get(slug="cheshire-west")
    own = Organisation.objects.get(slug="countess-of-chester")
    other = Organisation.objects.get(slug="mid-cheshire")
    assert own.organisation_places.filter(place=place).exists()
    scored = published_release("2018-19-q4", 1, [own, other])
    write(
        figure(scored, "EDS-T", own, value=20),
        figure(scored, "EDS-D2", own, value=2, component="2a"),
        figure(scored, "EDS-D1", own, value=3, component="1d_service_1"),
    )
    newest = published_release("2019-20-q2", 2, [own, other])
    write(figure(newest, "GPG-1", own, value=14.2), figure(newest, "WRES-2", own, value=1.91, verdict="act", tier="steering"))
    reader, lead = person(Role.HEALTHWATCH_READER, place), person(Role.EDI_LEAD, own)
    proposal = propose(
        entry=ProposalEntry("priority", "Interpreters at night", "Every ward can book one.", "Few can.", date(2020, 2, 28)),
        by=person(Role.STEERING_MEMBER),
    )
    for review in waiting():
        pass_text(review=review, nobody_recognisable=True, by=person(Role.PORTAL_ADMIN))

    with portal.window(scripts=scripts) as page:
        portal.sign_in(page, reader)
        portal.is_on(page, "What is public for Cheshire West")
        figures = page.get_by_role("table", name="Public figures of organisations in Cheshire West")
        expect(figures.get_by_role("row", name="Countess of Chester")).to_contain_text("14.2%")
        page.get_by_role("link", name="Countess of Chester").first.click()
        expect(page.get_by_role("main")).not_to_contain_text("1.91")

        page.get_by_role("link", name="EDS panels").first.click()
        portal.is_on(page, "Healthwatch Cheshire West has scored nothing yet")
        page.get_by_role("link", name="Countess of Chester").click()
        page.get_by_role("button", name="Score the outcomes").click()
        services = page.get_by_role("group", name="Domain 1, services, first service")
        services.get_by_label("1D People report a good experience").select_option("1 Developing")
        page.get_by_role("button", name="Save the scores").click()
        portal.is_on(page, "Score Countess of Chester")
        expect(page.get_by_role("alert")).to_contain_text("Say why your score differs")
        page.get_by_label("Why (1D, first service)").fill("Deaf people were not called.")
        page.get_by_role("button", name="Save the scores").click()
        portal.is_on(page, "Healthwatch Cheshire West differs on the one outcome it scored")
        row = page.get_by_role("row", name="1D People report a good experience, first service")
        expect(row).to_contain_text("3 Excelling")
        expect(row).to_contain_text("1 Developing 2 lower")

        page.get_by_role("link", name="Comment on scores or figures").click()
        page.get_by_label("What it is about").select_option("eds:1d_service_1")
        page.get_by_label("Your comment").fill("How will Deaf people know that it is their turn?")
        page.get_by_role("button", name="Send the comment").click()
        expect(page.get_by_text("An answer is due by 17 February 2020.")).to_be_visible()
    assert PanelScore.objects.get().own_score == 3

    with portal.as_person(lead, scripts=scripts, width=375) as page:
        page.get_by_role("link", name="Answer Healthwatch Cheshire West").click()
        expect(page.get_by_role("main")).to_contain_text("How will Deaf people know that it is their turn?")
        page.get_by_label("Your answer").fill("Screens show the number from May on.")
        for part, value in (("Day", "1"), ("Month", "5"), ("Year", "2020")):
            page.get_by_label(part, exact=True).fill(value)
        page.get_by_role("button", name="Send the answer").click()
        portal.is_on(page, "Healthwatch Cheshire West differs on the one outcome it scored")
    assert (PanelComment.objects.count(), PanelAnswer.objects.count()) == (1, 1)

    with portal.as_person(reader, scripts=scripts) as page:
        answered = page.get_by_role("complementary").get_by_role("listitem").filter(has_text="answered on 20 January 2020")
        answered.get_by_role("link", name="Countess of Chester").click()
        comments = page.get_by_role("region", name="1D People report a good experience, first service")
        expect(comments).to_contain_text("Screens show the number from May on.")
        expect(comments).to_contain_text("answered on 20 January 2020. Done by 1 May 2020.")
        page.goto("/")
        page.get_by_role("link", name="Reply to: Interpreters at night").click()
        page.get_by_role("button", name="Ratify the proposal").click()
        expect(page.get_by_role("row", name="Healthwatch Cheshire West")).to_contain_text("Ratified")
    assert proposal.replies.get().place == place
