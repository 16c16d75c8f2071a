"""Sign-in with the account at work in a real browser: the provider's pages are another site, and the policy of ours holds."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from organisations.roles import Role
from tests.journeys.portal import Portal
from tests.organisations.factories import person
from tests.organisations.openid_provider import CLIENT, SECRET, OpenIdProvider


@pytest.fixture
def provider(settings: Any, monkeypatch: pytest.MonkeyPatch, live_server: Any) -> Iterator[OpenIdProvider]:
    """A provider that counts as both factors."""
    started = OpenIdProvider()
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = started.address, CLIENT, SECRET
    settings.OIDC_SECOND_FACTOR, settings.BASE_URL = ["amr=mfa"], str(live_server)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield started
    started.stop()


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.security(13)
@pytest.mark.parametrize("scripts", [True, False])
def test_a_person_links_their_account_and_signs_in_with_it(portal: Portal, provider: OpenIdProvider, scripts: bool) -> None:
    user = person(Role.BOARD_MEMBER)
    provider.person = {"sub": "7f3c", "email": user.email, "email_verified": True, "amr": ["pwd", "mfa"]}
    with portal.window(scripts=scripts) as page:
        portal.sign_in(page, user)
        page.goto("/account/second-factor/")
        page.get_by_role("link", name="Sign in with NHSmail").click()
        page.get_by_role("button", name="Go to NHSmail").click()
        portal.is_on(page, "Link this account?")
        page.get_by_role("button", name="Link the account").click()
        expect(page.get_by_text("Your NHSmail account is linked.")).to_be_visible()
        page.get_by_role("button", name="Sign out", exact=True).click()
        page.goto("/organisations/")
        page.get_by_role("button", name="Sign in with NHSmail").click()
        portal.is_on(page, "organisations")
        page.goto("/")
        page.get_by_role("button", name="Sign out", exact=True).click()
        portal.is_on(page, "You are signed out of the portal")
