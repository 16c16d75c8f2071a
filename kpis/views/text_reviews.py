"""The queue of texts that others will read: a portal admin passes each, or sends it back with a reason."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from edi_portal.reviews import selectors, services
from edi_portal.reviews.models import TextReview
from edi_portal.reviews.wording import phrases_to_check
from organisations.models import Organisation
from organisations.permissions import require
from organisations.roles import Right


@require_http_methods(["GET", "POST"])
def review_list(request: HttpRequest) -> HttpResponse:
    """Texts that wait, oldest first, with phrases that may point at one person; and what was decided last."""
    require(request.user, Right.PREPARE_RELEASE)
    if request.method == "POST":
        return _decide(request)
    waiting = list(selectors.waiting())
    names = dict(Organisation.objects.filter(slug__in={one.organisation for one in waiting}).values_list("slug", "short_name"))
    context = {
        "rows": [
            {"review": one, "organisation": names.get(one.organisation, ""), "phrases": phrases_to_check(one.text)}
            for one in waiting
        ],
        "decided": selectors.decided(),
        "breadcrumbs": [{"label": "Home", "url": reverse("home")}],
    }
    return render(request, "kpis/text_reviews.html", context)


def _decide(request: HttpRequest) -> HttpResponse:
    key = request.POST.get("review", "")
    review = get_object_or_404(TextReview, pk=int(key) if key.isascii() and key.isdigit() and len(key) < 10 else 0)
    if request.POST.get("doing") == "pass":
        services.pass_text(review=review, nobody_recognisable=request.POST.get("nobody") == "on", by=request.user)
        messages.success(request, "The text is passed. Others can read it.")
    else:
        services.send_text_back(review=review, reason=request.POST.get("reason", ""), by=request.user)
        messages.success(request, "The text is sent back. Others cannot read it.")
    return redirect("text-reviews")
