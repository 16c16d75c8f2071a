"""Strategies of organisations: the register, one organisation, one document, and its lines."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.clock import business_today
from edi_portal.exceptions import BusinessError
from edi_portal.periods import Quarter
from edi_portal.ui.editing import edit
from edi_portal.uploads import KINDS
from kpis.selectors.definitions import framework_for
from organisations.models import Organisation
from organisations.permissions import active_membership, can, require
from organisations.requests import PortalRequest
from organisations.roles import Right
from organisations.selectors.organisations import get_organisation
from strategies.dashboards.coverage import path_page
from strategies.dashboards.findings import current_together, without_theme
from strategies.dashboards.movement import movements
from strategies.forms.documents import (
    AdoptForm,
    DocumentForm,
    EndDocumentForm,
    LineForm,
    initial_of_document,
    initial_of_line,
)
from strategies.models import Objective, StrategyDocument
from strategies.selectors.documents import (
    coverage_for,
    documents_beside,
    documents_shown_to,
    get_document,
    lines_shown_to,
    standings_of_document,
)
from strategies.selectors.files import files_shown_to, pages_of_lines
from strategies.selectors.framework import themes_in_force
from strategies.services import documents as services
from strategies.services import overlaps as overlap_services


def own_organisation(request: PortalRequest) -> Organisation | None:
    """The organisation of the role in use, where it may see its registers whole."""
    membership = active_membership(request)
    organisation = membership.organisation if membership is not None else None
    return organisation if organisation is not None and can(request.user, Right.VIEW_REGISTERS, organisation) else None


def trail(*more: tuple[str, str]) -> list[dict[str, str]]:
    """The way back to the register."""
    return [{"label": label, "url": url} for label, url in (("Strategies", reverse("strategies:list")), *more)]


def kpi_choices() -> list[tuple[str, str]]:
    """The KPIs in force today, to tie an objective to."""
    framework = framework_for(Quarter.containing(business_today()))
    return [
        (kpi.definition.code, f"{kpi.definition.code} {kpi.definition.name}") for kpi in framework.kpis if kpi.owner_id is None
    ]


@require_GET
def register(request: PortalRequest) -> HttpResponse:
    """Every document that this reader may know of, by organisation, the own ones first."""
    organisation = own_organisation(request)
    today = business_today()
    documents = documents_shown_to(request.user)
    context = {
        "organisation": organisation,
        "own": [_row(one, today) for one in documents if organisation is not None and one.organisation_id == organisation.pk],
        "others": [_row(one, today) for one in documents if organisation is None or one.organisation_id != organisation.pk],
        "organisations": len({one.organisation_id for one in documents}),
        "clashes": current_together(documents, today),
        "may_keep": organisation is not None and can(request.user, Right.KEEP_REGISTERS, organisation),
    }
    return render(request, "strategies/register.html", context)


def _row(document: StrategyDocument, today: Any) -> dict[str, Any]:
    lines = document.shown_lines
    return {
        "document": document,
        "state": document.state_label_on(today),
        "objectives": sum(line.kind == "objective" for line in lines),
        "lines": len(lines),
    }


@require_GET
def organisation_page(request: PortalRequest, organisation: str) -> HttpResponse:
    """One organisation's documents, what they cover, and its way to the common framework."""
    found = get_organisation(request.user, organisation)
    today = business_today()
    documents = documents_shown_to(request.user, organisation=found)
    themes = themes_in_force()
    promised = lines_shown_to(request.user)
    lines = [line for line in promised if line.document.organisation_id == found.pk]
    every = coverage_for(promised, themes)
    context = {
        "organisation": found,
        "documents": [_row(document, today) for document in documents],
        "lines": lines,
        "clashes": current_together(documents, today),
        "without_theme": without_theme(lines),
        "moved": movements(request, found.slug, {code for line in lines for code in line.kpis}),
        "steps": path_page(every, themes, found.slug) if lines else (),
        "covered": len(themes) - len(every.gaps_of(found.slug)) if lines else 0,
        "themes": len(themes),
        "breadcrumbs": trail(),
    }
    return render(request, "strategies/organisation.html", context)


@require_http_methods(["GET", "POST"])
def add(request: PortalRequest) -> HttpResponse:
    """A new document of the own organisation."""
    organisation = own_organisation(request)
    require(request.user, Right.KEEP_REGISTERS, organisation)
    assert organisation is not None
    form = DocumentForm(request.POST or None, organisation=organisation, document=None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.add_document(organisation=organisation, entry=form.entry(), by=request.user)
        except BusinessError as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, "The document is in the register. Add what it promises.")
            return redirect("strategies:document", made.slug)
    context = {"form": form, "organisation": organisation, "breadcrumbs": trail()}
    return render(request, "strategies/document_form.html", context, status=422 if form.errors else 200)


