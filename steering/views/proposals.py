"""Ratification: what the group proposes, what each body replied, and the reply itself in two clicks."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.clock import business_today
from organisations.permissions import require
from organisations.requests import PortalRequest
from organisations.roles import Right
from steering.forms.governance import ReasonForm
from steering.forms.proposals import ProposalForm, ReturnForm, initial_of_proposal
from steering.models import Proposal, Reply
from steering.permissions import body_of, can_govern, check_can_govern, check_can_reply
from steering.selectors.proposals import Standing, operating_model_for, proposals, standings
from steering.selectors.subjects import address_of_subject
from steering.selectors.texts import Words
from steering.services import proposals as services
from steering.views.pages import FormPage, answer_form, number_typed, trail

TEXTS = ("title", "text", "reason")


@require_GET
def ratification_list(request: PortalRequest) -> HttpResponse:
    """Proposals: those that wait for the reader first, with the reply beside them."""
    require(request.user, Right.VIEW_WORKSTREAMS)
    found = standings(proposals())
    words = Words(request.user, [one.proposal for one in found])
    replies, place = body_of(request.user)
    today = business_today()
    rows = [
        {
            "standing": one,
            "title": words.of(one.proposal, "title", f"Proposal {one.proposal.pk}"),
            "waits": replies and one.is_open and one.reply_of(place) is None,
            "readable": all(words.may_read(one.proposal, field) for field in TEXTS),
            "late": one.is_late_on(today),
        }
        for one in found
    ]
    context = {
        "mine": [row for row in rows if row["waits"]],
        "rows": rows,
        "model": operating_model_for(request.user),
        "replies": replies,
        "returned": sum(one.state == "returned" for one in found),
        "may_govern": can_govern(request.user),
    }
    return render(request, "steering/ratification_list.html", context)


@require_http_methods(["GET", "POST"])
def add(request: PortalRequest) -> HttpResponse:
    """Propose something, or put a changed proposal in place of one that was returned."""
    check_can_govern(request.user)
    earlier = Proposal.objects.filter(pk=number_typed(request.GET.get("replaces"))).first()
    page = FormPage(
        f"Change proposal {earlier.pk}" if earlier else "Propose something for ratification",
        "Propose it",
        reverse("ratifications:list"),
        trail(("Ratifications", "ratifications:list")),
        lede="The STP board and the Healthwatch of each place reply once a reviewer has passed the words.",
    )
    return answer_form(
        request,
        page,
        ProposalForm(request.POST or None, initial=initial_of_proposal(earlier) if earlier else {}),
        save=lambda typed: services.propose(entry=typed.entry(), replaces=earlier, by=request.user),  # type: ignore[attr-defined]
        done="It is proposed.",
    )


@require_GET
def detail(request: PortalRequest, proposal: int) -> HttpResponse:
    """One proposal with every reply."""
    require(request.user, Right.VIEW_WORKSTREAMS)
    standing = _standing(proposal)
    found = standing.proposal
    given = [one.reply for one in standing.bodies if one.reply is not None]
    words = Words(request.user, [found, *given])
    replies, place = body_of(request.user)
    own = standing.reply_of(place) if replies else None
    context = {
        "proposal": found,
        "standing": standing,
        "title": words.of(found, "title", f"Proposal {found.pk}"),
        "text": words.of(found, "text"),
        "reason": words.of(found, "reason"),
        "withdraw_reason": words.of(found, "withdraw_reason"),
        "bodies": [(one, words.of(one.reply, "reason") if one.reply is not None else "") for one in standing.bodies],
        "subject_url": address_of_subject(found.subject_key),
        "may_reply": replies and own is None and standing.is_open and all(words.may_read(found, field) for field in TEXTS),
        "own": own,
        "may_govern": can_govern(request.user) and standing.state in {"waiting", "returned"},
        "breadcrumbs": trail(("Ratifications", "ratifications:list")),
    }
    return render(request, "steering/ratification_detail.html", context)


@require_POST
def ratify(request: PortalRequest, proposal: int) -> HttpResponse:
    """The reader's body ratifies."""
    found = _proposal(request, proposal)
    services.reply_to_proposal(proposal=found, outcome="ratified", reason="", by=request.user)
    messages.success(request, f"Proposal {found.pk} is ratified. You can take your reply back.")
    return redirect("ratifications:detail", found.pk)


@require_http_methods(["GET", "POST"])
def send_back(request: PortalRequest, proposal: int) -> HttpResponse:
    """The reader's body returns it with a reason."""
    found = _proposal(request, proposal)
    address = reverse("ratifications:detail", args=[found.pk])
    page = FormPage(
        f"Return proposal {found.pk}",
        "Return the proposal",
        address,
        trail(("Ratifications", "ratifications:list"), (str(found), address)),
        lede="It goes back to the steering group with your reason. Others read the reason once a reviewer has passed it.",
    )
    return answer_form(
        request,
        page,
        ReturnForm(request.POST or None),
        save=lambda typed: services.reply_to_proposal(
            proposal=found, outcome="returned", reason=typed.cleaned_data["reason"], by=request.user
        ),
        done="The proposal is returned to the group.",
    )


@require_POST
def take_back(request: PortalRequest, proposal: int) -> HttpResponse:
    """Take back the reply of the reader's body."""
    found = _proposal(request, proposal)
    _, place = body_of(request.user)
    reply = get_object_or_404(Reply, proposal=found, place=place, taken_back_at__isnull=True)
    services.take_back_reply(reply=reply, by=request.user)
    messages.success(request, "Your reply is taken back.")
    return redirect("ratifications:detail", found.pk)


@require_http_methods(["GET", "POST"])
def withdraw(request: PortalRequest, proposal: int) -> HttpResponse:
    """The group withdraws it."""
    check_can_govern(request.user)
    found = get_object_or_404(Proposal, pk=proposal)
    address = reverse("ratifications:detail", args=[found.pk])
    page = FormPage(
        f"Withdraw proposal {found.pk}",
        "Withdraw the proposal",
        address,
        trail(("Ratifications", "ratifications:list"), (str(found), address)),
        lede="It stays on record with your reason and the replies.",
        warning=True,
    )
    return answer_form(
        request,
        page,
        ReasonForm(request.POST or None),
        save=lambda typed: services.withdraw_proposal(proposal=found, reason=typed.cleaned_data["reason"], by=request.user),
        done="The proposal is withdrawn.",
    )


def _proposal(request: PortalRequest, pk: int) -> Proposal:
    """A proposal that this reader may reply to."""
    require(request.user, Right.RATIFY)
    found = get_object_or_404(Proposal.objects.select_related("replaced_by"), pk=pk)
    check_can_reply(request.user, found)
    return found


def _standing(pk: int) -> Standing:
    return standings([get_object_or_404(proposals(), pk=pk)])[0]
