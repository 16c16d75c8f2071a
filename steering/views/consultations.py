"""Consultations: the group asks, each organisation answers by a day, and the reply says what changed."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from edi_portal.clock import LONDON, business_today
from edi_portal.ui.editing import seen_version
from organisations.models import Organisation
from organisations.permissions import can, require
from organisations.requests import PortalRequest
from organisations.roles import Right
from steering.forms.consultations import AnswerForm, ConsultationForm, ReplyForm
from steering.models.consultations import Consultation
from steering.selectors.consultations import answer_of, consultations_for, get_consultation, positions_of
from steering.selectors.texts import Words
from steering.services import consultations as services
from steering.views.form_pages import FormPage, Trail, context_of, form_page, own_organisation


def _trail(*more: Consultation) -> Trail:
    first = {"label": "Consultations", "url": reverse("consultations:list")}
    return [first, *({"label": row.title, "url": reverse("consultations:detail", args=[row.pk])} for row in more)]


@require_GET
def consultation_list(request: PortalRequest) -> HttpResponse:
    """Every consultation with its state; for an organisation whether it has answered."""
    require(request.user, Right.VIEW_WORKSTREAMS)
    context = context_of(request)
    organisation, today = context["organisation"], business_today()
    rows = [
        {
            "row": row,
            "state": row.state_on(today),
            "answered": len(row.answers.all()),
            "own": answer_of(row, organisation),
            "waits": row.replied_at is None and row.opens_on <= today and answer_of(row, organisation) is None,
        }
        for row in consultations_for(request.user)
    ]
    context |= {
        "rows": rows,
        "to_answer": sum(bool(one["waits"]) for one in rows) if organisation is not None else 0,
        "members": Organisation.objects.in_footprint(today).count(),
    }
    return render(request, "steering/consultation_list.html", context)


@require_GET
def consultation_page(request: PortalRequest, consultation: int) -> HttpResponse:
    """One consultation: question, answers as far as the reader may read them, reply and what changed."""
    require(request.user, Right.VIEW_WORKSTREAMS)
    found = get_consultation(request.user, consultation)
    context = context_of(request)
    governs = can(request.user, Right.VIEW_GOVERNANCE)
    answers = list(found.answers.all()) if governs else []
    words = Words(request.user, [*answers, found])
    today = business_today()
    waits = found.replied_at is None and found.opens_on <= today
    context |= {
        "row": found,
        "state": found.state_on(today),
        "reply": words.of(found, "reply"),
        "changed": words.of(found, "changed"),
        "own": answer_of(found, context["organisation"]),
        "positions": positions_of(found),
        "answered": len(found.answers.all()),
        "answers": [
            {
                "row": row,
                "text": words.of(row, "text"),
                "late": row.answered_at.astimezone(LONDON).date() > found.due_on,
            }
            for row in answers
        ],
        "may_answer": context["may_keep"] and waits,
        "may_reply": context["may_govern"] and found.replied_at is None and today > found.due_on,
        "breadcrumbs": _trail(),
    }
    return render(request, "steering/consultation_detail.html", context)


@require_http_methods(["GET", "POST"])
def ask(request: PortalRequest) -> HttpResponse:
    """Ask every organisation something."""
    require(request.user, Right.GOVERN)
    form = ConsultationForm(request.POST or None)

    def save() -> tuple[str, str]:
        made = services.ask_organisations(by=request.user, **form.cleaned_data)
        said = "The question is saved. Organisations read it once a reviewer has passed it."
        return said, reverse("consultations:detail", args=[made.pk])

    page = FormPage(
        heading="Ask every organisation", button="Ask the question", back=reverse("consultations:list"), trail=_trail()
    )
    return form_page(request, form, page, save)


@require_http_methods(["GET", "POST"])
def answer(request: PortalRequest, consultation: int) -> HttpResponse:
    """Answer for the own organisation, or change the answer."""
    organisation = own_organisation(request)
    require(request.user, Right.KEEP_REGISTERS, organisation)
    assert organisation is not None
    found = get_consultation(request.user, consultation)
    own = answer_of(found, organisation)
    form = AnswerForm(request.POST or None, initial={"position": own.position, "text": own.text} if own is not None else None)

    def save() -> tuple[str, str]:
        services.answer_consultation(
            consultation=found, organisation=organisation, seen=seen_version(request), by=request.user, **form.cleaned_data
        )
        return "Your organisation's answer is saved.", reverse("consultations:detail", args=[found.pk])

    page = FormPage(
        heading=found.question,
        button="Save the answer",
        back=reverse("consultations:detail", args=[found.pk]),
        caption=organisation.short_name,
        version=own.mark if own is not None else 0,
        trail=_trail(found),
    )
    return form_page(request, form, page, save)


@require_http_methods(["GET", "POST"])
def reply(request: PortalRequest, consultation: int) -> HttpResponse:
    """Say what the group heard and what changed."""
    require(request.user, Right.GOVERN)
    found = get_consultation(request.user, consultation)
    form = ReplyForm(request.POST or None)

    def save() -> tuple[str, str]:
        services.reply_to_answers(consultation=found, by=request.user, **form.cleaned_data)
        return "The reply is saved. Others read it once a reviewer has passed it.", reverse(
            "consultations:detail", args=[found.pk]
        )

    page = FormPage(
        heading=f"Reply: {found.title}",
        button="Send the reply",
        back=reverse("consultations:detail", args=[found.pk]),
        lede="It closes the consultation. Everybody reads what changed.",
        trail=_trail(found),
    )
    return form_page(request, form, page, save)
