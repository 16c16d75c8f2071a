"""What the frame of every page shows: navigation of the role in use, header, demonstration strip and footer."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.formats import date_format

from edi_portal.clock import business_today
from edi_portal.ui.navigation import FOOTER, NAVIGATION, PUBLIC, SIGNED_IN_WITHOUT_ROLE, Entry, address_of, entries

ReleaseLine = Callable[[HttpRequest], str]
_release_lines: list[ReleaseLine] = []


def show_release_line(function: ReleaseLine) -> None:
    """Let the app that owns releases say which release a request shows; called once, when that app is ready.

    The function answers in words, such as "release 14 (2019-20 Q2), published 20 November 2019", or nothing.
    """
    _release_lines[:] = [function]


class Frame:
    """The parts of the frame; each is worked out when a template first asks, so that components cost nothing."""

    portal_name = "EDI portal"

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._user = getattr(request, "user", None)
        self._membership = getattr(request, "membership", None)

    @property
    def partnership(self) -> str:
        """The body that runs the portal."""
        return str(settings.PARTNERSHIP_NAME)

    @property
    def logo(self) -> str:
        """Static path of a logo, empty unless the body that runs the portal may show one."""
        return str(settings.PORTAL_LOGO)

    @property
    def signed_in(self) -> bool:
        """True when the visitor has an account and is signed in."""
        return self._user is not None and self._user.is_authenticated

    @cached_property
    def navigation(self) -> tuple[Entry, ...]:
        """Main navigation of the role in use."""
        if not self.signed_in:
            links = PUBLIC
        elif self._membership is None:
            links = SIGNED_IN_WITHOUT_ROLE
        else:
            links = NAVIGATION.get(str(self._membership.role), SIGNED_IN_WITHOUT_ROLE)
        return entries(links, self._request.path)

    @cached_property
    def role_text(self) -> str:
        """The role in use and where, such as "EDI lead, Countess of Chester"; empty without a role."""
        return str(self._membership) if self._membership is not None else ""

    @cached_property
    def switch_role_url(self) -> str:
        """Where another role can be chosen, empty for a person with one role."""
        return address_of("organisations:switch-role") if len(getattr(self._request, "memberships", ())) > 1 else ""

    @cached_property
    def sign_in_settings_url(self) -> str:
        """Where one's own password, second step and sessions are."""
        return address_of("mfa_index")

    @cached_property
    def sign_out_url(self) -> str:
        """Where the sign-out form is sent."""
        return address_of("account_logout")

    @property
    def provider_name(self) -> str:
        """What the account at work is called with which one can sign in; empty where no provider is set."""
        offered = settings.OIDC_ISSUER and settings.OIDC_CLIENT_ID and settings.OIDC_CLIENT_SECRET
        return str(settings.OIDC_NAME) if offered else ""

    @cached_property
    def home_url(self) -> str:
        """The first page."""
        return address_of("home") or "/"

    @cached_property
    def search_url(self) -> str:
        """Where the search box sends its words."""
        return address_of("search")

    @cached_property
    def strip_text(self) -> str:
        """What the yellow strip adds about today's date; empty outside the demonstration, and then there is no strip."""
        if not settings.DEMONSTRATION:
            return ""
        return f"Today in the demonstration: {date_format(business_today(), 'j F Y')}."

    @cached_property
    def footer(self) -> tuple[Entry, ...]:
        """Links at the foot of every page, always in the same order."""
        return entries(FOOTER, "")

    @cached_property
    def release_line(self) -> str:
        """Number and date of the release that the page shows."""
        return next((line for function in _release_lines if (line := function(self._request))), "")


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `frame` for the base template and `help_url` for any page."""
    return {"frame": Frame(request), "help_url": address_of("help")}
