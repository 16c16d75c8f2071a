"""The agreed document of the shared operating model: versions, the draft, putting it before those who ratify, their reply."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.exceptions import BusinessError, NotAllowed
from edi_portal.ui.editing import edit
from organisations.permissions import can, require
from organisations.requests import PortalRequest
from organisations.roles import Right
from strategies.forms.model_documents import ReplyForm, VersionForm, initial_of_version
from strategies.models import ModelVersion
from strategies.selectors.model_documents import (
    ReplyRow,
    draft_of_model,
    get_version,
    is_version_readable,
    reply_rows,
    text_of_version,
    versions_shown_to,
)
from strategies.selectors.replies import can_reply, check_can_reply, place_replied_for
from strategies.selectors.review_words import review_words
from strategies.services import model_documents as services
from strategies.shared_model.replies import BOARD
from strategies.shared_model.vocabulary import SECTIONS
from strategies.views.assessments import trail


@require_GET
def document(request: PortalRequest) -> HttpResponse:
    """The version in force, or the newest that was proposed; every version below."""
    versions = versions_shown_to(request.user)
    shown = [one for one in versions if one.state != ModelVersion.State.DRAFT]
    newest = next((one for one in shown if one.state == ModelVersion.State.RATIFIED), shown[0] if shown else None)
    context = _reading(request, newest, versions) if newest is not None else {}
    context |= {
        "versions": versions,
        "draft": draft_of_model() if can(request.user, Right.WRITE_OPERATING_MODEL) else None,
        "may_write": can(request.user, Right.WRITE_OPERATING_MODEL),
        "breadcrumbs": trail(),
    }
    return render(request, "strategies/model_document.html", context)


@require_GET
def version(request: PortalRequest, number: int) -> HttpResponse:
    """One version as it was, with the replies."""
    found = get_version(request.user, number)
    if found.state == ModelVersion.State.DRAFT:
        return redirect("operating-model:draft")
    context = _reading(request, found, versions_shown_to(request.user)) | {
        "may_write": can(request.user, Right.WRITE_OPERATING_MODEL),
        "breadcrumbs": _document_trail(),
    }
    return render(request, "strategies/model_document.html", context)


@require_POST
def begin(request: PortalRequest) -> HttpResponse:
    """Begin the next version, or go on with the one begun."""
    services.begin_version(by=request.user)
    return redirect("operating-model:draft")


@require_http_methods(["GET", "POST"])
def draft(request: PortalRequest) -> HttpResponse:
    """Write the draft; a conflict keeps what was typed."""
    require(request.user, Right.WRITE_OPERATING_MODEL)
    found = draft_of_model()
    if found is None:
        return redirect("operating-model:document")
    form = VersionForm(request.POST or None, initial=initial_of_version(found))

    def save(seen: int) -> ModelVersion:
        return services.save_version(version=found, entry=form.entry(), seen_version=seen, by=request.user)

    done = edit(request, form, save, stored=found.version)
    if done.is_saved:
        messages.success(request, "The draft is saved.")
        return redirect("operating-model:draft")
    context = {"draft": found, "form": form, "seen": done.version, "breadcrumbs": _document_trail()}
    return render(request, "strategies/model_draft.html", context, status=done.status)


@require_POST
def propose(request: PortalRequest) -> HttpResponse:
    """Put the draft before the STP board and each Healthwatch."""
    require(request.user, Right.WRITE_OPERATING_MODEL)
    found = draft_of_model()
    if found is None:
        return redirect("operating-model:document")
    services.propose_version(version=found, by=request.user)
    messages.success(request, f"Version {found.number} is proposed. A reviewer reads it before others do.")
    return redirect("operating-model:version", found.number)


@require_POST
def take_back(request: PortalRequest, number: int) -> HttpResponse:
    """Undo a proposal that nobody has replied to."""
    found = get_version(request.user, number)
    services.take_back_version(version=found, by=request.user)
    messages.success(request, "The version is a draft again.")
    return redirect("operating-model:draft")


@require_http_methods(["GET", "POST"])
def reply(request: PortalRequest, number: int) -> HttpResponse:
    """The reply of the reader's body: the first one, or one that counts instead of it."""
    require(request.user, Right.RATIFY)
    found = get_version(request.user, number)
    form = ReplyForm(request.POST or None, version=found)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            given = services.record_reply(version=found, by=request.user, **form.cleaned_data)
        except NotAllowed:
            raise
        except BusinessError as problem:
            form.add_error(None, str(problem))
            status = 422
        else:
            messages.success(request, f"Your reply to version {number} is kept: {given.get_decision_display().lower()}.")
            return redirect("operating-model:version", number)
    elif request.method == "GET":
        check_can_reply(request.user, found)
    address = reverse("operating-model:version", args=[number])
    context = {
        "version": found,
        "form": form,
        "own": _own_row(request, reply_rows(request.user, found)),
        "breadcrumbs": [*_document_trail(), {"label": f"Version {number}", "url": address}],
    }
    return render(request, "strategies/model_reply.html", context, status=status)


def _own_row(request: PortalRequest, rows: list[ReplyRow]) -> ReplyRow | None:
    """What the body replied for which the reader acts."""
    place = place_replied_for(request.user)
    key = place.slug if place is not None else BOARD
    return next((row for row in rows if row.key == key), None)


def _reading(request: PortalRequest, shown: ModelVersion, versions: list[ModelVersion]) -> dict[str, object]:
    earlier = next((one for one in versions if one.number < shown.number), None)
    readable = is_version_readable(request.user, shown)
    before = earlier.sections if earlier is not None and is_version_readable(request.user, earlier) else {}
    replies = reply_rows(request.user, shown)
    may_reply = can_reply(request.user, shown)
    return {
        "version": shown,
        "readable": readable,
        "review_words": review_words(text_of_version(shown)) if can(request.user, Right.WRITE_OPERATING_MODEL) else "",
        "sections": [
            {
                "label": label,
                "text": shown.sections.get(key, ""),
                "before": before.get(key, "") if before.get(key, "") != shown.sections.get(key, "") else "",
            }
            for key, label in SECTIONS.items()
        ]
        if readable
        else [],
        "earlier": earlier,
        "replies": replies,
        "may_reply": may_reply,
        "own": _own_row(request, replies) if may_reply else None,
    }


def _document_trail() -> list[dict[str, str]]:
    return trail(("Agreed document", reverse("operating-model:document")))
