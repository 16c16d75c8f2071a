"""The queue of texts that others will read: a portal admin passes each, or sends it back with a reason."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from edi_portal.reviews import selectors, services
from edi_portal.reviews.models import ReviewState, TextReview
from edi_portal.reviews.wording import phrases_to_check
from kpis.forms.reasons import PassForm, SendBackForm
from organisations.models import Organisation
from organisations.permissions import require
from organisations.roles import Right


@require_http_methods(["GET", "POST"])
def review_list(request: HttpRequest) -> HttpResponse:
    """Texts that wait, oldest first, with phrases that may point at one person; and what was decided last."""
    require(request.user, Right.PREPARE_RELEASE)
    if request.method == "POST":
        return _decide(request)
    return _list(request)


def _list(request: HttpRequest, at: int = 0, refused: PassForm | SendBackForm | None = None) -> HttpResponse:
    """The queue; what was refused of one text is said at that text, with what was typed."""
    waiting = list(selectors.waiting())
    names = dict(Organisation.objects.filter(slug__in={one.organisation for one in waiting}).values_list("slug", "short_name"))
    context = {
        "rows": [
            {
                "review": one,
                "organisation": names.get(one.organisation, ""),
                "phrases": phrases_to_check(one.text),
                "pass": refused if one.pk == at and isinstance(refused, PassForm) else PassForm(row=one.pk),
                "back": refused if one.pk == at and isinstance(refused, SendBackForm) else SendBackForm(row=one.pk),
            }
            for one in waiting
        ],
        "refused": refused,
        "decided": selectors.decided(),
        "breadcrumbs": [{"label": "Home", "url": reverse("home")}],
    }
    return render(request, "kpis/text_reviews.html", context, status=422 if refused is not None else 200)


def _decide(request: HttpRequest) -> HttpResponse:
    key = request.POST.get("review", "")
    review = get_object_or_404(TextReview, pk=int(key) if key.isascii() and key.isdigit() and len(key) < 10 else 0)
    passes = request.POST.get("doing") == "pass"
    form = (PassForm if passes else SendBackForm)(request.POST, row=review.pk)
    # A text that is reviewed meanwhile is not in the queue: the service says so.
    if not form.is_valid() and review.state == ReviewState.WAITING:
        return _list(request, review.pk, form)
    if passes:
        services.pass_text(review=review, nobody_recognisable=form.cleaned_data.get("nobody", False), by=request.user)
        messages.success(request, "The text is passed. Others can read it.")
    else:
        services.send_text_back(review=review, reason=form.cleaned_data.get("reason", ""), by=request.user)
        messages.success(request, "The text is sent back. Others cannot read it.")
    return redirect("text-reviews")
