"""What every page with one form does: show it, check it, save it, say so, go on; and who reads the pages of this app."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render

from edi_portal.exceptions import Incomplete, InvalidTransition, StaleData
from edi_portal.ui.editing import kept_version, show_meanwhile
from organisations.models import Organisation
from organisations.permissions import active_membership, can
from organisations.requests import PortalRequest
from organisations.roles import Right

Trail = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class FormPage:
    """The words around a form, and where leaving it leads."""

    heading: str
    button: str
    back: str
    lede: str = ""
    caption: str = ""
    warning: bool = False
    trail: Trail = field(default_factory=list)
    facts: tuple[str, ...] = ()
    version: int | None = None
    """Of the row that the form changes, as it was read for this request."""


def form_page(
    request: PortalRequest,
    form: Form,
    page: FormPage,
    save: Callable[[], tuple[str, str]],
    *,
    template: str = "steering/register_form.html",
) -> HttpResponse:
    """Show the form; once it is sent and holds together, save and go on.

    `save` does the work and says the message and the address that follow; what it refuses stands on the form. After a mistake the
    form keeps the version that it was opened with; only after a conflict, when the page shows both, does it take the newest over.
    """
    status, version = 200, page.version
    if request.method == "POST":
        status, version = 422, kept_version(request, page.version)
        if form.is_valid():
            try:
                said, address = save()
            except StaleData as problem:
                form.add_error(None, str(problem))
                show_meanwhile(form)
                status, version = 409, page.version
            except (Incomplete, InvalidTransition) as problem:
                form.add_error(None, str(problem))
            else:
                messages.success(request, said)
                return redirect(address)
    context = {"form": form, "page": page, "version": version, "breadcrumbs": page.trail}
    return render(request, template, context, status=status)


def own_organisation(request: PortalRequest) -> Organisation | None:
    """The organisation of the role in use, where it may see its registers whole."""
    membership = active_membership(request)
    organisation = membership.organisation if membership is not None else None
    return organisation if organisation is not None and can(request.user, Right.VIEW_REGISTERS, organisation) else None


def keeps(request: PortalRequest, organisation: Organisation | None) -> bool:
    """Whether this reader keeps the organisation's registers."""
    return organisation is not None and can(request.user, Right.KEEP_REGISTERS, organisation)


def context_of(request: PortalRequest) -> dict[str, Any]:
    """What most pages of this app say of the reader."""
    organisation = own_organisation(request)
    return {
        "organisation": organisation,
        "may_keep": keeps(request, organisation),
        "may_govern": can(request.user, Right.GOVERN),
    }
