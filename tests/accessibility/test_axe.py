"""Every page of every role by axe-core, wide and on a phone: no violation, no sideways scroll, no script complaint.

Which pages a role has is read from the table of access, so no new page escapes.
"""

import os
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.access.world import READERS, build_world
from tests.accessibility.pages import ONLY, opened_as, opens, pages_of

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]

AXE = Path(settings.BASE_DIR) / "build" / "test-assets" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (1280, 375)


@pytest.fixture(autouse=True)
def axe_is_built() -> None:
    """The rules come from a package that the build copies."""
    if not AXE.exists():
        if os.environ.get("PORTAL_REQUIRE_BROWSER") == "1" or os.environ.get("CI"):
            pytest.fail("build/test-assets/axe.min.js is needed here.")
        pytest.skip("The test assets are not built.")


@pytest.mark.parametrize("reader", READERS)
def test_every_page_of_every_role(reader: str, live_server: object, reference: None, browser: Browser) -> None:
    world = build_world()
    context = opened_as(world.readers[reader], browser, live_server)
    page, faults, seen = context.new_page(), list[str](), 0
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    page.on("console", lambda said: faults.append(f"{page.url}: {said.text}") if _is_complaint(said) else None)
    for path in pages_of(world, reader):
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if not opens(page, path):
                break
            faults += [f"{reader} {path} {width}: {fault}" for fault in _faults(page)]
        else:
            seen += 1
    context.close()
    assert not faults, f"{len(faults)} on {seen} pages\n" + "\n".join(faults)
    assert seen > 5 or ONLY


def _is_complaint(said: ConsoleMessage) -> bool:
    """What a script says about itself; that a page is refused or missing is no complaint."""
    return said.type == "error" and "the server responded with a status" not in said.text


def _faults(page: Page) -> list[str]:
    """What axe finds, and whether the page is wider than its window."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run({runOnly: rules, resultTypes: ['violations']})", RULES)["violations"]
    faults = [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"][:3]]
    wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    if wide[0] > wide[1]:
        faults.append(f"scrolls sideways, {wide[0]} of {wide[1]}: {page.evaluate(WIDEST)}")
    return faults


# The element that sticks out furthest, to make a fault easy to find.
WIDEST = """() => {
  const right = (one) => {
    const text = document.createRange();
    text.selectNodeContents(one);
    return Math.max(one.getBoundingClientRect().right, text.getBoundingClientRect().right);
  };
  const width = document.documentElement.clientWidth;
  const out = [...document.querySelectorAll('body *')].map((one) => [right(one), one])
    .filter(([edge, one]) => edge > width && !one.closest('.edi-scroll, [data-scroll], .nhsuk-u-visually-hidden'));
  return out.length ? out[out.length - 1][1].outerHTML.slice(0, 160) : '';
}"""
