"""Pages at 400 % zoom, and there with wider text spacing: nothing scrolls sideways but tables, nothing is cut off."""

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from organisations.models import Organisation
from organisations.roles import Role
from tests.access.world import READERS, build_world
from tests.accessibility.pages import each_page_once, opened_as, opens
from tests.accessibility.reflow import ZOOMED, faults_when_zoomed
from tests.journeys.portal import Portal
from tests.kpis.dashboard_factories import figure, published_release, write
from tests.organisations.factories import person

pytestmark = pytest.mark.browser


@pytest.mark.django_db(transaction=True)
def test_main_pages_at_400_percent(live_server: object, browser: Browser) -> None:
    own = Organisation.objects.get(slug="countess-of-chester")
    portal = Portal(browser, str(live_server))
    portal.given_a_draft_of(own)
    release = published_release("2019-20-q2", 1, [own])
    write(figure(release, "WRES-2", own, value=1.9, verdict="act", tier="public"))
    pages = {
        Role.EDI_LEAD: ["/", portal.path("section", own, "workforce-standards"), "/kpis/wres-2/"],
        Role.STEERING_MEMBER: ["/overview/", "/actions/add/"],
    }
    faults = _faults(browser, live_server, None, [reverse("components")])
    for role, paths in pages.items():
        faults += _faults(browser, live_server, person(role, own if role is Role.EDI_LEAD else None), paths)
    assert not faults, "\n".join(faults)


@pytest.mark.django_db(transaction=True)
@pytest.mark.long
@pytest.mark.parametrize("reader", READERS)
def test_every_page_at_400_percent(reader: str, live_server: object, browser: Browser) -> None:
    world = build_world()
    paths = each_page_once(world)[reader]
    faults = _faults(browser, live_server, world.readers[reader], paths)
    assert not faults, f"{len(faults)}\n" + "\n".join(faults)


def _faults(browser: Browser, live_server: object, user: object, paths: list[str]) -> list[str]:
    """What is wrong with these pages of one reader."""
    context = opened_as(user, browser, live_server, viewport=ZOOMED)
    page, found = context.new_page(), list[str]()
    for path in paths:
        if opens(page, path):
            found += [f"{path} {fault}" for fault in faults_when_zoomed(page)]
    context.close()
    return found


def test_the_look_at_a_page_finds_what_is_wrong(browser: Browser) -> None:
    """A page made wrong on purpose: each fault is found, and none in the same page mended."""
    wrong = (
        '<p style="width: 500px">A line that is far too long for the window, because somebody gave it a width in pixels</p>'
        '<p style="height: 20px; overflow: hidden">Two lines of text in a box that has room for one line of text, no more</p>'
        '<div style="overflow-x: auto"><table><tr><td style="min-width: 600px">Wide</td></tr></table></div>'
        '<p style="border: 1px solid; height: 20px">Two lines of text in a box that has room for one line of text, no more</p>'
    )
    right = (
        "<p>A line of any length</p>"
        '<div style="overflow-x: auto" tabindex="0" role="region" aria-label="Wide"><table><tr>'
        '<td style="min-width: 600px">Wide</td></tr></table></div>'
    )
    page = browser.new_context(viewport=ZOOMED).new_page()
    page.set_content(right)
    assert faults_when_zoomed(page) == []
    page.set_content(wrong)
    found = "\n".join(faults_when_zoomed(page))
    page.context.close()
    for fault in ("scrolls sideways", "text cut off", "scrolled place without name", "text sticks out of its box"):
        assert fault in found
