"""Which pages a reader has, and how a browser opens them.

The pages are read from the table of access, so no new page escapes. PORTAL_AXE="/eds/ /search/" beside PORTAL_LONG=1 looks at
no others than those whose addresses begin so, as after a change of these.
"""

import os
from collections.abc import Callable

from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Error, Page

from organisations.models import User
from organisations.roles import Role
from tests.access.addresses import address
from tests.access.matrix import lines
from tests.access.world import ANONYMOUS, NO_ROLE, OPEN, OWN, READERS, RELEASED, SENT, World
from tests.organisations.factories import signed_in

Address = Callable[[World], str]


def at(name: str, *parts: str, query: str = "") -> Address:
    """The address of a page whose parts are known beforehand."""
    return lambda world: reverse(name, args=parts) + query


ONLY = tuple(part for part in os.environ.get("PORTAL_AXE", "").split() if part.startswith("/"))
RETURN = (OWN, OPEN)
# Pages in another state, or of another kind of thing, than the table asks for.
ALSO: dict[str, list[Address]] = {
    Role.EDI_LEAD: [
        at("returns:section", *RETURN, "equality-assurance"),
        at("returns:section", OWN, RELEASED, "workforce-standards"),
        at("returns:take-back", OWN, SENT),
        at("toolkit:step", "objectives"),
        at("compliance:record", "wres"),
        lambda world: reverse("impact:detail", args=[world.kept["impact"]["own"].pk]),
        at("practice:detail", "a-model-employer"),
    ],
    Role.CONTRIBUTOR: [at("returns:section", *RETURN, "workforce-standards")],
    Role.EXECUTIVE_SPONSOR: [
        at("returns:sign-off", OWN, SENT),
        at("returns:preview", OWN, SENT, "steering"),
        at("returns:receipt", OWN, RELEASED),
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
    found = [path for name, path in _named(world, reader)]
    found = list(dict.fromkeys([*found, *(one(world) for one in ALSO.get(reader, []))]))
    return [path for path in found if path.startswith(ONLY)] if ONLY else found


def each_page_once(world: World) -> dict[str, list[str]]:
    """Reader → addresses, so that every page is there once: with the first reader of the table who may open it."""
    seen = set[str]()
    found: dict[str, list[str]] = {}
    for reader in READERS:
        own = [(name, path) for name, path in _named(world, reader) if name not in seen]
        seen |= {name for name, path in own}
        found[reader] = list(dict.fromkeys([*(path for _, path in own), *(one(world) for one in ALSO.get(reader, []))]))
    return found


def _named(world: World, reader: str) -> list[tuple[str, str]]:
    """Name and address of everything that the table opens for a reader."""
    found = []
    for line in lines():
        if line.method == "GET" and line.statuses[reader] == 200:
            own = [thing for thing in line.things if thing not in {"other", "none"}] or list(line.things)
            found += [(line.name, address(world, line.name, thing)) for thing in own]
    return found


def opened_as(user: User | None, browser: Browser, live_server: object, **more: object) -> BrowserContext:
    """Windows of somebody who is signed in, or of a visitor; close them afterwards."""
    context = browser.new_context(base_url=str(live_server), accept_downloads=False, **more)
    if user is not None:
        value = signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": str(live_server)}])
    return context


def opens(page: Page, path: str) -> bool:
    """Open an address and wait until its scripts have done their part; False where it answers with a file."""
    try:
        answer = page.goto(path)
    except Error as error:
        if "Download is starting" in str(error):
            return False
        raise
    if answer is None or "text/html" not in answer.headers["content-type"]:
        return False
    settle(page)
    return True


def settle(page: Page) -> None:
    """Wait until the scripts have done their part and every chart is drawn to the width of its place."""
    page.wait_for_function("document.body.classList.contains('js-enabled')")
    page.wait_for_function("[...document.querySelectorAll('[data-edi-chart]')].every((plot) => plot.dataset.width)")
