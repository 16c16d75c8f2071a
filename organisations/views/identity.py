"""Signing in with the account at work: going to the provider, coming back, linking, proving it again, and leaving."""

from collections.abc import Callable
from functools import wraps

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import resume_request
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.ui.rate_limit import limited
from organisations.identity import arrivals
from organisations.identity.provider import ProviderError, begin, is_offered, receive, sign_out_address
from organisations.requests import PortalRequest
from organisations.second_factor import encrypt
from organisations.services.identities import is_linked, link_identity, unlink_identity
from organisations.services.invitations import open_invitation
from organisations.step_up import is_fresh, step_up_required

View = Callable[..., HttpResponse]
# A whole trust may come from one address; each visit costs the provider a question or three.
VISITS = 120


def where_offered(view: View) -> View:
    """The page does not exist unless the settings name a provider. What the provider refuses is said on a page."""

    @wraps(view)
    def guarded(request: HttpRequest, *arguments: object, **options: object) -> HttpResponse:
        if not is_offered():
            raise Http404
        try:
            return view(request, *arguments, **options)
        except ProviderError as error:
            return arrivals.refuse(request, error.why)

    return guarded


@login_not_required
@never_cache
@require_GET
@where_offered
@limited(per_minute=VISITS, methods=("GET",))
def start(request: HttpRequest) -> HttpResponse:
    """Go to the provider to sign in. It changes nothing here, so a link is enough."""
    if request.user.is_authenticated:
        return redirect("home")
    return begin(request, arrivals.SIGN_IN, next_url=_safe_next(request))


@login_not_required
@never_cache
@require_GET
@where_offered
@limited(per_minute=VISITS, methods=("GET",))
def start_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Go to the provider to accept an invitation. The link is a secret, so it lies encrypted in the session meanwhile."""
    if request.user.is_authenticated or open_invitation(token) is None:
        return redirect("organisations:accept-invitation", token)
    return begin(request, arrivals.INVITATION, data=encrypt(token))


@login_not_required
@never_cache
@require_GET
@where_offered
@limited(per_minute=VISITS, methods=("GET",))
def callback(request: HttpRequest) -> HttpResponse:
    """Back from the provider: nothing is believed but a token that it signed for this very visit."""
    identity, state = receive(request)
    return arrivals.arrive(request, identity, state)


@require_GET
@where_offered
def link_page(request: PortalRequest) -> HttpResponse:
    """Whether the account is linked, and the way to link it or to take the link away."""
    context = {"linked": is_linked(request.user), "has_password": request.user.has_usable_password()}
    return render(request, "organisations/identity_link.html", context | {"breadcrumbs": _breadcrumbs()})


@never_cache
@require_GET
@where_offered
@step_up_required(reading=True)
def start_link(request: PortalRequest) -> HttpResponse:
    """Go to the provider to link what it knows about this person; the yes is given on the return."""
    return begin(request, arrivals.LINK)


@never_cache
@require_http_methods(["GET", "POST"])
@where_offered
@step_up_required(reading=True)
def confirm_link(request: PortalRequest) -> HttpResponse:
    """Show which identity would open this account; a POST is the yes."""
    found = arrivals.pending_of(request)
    if found is None or found[0].account != request.user.pk:
        return redirect("identity_link")
    identity = found[1]
    if request.method == "POST":
        del request.session[arrivals.PENDING]
        link_identity(account=request.user, subject=identity.subject)
        update_session_auth_hash(request, request.user)
        messages.success(request, "Your account at work is linked. From now on you can sign in with it.")
        return redirect("identity_link")
    context = {"identity": identity, "breadcrumbs": _breadcrumbs()}
    return render(request, "organisations/identity_confirm.html", context)


@require_POST
@where_offered
@step_up_required
def unlink(request: PortalRequest) -> HttpResponse:
    """Take the link away."""
    unlink_identity(account=request.user)
    update_session_auth_hash(request, request.user)
    messages.success(request, "The link is gone. You sign in with your password.")
    return redirect("identity_link")


@never_cache
@require_GET
@where_offered
def again(request: PortalRequest) -> HttpResponse:
    """Prove anew who is there, at the provider; on the return this page goes on with what was asked for."""
    if is_fresh(request):
        return resume_request(request) or redirect("home")
    if not is_linked(request.user):
        raise Http404
    return begin(request, arrivals.AGAIN, next_url=request.get_full_path(), afresh=True)


@login_not_required
@require_GET
@where_offered
def left(request: HttpRequest) -> HttpResponse:
    """After signing out here: the provider's own session goes on."""
    return render(request, "organisations/identity_left.html")


@login_not_required
@never_cache
@require_GET
@where_offered
@limited(per_minute=VISITS, methods=("GET",))
def sign_out_there(request: HttpRequest) -> HttpResponse:
    """Go to the provider's page for signing out."""
    address = sign_out_address(request)
    if not address:
        raise Http404
    return redirect(address)


def _safe_next(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "")
    return wanted if get_adapter(request).is_safe_url(wanted) else ""


def _breadcrumbs() -> list[dict[str, str]]:
    return [{"label": "Home", "url": reverse("home")}, {"label": "Your sign-in", "url": reverse("mfa_index")}]
