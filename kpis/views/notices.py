"""What a person wants to hear, and the calendar with the dates of returns."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.ui.calendars import TYPE, calendar_bytes
from kpis.forms.around import NoticesForm
from kpis.selectors.calendar import address_secret, days_of, owner_of_secret
from kpis.selectors.notices import choice_of
from kpis.services import notices as services

KINDS = {"reminders": "reminders of returns", "digest": "the weekly digest"}


@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Reminders and digest on or off; the address of the own calendar."""
    choice = choice_of(request.user)
    initial = {"reminders": choice.reminders, "digest": choice.digest}
    form = NoticesForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.choose_notices(by=request.user, **form.cleaned_data)
        messages.success(request, "Your choice is saved.")
        return redirect("notices:choose")
    secret = address_secret(choice)
    context = {
        "form": form,
        "calendar": request.build_absolute_uri(reverse("notices:calendar", args=[secret])) if secret else "",
        "breadcrumbs": [{"label": "Home", "url": reverse("home")}],
    }
    return render(request, "kpis/notices.html", context)


@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, kind: str) -> HttpResponse:
    """Where the link in a mail leads: one button."""
    if request.method == "POST":
        services.stop_notices(by=request.user, kind=kind)
        messages.success(request, f"You get no more {KINDS[kind].removeprefix('the ')}.")
        return redirect("notices:choose")
    context = {"words": KINDS[kind], "breadcrumbs": [{"label": "Home", "url": reverse("home")}]}
    return render(request, "kpis/notices_stop.html", context)


@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    """A fresh secret address; the one before stops."""
    services.renew_calendar(by=request.user)
    messages.success(request, "Your calendar has a new address. The one before no longer works.")
    return redirect(reverse("notices:choose") + "#calendar")


@login_not_required
@require_GET
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The dates of one person's returns, for a calendar program: it knows the secret address and has no session."""
    user = owner_of_secret(token)
    if user is None:
        raise Http404
    response = HttpResponse(calendar_bytes("EDI returns", days_of(user), made_at=timezone.now()), content_type=TYPE)
    response.headers["Content-Disposition"] = 'inline; filename="edi-portal.ics"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
