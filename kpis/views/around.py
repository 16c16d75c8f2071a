"""Pages around the return: asking for more time, disputing a rule."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from edi_portal.clock import business_now
from edi_portal.exceptions import Incomplete
from kpis import permissions
from kpis.forms.around import DisputeForm, MoreTimeForm
from kpis.models.collections import ExtensionRequest
from kpis.selectors.returns import content_of, get_return
from kpis.services import extensions, waivers
from kpis.validation.registry import RULES
from kpis.validation.waiving import may_be_waived
from kpis.views.returns import address_of, crumbs_of
from kpis.workflow import Status
from organisations.permissions import can, require
from organisations.roles import Right


@require_http_methods(["GET", "POST"])
def extension(request: HttpRequest, organisation: str, period: str) -> HttpResponse:
    """Ask for more time, and see what became of it."""
    kpi_return = get_return(request.user, organisation, period)
    rows = ExtensionRequest.objects.filter(collection=kpi_return.collection, organisation=kpi_return.organisation)
    may_ask = can(request.user, Right.SUBMIT_RETURN, kpi_return.organisation)
    form = MoreTimeForm(request.POST or None)
    if request.method == "POST":
        require(request.user, Right.SUBMIT_RETURN, kpi_return.organisation)
        if form.is_valid():
            try:
                extensions.ask_for_more_time(kpi_return=kpi_return, by=request.user, **form.cleaned_data)
            except Incomplete as missing:
                form.add_error("until", str(missing))
            else:
                messages.success(request, "Your request is with the portal admin. You will be told by email.")
                return redirect(address_of(kpi_return, "extension"))
    open_request = rows.filter(state=ExtensionRequest.ASKED).first()
    done = kpi_return.status in {Status.SIGNED_OFF, Status.NOT_REQUIRED}
    context = {
        "kpi_return": kpi_return,
        "form": form,
        "open_request": open_request,
        "may_ask": may_ask and open_request is None and not done,
        "requests": rows.select_related("asked_by", "decided_by"),
        "closes": permissions.closes_at_for(kpi_return),
        "is_closed": business_now() >= permissions.closes_at_for(kpi_return),
        "breadcrumbs": crumbs_of(kpi_return, (kpi_return.quarter.months, address_of(kpi_return, "overview"))),
    }
    return render(request, "kpis/return_extension.html", context, status=422 if form.is_bound and form.errors else 200)


@require_http_methods(["GET", "POST"])
def dispute(request: HttpRequest, organisation: str, period: str) -> HttpResponse:
    """Say that a rule is wrong at one place; `?finding=` names the finding."""
    kpi_return = get_return(request.user, organisation, period)
    require(request.user, Right.SUBMIT_RETURN, kpi_return.organisation)
    content = content_of(kpi_return)
    key = request.GET.get("finding", "")
    found = next((finding for finding in content.findings if finding.key == key), None)
    if found is None or not may_be_waived(found):
        raise Http404
    form = DisputeForm(request.POST or None)
    measure = next((one for one in content.measures if one.code == found.measure), None)
    section = address_of(kpi_return, "section", measure.workstream) + f"#question-{measure.code}" if measure else ""
    if request.method == "POST" and form.is_valid():
        try:
            waivers.dispute_rule(kpi_return=kpi_return, finding=key, reason=form.cleaned_data["reason"], by=request.user)
        except Incomplete as missing:
            form.add_error("reason", str(missing))
        else:
            messages.success(request, "Your dispute is with the steering group. Until they decide, the rule stands.")
            return redirect(section or address_of(kpi_return, "overview"))
    context = {
        "kpi_return": kpi_return,
        "finding": found,
        "rule": RULES[found.rule],
        "measure": measure,
        "form": form,
        "back": section or address_of(kpi_return, "overview"),
        "breadcrumbs": crumbs_of(kpi_return, (kpi_return.quarter.months, address_of(kpi_return, "overview"))),
    }
    return render(request, "kpis/return_dispute.html", context, status=422 if form.is_bound and form.errors else 200)
