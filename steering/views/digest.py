"""The digest of research and reform: everybody reads it, the group writes it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.ui.editing import seen_version
from organisations.permissions import require
from organisations.requests import PortalRequest
from organisations.roles import Right
from steering.forms.digest import DigestForm, initial_of
from steering.models.digest import DigestEntry
from steering.selectors.digest import digest_for
from steering.services import digest as services
from steering.views.form_pages import FormPage, Trail, context_of, form_page
from strategies.views.documents import kpi_choices


def _trail() -> Trail:
    return [{"label": "Research and reform", "url": reverse("digest:list")}]


def _entry(request: PortalRequest, slug: str) -> DigestEntry:
    found = next((row for row in digest_for(request.user) if row.slug == slug), None)
    if found is None:
        raise Http404
    return found


@require_GET
def entry_list(request: PortalRequest) -> HttpResponse:
    """What was published, newest first, with what it means for which KPI; `?kpi=wres-7` narrows it."""
    require(request.user, Right.VIEW_WORKSTREAMS)
    wanted = request.GET.get("kpi", "").upper()
    rows = [row for row in digest_for(request.user) if not wanted or wanted in row.kpis]
    return render(request, "steering/digest_list.html", context_of(request) | {"rows": rows, "kpi": wanted})


@require_http_methods(["GET", "POST"])
def add(request: PortalRequest) -> HttpResponse:
    """Put a publication into the digest."""
    require(request.user, Right.GOVERN)
    form = DigestForm(request.POST or None, kpis=kpi_choices())

    def save() -> tuple[str, str]:
        services.add_entry(words=form.words(), by=request.user)
        return "Saved. Others read it once a reviewer has passed it.", reverse("digest:list")

    page = FormPage(heading="Add to the digest", button="Save the entry", back=reverse("digest:list"), trail=_trail())
    return form_page(request, form, page, save)


@require_http_methods(["GET", "POST"])
def change(request: PortalRequest, entry: str) -> HttpResponse:
    """Change an entry."""
    require(request.user, Right.GOVERN)
    found = _entry(request, entry)
    form = DigestForm(request.POST or None, kpis=kpi_choices(), initial=initial_of(found))

    def save() -> tuple[str, str]:
        services.change_entry(entry=found, words=form.words(), seen_version=seen_version(request), by=request.user)
        return "Saved. Others read the new words once a reviewer has passed them.", reverse("digest:list")

    page = FormPage(
        heading=f"Change {found.title}",
        button="Save the entry",
        back=reverse("digest:list"),
        trail=_trail(),
        version=found.version,
    )
    return form_page(request, form, page, save)


@require_POST
def retire(request: PortalRequest, entry: str) -> HttpResponse:
    """Take an entry out of the digest."""
    require(request.user, Right.GOVERN)
    services.retire_entry(entry=_entry(request, entry), by=request.user)
    messages.success(request, "The entry is out of the digest. It stays on record.")
    return redirect("digest:list")
