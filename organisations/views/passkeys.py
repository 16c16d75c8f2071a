"""A passkey in place of password and code. It counts as both factors: the device, and the finger, face or PIN that it asks for.

The sign-in library's own page for it is made for a script that fetches the challenge. This one brings it along, as the page for
the second factor does, and lies apart from the sign-in page, so that reading that page leaves no session behind.
"""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import Login
from allauth.mfa.webauthn.forms import LoginWebAuthnForm
from allauth.mfa.webauthn.internal.auth import begin_authentication, begin_registration
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from edi_portal.audit.services import record
from edi_portal.ui.rate_limit import limited

# A whole trust may come from one address.
TRIES = 60


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
@limited(per_minute=TRIES)
def sign_in(request: HttpRequest) -> HttpResponse:
    """Bring a challenge; a POST with the answer of a passkey that proved its person signs that person in."""
    if request.user.is_authenticated:
        return redirect("home")
    form = LoginWebAuthnForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        passkey = form.cleaned_data["credential"]
        wanted = request.GET.get("next", "")
        next_url = wanted if get_adapter(request).is_safe_url(wanted) else None
        answer = perform_passwordless_login(request, passkey, Login(user=passkey.user, redirect_url=next_url))
        if request.user.is_authenticated:
            record(action="account.passkey_proved", by=passkey.user, subject=f"user:{passkey.user_id}")
        return answer
    context = {"form": form, "js_data": {"request_options": begin_authentication(user=None)}}
    return render(request, "account/passkey.html", context, status=422 if form.is_bound else 200)


class AddPasskeyView(AddWebAuthnView):
    """Ask the device to keep the passkey so that it can be used without typing an address first."""

    def get_context_data(self, **options: Any) -> dict[str, Any]:
        """The library's own, but for a passkey that signs in alone."""
        context = super().get_context_data(**options)
        context["js_data"] = {"creation_options": begin_registration(self.request.user, True)}
        return context


add = AddPasskeyView.as_view()
