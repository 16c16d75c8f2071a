"""The sign-in library's pages that the portal uses. The rest (registration, changing the address) do not exist here."""

from allauth.account import urls as account
from allauth.mfa.base import urls as second_factor
from allauth.mfa.webauthn import views as passkeys
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path

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


@login_not_required
def not_here(request: HttpRequest) -> HttpResponse:
    """Registration: the library's sign-in page asks for its address, but accounts come from invitations."""
    raise Http404


urlpatterns = [
    *(pattern for pattern in account.urlpatterns if pattern.name in USED),
    path("signup/", not_here, name="account_signup"),
    path("second-factor/", include(second_factor.urlpatterns)),
    path("second-factor/totp/", include("allauth.mfa.totp.urls")),
    path("second-factor/recovery-codes/", include("allauth.mfa.recovery_codes.urls")),
    path("second-factor/passkeys/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("second-factor/passkeys/add/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("second-factor/passkeys/again/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("second-factor/passkeys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
]
