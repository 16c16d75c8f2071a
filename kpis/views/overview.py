"""The steering overview, its exceptions and its completeness wall. Who may not see them gets a page that does not exist."""

from collections import Counter
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_GET

from edi_portal.charts.verdicts import verdict_for
from edi_portal.clock import LONDON
from edi_portal.ui.downloads import Cell, Sheet, csv_response, xlsx_response
from edi_portal.ui.paging import page_of_rows
from kpis.dashboards.completeness import period_wall, wall_rows, workstream_wall
from kpis.dashboards.exception_owners import address_to_raise, care_of
from kpis.dashboards.exceptions import ExceptionRow, alarms_expected, exceptions_of, grouped
from kpis.dashboards.figure_words import value_text
from kpis.dashboards.kinds import is_crowded, kind_shown, kinds_of
from kpis.dashboards.overview import Chosen, Overview, overview_of
from kpis.forms.overview import DOMAIN_CHOICES, ExceptionsFilter, OverviewFilter
from kpis.models.releases import Release, ReleaseStatus
from kpis.selectors.releases import ReleaseAsSeen, newest_release, number_of, release_as_seen, returned_text, revision_of
from organisations.models import PeerGroup
from organisations.permissions import can
from organisations.roles import Right

View = Callable[..., HttpResponse]

# The marks that the key above the table explains, in its order.
KEY = (
    ("better", ""),
    ("no_difference", ""),
    ("worse", ""),
    ("act", "Act: outside the target, more than chance"),
    ("watch", "Watch: outside, may be chance"),
    ("too_few", ""),
    ("withheld", ""),
    ("not_returned", ""),
    ("not_applicable", ""),
)


def for_overview_readers(view: View) -> View:
    """The page exists for those with the right alone."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can(request.user, Right.VIEW_OVERVIEW):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _crumbs() -> list[dict[str, str]]:
    return [{"label": "Home", "url": reverse("home")}, {"label": "Overview", "url": reverse("overview:table")}]


def _pinned(request: HttpRequest) -> str:
    return request.GET.get("release", "")


def chosen_filters(request: HttpRequest) -> tuple[OverviewFilter, Chosen]:
    """The filters of the address; a value that is not offered counts as not given."""
    form = OverviewFilter(request.GET)
    form.is_valid()
    given = {name: form.cleaned_data.get(name) or "" for name in form.fields}
    chosen = Chosen(given["domain"], given["workstream"], given["kind"], given["show"] or "due", _pinned(request))
    return OverviewFilter(initial=given), chosen


def domain_segments(address: str, chosen: Chosen) -> dict[str, Any]:
    """The links Both, Technical, Cultural, each keeping the other filters."""
    items = [
        {"label": label, "url": address + chosen.query(domain=value), "current": chosen.domain == value}
        for value, label in DOMAIN_CHOICES
    ]
    return {"label": "Domain", "items": items}


def hidden_values(chosen: Chosen) -> list[dict[str, str]]:
    """What the form must carry on although it has no field for it."""
    values = {"domain": chosen.domain, "release": chosen.release}
    return [{"name": name, "value": value} for name, value in values.items() if value]


@require_GET
@for_overview_readers
def table(request: HttpRequest) -> HttpResponse:
    """KPI × organisation as marks."""
    form, chosen = chosen_filters(request)
    seen = release_as_seen(request)
    if seen is None:
        return render(request, "kpis/overview_empty.html", {"heading": "No release yet"})
    page = overview_of(seen, chosen)
    address = reverse("overview:table")
    context = {
        "page": page,
        "form": form,
        "chosen": chosen,
        "segments": domain_segments(address, chosen),
        "hidden": hidden_values(chosen),
        "query": chosen.query(),
        "key": KEY,
        "all_url": address + chosen.query(show="all"),
        "release_line": release_line_of(seen.release),
    }
    return render(request, "kpis/overview_table.html", context)


def release_line_of(release: Release) -> str:
    """What the footer says of the release: "release 14 (2019-20 Q2), published 20 November 2019"."""
    when = f", published {release.published_at.astimezone(LONDON):%-d %B %Y}" if release.published_at else ""
    line = format_html(
        '<a href="{}">release {}</a> ({}){}',
        reverse("method-release", args=[release.number]),
        release.number,
        release.quarter.label,
        when,
    )
    then = ", earlier quarters as they stood then" if release.as_of is not None else ""
    return format_html("{}{}{}", line, then, _revised(release))


def _revised(release: Release) -> str:
    """What became of a release, or what it revises, with the way there: ", revised on 3 February 2020 by release 15"."""
    if release.status == ReleaseStatus.SUPERSEDED:
        later = revision_of(release)
        if later is not None and later.published_at:
            words = f", revised on {later.published_at.astimezone(LONDON):%-d %B %Y} by "
            return format_html('{}<a href="{}">release {}</a>', words, f"?release={later.number}", later.number)
    if release.revises_id is not None:
        number = number_of(release.revises_id)
        return format_html(', revises <a href="?release={}">release {}</a>', number, number)
    return ""


def newest_release_line(request: HttpRequest) -> str:
    """The same for a page that shows no particular release: the newest one, for people who are signed in."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return ""
    release = newest_release()
    return release_line_of(release) if release is not None else ""


