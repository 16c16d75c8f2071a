"""The public compendium of equality metrics. No sign-in; the public tier alone, the same for everybody."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from edi_portal.periods import Quarter
from edi_portal.ui.downloads import CSV_TYPE, PUBLIC_FOR_AN_HOUR, XLSX_TYPE, Cell, Sheet, csv_bytes, public_file, xlsx_bytes
from kpis.catalogue import WORKSTREAMS
from kpis.dashboards.catalogue import collected_words, definition_facts, quarter_in_force, quarter_of_kpi, versions_of
from kpis.dashboards.compendium import cite, elsewhere, list_sections, own_lines, public_page, published_about
from kpis.dashboards.kinds import KindLine, is_crowded, kind_shown, kinds_of
from kpis.dashboards.kpi_files import data_rows
from kpis.dashboards.kpi_page import KpiPage, figures_of
from kpis.dashboards.publications import publications_of
from kpis.forms.compendium import CompendiumFilter
from kpis.framework import KpiInForce
from kpis.models.releases import Release
from kpis.selectors.definitions import framework_for
from kpis.selectors.public import as_everybody_sees, public_kpi
from kpis.selectors.releases import Member, release_in_force, released_periods, released_with_number
from kpis.views.overview import release_line_of
from organisations.models import Organisation, PeerGroup
from organisations.selectors.places import places_of

# A page follows the newest release, so caches keep it for minutes only.
MINUTES = "public, max-age=300"


def open_to_caches(response: HttpResponse) -> HttpResponse:
    """Let caches keep a page for five minutes; what a signed-in person sees is kept out of them by the middleware."""
    response.headers["Cache-Control"] = MINUTES
    return response


@login_not_required
@require_safe
def compendium(request: HttpRequest) -> HttpResponse:
    """Every KPI in plain words, by workstream, with search."""
    form = CompendiumFilter(request.GET)
    form.is_valid()
    given = {name: form.cleaned_data.get(name) or "" for name in form.fields}
    release = release_in_force(request)
    sections = list_sections(release, words=given["q"], workstream=given["workstream"])
    context = {
        "form": CompendiumFilter(initial=given),
        "sections": sections,
        "found": sum(len(section.rows) for section in sections),
        "narrowed": any(given.values()),
        "release": release,
        "hidden": [{"name": "release", "value": request.GET["release"]}] if request.GET.get("release") else [],
        "release_line": release_line_of(release) if release else "",
        "query": _pin(request),
    }
    return open_to_caches(render(request, "kpis/compendium_list.html", context))


def _pin(request: HttpRequest) -> str:
    return f"?release={request.GET['release']}" if request.GET.get("release") else ""


def _crumbs(request: HttpRequest) -> list[dict[str, str]]:
    return [{"label": "Equality metrics", "url": reverse("compendium:list") + _pin(request)}]


def _asked(request: HttpRequest, code: str) -> tuple[Release | None, KpiInForce]:
    """The release of the address, otherwise the newest in which the KPI was due; and the KPI as it was in force then."""
    release = release_in_force(request)
    kpi = public_kpi(framework_for(quarter_of_kpi(code, quarter_in_force(release))), code)
    if release is None or request.GET.get("release") or release.quarter.number in kpi.definition.collected_in:
        return release, kpi
    due = next((one["number"] for one in _periods(release, kpi)), None)
    earlier = released_with_number(due) if due is not None else None
    if earlier is None:
        return release, kpi
    return earlier, public_kpi(framework_for(quarter_of_kpi(code, earlier.quarter)), code)


@login_not_required
@require_safe
def kpi_page(request: HttpRequest, code: str) -> HttpResponse:
    """One KPI: what is true, over time, by kind of organisation, its definition with versions, files and how to cite it."""
    release, kpi = _asked(request, code)
    definition = kpi.definition
    own_address = reverse("compendium:detail", args=[code])
    pinned = request.build_absolute_uri(f"{own_address}?release={release.number}" if release else own_address)
    asked = request.GET.get("kind", "")
    page: KpiPage | None = None
    kinds: tuple[KindLine, ...] = ()
    if release is not None:
        members = as_everybody_sees(release).members
        kind = kind_shown(members, asked if asked in PeerGroup.values else "")
        page = public_page(release, kpi, kind=kind)
        kinds = _kinds(members, release, kind) if page is not None and page.rows else ()
    context: dict[str, Any] = {
        "kpi": kpi,
        "definition": definition,
        "workstream": WORKSTREAMS[definition.workstream],
        "release": release,
        "page": page,
        "kinds": kinds,
        "collected": collected_words(definition.collected_in),
        "periods": _periods(release, kpi) if release else [],
        "facts": definition_facts(definition),
        "versions": versions_of(kpi.kpi_id),
        "elsewhere": elsewhere(definition),
        "cite": cite(release, definition, pinned),
        "pin": f"?release={release.number}" if release else "",
        "breadcrumbs": _crumbs(request),
        "release_line": release_line_of(release) if release else "",
    }
    return open_to_caches(render(request, "kpis/compendium_detail.html", context))


def _kinds(members: Sequence[Member], release: Release, kind: str) -> tuple[KindLine, ...]:
    """Links to the other kinds of organisation where all together are too many for one page."""
    if not is_crowded(members):
        return ()
    return kinds_of(members, None, lambda group: f"?release={release.number}&kind={group}", kind)


def _periods(release: Release, kpi: KpiInForce) -> list[dict[str, Any]]:
    """The releases in which the KPI was due, newest first, each by its own number."""
    found = ((Quarter.parse(period), number) for period, number in released_periods(release))
    return [
        {"label": quarter.label, "number": number, "current": number == release.number}
        for quarter, number in found
        if quarter.number in kpi.definition.collected_in
    ]


def _table(request: HttpRequest, code: str) -> tuple[str, list[str], list[list[Cell]]]:
    """Name without ending, heads and rows of a KPI's file; Http404 before the first release."""
    release, kpi = _asked(request, code)
    if release is None:
        raise Http404
    figures, readings = figures_of(as_everybody_sees(release), kpi.kpi_id, kpi.definition)
    heads, rows = data_rows(kpi.definition, release, figures.members, readings)
    return f"edi-public-{kpi.definition.slug}-{release.collection.period}-release-{release.number}", heads, rows


