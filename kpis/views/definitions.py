"""KPIs: the catalogue, one KPI's page with its files, its definition and its versions."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from edi_portal.charts import Chart
from edi_portal.periods import Quarter
from edi_portal.ui.downloads import csv_response
from kpis.catalogue import WORKSTREAMS, KpiDefinition
from kpis.dashboards.beside_kpi import beside_kpi
from kpis.dashboards.catalogue import (
    definition_facts,
    get_kpi,
    quarter_in_force,
    quarter_of_kpi,
    sections_of,
    versions_of,
)
from kpis.dashboards.coverage import coverage
from kpis.dashboards.kinds import is_crowded, kind_shown, kinds_of
from kpis.dashboards.kpi_charts import KpiFigures
from kpis.dashboards.kpi_files import data_rows
from kpis.dashboards.kpi_page import figures_of, page_of
from kpis.dashboards.overview import Chosen
from kpis.dashboards.own_figures import exact_for_page
from kpis.dashboards.own_kpis import may_ask_again, may_change, quarters_ahead, sees_own_kpis
from kpis.forms.overview import CatalogueFilter, KpiPageFilter
from kpis.framework import KpiInForce
from kpis.models.definitions import Kpi
from kpis.models.releases import Release
from kpis.selectors.definitions import framework_for
from kpis.selectors.releases import Member, ReleaseAsSeen, release_in_force, released_periods, tiers_visible
from kpis.views.overview import PROVENANCE_HEADS, domain_segments, hidden_values, provenance, release_line_of
from organisations.models import PeerGroup
from organisations.permissions import active_membership, can
from organisations.roles import Right

CHARTS = frozenset({"organisations", "chance", "time"})


@require_GET
def catalogue(request: HttpRequest) -> HttpResponse:
    """All KPIs by workstream, with search."""
    form = CatalogueFilter(request.GET)
    form.is_valid()
    given = {name: form.cleaned_data.get(name) or "" for name in form.fields}
    release = release_in_force(request)
    sections = sections_of(
        request.user,
        release,
        tiers_visible(request),
        words=given["q"],
        workstream=given["workstream"],
        domain=given["domain"],
    )
    chosen = Chosen(given["domain"], given["workstream"], "", "due", request.GET.get("release", ""))
    context = {
        "form": CatalogueFilter(initial=given),
        "sections": sections,
        "found": sum(not row.bespoke for section in sections for row in section.rows),
        "own": sum(row.bespoke for section in sections for row in section.rows),
        "narrowed": any(given.values()),
        "release": release,
        "sees_own_kpis": sees_own_kpis(request),
        "segments": domain_segments(reverse("kpis:list"), chosen),
        "hidden": hidden_values(chosen),
        "release_line": release_line_of(release) if release else "",
    }
    return render(request, "kpis/kpi_list.html", context)


def _crumbs(definition: KpiDefinition | None = None) -> list[dict[str, str]]:
    crumbs = [{"label": "Home", "url": reverse("home")}, {"label": "KPIs", "url": reverse("kpis:list")}]
    if definition is not None:
        crumbs.append({"label": definition.code, "url": reverse("kpis:detail", args=[definition.slug])})
    return crumbs


def _asked(request: HttpRequest, code: str) -> tuple[Release | None, KpiInForce]:
    release = release_in_force(request)
    return release, get_kpi(request.user, framework_for(quarter_of_kpi(code, quarter_in_force(release))), code)


def _marked(request: HttpRequest) -> str:
    """The organisation to mark: the one in the address, otherwise the reader's own."""
    if "organisation" in request.GET:
        return request.GET["organisation"]
    membership = active_membership(request)
    organisation = membership.organisation if membership is not None else None
    return organisation.slug if organisation is not None else ""


