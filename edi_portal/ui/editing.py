"""Changing a stored row by a form: nothing typed is lost, and what somebody else saved meanwhile is shown before it is replaced.

The version of the row travels with the form. After a mistake the form keeps the version that it was opened with. Only after a
conflict, when the page has shown what is stored now, does it take that version over: the next save is then meant.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from edi_portal.exceptions import BusinessError, StaleData

NEVER = -1
"""No row has this version."""


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """One field that another person saved otherwise than this one typed it."""

    label: str
    saved: str
    typed: str


@dataclass(frozen=True, slots=True)
class Edit:
    """What became of a request: what the service gave back, or the status of the page and the version that its form holds."""

    status: int = 200
    version: int | None = None
    saved: Any = None

    @property
    def is_saved(self) -> bool:
        """Whether the row is saved; else the page shows the form."""
        return self.status == 302


def seen_version(request: HttpRequest) -> int:
    """The version of the row that the form was opened with; one that never was where the form does not say."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else NEVER


def kept_version(request: HttpRequest, stored: int | None) -> int | None:
    """The version that a form which was sent keeps: the one it was opened with; none where what it writes has none (`stored`)."""
    return seen_version(request) if stored is not None else None


def edit(request: HttpRequest, form: forms.BaseForm, save: Callable[[int], Any], *, stored: int | None = None) -> Edit:
    """Save what was typed, given the version that was seen. `stored`: the version of the row as it was read for this request.

    A form that changes what is stored holds that as its initial values. A refusal is said above the form.
    """
    if request.method != "POST":
        return Edit(version=stored)
    seen = seen_version(request)
    if not form.is_valid():
        return Edit(422, seen)
    try:
        return Edit(302, saved=save(seen))
    except StaleData as problem:
        form.add_error(None, str(problem))
        show_meanwhile(form)
        return Edit(409, stored)
    except BusinessError as problem:
        form.add_error(None, str(problem))
        return Edit(422, seen)


def show_meanwhile(form: forms.BaseForm) -> None:
    """Let the page of a refused form show what is stored now beside what was typed."""
    if form.initial:
        form.meanwhile = _meanwhile(form)  # type: ignore[attr-defined]


def _meanwhile(form: forms.BaseForm) -> tuple[Meanwhile, ...]:
    """The fields in which what is stored and what was typed differ, in words."""
    found = []
    for name in form.changed_data:
        field = form.fields[name]
        saved = _words(field, form.get_initial_for_field(field, name))
        typed = _words(field, form.cleaned_data.get(name))
        if saved != typed:
            found.append(Meanwhile(str(field.label or name), saved, typed))
    return tuple(found)


def _words(field: forms.Field, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return f"{value:%-d %B %Y}"
    if isinstance(value, list | tuple | set | frozenset | QuerySet):
        return ", ".join(sorted(_words(field, one) for one in value))
    if isinstance(field, forms.ModelChoiceField) and isinstance(value, Model):
        value = field.prepare_value(value)
    text = "" if value is None else str(value)
    return _labels(field).get(text, text)


def _labels(field: forms.Field) -> dict[str, str]:
    choices = getattr(field, "choices", None) or ()
    return {str(key): str(label) for key, label in choices if str(key)}
