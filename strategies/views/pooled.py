"""Pooled resources: what organisations offer, ask for and agree."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.exceptions import BusinessError, InvalidTransition
from edi_portal.ui.editing import edit
from organisations.models import Organisation
from organisations.permissions import can, require
from organisations.requests import PortalRequest
from organisations.roles import Right
from strategies.dashboards.pooled import pooled_page
from strategies.forms.pooled import DeclineForm, EndForm, FindForm, OfferForm, UseForm, initial_of_offer
from strategies.models import PooledOffer, PooledUse
from strategies.selectors.pooled import get_offer, known_users, offer_subject, offer_text, offers_shown_to
from strategies.selectors.review_words import review_words
from strategies.services import pooled as services
from strategies.views.assessments import trail
from strategies.views.documents import own_organisation


def keeper(request: PortalRequest) -> Organisation:
    """The own organisation of somebody who keeps its registers; NotAllowed for anybody else."""
    organisation = own_organisation(request)
    require(request.user, Right.KEEP_REGISTERS, organisation)
    assert organisation is not None
    return organisation


@require_GET
def pooled(request: PortalRequest) -> HttpResponse:
    """Own offers and uses, and what others offer."""
    organisation = own_organisation(request)
    form = FindForm(request.GET)
    filters = form.cleaned_data if form.is_valid() else {}
    context = {
        "page": pooled_page(offers_shown_to(request.user), organisation, filters),
        "organisation": organisation,
        "form": form,
        "filtered": any(filters.values()),
        "may_keep": organisation is not None and can(request.user, Right.KEEP_REGISTERS, organisation),
        "breadcrumbs": trail(),
    }
    return render(request, "strategies/pooled.html", context)


@require_GET
def offer(request: PortalRequest, offer: str) -> HttpResponse:
    """One offer; for its owner with what was asked, for others with what they asked."""
    return _offer_page(request, get_offer(request.user, offer))


def _offer_page(request: PortalRequest, found: PooledOffer, refused: DeclineForm | None = None, at: int = 0) -> HttpResponse:
    """The page of an offer. `refused`: the answer to the use `at` that says not why it is declined."""
    organisation = own_organisation(request)
    whole = can(request.user, Right.VIEW_REGISTERS, found.organisation)
    uses = [use for use in found.uses.all() if whole or (organisation is not None and use.organisation_id == organisation.pk)]
    context = {
        "offer": found,
        "whole": whole,
        "uses": [(use, refused if use.pk == at and refused is not None else DeclineForm(use=use.pk)) for use in uses],
        "refused": refused,
        "used_by": known_users(found),
        "review_words": review_words({offer_subject(found): offer_text(found)}) if whole and found.is_shared else "",
        "own": organisation.pk if organisation is not None else None,
        "may_keep": can(request.user, Right.KEEP_REGISTERS, found.organisation),
        "may_ask": not whole and organisation is not None and can(request.user, Right.KEEP_REGISTERS, organisation),
        "breadcrumbs": _pooled_trail(),
    }
    return render(request, "strategies/offer.html", context, status=422 if refused is not None else 200)


@require_http_methods(["GET", "POST"])
def add(request: PortalRequest) -> HttpResponse:
    """A new offer."""
    return _offer_form(request, keeper(request), None)


@require_http_methods(["GET", "POST"])
def change(request: PortalRequest, offer: str) -> HttpResponse:
    """Change an offer."""
    found = _own(request, offer)
    return _offer_form(request, found.organisation, found)


@require_http_methods(["GET", "POST"])
def end(request: PortalRequest, offer: str) -> HttpResponse:
    """End an offer."""
    found = _own(request, offer)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.end_offer(offer=found, by=request.user, **form.cleaned_data)
        messages.success(request, "The offer has ended. What was agreed runs on until one of you ends it.")
        return redirect("operating-model:offer", found.slug)
    context = {
        "form": form,
        "title": f"End “{found.title}”",
        "button": "End the offer",
        "back": reverse("operating-model:offer", args=[found.slug]),
        "breadcrumbs": _pooled_trail(found),
    }
    return render(request, "strategies/pooled_form.html", context, status=422 if form.errors else 200)


@require_POST
def reopen(request: PortalRequest, offer: str) -> HttpResponse:
    """Undo the end of an offer."""
    found = _own(request, offer)
    services.reopen_offer(offer=found, by=request.user)
    messages.success(request, "The offer stands again.")
    return redirect("operating-model:offer", found.slug)


@require_http_methods(["GET", "POST"])
def ask(request: PortalRequest, offer: str) -> HttpResponse:
    """Ask another organisation for its offer."""
    found = get_offer(request.user, offer)
    organisation = keeper(request)
    if organisation.pk == found.organisation_id:
        raise InvalidTransition("This is your own offer.")
    form = UseForm(request.POST or None)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            services.ask_for(offer=found, organisation=organisation, entry=form.entry(), by=request.user)
        except BusinessError as problem:
            form.add_error(None, str(problem))
            status = 422
        else:
            messages.success(request, f"{found.organisation.short_name} sees what you ask for and answers here.")
            return redirect("operating-model:pooled")
    context = {
        "form": form,
        "title": f"Ask {found.organisation.short_name} for “{found.title}”",
        "button": "Ask for it",
        "back": reverse("operating-model:offer", args=[found.slug]),
        "breadcrumbs": _pooled_trail(found),
    }
    return render(request, "strategies/pooled_form.html", context, status=status)


@require_POST
def answer(request: PortalRequest, offer: str, use: int) -> HttpResponse:
    """The owner agrees or declines; the asker withdraws; either ends an agreement."""
    organisation = keeper(request)
    found = PooledUse.objects.filter(pk=use, offer__slug=offer).select_related("offer").first()
    if found is None or organisation.pk not in (found.organisation_id, found.offer.organisation_id):
        raise Http404
    wanted = request.POST.get("answer", "")
    if wanted == "ended":
        services.end_use(use=found, party=organisation, by=request.user)
    elif wanted == "withdrawn":
        services.withdraw_use(use=found, by=request.user)
    else:
        form = DeclineForm(request.POST, use=found.pk)
        owns = organisation.pk == found.offer.organisation_id
        # What cannot be declined, or not by this reader, has no row to say it at: the service says why.
        if wanted == "declined" and owns and found.state == PooledUse.State.ASKED and not form.is_valid():
            return _offer_page(request, get_offer(request.user, offer), form, found.pk)
        because = request.POST.get("declined_because", "")
        services.answer_use(use=found, answer=wanted, declined_because=because, by=request.user)
    messages.success(request, "It is kept, and the other organisation sees it.")
    return redirect("operating-model:pooled")


def _offer_form(request: PortalRequest, organisation: Organisation, found: PooledOffer | None) -> HttpResponse:
    form = OfferForm(request.POST or None, initial=initial_of_offer(found))

    def save(seen: int) -> PooledOffer:
        return services.save_offer(organisation=organisation, offer=found, entry=form.entry(), seen_version=seen, by=request.user)

    done = edit(request, form, save, stored=found.version if found is not None else None)
    if done.is_saved:
        messages.success(request, "The offer is saved.")
        return redirect("operating-model:offer", done.saved.slug)
    context: dict[str, Any] = {
        "form": form,
        "title": f"Change “{found.title}”" if found is not None else "Offer something to others",
        "button": "Save the offer",
        "seen": done.version,
        "back": reverse("operating-model:offer", args=[found.slug]) if found is not None else reverse("operating-model:pooled"),
        "breadcrumbs": _pooled_trail(found),
    }
    return render(request, "strategies/pooled_form.html", context, status=done.status)


def _own(request: PortalRequest, slug: str) -> PooledOffer:
    found = get_offer(request.user, slug)
    if not can(request.user, Right.VIEW_REGISTERS, found.organisation):
        raise Http404
    require(request.user, Right.KEEP_REGISTERS, found.organisation)
    return found


def _pooled_trail(found: PooledOffer | None = None) -> list[dict[str, str]]:
    more = [("Pooled resources", reverse("operating-model:pooled"))]
    if found is not None:
        more.append((found.title, reverse("operating-model:offer", args=[found.slug])))
    return trail(*more)