@require_GET
def kpi_page(request: HttpRequest, code: str) -> HttpResponse:
    """The finding, whether it is chance, whether it changes, and the figures."""
    release, kpi = _asked(request, code)
    definition = kpi.definition
    context = {
        "kpi": kpi,
        "definition": definition,
        "workstream": WORKSTREAMS[definition.workstream],
        "release": release,
        "may_rebase": kpi.owner_id is None and can(request.user, Right.REBASE_SERIES),
        "beside": beside_kpi(request, definition.code),
        "breadcrumbs": [*_crumbs(), _workstream_crumb(definition)],
        "release_line": release_line_of(release) if release else "",
    }
    seen = ReleaseAsSeen(release, tiers_visible(request)) if release else None
    as_now = _as_now(request)
    kind = _kind(request, seen.members) if seen else ""
    page = page_of(seen, kpi.kpi_id, definition, marked=_marked(request), as_now=as_now, kind=kind) if seen else None
    periods = released_periods(release) if release else []
    if seen is None or page is None:
        ended = Kpi.objects.get(pk=kpi.kpi_id).asked_until
        last = _last_collected(release, definition, periods, ended) if release else None
        is_over = release is not None and ended is not None and ended < release.quarter
        return render(request, "kpis/kpi_not_collected.html", context | {"last": last, "ended": ended if is_over else None})
    form = KpiPageFilter(
        initial={"organisation": _marked(request), "release": request.GET.get("release", "")},
        organisations=[(member.slug, member.name) for member in page.figures.members if member.pk in page.figures.own],
        releases=_release_choices(definition, periods, release if _is_pinned(request) else None),
    )
    exact = exact_for_page(request.user, seen, definition)
    return render(
        request,
        "kpis/kpi_detail.html",
        context
        | {"page": page, "form": form, "exact": exact, "series": _series_links(request, as_now), **_rows_shown(request)}
        | _kinds(request, page.figures, kind),
    )


def _kind(request: HttpRequest, members: Sequence[Member]) -> str:
    """The peer group to show: the one asked for; of a crowd that of the marked organisation, or the first."""
    asked = request.GET.get("kind", "")
    if asked in PeerGroup.values:
        return asked
    marked = next((member.group for member in members if member.slug == _marked(request)), "") if is_crowded(members) else ""
    return kind_shown(members, marked)


def _kinds(request: HttpRequest, figures: KpiFigures, kind: str) -> dict[str, object]:
    """Links to the other peer groups, where all together are too many for one page, and the name of the one shown."""

    def address(group: str) -> str:
        query = request.GET.copy()
        query["kind"] = group
        return f"?{query.urlencode()}"

    acting = [pk for pk, reading in figures.own.items() if reading.verdict == "act"]
    crowded = is_crowded(figures.members) and bool(figures.own)
    label = next((member.group_label for member in figures.members if member.group == kind), "")
    return {"kinds": kinds_of(figures.members, acting, address, kind) if crowded else (), "kind_label": label}


def _as_now(request: HttpRequest) -> bool:
    """Whether a merged organisation is drawn as it is now; the default is as it was."""
    return request.GET.get("series") == "as-now"


def _series_links(request: HttpRequest, as_now: bool) -> dict[str, Any]:
    """The links As was and As now, each keeping the rest of the address."""
    items = []
    for value, label in (("as-was", "As was"), ("as-now", "As now")):
        query = request.GET.copy()
        query["series"] = value
        items.append({"label": label, "url": f"?{query.urlencode()}", "current": (value == "as-now") is as_now})
    return {"label": "Merged organisations", "items": items}


def _rows_shown(request: HttpRequest) -> dict[str, object]:
    """Whether a phone shows every row of the figures, and the address that does."""
    query = request.GET.copy()
    query["rows"] = "all"
    return {"every_row": request.GET.get("rows") == "all", "every_row_query": query.urlencode()}


def _workstream_crumb(definition: KpiDefinition) -> dict[str, str]:
    return {"label": WORKSTREAMS[definition.workstream], "url": f"{reverse('kpis:list')}?workstream={definition.workstream}"}


def _is_pinned(request: HttpRequest) -> bool:
    """Whether the reader chose a release by its number; otherwise the page follows the newest."""
    return bool(request.GET.get("release"))


