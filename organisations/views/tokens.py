"""One's own API tokens: the list, a new one (its text is shown once), ending one."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.exceptions import BusinessError
from organisations.forms import TokenForm
from organisations.models import ApiToken
from organisations.requests import PortalRequest
from organisations.services import tokens
from organisations.step_up import step_up_required


@require_GET
def token_list(request: PortalRequest) -> HttpResponse:
    """The tokens of this person, those that work first to be ended."""
    rows = ApiToken.objects.visible_to(request.user).select_related("membership__organisation", "membership__place")
    context = {
        "tokens": rows,
        "may_make": request.membership is not None,
        "breadcrumbs": [{"label": "Home", "url": reverse("home")}],
    }
    return render(request, "organisations/token_list.html", context)


@require_http_methods(["GET", "POST"])
@step_up_required(reading=True)
def make_token(request: PortalRequest) -> HttpResponse:
    """A form for a new token, behind proving once more who is there. Its text is shown in the answer, only there."""
    membership = request.membership
    if membership is None:
        raise Http404
    form, text = TokenForm(request.POST or None, role=membership.role), ""
    if request.method == "POST" and form.is_valid():
        try:
            # Not passed on by a redirect, which would have to keep the text somewhere in between.
            _, text = tokens.make_token(by=request.user, membership=membership, **form.cleaned_data)
        except BusinessError as error:
            form.add_error(None, str(error))
    context = {
        "form": form,
        "text": text,
        "acting_as": membership,
        "breadcrumbs": [
            {"label": "Home", "url": reverse("home")},
            {"label": "API tokens", "url": reverse("organisations:tokens")},
        ],
    }
    failed = request.method == "POST" and not text
    return render(request, "organisations/token_make.html", context, status=422 if failed else 200)


@require_POST
def end_token(request: PortalRequest, pk: int) -> HttpResponse:
    """End one's own token at once."""
    token = get_object_or_404(ApiToken.objects.visible_to(request.user), pk=pk)
    tokens.end_token(token=token, by=request.user)
    messages.success(request, f"The token “{token.label}” has ended. Systems that use it are refused from now on.")
    return redirect("organisations:tokens")
