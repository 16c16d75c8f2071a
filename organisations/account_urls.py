"""The sign-in library's pages that the portal uses. The rest (registration, changing the address) do not exist here."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from allauth.account import urls as account
from allauth.mfa.base import urls as second_factor
from allauth.mfa.recovery_codes import urls as recovery_codes
from allauth.mfa.totp import urls as apps
from allauth.mfa.webauthn import views as passkeys
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, include, path

from organisations.identity.sessions import proved_lately_first
from organisations.views import identity
from organisations.views.passkeys import add as add_passkey
from organisations.views.passkeys import sign_in as sign_in_by_passkey

USED = frozenset(
    {
        "account_login",
        "account_logout",
        "account_inactive",
        "account_reauthenticate",
        "account_change_password",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
    }
)

CHANGES = frozenset({"account_change_password"})


def with_a_password(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Changing the password: the page does not exist for an account that only a linked identity opens."""

    @wraps(view)
    def guarded(request: HttpRequest, *arguments: Any, **options: Any) -> HttpResponse:
        if request.user.is_authenticated and not request.user.has_usable_password():
            raise Http404
        return view(request, *arguments, **options)

    return guarded


def wrapped(patterns: Iterable[URLPattern], wrap: Callable[..., Any]) -> list[URLPattern]:
    """The same addresses and names, their views wrapped."""
    return [URLPattern(one.pattern, wrap(one.callback), one.default_args, one.name) for one in patterns]


@login_not_required
def not_here(request: HttpRequest) -> HttpResponse:
    """Registration: the library's sign-in page asks for its address, but accounts come from invitations."""
    raise Http404


urlpatterns = [
    *(pattern for pattern in account.urlpatterns if pattern.name in USED - CHANGES),
    *wrapped((pattern for pattern in account.urlpatterns if pattern.name in CHANGES), with_a_password),
    path("provider/", identity.start, name="identity_start"),
    path("provider/callback/", identity.callback, name="identity_callback"),
    path("provider/invitation/<str:token>/", identity.start_invitation, name="identity_invitation"),
    path("provider/link/", identity.link_page, name="identity_link"),
    path("provider/link/start/", identity.start_link, name="identity_link_start"),
    path("provider/link/confirm/", identity.confirm_link, name="identity_confirm"),
    path("provider/link/remove/", identity.unlink, name="identity_unlink"),
    path("provider/again/", identity.again, name="identity_again"),
    path("provider/left/", identity.left, name="identity_left"),
    path("provider/sign-out/", identity.sign_out_there, name="identity_sign_out"),
    path("passkey/", sign_in_by_passkey, name="account_passkey"),
    path("signup/", not_here, name="account_signup"),
    path("second-factor/", include(second_factor.urlpatterns)),
    path("second-factor/totp/", include(wrapped(apps.urlpatterns, proved_lately_first))),
    path("second-factor/recovery-codes/", include(wrapped(recovery_codes.urlpatterns, proved_lately_first))),
    path("second-factor/passkeys/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("second-factor/passkeys/add/", proved_lately_first(add_passkey), name="mfa_add_webauthn"),
    path("second-factor/passkeys/again/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("second-factor/passkeys/<int:pk>/remove/", proved_lately_first(passkeys.remove_webauthn), name="mfa_remove_webauthn"),
]