def provenance(release: Release) -> tuple[str, int | None, str]:
    """The last columns of every file: period, release, and what kind of data it is."""
    kind = "Synthetic demonstration data" if release.synthetic else "Released figures"
    return release.quarter.label, release.number, f"{kind}; {returned_text(release)}"


PROVENANCE_HEADS = ("Period", "Release", "Data")


@require_GET
@for_overview_readers
def table_data(request: HttpRequest, ending: str) -> HttpResponse:
    """The table as a file: one row a KPI and organisation, with figure and reading."""
    _form, chosen = chosen_filters(request)
    seen = release_as_seen(request)
    if seen is None:
        raise Http404
    page, release = overview_of(seen, chosen), seen.release
    heads = ["KPI", "Name", "Workstream", "Organisation", "Kind", "Figure", "Reading", *PROVENANCE_HEADS]
    rows = table_rows(page)
    name = f"edi-overview-{release.collection.period}-release-{release.number}"
    if ending == "xlsx":
        return xlsx_response(f"{name}.xlsx", [Sheet("Overview", heads, rows)])
    return csv_response(f"{name}.csv", heads, rows)


def table_rows(page: Overview) -> list[list[Cell]]:
    """The shown readings as rows of a file."""
    return [
        [
            row.definition.code,
            row.definition.name,
            row.definition.workstream,
            member.name,
            member.group_label,
            value_text(row.definition, row.readings[member.pk]),
            verdict_for(row.readings[member.pk].verdict).word,
            row.period or page.release.quarter.label,
            *provenance(page.release)[1:],
        ]
        for row in page.rows
        for member in page.members
        if member.pk in row.readings
    ]


def _exceptions(request: HttpRequest) -> tuple[ExceptionsFilter, Chosen, ReleaseAsSeen | None, tuple[ExceptionRow, ...]]:
    """The filters, and the readings to act on of every kind of organisation."""
    form = ExceptionsFilter(request.GET)
    form.is_valid()
    given = {name: form.cleaned_data.get(name) or "" for name in form.fields}
    seen = release_as_seen(request)
    rows = exceptions_of(seen, workstream=given["workstream"], domain=given["domain"]) if seen is not None else ()
    chosen = Chosen(given["domain"], given["workstream"], given["kind"], "due", _pinned(request))
    return ExceptionsFilter(initial=given), chosen, seen, rows


def _of_kind(rows: tuple[ExceptionRow, ...], kind: str) -> tuple[ExceptionRow, ...]:
    return tuple(row for row in rows if not kind or row.member.group == kind)


