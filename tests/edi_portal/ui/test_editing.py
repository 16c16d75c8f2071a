"""What a conflict shows: each answer that two people gave differently, in words."""

from datetime import date
from typing import Any

import pytest
from django import forms
from django.test import RequestFactory

from edi_portal.exceptions import Incomplete, StaleData
from edi_portal.templatetags.ui import nhs_errors
from edi_portal.ui.editing import NEVER, edit
from edi_portal.ui.forms import DayField, PortalForm

STORED = {"name": "Theirs", "band": "b", "days": ["x"], "on": date(2020, 1, 2), "open": True, "same": "same"}


class Form(PortalForm):
    """One field of each kind."""

    name = forms.CharField(label="Name")
    band = forms.ChoiceField(label="Band", choices=[("a", "Band a"), ("b", "Band b")])
    days = forms.MultipleChoiceField(label="Days", choices=[("x", "First"), ("y", "Second")], required=False)
    on = DayField(label="Day", required=False)
    open = forms.BooleanField(label="Open", required=False)
    same = forms.CharField(label="The same")


def asked(**typed: Any) -> tuple[Any, Form]:
    data = {"name": "Mine", "band": "a", "days": ["x", "y"], "on": "3/2/2020", "same": "same", "version": "3"} | typed
    request = RequestFactory().post("/", data)
    return request, Form(request.POST, initial=STORED)


def refuse(error: Exception) -> Any:
    def save(seen: int) -> None:
        raise error

    return save


def test_a_conflict_shows_both_and_takes_the_newer_version_over() -> None:
    request, form = asked()
    done = edit(request, form, refuse(StaleData("Somebody was faster.")), stored=5)
    assert (done.status, done.version, done.is_saved) == (409, 5, False)
    assert {one.label: (one.saved, one.typed) for one in form.meanwhile} == {  # type: ignore[attr-defined]
        "Name": ("Theirs", "Mine"),
        "Band": ("Band b", "Band a"),
        "Days": ("First", "First, Second"),
        "Day": ("2 January 2020", "3 February 2020"),
        "Open": ("yes", "no"),
    }
    drawn = nhs_errors(form)
    assert "Nothing has been saved: somebody else changed this meanwhile" in drawn
    assert "Somebody was faster." in drawn and "Band b" in drawn and "Your answers stand below" in drawn


@pytest.mark.parametrize("typed", [{"name": ""}, {}])
def test_after_any_other_refusal_the_form_keeps_the_version_it_was_opened_with(typed: dict[str, str]) -> None:
    request, form = asked(**typed)
    done = edit(request, form, refuse(Incomplete("Not so.")), stored=5)
    assert (done.status, done.version) == (422, 3) and "Saved now" not in nhs_errors(form)


def test_what_is_saved_is_given_the_version_that_was_seen() -> None:
    request, form = asked()
    done = edit(request, form, lambda seen: f"saved over {seen}", stored=3)
    assert done.is_saved and done.saved == "saved over 3"


@pytest.mark.parametrize("version", ["", "-1", "9" * 12, "\u0663", "x"])
def test_a_form_that_names_no_version_has_seen_none(version: str) -> None:
    request, form = asked(version=version)
    assert edit(request, form, lambda seen: seen, stored=3).saved == NEVER


def test_a_first_look_holds_the_stored_version() -> None:
    done = edit(RequestFactory().get("/"), Form(), refuse(AssertionError()), stored=5)
    assert (done.status, done.version) == (200, 5)
