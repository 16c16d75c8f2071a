"""Pages of a return: the list, its task list, check and send, take back, reopen, versions."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from edi_portal.clock import business_now
from kpis import permissions
from kpis.dashboards.data_quality import quality_of
from kpis.dashboards.return_overview import overview_of, returns_of
from kpis.dashboards.return_versions import compare_versions
from kpis.forms.collections import AgainForm
from kpis.models.returns import KpiReturn
from kpis.selectors.returns import content_of, get_return
from kpis.services import returns as services
from organisations.models import User
from organisations.permissions import can, require
from organisations.roles import Right
from organisations.selectors.delegations import signers_of

Crumbs = list[dict[str, str]]
WITH_SPONSOR = "Your return is with your executive sponsor. They have been told by email."
WITH_NOBODY = "Your return is sent, but nobody else at your organisation can sign it yet. Ask a portal admin to invite a sponsor."


def crumbs_of(kpi_return: KpiReturn, *more: tuple[str, str]) -> Crumbs:
    """Home, Returns, the return, and what lies between."""
    trail = [("Home", reverse("home")), ("Returns", reverse("returns:list"))]
    return [{"label": label, "url": url} for label, url in (*trail, *more)]


def address_of(kpi_return: KpiReturn, name: str, *more: Any) -> str:
    """The address of one of the return's pages."""
    return reverse(f"returns:{name}", args=[kpi_return.organisation.slug, kpi_return.collection.period, *more])


@require_GET
def return_list(request: HttpRequest) -> HttpResponse:
    """The reader's own returns, newest first."""
    rows = returns_of(request.user)
    return render(request, "kpis/return_list.html", {"rows": rows, "breadcrumbs": [{"label": "Home", "url": reverse("home")}]})


@require_GET
def overview(request: HttpRequest, organisation: str, period: str) -> HttpResponse:
    """The return as a task list: how much is left, what blocks sending, when it is due."""
    kpi_return = get_return(request.user, organisation, period)
    content = content_of(kpi_return)
    context = {
        "page": overview_of(content, request.user),
        "kpi_return": kpi_return,
        "quality": quality_of(content) if permissions.sees_every_question(request.user, kpi_return) else None,
        "breadcrumbs": crumbs_of(kpi_return),
    }
    return render(request, "kpis/return_overview.html", context)


@require_http_methods(["GET", "POST"])
def submit(request: HttpRequest, organisation: str, period: str) -> HttpResponse:
    """Check and send: everything that stands between the return and the sponsor, or the one button."""
    kpi_return = get_return(request.user, organisation, period)
    signers = signers_of(kpi_return.organisation, besides=cast(User, request.user))
    if request.method == "POST":
        services.submit_return(kpi_return=kpi_return, by=request.user)
        messages.success(request, WITH_SPONSOR if signers else WITH_NOBODY)
        return redirect(address_of(kpi_return, "overview"))
    content = content_of(kpi_return)
    context = {
        "kpi_return": kpi_return,
        "content": content,
        "page": overview_of(content, request.user),
        "signers": signers,
        "may_send": permissions.can_submit_return(request.user, kpi_return, business_now()),
        "breadcrumbs": crumbs_of(kpi_return, (kpi_return.quarter.months, address_of(kpi_return, "overview"))),
    }
    return render(request, "kpis/return_submit.html", context)


@require_http_methods(["GET", "POST"])
def change_state(request: HttpRequest, organisation: str, period: str, verb: str) -> HttpResponse:
    """Take back a sent return, or reopen a signed one: an own page that says what will happen and asks why."""
    kpi_return = get_return(request.user, organisation, period)
    require(request.user, Right.SUBMIT_RETURN, kpi_return.organisation)
    form = AgainForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if verb == "reopen":
            services.reopen_return(kpi_return=kpi_return, by=request.user, reason=reason)
            messages.success(request, "A new version is open. The signed version stays as it was.")
        else:
            services.recall_return(kpi_return=kpi_return, by=request.user, comment=reason)
            messages.success(request, "The return is back with you.")
        return redirect(address_of(kpi_return, "overview"))
    context = {
        "kpi_return": kpi_return,
        "verb": verb,
        "form": form,
        "is_closed": business_now() >= permissions.closes_at_for(kpi_return),
        "back": address_of(kpi_return, "overview"),
        "breadcrumbs": crumbs_of(kpi_return, (kpi_return.quarter.months, address_of(kpi_return, "overview"))),
    }
    return render(request, "kpis/return_change_state.html", context, status=422 if form.errors else 200)


@require_GET
def versions(request: HttpRequest, organisation: str, period: str) -> HttpResponse:
    """Every version of the return with what happened to it; two are compared cell by cell."""
    kpi_return = get_return(request.user, organisation, period)
    chain = KpiReturn.objects.visible_to(request.user).filter(
        collection=kpi_return.collection, organisation=kpi_return.organisation
    )
    context = {
        "kpi_return": kpi_return,
        "versions": chain.order_by("-number").prefetch_related("events__by").select_related("submitted_by", "signed_off_by"),
        "comparison": compare_versions(chain, request.GET.get("from"), request.GET.get("to")),
        "exact": can(request.user, Right.SUBMIT_RETURN, kpi_return.organisation)
        or can(request.user, Right.SIGN_OFF_RETURN, kpi_return.organisation),
        "breadcrumbs": crumbs_of(kpi_return, (kpi_return.quarter.months, address_of(kpi_return, "overview"))),
    }
    return render(request, "kpis/return_versions.html", context)
