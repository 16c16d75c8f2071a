"""The main pages of every role by axe-core, wide and on a phone: no violation, no sideways scroll, no script complaint."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Browser, Page

from organisations.models import User
from organisations.roles import Role
from tests.access.world import OPEN, OWN, RELEASED, SENT, World, build_world
from tests.organisations.factories import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = Path(settings.BASE_DIR) / "build" / "test-assets" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (1280, 375)
ANYBODY = "anybody"

Address = Callable[[World], str]


def at(name: str, *parts: str, query: str = "") -> Address:
    """The address of a page whose parts are known beforehand."""
    return lambda world: reverse(name, args=parts) + query


RETURN = (OWN, OPEN)
PAGES: dict[str, list[Address]] = {
    ANYBODY: [
        at("account_login"),
        at("account_reset_password"),
        at("published:list"),
        at("published:organisation", OWN),
        at("organisations:accept-invitation", "no-such-token"),
    ],
    Role.EDI_LEAD: [
        at("home"),
        at("returns:list"),
        at("returns:overview", *RETURN),
        at("returns:section", *RETURN, "workforce-standards"),
        at("returns:section", *RETURN, "equality-assurance"),
        at("returns:paste", *RETURN, "workforce-standards", "recruitment_ethnicity"),
        at("returns:submit", *RETURN),
        at("returns:versions", *RETURN),
        at("returns:upload", *RETURN),
        lambda world: reverse("returns:upload-result", args=[*RETURN, world.uploads["own"].pk]),
        at("returns:section", OWN, RELEASED, "workforce-standards"),
        at("returns:take-back", OWN, SENT),
        at("kpis:list"),
        at("kpis:detail", "dq-1"),
        at("kpis:definition", "dq-1"),
        at("kpis:add"),
        at("kpis:own"),
        at("organisations:directory"),
        at("returns:assignments", *RETURN),
        at("returns:discuss", *RETURN, "workforce-standards", "recruitment_ethnicity"),
        at("returns:discussions", *RETURN),
        at("returns:evidence", *RETURN),
        at("organisations:detail", OWN),
        at("organisations:history", OWN),
        at("organisations:people", OWN),
        at("operating-model:home"),
        at("operating-model:assessments"),
        at("operating-model:assessment", OWN, "2019-20"),
        at("operating-model:answer", OWN, "2019-20", "budget"),
        at("operating-model:sheet", OWN, "2019-20"),
        at("operating-model:pooled"),
        at("operating-model:add-offer"),
        at("operating-model:offer", f"{OWN}-analyst"),
        at("operating-model:add-project"),
        at("kpis:organisation", OWN),
        at("networks:list"),
        at("networks:sheet"),
        at("edi-posts:list"),
        at("strategies:list"),
        at("strategies:sheet"),
        at("strategies:upload"),
        at("strategies:proposals", f"{OWN}-plan"),
        at("strategies:document", f"{OWN}-plan"),
        at("strategies:organisation", OWN),
        at("interviews:add"),
        lambda world: reverse("interviews:detail", args=[world.registers["interviews:detail"]["own"].pk]),
        at("toolkit:add"),
        at("toolkit:step", "objectives"),
        at("toolkit:outreach"),
        at("toolkit:outreach-sheet"),
        at("edi-posts:career-path"),
        at("edi-posts:apprenticeships"),
        at("compliance:list"),
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
        at("home"),
        at("operating-model:system"),
        at("operating-model:criteria"),
        at("operating-model:appraisals"),
        at("operating-model:appraisal-draft"),
        at("operating-model:appraisal-option", "each-alone"),
        at("operating-model:document"),
        at("operating-model:draft"),
        at("operating-model:plan"),
        at("operating-model:add-step"),
        at("operating-model:projects"),
        at("overview:table"),
        at("overview:exceptions"),
        at("overview:completeness"),
        at("kpis:list"),
        at("kpis:detail", "dq-1"),
        at("kpis:detail", "wres-4"),
        at("kpis:organisation", OWN),
        at("kpis:representation"),
        at("kpis:capability"),
        at("kpis:outreach"),
        at("interviews:list"),
        at("interviews:themes"),
        at("interviews:code-book"),
        at("toolkit:list"),
        at("toolkit:steps"),
        at("kpis:adopt", "own-1"),
        at("compliance:list"),
        at("compliance:duty", "wres"),
        at("compliance:baselines"),
        at("compliance:move", "wres"),
        at("efficiencies:list"),
        at("outcomes:list"),
        at("practice:list"),
        lambda world: reverse("consultations:detail", args=[world.consultation.pk]),
        at("workstreams:list"),
        at("workstreams:detail", "staff-networks"),
        at("workstreams:colour", "staff-networks"),
        at("actions:list", query="?state=all"),
        lambda world: reverse("actions:detail", args=[world.actions["own"].pk]),
        at("actions:add"),
        at("risks:list"),
        at("risks:add"),
        at("group:detail"),
        at("meetings:list"),
        at("meetings:detail", "2020-01-13"),
        at("meetings:attendance", "2020-01-13"),
        at("decisions:list"),
        at("contributions:list"),
        at("ratifications:add"),
    ],
    Role.BOARD_MEMBER: [
        at("outcomes:list"),
        at("digest:list"),
        at("ratifications:list"),
        at("home"),
        at("kpis:detail", "dq-1"),
        at("kpis:organisation", OWN),
    ],
    Role.HEALTHWATCH_READER: [at("ratifications:list"), at("home"), at("kpis:list"), at("kpis:detail", "dq-1")],
    Role.PORTAL_ADMIN: [
        at("home"),
        at("collections:list"),
        at("collections:board", OPEN),
        at("collections:dates", OPEN),
        at("collections:close", OPEN),
        at("collections:excuse", OPEN, OWN),
        at("releases:list"),
        lambda world: reverse("releases:publish", args=[world.release.pk]),
        lambda world: reverse("releases:discard", args=[world.release.pk]),
        at("jobs:list"),
        at("organisations:people-index"),
        at("organisations:invite", OWN),
        at("organisations:onboard"),
        at("organisations:onboard-organisation"),
        at("organisations:onboard-upload"),
        at("organisations:merge", OWN),
        at("kpis:change", "dq-1"),
    ],
    "no_role": [at("home"), at("organisations:switch-role"), lambda world: "/no-such-page/"],
}


@pytest.fixture(autouse=True)
def axe_is_built() -> None:
    """The rules come from a package that the build copies."""
    if not AXE.exists():
        if os.environ.get("PORTAL_REQUIRE_BROWSER") == "1" or os.environ.get("CI"):
            pytest.fail("build/test-assets/axe.min.js is needed here.")
        pytest.skip("The test assets are not built.")


def test_every_main_page_of_every_role(live_server: object, reference: None, browser: Browser) -> None:
    world = build_world()
    faults: list[str] = []
    for reader, addresses in PAGES.items():
        for width in WIDTHS:
            context = browser.new_context(viewport={"width": width, "height": 900}, base_url=str(live_server))
            user = world.readers.get(reader)
            if user is not None:
                context.add_cookies([_session(user, str(live_server))])
            page = context.new_page()
            complaints: list[str] = []
            page.on("pageerror", lambda error, kept=complaints: kept.append(str(error)))
            page.on("console", lambda said, kept=complaints: kept.append(said.text) if said.type == "error" else None)
            for address in addresses:
                path = address(world)
                page.goto(path)
                faults += [f"{reader} {path} {width}: {fault}" for fault in _faults(page)]
            faults += [f"{reader} {width}: {said}" for said in complaints if "the server responded with a status" not in said]
            context.close()
    assert not faults, "\n".join(faults)


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
  const out = [...document.querySelectorAll('body *')].map((one) => [one.getBoundingClientRect().right, one])
    .filter(([right, one]) => right > innerWidth && !one.closest('.edi-scroll, [data-scroll]'));
  out.sort((a, b) => b[0] - a[0]);
  return out.length ? out[0][1].outerHTML.slice(0, 160) : '';
}"""