@require_GET
@for_overview_readers
def exceptions(request: HttpRequest) -> HttpResponse:
    """Readings to act on, by KPI and name; one kind of organisation at a time where there are very many."""
    form, chosen, seen, every_row = _exceptions(request)
    if seen is None:
        return render(request, "kpis/overview_empty.html", {"heading": "No release yet", "breadcrumbs": _crumbs()})
    care, alone = care_of(request), request.GET.get("action") == "none"
    without = tuple(row for row in every_row if row.key not in care)
    listed = without if alone else every_row
    address, kind = reverse("overview:exceptions"), kind_shown(seen.members, chosen.kind)
    acting, rows = [row.member.pk for row in listed], _of_kind(listed, kind)
    page, of_kpi = page_of_rows(request, rows), Counter(row.definition.code for row in rows)
    context = {
        "rows": rows,
        "page": page,
        "page_address": _page_address(request),
        "groups": [
            (
                group,
                [(row, care.get(row.key), address_to_raise(request, *row.key)) for row in group.rows],
                of_kpi[group.first.definition.code],
            )
            for group in grouped(page.object_list)
        ],
        "without": sum(row.key not in care for row in rows),
        "raise_address": address_to_raise(request),
        "kinds": kinds_of(seen.members, acting, lambda group: address + chosen.query(kind=group), kind)
        if is_crowded(seen.members)
        else (),
        "new": sum(row.first for row in rows),
        "false_alarms": alarms_expected(seen, workstream=chosen.workstream, domain=chosen.domain, kind=kind),
        "kpis": len({row.definition.code for row in rows}),
        "release": seen.release,
        "form": form,
        "segments": domain_segments(address, chosen),
        "hidden": hidden_values(chosen),
        "query": chosen.query(),
        "breadcrumbs": _crumbs(),
        "release_line": release_line_of(seen.release),
    }
    return render(request, "kpis/overview_exceptions.html", context)


def _page_address(request: HttpRequest) -> str:
    """The address of another page of the same selection, up to the page's number."""
    query = request.GET.copy()
    query.pop("page", None)
    return f"?{query.urlencode()}&page=" if query else "?page="


@require_GET
@for_overview_readers
def exceptions_data(request: HttpRequest) -> HttpResponse:
    """The exceptions as a file."""
    _form, chosen, seen, every_row = _exceptions(request)
    if seen is None:
        raise Http404
    release, rows = seen.release, _of_kind(every_row, chosen.kind)
    heads = [
        "KPI",
        "Name",
        "Workstream",
        "Organisation",
        "Figure",
        "95% interval",
        "Counts",
        "Against",
        "Since",
        "Over time",
        "Action",
        *PROVENANCE_HEADS,
    ]
    care = care_of(request)
    lines = [
        [
            row.definition.code,
            row.definition.name,
            row.workstream,
            row.member.name,
            row.value,
            row.interval,
            row.counts,
            row.against,
            row.since.label,
            row.over_time,
            care[row.key].label if row.key in care else "none",
            *provenance(release),
        ]
        for row in rows
    ]
    return csv_response(f"edi-exceptions-{release.collection.period}-release-{release.number}.csv", heads, lines)


@require_GET
@for_overview_readers
def completeness(request: HttpRequest) -> HttpResponse:
    """Who has returned what."""
    seen = release_as_seen(request)
    if seen is None:
        return render(request, "kpis/overview_empty.html", {"heading": "No release yet", "breadcrumbs": _crumbs()})
    by_period, release = request.GET.get("by") == "period", seen.release
    by, pin = "period" if by_period else "workstream", f"&release={release.number}" if _pinned(request) else ""
    asked = request.GET.get("kind", "") if request.GET.get("kind", "") in PeerGroup.values else ""
    kind = kind_shown(seen.members, asked)
    wall = period_wall(seen, kind) if by_period else workstream_wall(seen, kind)
    address, kept = reverse("overview:completeness"), f"&kind={asked}{pin}" if asked else pin
    context = {
        "wall": wall,
        "release": release,
        "missing": seen.missing,
        "segments": {
            "label": "View",
            "items": [
                {"label": "By workstream", "url": f"{address}?by=workstream{kept}", "current": not by_period},
                {"label": "By quarter", "url": f"{address}?by=period{kept}", "current": by_period},
            ],
        },
        "kinds": kinds_of(seen.members, None, lambda group: f"{address}?by={by}&kind={group}{pin}", kind)
        if is_crowded(seen.members)
        else (),
        "query": f"?by={by}{pin}",
        "by_period": by_period,
        "breadcrumbs": _crumbs(),
        "release_line": release_line_of(release),
    }
    return render(request, "kpis/overview_completeness.html", context)


@require_GET
@for_overview_readers
def completeness_data(request: HttpRequest) -> HttpResponse:
    """The wall as a file."""
    seen = release_as_seen(request)
    if seen is None:
        raise Http404
    by_period, release = request.GET.get("by") == "period", seen.release
    wall = period_wall(seen) if by_period else workstream_wall(seen)
    heads = [wall["corner"], *wall["columns"], *PROVENANCE_HEADS]
    rows = [[*row, *provenance(release)] for row in wall_rows(wall)]
    return csv_response(f"edi-completeness-{release.collection.period}-release-{release.number}.csv", heads, rows)
