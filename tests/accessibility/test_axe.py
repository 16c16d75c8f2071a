"""Every page of every role by axe-core, wide and on a phone: no violation, no sideways scroll, no script complaint.

Which pages a role has is read from the table of access, so no new page escapes. PORTAL_AXE=1 runs these tests alone;
PORTAL_AXE="/eds/ /search/" runs only the pages whose addresses begin so, as after a change of these.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Browser, ConsoleMessage, Page

from organisations.models import User
from organisations.roles import Role
from tests.access.addresses import address
from tests.access.matrix import lines
from tests.access.world import ANONYMOUS, NO_ROLE, OPEN, OWN, READERS, RELEASED, SENT, World, build_world
from tests.organisations.factories import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = Path(settings.BASE_DIR) / "build" / "test-assets" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (1280, 375)
ONLY = tuple(part for part in os.environ.get("PORTAL_AXE", "").split() if part.startswith("/"))

Address = Callable[[World], str]


def at(name: str, *parts: str, query: str = "") -> Address:
    """The address of a page whose parts are known beforehand."""
    return lambda world: reverse(name, args=parts) + query


RETURN = (OWN, OPEN)
# Pages in another state, or of another kind of thing, than the table asks for.
ALSO: dict[str, list[Address]] = {
    Role.EDI_LEAD: [
        at("returns:section", *RETURN, "equality-assurance"),
        at("returns:section", OWN, RELEASED, "workforce-standards"),
        at("returns:take-back", OWN, SENT),
        at("toolkit:step", "objectives"),
        at("compliance:record", "wres"),
        at("impact:list"),
        at("impact:add"),
        lambda world: reverse("impact:detail", args=[world.kept["impact"]["own"].pk]),
        at("efficiencies:list"),
        at("efficiencies:add"),
        at("practice:list"),
        at("practice:detail", "a-model-employer"),
        at("practice:add"),
        at("consultations:list"),
        lambda world: reverse("consultations:answer", args=[world.consultation.pk]),
        at("what-edi-is"),
        at("mfa_index"),
        at("organisations:end-other-sessions"),
        at("organisations:record", OWN),
        at("organisations:access", OWN),
        at("account_change_password"),
    ],
    Role.CONTRIBUTOR: [at("home"), at("returns:questions"), at("returns:section", *RETURN, "workforce-standards")],
    Role.EXECUTIVE_SPONSOR: [
        at("home"),
        at("returns:sign-offs"),
        at("returns:sign-off", OWN, SENT),
        at("returns:preview", OWN, SENT, "steering"),
        at("returns:receipt", OWN, RELEASED),
        at("organisations:delegations"),
        at("returns:section", *RETURN, "workforce-standards"),
    ],
    Role.STEERING_MEMBER: [
        at("kpis:detail", "wres-4"),
        at("workstreams:detail", "staff-networks"),
        at("actions:list", query="?state=all"),
        at("search", query="?q=board"),
    ],
    NO_ROLE: [lambda world: "/no-such-page/"],
    ANONYMOUS: [at("search", query="?q=board"), at("search", query="?q=quokkas")],
}


def pages_of(world: World, reader: str) -> list[str]:
    """Every address that the table of access opens for a reader, one thing of each kind, and those that stand in ALSO."""
    found = []
    for line in lines():
        if line.method == "GET" and line.statuses[reader] == 200:
            own = [thing for thing in line.things if thing not in {"other", "none"}] or list(line.things)
            found += [address(world, line.name, thing) for thing in own]
    found = list(dict.fromkeys([*found, *(one(world) for one in ALSO.get(reader, []))]))
    return [path for path in found if path.startswith(ONLY)] if ONLY else found


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
    context = browser.new_context(base_url=str(live_server), accept_downloads=False)
    user = world.readers.get(reader)
    if user is not None:
        context.add_cookies([_session(user, str(live_server))])
    page, faults, seen = context.new_page(), list[str](), 0
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    page.on("console", lambda said: faults.append(f"{page.url}: {said.text}") if _is_complaint(said) else None)
    for path in pages_of(world, reader):
        if "text/html" not in context.request.get(path, max_redirects=0).headers["content-type"]:
            continue
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(path)
            faults += [f"{reader} {path} {width}: {fault}" for fault in _faults(page)]
        seen += 1
    context.close()
    assert not faults, f"{len(faults)} on {seen} pages\n" + "\n".join(faults)
    assert seen > 5 or ONLY


def _is_complaint(said: ConsoleMessage) -> bool:
    """What a script says about itself; that a page is refused or missing is no complaint."""
    return said.type == "error" and "the server responded with a status" not in said.text


def _session(user: User, address: str) -> dict[str, str]:
    value = signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
    return {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": address}


def _faults(page: Page) -> list[str]:
    """What axe finds, and whether the page is wider than its window."""
    page.wait_for_function("document.body.classList.contains('js-enabled')")
    # Every chart is drawn to the width of its place.
    page.wait_for_function("[...document.querySelectorAll('[data-edi-chart]')].every((plot) => plot.dataset.width)")
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
