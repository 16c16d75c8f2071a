"""The steering group itself: its terms of reference and its members."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from edi_portal.clock import business_today
from organisations.permissions import require
from organisations.requests import PortalRequest
from organisations.roles import Right
from steering.forms.governance import SeatForm, TermForm, TermsForm
from steering.models import GroupMember, TermsOfReference
from steering.permissions import can_govern, check_can_govern
from steering.selectors.group import DEFAULT_MINUTES, DEFAULT_RULE, former_members, members_on, terms_on
from steering.selectors.texts import Words
from steering.services import group as services
from steering.views.pages import FormPage, answer_form, number_typed, trail


@require_GET
def detail(request: PortalRequest) -> HttpResponse:
    """The terms in force, earlier versions, members and former members."""
    require(request.user, Right.VIEW_GOVERNANCE)
    today = business_today()
    versions = list(TermsOfReference.objects.all())
    terms = terms_on(today)
    words = Words(request.user, versions)
    members = members_on(today)
    context = {
        "terms": terms,
        "purpose": words.of(terms, "purpose") if terms else "",
        "remit": words.of(terms, "remit") if terms else "",
        "rule": (terms.quorum_rule if terms else DEFAULT_RULE).words,
        "versions": [(one, words.of(one, "note")) for one in versions],
        "members": members,
        "unled": sorted({"technical", "cultural"} - {one.workstream.domain for one in members if one.workstream}),
        "former": former_members(today),
        "coming": list(GroupMember.objects.filter(valid_from__gt=today).select_related("organisation", "workstream")),
        "may_govern": can_govern(request.user),
    }
    return render(request, "steering/group_detail.html", context)


@require_http_methods(["GET", "POST"])
def terms(request: PortalRequest) -> HttpResponse:
    """Adopt the next version of the terms."""
    check_can_govern(request.user)
    now = terms_on(business_today())
    shown = {
        "purpose": now.purpose if now else "",
        "remit": now.remit if now else "",
        "quorum_percent": now.quorum_percent if now else DEFAULT_RULE.percent,
        "quorum_both_domains": now.quorum_both_domains if now else DEFAULT_RULE.both_domains,
        "meeting_minutes": now.meeting_minutes if now else DEFAULT_MINUTES,
    }
    page = FormPage(
        "The next version of the terms of reference",
        "Adopt the terms",
        reverse("group:detail"),
        trail(("Steering group", "group:detail")),
        lede="A version in force is never edited. Earlier ones stay readable.",
    )
    return answer_form(
        request,
        page,
        TermsForm(request.POST or None, initial=shown),
        save=lambda typed: services.adopt_terms(entry=typed.entry(), by=request.user),  # type: ignore[attr-defined]
        done="The terms are adopted. Others read them once a reviewer has passed them.",
    )


@require_http_methods(["GET", "POST"])
def add_seat(request: PortalRequest) -> HttpResponse:
    """A new member."""
    check_can_govern(request.user)
    page = FormPage("Add a member", "Add the member", reverse("group:detail"), trail(("Steering group", "group:detail")))
    return answer_form(
        request,
        page,
        SeatForm(request.POST or None, initial={"first": business_today()}),
        save=lambda typed: services.give_seat(entry=typed.entry(), by=request.user),  # type: ignore[attr-defined]
        done="The member is in the group.",
    )


@require_http_methods(["GET", "POST"])
def seat(request: PortalRequest, seat: int) -> HttpResponse:
    """End or renew a term."""
    check_can_govern(request.user)
    found = get_object_or_404(GroupMember.objects.select_related("organisation"), pk=seat)
    page = FormPage(
        f"Term of {found}",
        "Save the term",
        reverse("group:detail"),
        trail(("Steering group", "group:detail")),
        caption=found.get_seat_display(),
        version=found.term_mark,
        lede="Nobody is deleted: what a member decided stays on record.",
    )
    seen = number_typed(request.POST.get("version"))
    return answer_form(
        request,
        page,
        TermForm(request.POST or None, initial={"last": found.valid_to}),
        save=lambda typed: services.set_last_day(member=found, seen=seen, by=request.user, **typed.cleaned_data),
        done="The term is saved.",
    )
