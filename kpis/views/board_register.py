"""The board register as a form: typed once a year, counted at once, no line of it stored."""

from io import BytesIO

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from edi_portal.clock import business_now
from kpis import permissions
from kpis.extracts import ExtractKind, read_extract
from kpis.forms.board_register import MemberFormSet, as_register
from kpis.selectors.extracts import code_of, kinds_open_to
from kpis.selectors.returns import get_return
from kpis.services import extracts as services
from kpis.views.returns import address_of, crumbs_of


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def board(request: HttpRequest, organisation: str, period: str) -> HttpResponse:
    """Type the members; what is kept are the counts, on the page of a file that was read."""
    kpi_return = get_return(request.user, organisation, period)
    permissions.check_can_edit_return(request.user, kpi_return, business_now())
    if ExtractKind.BOARD_REGISTER not in kinds_open_to(request.user, kpi_return):
        raise Http404
    members = MemberFormSet(request.POST if request.method == "POST" else None, prefix="member")
    problem = ""
    if request.method == "POST" and members.is_valid():
        register = as_register(members)
        if register:
            counts = read_extract(
                BytesIO(register),
                period=kpi_return.quarter,
                kind=ExtractKind.BOARD_REGISTER,
                organisation_code=code_of(kpi_return.organisation, kpi_return.quarter.last_day),
            )
            with transaction.atomic():
                extract = services.begin_reading(
                    kpi_return=kpi_return, kind=ExtractKind.BOARD_REGISTER, file_name="", by=request.user
                )
                kept, _ = services.keep_counts(extract=extract, aggregate=counts.as_data(), by=request.user)
            return redirect(address_of(kpi_return, "extract-result", kept.pk))
        problem = "Choose the role of at least one member."
    failed = bool(problem) or (members.is_bound and not members.is_valid())
    context = {
        "kpi_return": kpi_return,
        "members": members,
        "problem": problem,
        "has_errors": failed,
        "breadcrumbs": crumbs_of(
            kpi_return,
            (kpi_return.quarter.months, address_of(kpi_return, "overview")),
            ("Files", address_of(kpi_return, "extracts")),
        ),
    }
    return render(request, "kpis/board_register.html", context, status=422 if failed else 200)
