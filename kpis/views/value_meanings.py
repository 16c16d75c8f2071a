"""The portal admins' list of what organisations say that values of their files mean."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from kpis.dashboards.value_meanings import waiting_page, words_of
from kpis.forms.reasons import DeclineMeaningForm
from kpis.selectors.extracts import get_meaning
from kpis.services.value_meanings import decide_meaning
from organisations.permissions import require
from organisations.roles import Right


@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """What waits for a decision."""
    require(request.user, Right.DECIDE_MEANINGS)
    return _list(request)


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or decline one meaning."""
    require(request.user, Right.DECIDE_MEANINGS)
    meaning, approve = get_meaning(pk), request.POST.get("decision") == "approve"
    form = None if approve else DeclineMeaningForm(request.POST, row=pk, shown=meaning.shown, meaning=words_of(meaning))
    # One that this reader cannot decide about is not on the list: the service says why.
    if form is not None and not form.is_valid() and any(one.pk == pk for one in waiting_page(request.user)):
        return _list(request, form, pk)
    reason = form.cleaned_data.get("reason", "") if form is not None else ""
    decide_meaning(meaning=meaning, approve=approve, reason=reason, by=request.user)
    messages.success(request, "The meaning is approved." if approve else "The meaning is declined; the EDI lead sees why.")
    return redirect("meanings:list")


def _list(request: HttpRequest, refused: DeclineMeaningForm | None = None, at: int = 0) -> HttpResponse:
    """The list; a refused reason stays at its row."""
    rows = [
        (one, refused if one.pk == at else DeclineMeaningForm(row=one.pk, shown=one.shown, meaning=one.meaning))
        for one in waiting_page(request.user)
    ]
    context = {"rows": rows, "refused": refused, "breadcrumbs": [{"label": "Home", "url": reverse("home")}]}
    return render(request, "kpis/meaning_list.html", context, status=422 if refused is not None else 200)
