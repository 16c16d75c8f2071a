"""Pages of the demonstration only: signing in with one click, and the mail that would have been sent."""

from collections.abc import Callable
from functools import wraps

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from organisations.models import Membership, OutboxMessage, User
from organisations.services.demonstration_accounts import DOMAIN, PASSWORD, TOTP_SECRET, featured_local_parts

View = Callable[..., HttpResponse]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def demonstration_only(view: View) -> View:
    """The page does not exist outside the demonstration."""

    @wraps(view)
    def guarded(request: HttpRequest, *arguments: object, **options: object) -> HttpResponse:
        if not settings.DEMONSTRATION:
            raise Http404
        return view(request, *arguments, **options)

    return guarded


@login_not_required
@demonstration_only
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """One button for each account; a POST signs in as that account, second factor included."""
    if request.method == "POST":
        user = get_object_or_404(User, email=request.POST.get("account", ""), is_demonstration=True, is_active=True)
        logout(request)
        login(request, user, backend=BACKEND)
        record_authentication(request, user, "mfa", type=Authenticator.Type.TOTP, reauthenticated=False)
        return redirect("home")
    emails = [f"{local_part}@{DOMAIN}" for local_part in featured_local_parts()]
    users = {user.email: user for user in User.objects.filter(is_demonstration=True)}
    context = {
        "featured": [_card(users[email]) for email in emails if email in users],
        "others": [user for email, user in sorted(users.items()) if email not in emails],
        "password": PASSWORD,
        "secret": TOTP_SECRET,
        "code": current_code(),
    }
    return render(request, "organisations/demonstration_sign_in.html", context)


@login_not_required
@demonstration_only
@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """The newest messages first."""
    context = {"outbox": OutboxMessage.objects.all()[:200]}
    return render(request, "organisations/outbox_list.html", context)


@login_not_required
@demonstration_only
@require_GET
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message, its links clickable."""
    context = {
        "message": get_object_or_404(OutboxMessage, pk=pk),
        "breadcrumbs": [{"label": "Outbox", "url": reverse("organisations:outbox")}],
    }
    return render(request, "organisations/outbox_message.html", context)


def current_code() -> str:
    """The one-time code of the demonstration's secret, now."""
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(TOTP_SECRET, counters[len(counters) // 2]))


def _card(user: User) -> dict[str, object]:
    held = list(Membership.objects.in_force().filter(user=user).select_related("organisation", "place"))
    return {
        "user": user,
        "description": held[0].description.description if held else "",
        "where": ", ".join(m.organisation.short_name for m in held if m.organisation) if len(held) > 1 else "",
    }
