"""Charts drawn in a real browser under the portal's content security policy."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from chart_examples import EXAMPLES
from django.conf import settings
from django.template import engines
from playwright.sync_api import Browser, Page, Route, sync_playwright

ROOT = Path(__file__).resolve().parents[3]
ADDRESS = "http://portal.test"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
BUNDLE = ROOT / "build" / "assets" / "plotly-basic.min.js"
PLOTTED = [name for name in EXAMPLES if name != "tiles"]

pytestmark = pytest.mark.skipif(not (CHROMIUM and BUNDLE.exists()), reason="needs chromium and the built browser assets")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


def policy() -> str:
    """The portal's own policy without the nonce, which belongs to one answer."""
    rules = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    return "; ".join(
        f"{name} {' '.join(str(value) for value in values if 'NONCE' not in repr(value).upper())}"
        for name, values in rules.items()
    )


def opened(browser: Browser, width: int, *, script: bool = True, bundle: bool = True) -> tuple[Page, list[str]]:
    """A page with every chart, and what the browser complained about."""
    body = engines["django"].from_string(
        '{% load charts %}<!DOCTYPE html><html lang="en-GB"><head><title>Charts</title>'
        '<meta name="viewport" content="width=device-width">'
        '<link rel="stylesheet" href="/static/css/charts.css"></head><body><main class="edi-main">'
        "{% for chart in charts %}{% chart chart %}{% endfor %}</main>{% chart_scripts %}</body></html>"
    )
    html = body.render({"charts": [example() for example in EXAMPLES.values()]})

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ADDRESS)
        if path == "/":
            route.fulfill(body=html, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": policy()})
        elif path == "/static/plotly-basic.min.js" and bundle:
            route.fulfill(path=BUNDLE)
        elif path.startswith("/static/") and (file := ROOT / path.lstrip("/")).exists():
            route.fulfill(path=file)
        else:
            route.fulfill(status=404, body="")

    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=script)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if "favicon" not in message.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.route("**/*", answer)
    page.goto(f"{ADDRESS}/")
    if script and bundle:
        for plot in page.locator(".edi-chart__plot").all():
            plot.locator(".main-svg").first.wait_for()
    return page, complaints


def wait_for_width(page: Page, low: int, high: int) -> None:
    """Wait until the first chart is between two widths; polled from here, for the policy forbids it in the page."""
    for _ in range(100):
        width = int(page.locator("#differ .main-svg").first.get_attribute("width") or 0)
        if low <= width <= high:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"The chart stayed {width} px wide, wanted {low} to {high}.")


@pytest.mark.parametrize("width", [1280, 375])
def test_every_chart_is_drawn_without_complaint_and_fits(browser: Browser, width: int) -> None:
    page, complaints = opened(browser, width)
    assert [text for text in complaints if "404" not in text] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    sizes = page.evaluate(
        "[...document.querySelectorAll('.edi-chart__plot text')].map(text => parseFloat(getComputedStyle(text).fontSize))"
    )
    assert sizes and min(sizes) >= 12
    assert page.locator(".modebar").count() == 0
    assert page.evaluate("document.querySelectorAll('.edi-chart__plot [tabindex]').length") == 0
    page.context.close()


def test_tables_close_once_their_chart_is_drawn_and_open_by_their_link(browser: Browser) -> None:
    page, _ = opened(browser, 1280)
    assert page.locator("details[data-edi-chart-table][open]").count() == 0
    page.click("#differ .edi-links a >> nth=0")
    assert page.locator("#differ details[open]").count() == 1
    page.context.close()


def test_without_script_the_tables_stand_open_and_the_plot_takes_no_room(browser: Browser) -> None:
    page, _ = opened(browser, 1280, script=False)
    assert page.locator("details[data-edi-chart-table][open]").count() == len(PLOTTED)
    assert page.locator("#differ .edi-chart__plot").bounding_box()["height"] == 0  # type: ignore[index]
    page.context.close()


def test_without_plotly_the_tables_stand_open(browser: Browser) -> None:
    page, _ = opened(browser, 1280, bundle=False)
    page.wait_for_load_state("networkidle")
    assert page.locator("details[data-edi-chart-table][open]").count() == len(PLOTTED)
    page.context.close()


def test_a_chart_follows_the_width_of_its_page_and_of_paper(browser: Browser) -> None:
    page, _ = opened(browser, 1280)
    page.set_viewport_size({"width": 375, "height": 900})
    wait_for_width(page, 1, 375)
    assert page.locator("#differ .ytick text").first.evaluate("text => getComputedStyle(text).fontSize") == "12px"
    page.set_viewport_size({"width": 1280, "height": 900})
    wait_for_width(page, 701, 1280)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    wait_for_width(page, 680, 680)
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    wait_for_width(page, 701, 1280)
    page.context.close()


def test_a_downloaded_picture_carries_title_source_and_the_synthetic_mark(browser: Browser, tmp_path: Path) -> None:
    page, _ = opened(browser, 1280)
    with page.expect_download() as download:
        page.click("#differ .edi-links__button")
    assert download.value.suggested_filename == "edi-differ.svg"
    target = tmp_path / "picture.svg"
    download.value.save_as(target)
    picture = target.read_text(encoding="utf-8")
    for words in ("Which organisations differ?", "Synthetic demonstration data.", "release 14", "Source: WRES"):
        assert words in picture
    assert "knowsley CCG" not in picture
    page.context.close()
