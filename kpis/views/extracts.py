"""Pages of extracts: give files, see what was understood, say what values mean, take the counts over, trace a cell."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.clock import business_now
from edi_portal.exceptions import BusinessError
from edi_portal.ui.middleware import wants_json
from kpis import permissions
from kpis.dashboards.extract_list import extract_list, row_of
from kpis.dashboards.extract_result import result_page
from kpis.dashboards.extract_trace import trace_page
from kpis.dashboards.return_section import amount_words, cell_label
from kpis.dashboards.value_meanings import MEANS, mapping_page, name_of
from kpis.extracts import Cell
from kpis.models.extracts import Extract, ExtractState
from kpis.models.returns import KpiReturn
from kpis.selectors.extracts import (
    extracts_of,
    get_extract,
    in_use,
    meanings_of,
    open_values,
    questions_open_to,
    usable_counts,
)
from kpis.selectors.returns import get_return
from kpis.services import extracts as services
from kpis.services.returns import Conflict
from kpis.services.value_meanings import Meaning, propose_meanings
from kpis.views.extract_receiving import receive, turn_away
from kpis.views.returns import address_of, crumbs_of


@csrf_exempt  # the token is checked in `receive`, once the handler that keeps nothing is in place
@require_http_methods(["GET", "POST"])
def extracts(request: HttpRequest, organisation: str, period: str) -> HttpResponse:
    """Give the files of a sitting, and see what was read of earlier ones."""
    if request.method != "POST":
        return show(request, get_return(request.user, organisation, period))
    try:
        kpi_return = get_return(request.user, organisation, period)
        permissions.check_can_edit_return(request.user, kpi_return, business_now())
    except (Http404, BusinessError) as reason:
        return turn_away(request, reason)
    return receive(request, kpi_return, show)


def show(request: HttpRequest, kpi_return: KpiReturn, problem: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
    """The page, with what stands in the way of the upload, if anything."""
    context = {
        "kpi_return": kpi_return,
        "page": extract_list(kpi_return, request.user),
        "editable": permissions.can_edit_return(request.user, kpi_return, business_now()),
        "problem": problem,
        "has_errors": bool(problem),
        "largest_request": settings.EXTRACT_LARGEST_REQUEST,
        "addresses": {name: address_of(kpi_return, f"extract-{name}") for name in ("changes", "mappings", "progress")}
        | {"overview": address_of(kpi_return, "overview"), "board": address_of(kpi_return, "extract-board")},
        "breadcrumbs": crumbs_of(kpi_return, (kpi_return.quarter.months, address_of(kpi_return, "overview"))),
    }
    return render(request, "kpis/extract_list.html", context, status=status)


@require_GET
def progress(request: HttpRequest, organisation: str, period: str) -> JsonResponse:
    """How far the files are that are being read now, for the bar on the page."""
    kpi_return = get_return(request.user, organisation, period)
    rows = [row_of(one) for one in extracts_of(request.user, kpi_return) if one.state == ExtractState.READING]
    return JsonResponse(
        {"reading": [{"title": row.title, "what": row.what, "percent": row.percent, "stop": row.stop_url} for row in rows]}
    )


@require_POST
def stop(request: HttpRequest, organisation: str, period: str, key: UUID) -> HttpResponse:
    """Stop the reading of a file."""
    kpi_return = get_return(request.user, organisation, period)
    services.stop_reading(extract=get_extract(request.user, kpi_return, key), by=request.user)
    if wants_json(request):
        return JsonResponse({"stopped": True})
    messages.info(request, services.CANCELLED)
    return redirect(address_of(kpi_return, "extracts"))


@require_http_methods(["GET", "POST"])
def result(request: HttpRequest, organisation: str, period: str, key: UUID) -> HttpResponse:
    """What one file would change."""
    kpi_return = get_return(request.user, organisation, period)
    extract = _read_one(request, kpi_return, key)
    return _result(request, kpi_return, [extract], "extract-result", extract.pk)


@require_http_methods(["GET", "POST"])
def changes(request: HttpRequest, organisation: str, period: str) -> HttpResponse:
    """What all files of the return together would change."""
    kpi_return = get_return(request.user, organisation, period)
    return _result(request, kpi_return, in_use(extracts_of(request.user, kpi_return)), "extract-changes")


def _read_one(request: HttpRequest, kpi_return: KpiReturn, key: UUID) -> Extract:
    extract = get_extract(request.user, kpi_return, key)
    if extract.aggregate is None:
        raise Http404
    return extract


def _result(request: HttpRequest, kpi_return: KpiReturn, found: list[Extract], name: str, *more: Any) -> HttpResponse:
    conflicts: tuple[Conflict, ...] = ()
    if request.method == "POST":
        done = services.take_over(
            kpi_return=kpi_return,
            extracts=usable_counts(found, meanings_of(kpi_return.organisation)),
            questions=request.POST.getlist("question"),
            seen=_seen(request.POST.get("seen", "")),
            shown=request.POST.get("shown", ""),
            without=request.POST.getlist("without"),
            by=request.user,
        )
        conflicts = done.outcome.conflicts
        cells = "1 cell was" if done.cells == 1 else f"{done.cells} cells were"
        if not conflicts:
            said = "1 question says" if done.without_figure == 1 else f"{done.without_figure} questions say"
            also = f" {said} now why there is no figure." if done.without_figure else ""
            messages.success(request, f"{cells} taken over from your {'file' if len(found) == 1 else 'files'}.{also}")
            return redirect(address_of(kpi_return, "overview"))
        kpi_return.refresh_from_db()
        found = [get_extract(request.user, kpi_return, one.pk) for one in found]
    context = {
        "kpi_return": kpi_return,
        "page": result_page(kpi_return, found, request.user),
        "editable": permissions.can_edit_return(request.user, kpi_return, business_now()),
        "conflicts": _conflicts(conflicts, request, kpi_return),
        "has_errors": bool(conflicts),
        "addresses": {
            "extracts": address_of(kpi_return, "extracts"),
            "mapping": address_of(kpi_return, "extract-mapping" if more else "extract-mappings", *more),
        },
        "address": address_of(kpi_return, name, *more),
        "breadcrumbs": _crumbs(kpi_return),
    }
    return render(request, "kpis/extract_result.html", context, status=409 if conflicts else 200)


def _seen(text: str) -> dict[Cell, Decimal | None]:
    """The values that the person saw; nothing where the form was not ours, which then ends in conflicts and never overwrites."""
    try:
        rows = json.loads(text or "[]")
        seen = {(row[0], row[1], row[2]): None if row[3] is None else Decimal(row[3]) for row in rows}
    except (ValueError, TypeError, IndexError, KeyError, InvalidOperation, RecursionError):
        return {}
    return seen if all(amount is None or amount.is_finite() for amount in seen.values()) else {}


def _conflicts(conflicts: Iterable[Conflict], request: HttpRequest, kpi_return: KpiReturn) -> list[dict[str, str]]:
    measures = questions_open_to(request.user, kpi_return)
    return [
        {
            "label": f"{measures[item.measure].title}: {cell_label(measures[item.measure], item.cell)}",
            "mine": amount_words(measures[item.measure], item.cell, item.mine) or "empty",
            "theirs": amount_words(measures[item.measure], item.cell, item.theirs) or "empty",
            "who": item.who,
        }
        for item in conflicts
    ]


@require_http_methods(["GET", "POST"])
def mapping(request: HttpRequest, organisation: str, period: str, key: UUID) -> HttpResponse:
    """Say what the values of one file mean that were not understood."""
    kpi_return = get_return(request.user, organisation, period)
    extract = _read_one(request, kpi_return, key)
    return _mapping(request, kpi_return, [extract], "extract-result", extract.pk)


@require_http_methods(["GET", "POST"])
def mappings(request: HttpRequest, organisation: str, period: str) -> HttpResponse:
    """The same for all files of the return together."""
    kpi_return = get_return(request.user, organisation, period)
    return _mapping(request, kpi_return, in_use(extracts_of(request.user, kpi_return)), "extract-changes")


def _mapping(request: HttpRequest, kpi_return: KpiReturn, found: list[Extract], back: str, *more: Any) -> HttpResponse:
    everything = "all" in request.GET
    if request.method == "POST":
        given = {name: code for name, code in request.POST.dict().items() if name.startswith(MEANS) and code}
        values = {name_of(one.field, one.value): one for one in open_values(found, {})}
        changed = propose_meanings(
            kpi_return=kpi_return,
            meanings=[Meaning(values[name], str(code)) for name, code in given.items() if name in values],
            by=request.user,
        )
        if changed:
            said = "1 meaning is" if changed == 1 else f"{changed} meanings are"
            messages.success(request, f"{said} remembered for your organisation, and used from now on.")
        return redirect(address_of(kpi_return, back, *more))
    context = {
        "kpi_return": kpi_return,
        "page": mapping_page(kpi_return, found, meanings_of(kpi_return.organisation), everything=everything),
        "editable": permissions.can_edit_return(request.user, kpi_return, business_now()),
        "back": address_of(kpi_return, back, *more),
        "breadcrumbs": _crumbs(kpi_return),
    }
    return render(request, "kpis/extract_mapping.html", context)


@require_GET
def trace(request: HttpRequest, organisation: str, period: str, key: UUID, measure: str, row: str, column: str) -> HttpResponse:
    """How one cell was got from a file."""
    kpi_return = get_return(request.user, organisation, period)
    extract = _read_one(request, kpi_return, key)
    context = {
        "kpi_return": kpi_return,
        "page": trace_page(kpi_return, extract, (measure, row, column), request.user),
        "back": address_of(kpi_return, "extract-result", extract.pk),
        "breadcrumbs": _crumbs(kpi_return),
    }
    return render(request, "kpis/extract_trace.html", context)


def _crumbs(kpi_return: KpiReturn) -> list[dict[str, str]]:
    return crumbs_of(
        kpi_return,
        (kpi_return.quarter.months, address_of(kpi_return, "overview")),
        ("Files", address_of(kpi_return, "extracts")),
    )
