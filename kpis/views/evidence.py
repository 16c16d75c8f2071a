"""The evidence library in the frame of a return: add once, tick every question that rests on it, download."""

from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from edi_portal.clock import business_now
from edi_portal.exceptions import Incomplete
from edi_portal.ui.downloads import attachment
from edi_portal.uploads import KINDS
from kpis import permissions
from kpis.catalogue import WORKSTREAMS, Measure
from kpis.forms.shared_work import EvidenceForm
from kpis.models.evidence import Evidence, EvidenceUse
from kpis.models.returns import KpiReturn
from kpis.selectors.definitions import framework_for
from kpis.selectors.evidence import library_of
from kpis.selectors.returns import get_return
from kpis.services import evidence as services
from kpis.views.returns import address_of, crumbs_of
from organisations.permissions import can, require
from organisations.roles import Right


@require_http_methods(["GET", "POST"])
def library(request: HttpRequest, organisation: str, period: str) -> HttpResponse:
    """Every item that the reader may see; adding one leads on to the questions that rest on it."""
    kpi_return = get_return(request.user, organisation, period)
    may_add = can(request.user, Right.EDIT_RETURN, kpi_return.organisation)
    form = EvidenceForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        require(request.user, Right.EDIT_RETURN, kpi_return.organisation)
        if form.is_valid() and (item := _added(form, kpi_return, request)) is not None:
            messages.success(request, "It is in the library. Now tick the questions that rest on it.")
            return redirect(address_of(kpi_return, "evidence-item", item.pk))
    context = {
        "kpi_return": kpi_return,
        "items": [_shown(kpi_return, item) for item in _library(request, kpi_return)],
        "form": form if may_add else None,
        "breadcrumbs": _crumbs(kpi_return),
    }
    return render(request, "kpis/evidence_library.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, organisation: str, period: str, item: UUID) -> HttpResponse:
    """One item: the questions of this return that rest on it, by section, or taking it out of the library."""
    kpi_return = get_return(request.user, organisation, period)
    found = _item(request, kpi_return, item)
    measures = _open_to(request, kpi_return)
    if request.method == "POST":
        if request.POST.get("form") == "retire":
            services.retire_evidence(evidence=found, by=request.user)
            messages.success(request, f"“{found.title}” is out of the library. Returns that rest on it keep it.")
            return redirect(address_of(kpi_return, "evidence"))
        wanted, seen = ({code for code in request.POST.getlist(name) if code} for name in ("measure", "seen"))
        changed = services.rest_on(kpi_return=kpi_return, evidence=found, measures=wanted, seen=seen, by=request.user)
        messages.success(request, f"{changed} {'question' if changed == 1 else 'questions'} changed.")
        return redirect(address_of(kpi_return, "evidence"))
    ticked = set(EvidenceUse.objects.filter(kpi_return=kpi_return, evidence=found).values_list("measure", flat=True))
    sections = [
        (title, [(one, one.code in ticked) for one in measures if one.workstream == slug]) for slug, title in WORKSTREAMS.items()
    ]
    asked = request.GET.get("question", "")
    context = {
        "kpi_return": kpi_return,
        "item": _shown(kpi_return, found),
        "sections": [(title, rows) for title, rows in sections if rows],
        "asked": asked,
        "editable": permissions.can_edit_return(request.user, kpi_return, business_now()),
        "may_retire": found.retired_at is None
        and can(request.user, Right.EDIT_RETURN, kpi_return.organisation)
        and (found.added_by == request.user or can(request.user, Right.SUBMIT_RETURN, kpi_return.organisation)),
        "breadcrumbs": [*_crumbs(kpi_return), {"label": "Evidence", "url": address_of(kpi_return, "evidence")}],
    }
    return render(request, "kpis/evidence_item.html", context)


@require_GET
def file(request: HttpRequest, organisation: str, period: str, item: UUID) -> HttpResponse:
    """The file of an item, as a download that no browser shows or guesses at."""
    kpi_return = get_return(request.user, organisation, period)
    found = _item(request, kpi_return, item)
    if found.file is None:
        raise Http404
    services.note_download(evidence=found, by=request.user)
    return attachment(bytes(found.file.content), found.file_name, KINDS[found.file_type].content_type)


def _added(form: EvidenceForm, kpi_return: KpiReturn, request: HttpRequest) -> Evidence | None:
    answers = form.cleaned_data
    given: UploadedFile | None = answers["file"]
    # One byte more than may be kept is enough to refuse it.
    content = services.GivenFile(given.name or "", given.read(services.LARGEST_FILE + 1)) if given else None
    try:
        return services.add_evidence(
            organisation=kpi_return.organisation,
            title=answers["title"],
            dated_on=answers["dated_on"],
            link=answers["link"],
            file=content,
            by=request.user,
        )
    except Incomplete as error:
        form.add_error("file" if given else "link", str(error))
        return None


def _library(request: HttpRequest, kpi_return: KpiReturn) -> list[Evidence]:
    everything = permissions.sees_every_question(request.user, kpi_return)
    codes = None if everything else [measure.code for measure in _open_to(request, kpi_return)]
    return list(library_of(request.user, kpi_return, measures=codes))


def _item(request: HttpRequest, kpi_return: KpiReturn, key: UUID) -> Evidence:
    everything = permissions.sees_every_question(request.user, kpi_return)
    codes = None if everything else [measure.code for measure in _open_to(request, kpi_return)]
    return get_object_or_404(library_of(request.user, kpi_return, measures=codes), pk=key)


def _open_to(request: HttpRequest, kpi_return: KpiReturn) -> tuple[Measure, ...]:
    due = framework_for(kpi_return.quarter).due_measures(kpi_return.organisation)
    return permissions.measures_open_to(request.user, kpi_return, due)


def _shown(kpi_return: KpiReturn, evidence: Evidence) -> dict[str, object]:
    kind = KINDS.get(evidence.file_type)
    size = f"{max(evidence.file_size // 1024, 1):,} kB" if kind else ""
    return {
        "row": evidence,
        "url": address_of(kpi_return, "evidence-item", evidence.pk),
        "file_url": address_of(kpi_return, "evidence-file", evidence.pk) if kind else "",
        "kind": f"{kind.label}, {size}" if kind else "Link",
    }


def _crumbs(kpi_return: KpiReturn) -> list[dict[str, str]]:
    return crumbs_of(kpi_return, (kpi_return.quarter.months, address_of(kpi_return, "overview")))
