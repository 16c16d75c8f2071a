"""Long public lists on a phone: their parts are folded, open at a touch, in print, and on anything wider."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.journeys.portal import Portal

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE, DESK = {"width": 375, "height": 800}, {"width": 1280, "height": 900}


def height(page: Page) -> int:
    found: int = page.evaluate("document.documentElement.scrollHeight")
    return found


@pytest.mark.parametrize("scripts", [True, pytest.param(False, marks=pytest.mark.long)], ids=["scripts", "plain"])
def test_the_compendium_folds_on_a_phone_and_hides_nothing(portal: Portal, scripts: bool) -> None:
    with portal.window(scripts=scripts) as page:
        page.set_viewport_size(DESK)
        page.goto(reverse("compendium:list"))
        metric = page.get_by_role("link", name="Shortlisting, White vs BME")
        expect(metric).to_be_visible()
        expect(page.locator("details.edi-folds > summary").first).to_be_hidden()
        page.set_viewport_size(PHONE)
        if not scripts:
            expect(metric).to_be_visible()
            return
        expect(metric).to_be_hidden()
        assert height(page) < 3_000
        page.get_by_text("metrics: Workforce standards").click()
        expect(metric).to_be_visible()
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        expect(page.locator("details:not([open])")).to_have_count(0)
        page.set_viewport_size(DESK)
        expect(metric).to_be_visible()