def _release_choices(definition: KpiDefinition, periods: list[tuple[str, int]], pinned: Release | None) -> list[tuple[str, str]]:
    """The newest, whichever that is, then releases that can hold a figure of the KPI, newest first; a pinned one always."""
    found = [
        (str(number), Quarter.parse(period).label)
        for period, number in periods
        if Quarter.parse(period).number in definition.collected_in
    ]
    shown = [(str(pinned.number), pinned.quarter.label)] if pinned is not None else []
    return [("", "The newest"), *(one for one in shown if one not in found), *found]


def _last_collected(
    release: Release, definition: KpiDefinition, periods: list[tuple[str, int]], ended: Quarter | None
) -> dict[str, object] | None:
    """The newest release before this one in which the KPI was due, and when it is due next unless it has ended."""
    earlier = [
        (Quarter.parse(period), number) for period, number in periods if Quarter.parse(period).number in definition.collected_in
    ]
    upcoming = release.quarter.next()
    while upcoming.number not in definition.collected_in:
        upcoming = upcoming.next()
    before = release.quarter if ended is None else min(release.quarter, ended.next())
    last = next(((quarter, number) for quarter, number in earlier if quarter < before), None)
    return {"quarter": last[0] if last else None, "number": last[1] if last else None, "next": upcoming}


@require_GET
def data(request: HttpRequest, code: str) -> HttpResponse:
    """Every figure of the KPI within the reader's tier as a file."""
    release, kpi = _asked(request, code)
    if release is None:
        raise Http404
    figures, readings = figures_of(ReleaseAsSeen(release, tiers_visible(request)), kpi.kpi_id, kpi.definition)
    heads, rows = data_rows(kpi.definition, release, figures.members, readings)
    return csv_response(f"edi-{kpi.definition.slug}-{release.collection.period}-release-{release.number}.csv", heads, rows)


@require_GET
def chart_data(request: HttpRequest, code: str, chart: str) -> HttpResponse:
    """The table of one chart as a file."""
    release, kpi = _asked(request, code)
    if release is None or chart not in CHARTS:
        raise Http404
    page = page_of(
        ReleaseAsSeen(release, tiers_visible(request)),
        kpi.kpi_id,
        kpi.definition,
        marked=_marked(request),
        as_now=_as_now(request),
    )
    found: Chart | None = getattr(page, chart, None) if page is not None else None
    if found is None:
        raise Http404
    heads = [*found.table.columns, *PROVENANCE_HEADS]
    rows = [[*row, *provenance(release)] for row in found.table.rows]
    name = f"edi-{kpi.definition.slug}-{chart}-{release.collection.period}-release-{release.number}.csv"
    return csv_response(name, heads, rows)


@require_GET
def definition(request: HttpRequest, code: str) -> HttpResponse:
    """What the KPI means, word for word."""
    release, kpi = _asked(request, code)
    row = Kpi.objects.select_related("owner").get(pk=kpi.kpi_id)
    context = {
        "kpi": kpi,
        "row": row,
        "definition": kpi.definition,
        "facts": definition_facts(kpi.definition),
        "may_change": may_change(request.user, row),
        "may_ask_again": bool(row.retired_from) and may_ask_again(request.user, row, quarters_ahead()[0]),
        "quarter": quarter_in_force(release),
        "breadcrumbs": _crumbs(kpi.definition),
    }
    return render(request, "kpis/kpi_definition.html", context)


@require_GET
def versions(request: HttpRequest, code: str) -> HttpResponse:
    """What changed in the definition, and from when."""
    _release, kpi = _asked(request, code)
    context = {
        "kpi": kpi,
        "definition": kpi.definition,
        "versions": versions_of(kpi.kpi_id),
        "breadcrumbs": _crumbs(kpi.definition),
    }
    return render(request, "kpis/kpi_versions.html", context)


@require_GET
def coverage_page(request: HttpRequest) -> HttpResponse:
    """Which question answers which items of which framework."""
    return render(request, "kpis/coverage.html", {"page": coverage(), "breadcrumbs": _crumbs()})