@login_not_required
@require_safe
def data_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The KPI's public figures as CSV."""
    name, heads, rows = _table(request, code)
    return _file(request, csv_bytes(heads, rows), f"{name}.csv", CSV_TYPE)


@login_not_required
@require_safe
def data_xlsx(request: HttpRequest, code: str) -> HttpResponse:
    """The KPI's public figures as a workbook."""
    name, heads, rows = _table(request, code)
    return _file(request, xlsx_bytes([Sheet(code.upper(), heads, rows)]), f"{name}.xlsx", XLSX_TYPE)


def _file(request: HttpRequest, content: bytes, name: str, content_type: str) -> HttpResponse:
    """A file that caches keep for an hour when its release is named, and for minutes when it follows the newest."""
    response = public_file(content, name, content_type)
    response.headers["Cache-Control"] = PUBLIC_FOR_AN_HOUR if request.GET.get("release") else MINUTES
    return response


@login_not_required
@require_safe
def organisation_page(request: HttpRequest, organisation: str) -> HttpResponse:
    """What one organisation published and what is public of it: the page that its yearly duty to publish can point to."""
    found = get_object_or_404(Organisation, slug=organisation)
    release = release_in_force(request)
    member = as_everybody_sees(release).member(organisation) if release else None
    documents, figures = publications_of(found), published_about(found)
    if member is None and not documents and not figures:
        raise Http404
    address = reverse("compendium:organisation", args=[organisation])
    context = {
        "organisation": found,
        "release": release,
        "member": member,
        "lines": own_lines(release, member) if release and member else (),
        "documents": documents,
        "figures": figures,
        "places": places_of(found),
        "address": request.build_absolute_uri(address + (f"?release={release.number}" if release else "")),
        "breadcrumbs": _crumbs(request),
        "release_line": release_line_of(release) if release else "",
    }
    return open_to_caches(render(request, "kpis/compendium_organisation.html", context))
