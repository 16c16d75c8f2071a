"""Choosing which of one's roles is in use."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from edi_portal.audit.services import record
from organisations.middleware import SESSION_KEY
from organisations.requests import PortalRequest


@require_http_methods(["GET", "POST"])
def switch_role(request: PortalRequest) -> HttpResponse:
    """The roles held; choosing one changes header, home and rights, and says so."""
    if request.method == "POST":
        chosen = next((m for m in request.memberships if m.key == request.POST.get("role")), None)
        if chosen is None:
            raise Http404
        request.session[SESSION_KEY] = chosen.key
        record(action="role.switched", by=request.user, organisation=chosen.organisation, subject=f"membership:{chosen.pk}")
        messages.success(request, f"You now act as {chosen.label}.")
        return redirect("home")
    return render(request, "organisations/role_switch.html", {"memberships": request.memberships})