@require_GET
def document_page(request: PortalRequest, document: str) -> HttpResponse:
    """One document with its lines; for its organisation the ways to change them."""
    found = get_document(request.user, document)
    lines = found.shown_lines
    own = can(request.user, Right.VIEW_REGISTERS, found.organisation)
    standings = standings_of_document(found) if own else {}
    replaces, successors = documents_beside(request.user, found)
    files = files_shown_to(request.user, found, own=own)
    pages = pages_of_lines(found)
    themes = {theme.key: theme.name for theme in themes_in_force()}
    moved = movements(request, found.organisation.slug, {code for line in lines for code in line.kpis})
    context = {
        "document": found,
        "state": found.state_label_on(business_today()),
        "lines": [
            {
                "line": line,
                "review": standings.get(line.review_subject, ""),
                "themes": [themes[key] for key in line.themes if key in themes],
                "moved": [moved[code] for code in line.kpis if code in moved],
                "unread": [code for code in line.kpis if code not in moved],
                "page": pages.get(line.pk),
            }
            for line in lines
        ],
        "review": standings.get(found.review_subject, ""),
        "replaces": replaces,
        "successors": successors,
        "may_keep": can(request.user, Right.KEEP_REGISTERS, found.organisation),
        "own": own,
        "files": [
            {"row": one, "kind": KINDS[one.file_type].label, "size": f"{max(one.file_size // 1024, 1):,} kB"} for one in files
        ],
        "without_theme": len(without_theme(lines)),
        "breadcrumbs": trail((found.organisation.short_name, reverse("strategies:organisation", args=[found.organisation.slug]))),
    }
    return render(request, "strategies/document.html", context)


@require_http_methods(["GET", "POST"])
def change(request: PortalRequest, document: str) -> HttpResponse:
    """Change what is said about a document."""
    found = kept(request, document)
    form = DocumentForm(request.POST or None, organisation=found.organisation, document=found, initial=initial_of_document(found))

    def save(seen: int) -> StrategyDocument:
        return services.change_document(document=found, entry=form.entry(), seen_version=seen, by=request.user)

    done = edit(request, form, save, stored=found.version)
    if done.is_saved:
        messages.success(request, "The document is saved.")
        return redirect("strategies:document", found.slug)
    context = {
        "form": form,
        "document": found,
        "seen": done.version,
        "organisation": found.organisation,
        "breadcrumbs": _document_trail(found),
    }
    return render(request, "strategies/document_form.html", context, status=done.status)


@require_http_methods(["GET", "POST"])
def end(request: PortalRequest, document: str) -> HttpResponse:
    """A document ended without a successor: an own page that asks what became of it."""
    found = kept(request, document)
    form = EndDocumentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.end_document(document=found, by=request.user, **form.cleaned_data)
        messages.success(request, "The document has ended. It stays on record.")
        return redirect("strategies:document", found.slug)
    context = {"form": form, "document": found, "breadcrumbs": _document_trail(found)}
    return render(request, "strategies/document_end.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def add_line(request: PortalRequest, document: str) -> HttpResponse:
    """A new objective, action, aim or vision."""
    found = kept(request, document)
    form = LineForm(request.POST or None, themes=themes_in_force(), kpis=kpi_choices())
    if request.method == "POST" and form.is_valid():
        services.add_lines(document=found, entries=[form.entry()], by=request.user)
        messages.success(request, "It is in the document.")
        return redirect("strategies:document", found.slug)
    context = {"form": form, "document": found, "breadcrumbs": _document_trail(found)}
    return render(request, "strategies/line_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def change_line(request: PortalRequest, document: str, number: int) -> HttpResponse:
    """Change a line, or take out one that was a mistake."""
    found, line = _line(request, document, number)
    if request.POST.get("remove") == "yes":
        services.remove_line(line=line, by=request.user)
        messages.success(request, "It is taken out of the document.")
        return redirect("strategies:document", found.slug)
    form = LineForm(request.POST or None, themes=themes_in_force(), kpis=kpi_choices(), initial=initial_of_line(line))

    def save(seen: int) -> Objective:
        return services.change_line(line=line, entry=form.entry(), seen_version=seen, by=request.user)

    done = edit(request, form, save, stored=line.version)
    if done.is_saved:
        messages.success(request, "It is saved.")
        return redirect("strategies:document", found.slug)
    context = {"form": form, "document": found, "line": line, "seen": done.version, "breadcrumbs": _document_trail(found)}
    return render(request, "strategies/line_form.html", context, status=done.status)


@require_http_methods(["GET", "POST"])
def adopt(request: PortalRequest, document: str, number: int) -> HttpResponse:
    """Take a shared text for an objective."""
    found, line = _line(request, document, number)
    form = AdoptForm(request.POST or None, initial={"shared": request.GET.get("shared", "")})
    done = edit(request, form, lambda seen: overlap_services.adopt_objective(line=line, by=request.user, **form.cleaned_data))
    if done.is_saved:
        messages.success(request, "The shared objective is adopted. Your own words stay on record.")
        return redirect("strategies:document", found.slug)
    context = {"form": form, "document": found, "line": line, "breadcrumbs": _document_trail(found)}
    return render(request, "strategies/adopt.html", context, status=done.status)


@require_POST
def leave(request: PortalRequest, document: str, number: int) -> HttpResponse:
    """Go back to the own words."""
    found, line = _line(request, document, number)
    overlap_services.leave_shared_objective(line=line, by=request.user)
    messages.success(request, "The objective stands in your own words again.")
    return redirect("strategies:document", found.slug)


def kept(request: PortalRequest, slug: str) -> StrategyDocument:
    """A document of a register that this reader keeps; one that they only see is refused, any other does not exist."""
    found = get_document(request.user, slug)
    if not can(request.user, Right.VIEW_REGISTERS, found.organisation):
        raise Http404
    require(request.user, Right.KEEP_REGISTERS, found.organisation)
    return found


def _line(request: PortalRequest, slug: str, number: int) -> tuple[StrategyDocument, Objective]:
    found = kept(request, slug)
    return found, get_object_or_404(found.lines.select_related("document__organisation", "shared"), number=number)


def _document_trail(document: StrategyDocument) -> list[dict[str, str]]:
    return trail((document.title, reverse("strategies:document", args=[document.slug])))
