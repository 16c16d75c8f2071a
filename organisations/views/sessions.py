"""One's own sessions: when they began, and ending all but the present one."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from organisations.requests import PortalRequest
from organisations.services.sessions import end_sessions
from organisations.sign_in_record import WORDS, latest_of


@require_http_methods(["GET", "POST"])
def end_others(request: PortalRequest) -> HttpResponse:
    """Say what it does; a POST ends every session of this person but the one at hand."""
    if request.method == "POST":
        end_sessions(account=request.user, by=request.user, why="asked")
        update_session_auth_hash(request, request.user)
        messages.success(request, "You are signed out everywhere else.")
        return redirect("mfa_index")
    context = {
        "lines": [(event, WORDS[event.action]) for event in latest_of(request.user)],
        "breadcrumbs": [{"label": "Home", "url": reverse("home")}, {"label": "Your sign-in", "url": reverse("mfa_index")}],
    }
    return render(request, "organisations/sessions_end.html", context)
