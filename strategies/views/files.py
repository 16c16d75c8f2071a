"""Files of strategies: give one, confirm what its text proposes, take it out again."""

from datetime import date

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from edi_portal.exceptions import Incomplete
from edi_portal.ui.downloads import attachment
from edi_portal.ui.editing import Meanwhile, edit
from edi_portal.uploads import KINDS
from organisations.permissions import require
from organisations.requests import PortalRequest
from organisations.roles import Right
from strategies.alignment.similarity import closest
from strategies.forms.files import FileForm, NewFileForm, ProposalsForm
from strategies.models import ProposedLine, StrategyDocument, StrategyFile, Theme
from strategies.selectors.files import files_of, found_days, get_file
from strategies.selectors.framework import themes_in_force
from strategies.services import files as services
from strategies.services.documents import DocumentEntry
from strategies.views.documents import kept, own_organisation, trail

AT_ONCE = 20
"""Proposals on one page: more are no longer read one by one."""


@require_http_methods(["GET", "POST"])
def upload(request: PortalRequest) -> HttpResponse:
    """A document that is not in the register yet, by its file."""
    organisation = own_organisation(request)
    require(request.user, Right.KEEP_REGISTERS, organisation)
    assert organisation is not None
    form = NewFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        try:
            file = _received(answers["file"])
            entry = DocumentEntry(kind=answers["kind"], title=answers["title"])
            document, stored = services.add_document_with_file(organisation=organisation, entry=entry, file=file, by=request.user)
        except Incomplete as problem:
            form.add_error("file", str(problem))
        else:
            return _on_to_proposals(request, document, stored)
    context = {"form": form, "organisation": organisation, "breadcrumbs": trail()}
    return render(request, "strategies/upload.html", context, status=_status(request))


@require_http_methods(["GET", "POST"])
def upload_for(request: PortalRequest, document: str) -> HttpResponse:
    """A file, or a newer one, of a document that is there."""
    found = kept(request, document)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            file = _received(form.cleaned_data["file"])
            stored = services.keep_file(document=found, file=file, by=request.user)
        except Incomplete as problem:
            form.add_error("file", str(problem))
        else:
            return _on_to_proposals(request, found, stored)
    context = {"form": form, "document": found, "organisation": found.organisation, "breadcrumbs": _trail(found)}
    return render(request, "strategies/upload.html", context, status=_status(request))


@require_http_methods(["GET", "POST"])
def proposals(request: PortalRequest, document: str) -> HttpResponse:
    """What the newest file may promise: a person ticks what holds, one line at a time."""
    found = kept(request, document)
    file = files_of(found).first()
    if file is None:
        raise Http404
    if request.POST.get("again") == "yes":
        number = services.offer_again(file=file, by=request.user)
        messages.success(request, f"{number} {'line is' if number == 1 else 'lines are'} offered again.")
        return redirect("strategies:proposals", found.slug)
    every = list(file.proposals.select_related("line"))
    waiting = [one for one in every if one.state == ProposedLine.State.WAITING]
    themes = themes_in_force()
    form = ProposalsForm(
        request.POST or None, file=file, waiting=waiting[:AT_ONCE], themes=themes, suggested=_suggested(waiting, themes)
    )
    done = edit(request, form, lambda seen: _decide(request, file, form, seen), stored=found.version)
    if done.is_saved:
        return _decided(request, found, file, done.saved)
    if done.status == 409:
        form.meanwhile = _meanwhile(found, file, form.take())
    context = {
        "form": form,
        "document": found,
        "seen": done.version,
        "file": file,
        "days": found_days(file) if "period" in file.found else (),
        "waiting": len(waiting),
        "taken": sum(one.state == ProposedLine.State.TAKEN for one in every),
        "aside": [one for one in every if one.state == ProposedLine.State.ASIDE],
        "breadcrumbs": _trail(found),
    }
    return render(request, "strategies/proposals.html", context, status=done.status)


@require_GET
def download(request: PortalRequest, document: str, number: int) -> HttpResponse:
    """One file, as a download that no browser shows or guesses at."""
    file = get_file(request.user, document, number)
    services.note_download(file=file, by=request.user)
    return attachment(bytes(file.content.content), file.file_name, KINDS[file.file_type].content_type)


def _decide(request: PortalRequest, file: StrategyFile, form: ProposalsForm, seen: int) -> int:
    taken = form.taken()
    numbers = {one.number for one in taken}
    aside = [one.number for one in form.waiting if one.number not in numbers] if request.POST.get("rest") == "aside" else []
    return services.decide_proposals(file=file, taken=taken, aside=aside, take=form.take(), seen_version=seen, by=request.user)


def _meanwhile(document: StrategyDocument, file: StrategyFile, take: list[str]) -> tuple[Meanwhile, ...]:
    """What the document says now of the parts that were ticked, beside what the file says of them."""
    rows = {name: (getattr(document, name), file.found[name]["text"]) for name in ("vision", "mission") if name in take}
    if "period" in take:
        rows["period"] = (_days_in_words(document.starts_on, document.ends_on), _days_in_words(*found_days(file)))
    return tuple(Meanwhile(name.capitalize(), *both) for name, both in rows.items() if both[0] != both[1])


def _days_in_words(first: date | None, last: date | None) -> str:
    """A period of which an end may not be known; empty where neither is."""
    return " to ".join(f"{day:%-d %B %Y}" if day else "no day" for day in (first, last)) if first or last else ""


def _decided(request: PortalRequest, document: StrategyDocument, file: StrategyFile, added: int) -> HttpResponse:
    words = f"{added} {'line is' if added == 1 else 'lines are'} added to the document."
    messages.success(request, words if added else "Your choices are kept. No line was added.")
    left = file.proposals.filter(state=ProposedLine.State.WAITING).exists()
    return redirect("strategies:proposals" if left else "strategies:document", document.slug)


def _suggested(waiting: list[ProposedLine], themes: tuple[Theme, ...]) -> dict[int, str]:
    """The theme whose words are nearest to each proposal; a person sees it and changes it."""
    words = {theme.key: " ".join((theme.name, theme.description, *theme.also)) for theme in themes}
    texts = {one.number: one.text for one in waiting[:AT_ONCE]}
    return {number: key for number, key in closest(texts, words).items() if key}


def _received(file: UploadedFile) -> services.ReceivedFile:
    # One byte more than may be kept is enough to refuse it.
    return services.received(name=file.name or "", content=file.read(services.LARGEST_FILE + 1))


def _on_to_proposals(request: PortalRequest, document: StrategyDocument, file: StrategyFile) -> HttpResponse:
    messages.success(request, "The file is kept. Now confirm what it promises.")
    return redirect("strategies:proposals", document.slug)


def _status(request: PortalRequest) -> int:
    return 422 if request.method == "POST" else 200


def _trail(document: StrategyDocument) -> list[dict[str, str]]:
    return trail((document.title, reverse("strategies:document", args=[document.slug])))
