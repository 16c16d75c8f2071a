"""The sign-in library's pages that the portal uses. The rest (registration, changing the address) do not exist here."""

from allauth.account import urls as account
from allauth.mfa import urls as mfa
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
    path("second-factor/", include(mfa.urlpatterns)),
]
