"""Good practice: what is offered to the reader's organisation, the library, one note, and where notes are missing."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.ui.editing import seen_version
from kpis.selectors.releases import release_as_seen
from organisations.permissions import can, require
from organisations.requests import PortalRequest
from organisations.roles import Right
from steering.dashboards.practice import demand, offers_for
from steering.forms.practice import AdoptionForm, NoteForm, initial_of
from steering.models.practice import PracticeNote
from steering.selectors.practice import adopted_counts, adoptions_of, get_note, library, own_adoptions, own_notes
from steering.services import practice as services
from steering.views.form_pages import FormPage, Trail, context_of, form_page, own_organisation
from strategies.views.documents import kpi_choices


def _trail(*notes: PracticeNote) -> Trail:
    first = {"label": "Good practice", "url": reverse("practice:list")}
    return [first, *({"label": note.title, "url": reverse("practice:detail", args=[note.slug])} for note in notes)]


@require_GET
def note_list(request: PortalRequest) -> HttpResponse:
    """What the released figures offer to the own organisation first, then the whole library."""
    require(request.user, Right.VIEW_WORKSTREAMS)
    context = context_of(request)
    organisation = context["organisation"]
    notes = library(request.user)
    seen = release_as_seen(request)
    governs = can(request.user, Right.VIEW_GOVERNANCE)
    adopted = adopted_counts()
    own = own_adoptions(organisation) if organisation is not None else {}
    context |= {
        "release": seen.release if seen is not None else None,
        "offers": offers_for(seen, organisation.pk, notes) if seen is not None and organisation is not None else (),
        "demand": demand(seen, notes) if seen is not None and governs else (),
        "notes": [{"note": note, "adopted": adopted.get(note.pk, 0), "own": own.get(note.pk)} for note in notes],
        "synthetic": any(note.is_synthetic for note in notes),
    }
    return render(request, "steering/practice_list.html", context)


@require_GET
def note_page(request: PortalRequest, note: str) -> HttpResponse:
    """One note: what, how, whom to ask, and who took it up."""
    require(request.user, Right.VIEW_WORKSTREAMS)
    found = get_note(request.user, note)
    context = context_of(request)
    organisation = context["organisation"]
    adoptions = adoptions_of(found)
    own = next((row for row in adoptions if organisation is not None and row.organisation_id == organisation.pk), None)
    context |= {
        "note": found,
        "may_change": own_notes(request.user).filter(pk=found.pk).exists(),
        "is_own": organisation is not None and found.organisation_id == organisation.pk,
        "own": own,
        "form": AdoptionForm(initial={"state": own.state if own is not None else ""}),
        "adopted": sum(row.state == "adopted" for row in adoptions),
        "looking": sum(row.state == "looking" for row in adoptions),
        "adoptions": adoptions if can(request.user, Right.VIEW_GOVERNANCE) else [],
        "breadcrumbs": _trail(),
    }
    return render(request, "steering/practice_detail.html", context)


@require_http_methods(["GET", "POST"])
def add(request: PortalRequest) -> HttpResponse:
    """A note of the own organisation, or a public review that the group adds."""
    organisation = own_organisation(request)
    if organisation is None:
        require(request.user, Right.GOVERN)
    else:
        require(request.user, Right.KEEP_REGISTERS, organisation)
    form = NoteForm(
        request.POST or None,
        kpis=kpi_choices(),
        is_review=organisation is None,
        initial={"kpis": [request.GET.get("kpi", "")]},
    )

    def save() -> tuple[str, str]:
        made = services.add_note(organisation=organisation, entry=form.entry(), by=request.user)
        return "Saved. Others read it once a reviewer has passed it.", reverse("practice:detail", args=[made.slug])

    page = FormPage(
        heading="Write a practice note" if organisation is not None else "Add a public review",
        button="Save the note",
        back=reverse("practice:list"),
        lede="Say what worked, so that others need not begin from nothing.",
        caption=organisation.short_name if organisation is not None else "Steering group",
        trail=_trail(),
    )
    return form_page(request, form, page, save)


@require_http_methods(["GET", "POST"])
def change(request: PortalRequest, note: str) -> HttpResponse:
    """Change a note, or take it out of the library."""
    found = get_note(request.user, note)
    if found.organisation is None:
        require(request.user, Right.GOVERN)
    else:
        require(request.user, Right.KEEP_REGISTERS, found.organisation)
    form = NoteForm(request.POST or None, kpis=kpi_choices(), is_review=found.organisation_id is None, initial=initial_of(found))

    def save() -> tuple[str, str]:
        services.change_note(note=found, entry=form.entry(), seen_version=seen_version(request), by=request.user)
        return "Saved. Others read the new words once a reviewer has passed them.", reverse("practice:detail", args=[note])

    page = FormPage(
        heading=f"Change {found.title}",
        button="Save the note",
        back=reverse("practice:detail", args=[note]),
        trail=_trail(found),
        version=found.version,
    )
    return form_page(request, form, page, save)


@require_POST
def retire(request: PortalRequest, note: str) -> HttpResponse:
    """Take a note out of the library."""
    found = get_note(request.user, note)
    services.retire_note(note=found, by=request.user)
    messages.success(request, "The note is out of the library. Who adopted it stays on record.")
    return redirect("practice:list")


@require_POST
def adopt(request: PortalRequest, note: str) -> HttpResponse:
    """Say where the own organisation stands with a note."""
    found = get_note(request.user, note)
    organisation = own_organisation(request)
    require(request.user, Right.KEEP_REGISTERS, organisation)
    assert organisation is not None
    form = AdoptionForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose where you stand with this practice.")
        return redirect("practice:detail", found.slug)
    services.say_adoption(note=found, organisation=organisation, by=request.user, **form.cleaned_data)
    messages.success(request, "Saved. The steering group sees where you stand.")
    return redirect("practice:detail", found.slug)
