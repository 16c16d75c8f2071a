"""Navigation: only pages that exist, one current branch, the order of the role."""

import pytest
from django.test import override_settings
from django.urls import include, path

from edi_portal.ui import pages
from edi_portal.ui.navigation import NAVIGATION, PUBLIC, entries

returns = ([path("", pages.method, name="list"), path("<slug:org>/", pages.method, name="overview")], "returns")
urlpatterns = [
    path("", pages.help_page, name="home"),
    path("returns/", include(returns)),
    path("help/", pages.help_page, name="help"),
    path("method/", pages.method, name="method"),
    path("method/disclosure/", pages.method_disclosure, name="method-disclosure"),
]

pytestmark = pytest.mark.urls(__name__)


def test_an_entry_without_a_page_is_left_out_and_the_order_is_kept() -> None:
    shown = entries(NAVIGATION["edi_lead"], "/")
    assert [entry.label for entry in shown] == ["Home", "Returns", "Help"]
    assert [entry.url for entry in shown] == ["/", "/returns/", "/help/"]


@pytest.mark.parametrize(
    ("address", "current"),
    [("/", "Home"), ("/returns/", "Returns"), ("/returns/aintree/", "Returns"), ("/help/", "Help"), ("/elsewhere/", None)],
)
def test_the_branch_of_the_page_is_current(address: str, current: str | None) -> None:
    marked = [entry.label for entry in entries(NAVIGATION["edi_lead"], address) if entry.current]
    assert marked == ([current] if current else [])


def test_the_longest_branch_wins() -> None:
    links = (("Method", "method"), ("Small numbers", "method-disclosure"))
    assert [entry.current for entry in entries(links, "/method/disclosure/")] == [False, True]


def test_every_role_has_a_navigation_that_starts_at_home_and_ends_with_help() -> None:
    from organisations.roles import Role

    assert set(NAVIGATION) == {role.value for role in Role}
    for links in NAVIGATION.values():
        assert (links[0][0], links[-1][0]) == ("Home", "Help")


def test_no_role_but_the_steering_group_has_more_than_nine_entries() -> None:
    assert {role for role, links in NAVIGATION.items() if len(links) > 9} == {"steering_member"}
    assert PUBLIC[-1][0] == "Sign in"


@override_settings(ROOT_URLCONF="edi_portal.urls")
def test_entries_of_the_portal_itself_lead_somewhere() -> None:
    for role, links in NAVIGATION.items():
        labels = {entry.label for entry in entries(links, "/")}
        assert {"Home", "Organisations", "Help"} <= labels or role == "contributor"
