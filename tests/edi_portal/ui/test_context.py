"""The frame of a signed-in page: role in the header, switching only where there is something to switch to."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory

from edi_portal.ui.context import Frame, frame


class Held:
    """A membership as the frame sees it."""

    def __init__(self, role: str, label: str) -> None:
        self.role, self.label = role, label

    def __str__(self) -> str:
        return self.label


LEAD = Held("edi_lead", "EDI lead, Countess of Chester")
ADMIN = Held("portal_admin", "Portal admin")


def signed_in(*held: Held, path: str = "/") -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = SimpleNamespace(is_authenticated=True, pk=1)  # type: ignore[assignment]
    request.memberships, request.membership = list(held), held[0] if held else None  # type: ignore[attr-defined]
    return request


@pytest.fixture(autouse=True)
def no_release(monkeypatch: pytest.MonkeyPatch) -> None:
    """The frame is looked at without the app that tells which release a page shows."""
    monkeypatch.setattr("edi_portal.ui.context._release_lines", [])


def drawn(request: HttpRequest) -> str:
    return render_to_string("pages/accessibility.html", frame(request))


def test_the_header_says_in_which_role_and_where() -> None:
    page = drawn(signed_in(LEAD))
    assert "EDI lead, Countess of Chester" in page
    assert "Sign out" in page and "Sign in" not in page
    assert 'method="post"' in page[page.index("Account") : page.index("Sign out")], (
        "signing out changes something, so it is no link"
    )


def test_switch_role_is_offered_only_to_somebody_with_two() -> None:
    assert "Switch role" not in drawn(signed_in(LEAD))
    assert "Switch role" in drawn(signed_in(LEAD, ADMIN))


def test_the_navigation_is_that_of_the_role_in_use() -> None:
    lead = [entry.label for entry in Frame(signed_in(LEAD)).navigation]
    admin = [entry.label for entry in Frame(signed_in(ADMIN)).navigation]
    assert "Returns" in lead and "People" not in lead
    assert "People" in admin and "Returns" not in admin


def test_an_account_without_a_role_gets_home_and_help() -> None:
    assert [entry.label for entry in Frame(signed_in()).navigation] == ["Home", "Help"]
    assert Frame(signed_in()).role_text == ""


def test_nobody_signed_in_gets_the_public_navigation() -> None:
    request = RequestFactory().get("/method/")
    request.user = AnonymousUser()
    shown = Frame(request)
    assert not shown.signed_in and shown.role_text == "" and shown.switch_role_url == ""
    assert [(entry.label, entry.current) for entry in shown.navigation][-2:] == [("Method", True), ("Sign in", False)]


@pytest.mark.django_db
def test_the_current_entry_is_announced() -> None:
    page = render_to_string("pages/accessibility.html", frame(signed_in(LEAD, path="/help/")))
    assert page.count('aria-current="true"') == 1


def test_the_page_without_a_frame_still_stands() -> None:
    page = render_to_string("errors/500.html", {"incident": "abc"})
    assert "EDI portal" in page and "<nav" not in page and "abc" in page
