"""What the pages of governance share: the way back, the own organisation, and how a form is answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from edi_portal.exceptions import BusinessError, NotAllowed, StaleData
from edi_portal.ui.editing import kept_version, show_meanwhile
from edi_portal.ui.forms import PortalForm
from organisations.models import Organisation
from organisations.permissions import active_membership
from organisations.requests import PortalRequest


def trail(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    """Breadcrumbs from pairs of label and URL name or address."""
    return [{"label": label, "url": url if url.startswith("/") else reverse(url)} for label, url in pairs]


def own_organisation(request: PortalRequest) -> Organisation | None:
    """The organisation of the role in use."""
    membership = active_membership(request)
    return membership.organisation if membership is not None else None


def number_typed(text: str | None) -> int:
    """A whole number that came with a form, or -1 for anything else."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else -1


@dataclass(frozen=True, slots=True)
class FormPage:
    """A page with one form: its words, the way back, and the lock version that travels with it."""

    heading: str
    button: str
    back: str
    breadcrumbs: list[dict[str, str]]
    caption: str = ""
    lede: str = ""
    warning: bool = False
    version: int | None = None


def answer_form(
    request: PortalRequest, page: FormPage, form: PortalForm, *, save: Callable[[PortalForm], Any], done: str, to: str = ""
) -> HttpResponse:
    """Show the form, or save what was typed: what a rule refuses is said above the form, and nothing typed is lost.

    After a mistake the form keeps the version that it was opened with; only after a conflict, when the page shows what is stored
    now, does it take that version over.
    """
    status, version = 200, page.version
    if request.method == "POST":
        status, version = 422, kept_version(request, page.version)
        if form.is_valid():
            try:
                save(form)
            except NotAllowed:
                raise
            except StaleData as problem:
                form.add_error(None, str(problem))
                show_meanwhile(form)
                status, version = 409, page.version
            except BusinessError as problem:
                form.add_error(None, str(problem))
            else:
                messages.success(request, done)
                return redirect(to or page.back)
    context = {"form": form, "page": page, "version": version, "breadcrumbs": page.breadcrumbs}
    return render(request, "steering/form.html", context, status=status)
