"""A strategy on its way: given as a file, its objectives confirmed, a shared one adopted, and the matrix that changes.

And what stands in the registers of networks and EDI posts on its way into the return, without typing.
"""

from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from kpis.models.returns import ReturnValue
from organisations.models import Organisation
from organisations.roles import Role
from strategies.services.overlaps import share_objective
from tests.journeys.portal import Portal
from tests.organisations.factories import person
from tests.strategies.document_files import pdf
from workforce.models import EdiPost
from workforce.services.networks import NetworkEntry, add_meeting, add_network
from workforce.services.posts import save_row

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def own(portal: Portal) -> Organisation:
    """A trust that published no strategy, so that its column is empty in the beginning."""
    return Organisation.objects.get(slug="east-cheshire")


def depth_of(page: Page, theme: str, organisation: Organisation) -> str:
    """What the matrix says of an organisation and a theme; "" where the organisation has no column."""
    page.goto("/strategies/coverage/")
    heads = page.locator(".edi-table--matrix thead th").all_inner_texts()
    if organisation.short_name not in heads:
        return ""
    row = page.locator(".edi-table--matrix tbody tr", has=page.locator("th", has_text=theme))
    return (row.locator("th, td").nth(heads.index(organisation.short_name)).inner_text()).strip()[:1]


def test_a_strategy_is_given_confirmed_and_joined_to_a_shared_objective(portal: Portal, own: Organisation) -> None:
    text = "Women and men are paid the same for the same work"
    share_objective(text=text, themes=("pay",), kpis=(), by=person(Role.STEERING_MEMBER))
    with portal.as_person(person(Role.EDI_LEAD, own)) as page:
        before = {theme: depth_of(page, theme, own) for theme in ("Access to services", "Pay gaps")}
        page.goto("/strategies/")
        page.get_by_role("button", name="Give a document by its file").click()
        page.get_by_label("Title").fill("Inclusion for all")
        page.get_by_label("Strategy document").set_input_files(
            {"name": "our strategy.pdf", "mimeType": "application/pdf", "buffer": pdf()}
        )
        page.get_by_role("button", name="Read the file").click()

        portal.is_on(page, "3 lines may be promises. Which hold?")
        expect(page.locator("main")).to_contain_text("Line 1, page 3")
        page.get_by_label("Take the period").check()
        page.get_by_label("Add line 1").check()
        page.get_by_label("Add line 2").check()
        page.get_by_label("Theme of line 1").select_option("access")
        page.get_by_label("Line 2 says").fill("BME and White staff progress alike")
        page.get_by_label("Theme of line 2").select_option("representation")
        page.get_by_role("button", name="Add the ticked ones and put the rest aside").click()

        portal.is_on(page, "Inclusion for all")
        expect(page.locator("main")).to_contain_text("2 lines in it")
        expect(page.locator("main")).to_contain_text("1 April 2019 to 31 March 2023")
        expect(page.locator("main")).to_contain_text("Page 3 of its file")
        assert before["Access to services"] in {"", "0"} and depth_of(page, "Access to services", own) == "2"
        assert depth_of(page, "Pay gaps", own) == (before["Pay gaps"] or "0")

        page.go_back()
        page.locator("a", has_text="Adopt a shared one for line 2").click()
        page.get_by_label("Shared objective").select_option(label=text)
        page.get_by_label("Hours a year that this saves you").fill("20")
        page.get_by_role("button", name="Adopt it").click()
        expect(page.locator("main")).to_contain_text(text)
        expect(page.locator("main")).to_contain_text("In its own words: BME and White staff progress alike")
        assert depth_of(page, "Pay gaps", own) == "2", "the matrix has changed"


def test_networks_and_posts_answer_the_return_without_typing(portal: Portal, own: Organisation) -> None:
    draft, lead = portal.given_a_draft_of(own), person(Role.EDI_LEAD, own)
    entry = NetworkEntry(
        name="REACH", characteristics=("race",), chair="Its chair", terms_agreed_on=date(2018, 4, 1), members=41, budget=4_000
    )
    add_meeting(network=add_network(organisation=own, entry=entry, by=lead), held_on=date(2019, 11, 4), by=lead)
    post = {
        "title": "EDI lead",
        "band": "7",
        "funded_wte": Decimal(1),
        "filled_wte": Decimal("0.8"),
        "valid_from": date(2019, 4, 1),
    }
    save_row(row=EdiPost(organisation=own, **post), by=lead)
    with portal.as_person(lead) as page:
        page.goto(portal.path("registers", own))
        expect(page.locator("h1")).to_contain_text("ready in your registers")
        page.get_by_role("button", name="Take over").click()
        expect(page.locator("main")).to_contain_text("answers taken over from your registers")
        page.goto(portal.path("registers", own))
        portal.is_on(page, "The return holds what your registers say")
    stored = {(row.measure, row.row, row.column): row.amount for row in ReturnValue.objects.filter(kpi_return=draft)}
    assert stored["networks", "active", "value"] == 1 and stored["network_members", "members", "value"] == 41
    assert Decimal("0.80") in stored.values(), "the WTE in post"
