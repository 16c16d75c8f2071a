"""A passkey in a real browser: added by its owner, then used in place of the code, then in place of password and code."""

import pytest
from playwright.sync_api import Page, expect

from organisations.roles import Role
from tests.journeys.portal import Portal
from tests.organisations.factories import PASSWORD, person

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def give_password(page: Page, button: str) -> None:
    """Fill in the password and go on."""
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name=button).click()


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.security(14)
def test_a_passkey_is_added_and_signs_in_after_the_password_and_alone(portal: Portal) -> None:
    user = person(Role.BOARD_MEMBER)
    with portal.window() as page:
        device = page.context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        portal.sign_in(page, user)
        page.goto("/account/second-factor/passkeys/add/")
        if page.get_by_label("Password", exact=True).count():
            give_password(page, "Continue")
        page.get_by_role("button", name="Add a passkey").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
        page.goto("/account/second-factor/passkeys/")
        expect(page.get_by_role("rowheader")).to_have_text("Passkey 1")
        page.context.clear_cookies()
        page.goto("/account/login/")
        page.get_by_label("Email").fill(user.email)
        give_password(page, "Sign in")
        page.get_by_role("button", name="Use a passkey").click()
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        page.context.clear_cookies()
        page.goto("/organisations/")
        page.get_by_role("link", name="Sign in with a passkey").click()
        page.get_by_role("button", name="Use a passkey").click()
        portal.is_on(page, "organisations")
