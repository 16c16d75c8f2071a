"""The gallery and the fixed pages in a real browser: axe-core finds nothing, nothing scrolls sideways, scripts do their part."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Browser, Page, sync_playwright

AXE = Path(settings.BASE_DIR) / "build" / "test-assets" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = ("components", "help", "accessibility", "privacy", "method", "method-disclosure")

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None or not AXE.exists():
        if os.environ.get("CI"):
            pytest.fail("A browser and build/test-assets/axe.min.js are needed here")
        pytest.skip("No Chromium or no built test assets")
    # The browser's event loop runs in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield started
        started.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def opened(browser: Browser, address: str, width: int) -> tuple[Page, list[str]]:
    page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    page.wait_for_function("document.body.classList.contains('js-enabled')")
    page.wait_for_load_state("networkidle")
    return page, complaints


@pytest.mark.parametrize("width", [pytest.param(1280, marks=pytest.mark.long), 375])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_the_page_does_not_scroll_sideways(
    live_server: object, browser: Browser, name: str, width: int
) -> None:
    page, complaints = opened(browser, f"{live_server}{reverse(name)}", width)
    page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)["violations"]
    assert [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert complaints == []
    page.context.close()


def test_the_heat_table_can_be_walked_by_arrow_keys(live_server: object, browser: Browser) -> None:
    page, _ = opened(browser, f"{live_server}{reverse('components')}", 1280)
    page.get_by_role("button", name="Move through cells").click()
    status = page.locator("[data-heat] [role=status]")
    assert status.text_content() == "Shortlisting, White vs BME, Aintree, act"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert status.text_content() == "Board EDI development, Countess of Chester, better"
    assert page.locator(".edi-heat td[tabindex='0']").count() == 1
    page.keyboard.press("Escape")
    assert page.locator(".edi-heat td[tabindex]").count() == 0
    page.context.close()


def test_a_click_on_a_mark_opens_the_kpi_with_its_organisation(live_server: object, browser: Browser) -> None:
    page, _ = opened(browser, f"{live_server}{reverse('components')}", 1280)
    page.locator(".edi-heat tr[data-url] td.w").first.click()
    page.wait_for_url("**organisation=countess-of-chester**")
    page.context.close()


def test_the_focus_is_on_the_error_summary_and_its_links_lead_to_the_field(live_server: object, browser: Browser) -> None:
    page, _ = opened(browser, f"{live_server}{reverse('components')}", 1280)
    page.get_by_role("link", name="Due date must be a real date, such as 31 12 2019").click()
    assert page.evaluate("document.activeElement.id") == "id_wrong-due-day"
    page.context.close()


def test_what_is_folded_is_unfolded_for_print(live_server: object, browser: Browser) -> None:
    page, _ = opened(browser, f"{live_server}{reverse('help')}", 1280)
    assert page.locator("details[open]").count() == 0
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[open]").count() == 0
    page.emulate_media(media="print")
    assert not page.locator("nav[aria-label=Menu]").is_visible()
    assert page.get_by_text("Synthetic demonstration data").count() == 0
    page.context.close()


def test_pages_are_whole_without_scripts(live_server: object, browser: Browser) -> None:
    page = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{live_server}{reverse('components')}")
    assert page.get_by_role("link", name="Sign in").is_visible()
    assert not page.get_by_role("button", name="Move through cells").is_visible()
    assert page.locator("#id_wrong-file").is_visible()
    page.context.close()
