"""Waivers and disputes of rules: the list, and one with its decision."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from edi_portal.clock import business_today
from edi_portal.exceptions import Incomplete
from edi_portal.ui.forms import PortalForm
from kpis.forms.around import EndWaiverForm, WaiverForm
from kpis.models.waivers import Waiver
from kpis.selectors.waivers import waiver_lines
from kpis.services import waivers as services
from kpis.validation.registry import RULES
from kpis.validation.waiving import latest_end
from organisations.permissions import can, memberships_that_count, require
from organisations.roles import Right


def _may_read(request: HttpRequest) -> bool:
    """Those who grant waivers, and those whose organisation may have one."""
    return can(request.user, Right.GRANT_WAIVER) or any(
        can(request.user, right, one.organisation)
        for one in memberships_that_count(request.user)
        for right in (Right.SUBMIT_RETURN, Right.SIGN_OFF_RETURN)
    )


@require_GET
def waiver_list(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, what is set aside and until when, and what ended."""
    if not _may_read(request):
        raise Http404
    lines = waiver_lines(Waiver.objects.visible_to(request.user))
    today = business_today()
    context = {
        "asked": [line for line in lines if line.state == Waiver.ASKED],
        "in_force": [line for line in lines if line.state == Waiver.GRANTED and line.until and line.until >= today],
        "over": [line for line in lines if line.state in {Waiver.REFUSED, Waiver.ENDED} or (line.until and line.until < today)],
        "decides": can(request.user, Right.GRANT_WAIVER),
        "breadcrumbs": [{"label": "Home", "url": reverse("home")}],
    }
    return render(request, "kpis/waiver_list.html", context)


@require_http_methods(["GET", "POST"])
def waiver_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One dispute or waiver; those who may decide it, decide it here."""
    waiver = get_object_or_404(Waiver.objects.visible_to(request.user).select_related("organisation"), pk=pk)
    form = _form_for(request, waiver)
    if request.method == "POST":
        require(request.user, Right.GRANT_WAIVER)
        if form is not None and form.is_valid() and _decided(request, waiver, form):
            return redirect("waivers:list")
    context = {
        "waiver": waiver,
        "line": waiver_lines(Waiver.objects.filter(pk=waiver.pk))[0],
        "rule": RULES[waiver.rule],
        "form": form,
        "latest": latest_end(business_today()),
        "breadcrumbs": [{"label": "Home", "url": reverse("home")}, {"label": "Waivers", "url": reverse("waivers:list")}],
    }
    return render(request, "kpis/waiver_detail.html", context, status=422 if form and form.is_bound and form.errors else 200)


def _form_for(request: HttpRequest, waiver: Waiver) -> WaiverForm | EndWaiverForm | None:
    if not can(request.user, Right.GRANT_WAIVER):
        return None
    if waiver.state == Waiver.ASKED:
        return WaiverForm(request.POST or None)
    return EndWaiverForm(request.POST or None) if waiver.state == Waiver.GRANTED else None


def _decided(request: HttpRequest, waiver: Waiver, form: PortalForm) -> bool:
    given = form.cleaned_data
    try:
        if isinstance(form, WaiverForm):
            granted = form.is_granted
            services.decide_waiver(waiver=waiver, granted=granted, answer=given["answer"], until=given["until"], by=request.user)
            words = "The waiver is granted." if granted else "The rule stands."
        else:
            services.end_waiver(waiver=waiver, answer=given["answer"], by=request.user)
            words = "The waiver is ended."
    except Incomplete as missing:
        form.add_error("until" if "until" in form.fields and not given["until"] else "answer", str(missing))
        return False
    messages.success(request, f"{words} {waiver.organisation} is told by email.")
    return True
