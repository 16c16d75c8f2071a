"""What readers set in their system: less motion, and colours of their own (forced colours)."""

from collections.abc import Iterator
from itertools import combinations

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Locator

from organisations.models import Organisation
from organisations.roles import Role
from tests.access.world import READERS, build_world
from tests.accessibility.pages import each_page_once, opened_as, opens
from tests.journeys.portal import Portal
from tests.kpis.dashboard_factories import figure, published_release, write
from tests.organisations.factories import person

pytestmark = pytest.mark.browser

# Whatever would move: running animations, and styles that would animate a change or scroll smoothly.
MOVING = """() => {
  const seconds = (text) => Math.max(...text.split(',').map(parseFloat));
  const moves = (style) => (style.animationName !== 'none' && seconds(style.animationDuration) > 0.01)
    || (style.transitionProperty !== 'none' && seconds(style.transitionDuration) > 0.01) || style.scrollBehavior === 'smooth';
  const found = document.getAnimations().map((one) => `runs: ${one.constructor.name}`);
  for (const one of document.querySelectorAll('*'))
    for (const part of one.matches('progress') ? [null, '::-webkit-progress-value'] : [null, '::before', '::after'])
      if (moves(getComputedStyle(one, part))) found.push(`${part || ''} ${one.outerHTML.slice(0, 120)}`);
  return found;
}"""

# What can be focused, and buttons, whose edge vanishes when the system takes shadows and grounds away.
EDGES = """() => {
  const faults = [];
  const can = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
  for (const one of document.querySelectorAll(can)) {
    if (!one.checkVisibility({visibilityProperty: true})) continue;
    one.focus({focusVisible: true});
    if (document.activeElement !== one) continue;
    const drawn = [getComputedStyle(one)];
    // The focus of a tick box or a radio is drawn at its label.
    if (one.labels && ['radio', 'checkbox'].includes(one.type))
      for (const label of one.labels) drawn.push(getComputedStyle(label, '::before'), getComputedStyle(label));
    if (!drawn.some((style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2))
      faults.push(`no focus: ${one.outerHTML.slice(0, 140)}`);
    one.blur();
    const ticked = ['radio', 'checkbox', 'file'].includes(one.type);
    const field = one.matches('button, .nhsuk-button, input, select, textarea') && !ticked;
    const style = getComputedStyle(one);
    const drawnAt = (side) => parseFloat(style[`border${side}Width`]) >= 1 && style[`border${side}Style`] !== 'none';
    const edged = ['Top', 'Bottom', 'Left'].every(drawnAt);
    const linkLike = style.textDecorationLine.includes('underline') || one.querySelector('svg');
    if (field && !edged && !linkLike) faults.push(`no edge: ${one.outerHTML.slice(0, 140)}`);
  }
  return faults;
}"""

# Class → colour of the parts of a drawing.
FILLS = """selector => Object.fromEntries([...document.querySelectorAll(selector)]
  .map((one) => [one.getAttribute('class') || 'plain', getComputedStyle(one).fill]))"""


@pytest.fixture
def lead(live_server: object, browser: Browser) -> Iterator[BrowserContext]:
    """The windows of an EDI lead with an open return and one released figure."""
    own = Organisation.objects.get(slug="countess-of-chester")
    portal = Portal(browser, str(live_server))
    portal.given_a_draft_of(own)
    release = published_release("2019-20-q2", 1, [own])
    write(figure(release, "WRES-2", own, value=1.9, verdict="act", tier="public"))
    context = opened_as(person(Role.EDI_LEAD, own), browser, live_server)
    yield context
    context.close()


MAIN_PAGES = ["/components/", "/", "/kpis/wres-2/", "/returns/countess-of-chester/2019-20-q3/workforce-standards/"]


@pytest.mark.django_db(transaction=True)
def test_main_pages_with_less_motion_and_colours_of_the_system(lead: BrowserContext) -> None:
    """Nothing moves, focus and edges stay, and in a light and a dark palette each mark and part of a bar is unlike the others."""
    page, found = lead.new_page(), list[str]()
    page.emulate_media(reduced_motion="reduce", forced_colors="active")
    for path in MAIN_PAGES:
        assert opens(page, path)
        found += [f"{path} {one}" for one in (*page.evaluate(MOVING), *page.evaluate(EDGES))]
    assert not found, "\n".join(found)
    assert opens(page, reverse("components"))
    for scheme in ("light", "dark"):
        page.emulate_media(reduced_motion="reduce", forced_colors="active", color_scheme=scheme)
        marks = {name: page.locator(f".edi-heat td.{name}").first for name in "bswatfcn"}
        _differ({name: one for name, one in marks.items() if one.count()}, least=5)
        for drawing, least in ((".edi-bar rect", 3), (".edi-track rect", 2)):
            fills = page.evaluate(FILLS, drawing)
            assert len(set(fills.values())) == len(fills) >= least, fills


@pytest.mark.django_db(transaction=True)
@pytest.mark.long
@pytest.mark.parametrize("reader", READERS)
def test_every_page_with_less_motion_and_colours_of_the_system(reader: str, live_server: object, browser: Browser) -> None:
    world = build_world()
    context = opened_as(world.readers[reader], browser, live_server, forced_colors="active", reduced_motion="reduce")
    page, found = context.new_page(), list[str]()
    for path in each_page_once(world)[reader]:
        if opens(page, path):
            found += [f"{path} {one}" for one in (*page.evaluate(MOVING), *page.evaluate(EDGES))]
    context.close()
    assert not found, f"{len(found)}\n" + "\n".join(found)


def test_the_looks_find_what_is_wrong(browser: Browser) -> None:
    """A page made wrong on purpose: what moves, a focus that is not drawn and a button without an edge are found."""
    page = browser.new_context(forced_colors="active", reduced_motion="reduce").new_page()
    page.set_content("<button style='border: 0; outline: none; background: blue; transition: width 2s'>Send</button>")
    assert len(page.evaluate(MOVING)) == 1
    assert [fault.split(":")[0] for fault in page.evaluate(EDGES)] == ["no focus", "no edge"]
    page.set_content("<style>button:focus { outline: 3px solid }</style><button style='border: 2px solid'>Send</button>")
    assert (page.evaluate(MOVING), page.evaluate(EDGES)) == ([], [])
    page.context.close()


def _differ(parts: dict[str, Locator], *, least: int) -> None:
    """Each part is drawn unlike every other."""
    assert len(parts) >= least, parts
    pictures = {name: one.screenshot() for name, one in parts.items()}
    alike = [pair for pair in combinations(pictures, 2) if pictures[pair[0]] == pictures[pair[1]]]
    assert alike == []
