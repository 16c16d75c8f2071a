"""Accepting an invitation: the one page that makes an account."""

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from edi_portal.exceptions import BusinessError
from organisations.forms import AcceptForm, AcceptWithIdentityForm
from organisations.identity.arrivals import PENDING, note_sign_in, pending_for_invitation
from organisations.identity.tokens import Identity
from organisations.middleware import SESSION_KEY
from organisations.models import Invitation, User
from organisations.services.invitations import accept_invitation, open_invitation

# The backend that a fresh account is signed in with; the next page is always the set-up of the second factor.
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is offered; on POST make the membership, and the account where there is none.

    The page is for whoever holds the link, which only the invited address has received.
    """
    invitation = open_invitation(token)
    if invitation is None:
        return render(request, "organisations/invitation_dead.html", status=410)
    if User.objects.filter(email=invitation.email).exists():
        return _accept_with_account(request, invitation, token)
    if request.user.is_authenticated:
        return render(request, "organisations/invitation_other_account.html", {"invitation": invitation}, status=403)
    return _accept_with_new_account(request, invitation, token)


def _accept_with_account(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
    if request.user.email != invitation.email:
        return render(request, "organisations/invitation_other_account.html", {"invitation": invitation}, status=403)
    if request.method == "POST":
        membership = accept_invitation(token=token, by=request.user)
        request.session[SESSION_KEY] = membership.key
        messages.success(request, f"You now act as {membership.label}.")
        return redirect("home")
    return render(request, "organisations/invitation_accept.html", {"invitation": invitation})


def _accept_with_new_account(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    identity = pending_for_invitation(request, token)
    if identity is not None:
        return _accept_with_identity(request, invitation, token, identity)
    form = AcceptForm(request.POST or None, initial={"display_name": invitation.display_name})
    if form.is_valid():
        try:
            membership = accept_invitation(token=token, **form.cleaned_data)
        except BusinessError as error:
            form.add_error("password", str(error))
        else:
            login(request, membership.user, backend=BACKEND)
            record_authentication(request, membership.user, "password", email=membership.user.email)
            request.session[SESSION_KEY] = membership.key
            return redirect("mfa_activate_totp")
    context = {"invitation": invitation, "form": form, "token": token}
    return render(request, "organisations/invitation_accept.html", context)


def _accept_with_identity(request: HttpRequest, invitation: Invitation, token: str, identity: Identity) -> HttpResponse:
    """The provider proved the invited address: there is no password, and the POST is the yes to the link."""
    form = AcceptWithIdentityForm(request.POST or None, initial={"display_name": invitation.display_name})
    if form.is_valid():
        membership = accept_invitation(token=token, identity=identity, **form.cleaned_data)
        request.session.pop(PENDING, None)
        login(request, membership.user, backend=BACKEND)
        note_sign_in(request, membership.user, identity)
        request.session[SESSION_KEY] = membership.key
        return redirect("home")
    context = {"invitation": invitation, "form": form, "identity": identity}
    return render(request, "organisations/invitation_accept.html", context)
