"""The portal admins' list of what organisations say that values of their files mean."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from kpis.dashboards.value_meanings import waiting_page
from kpis.selectors.extracts import get_meaning
from kpis.services.value_meanings import decide_meaning
from organisations.permissions import require
from organisations.roles import Right


@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """What waits for a decision."""
    require(request.user, Right.DECIDE_MEANINGS)
    context = {"rows": waiting_page(request.user), "breadcrumbs": [{"label": "Home", "url": reverse("home")}]}
    return render(request, "kpis/meaning_list.html", context)


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or decline one meaning."""
    require(request.user, Right.DECIDE_MEANINGS)
    approve = request.POST.get("decision") == "approve"
    decide_meaning(meaning=get_meaning(pk), approve=approve, reason=request.POST.get("reason", ""), by=request.user)
    messages.success(request, "The meaning is approved." if approve else "The meaning is declined; the EDI lead sees why.")
    return redirect("meanings:list")
