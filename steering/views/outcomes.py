"""The planned outcomes: progress and evidence for everybody; wording and evidence by the group."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.ui.editing import seen_version
from kpis.selectors.releases import release_as_seen
from organisations.permissions import require
from organisations.requests import PortalRequest
from organisations.roles import Right
from steering.dashboards.outcomes import outcomes_page
from steering.forms.outcomes import OutcomeEvidenceForm, WordingForm
from steering.models.outcomes import OutcomeEvidence
from steering.outcomes import Plan, plans
from steering.selectors.outcomes import newest_wording
from steering.services import outcomes as services
from steering.views.form_pages import FormPage, Trail, context_of, form_page


def _trail() -> Trail:
    return [{"label": "Planned outcomes", "url": reverse("outcomes:list")}]


def _plan(number: int) -> Plan:
    found = next((plan for plan in plans() if plan.number == number), None)
    if found is None:
        raise Http404
    return found


@require_GET
def outcome_list(request: PortalRequest) -> HttpResponse:
    """The five outcomes: what was planned, what shows progress, how far it is, or why it is too early to tell."""
    require(request.user, Right.VIEW_WORKSTREAMS)
    seen = release_as_seen(request)
    found = outcomes_page(seen, request.user)
    context = context_of(request) | {
        "release": seen.release if seen is not None else None,
        "outcomes": found,
        "better": sum(one.verdict[0] == "better" for one in found),
        "worse": sum(one.verdict[0] in ("worse", "watch") for one in found),
        "early": sum(one.verdict[0] == "too_few" for one in found),
    }
    return render(request, "steering/outcome_list.html", context)


@require_http_methods(["GET", "POST"])
def word(request: PortalRequest, number: int) -> HttpResponse:
    """The group puts its own words in place."""
    require(request.user, Right.GOVERN)
    plan = _plan(number)
    worded = newest_wording(number)
    stands = worded or plan
    form = WordingForm(
        request.POST or None,
        initial={"title": stands.title, "statement": stands.statement, "source": worded.source if worded is not None else ""},
    )

    def save() -> tuple[str, str]:
        services.word_outcome(number=number, seen=seen_version(request), by=request.user, **form.cleaned_data)
        return "Saved. Others read the new words once a reviewer has passed them.", reverse("outcomes:list")

    page = FormPage(
        heading=f"Word outcome {number}",
        button="Save the words",
        back=reverse("outcomes:list"),
        lede="The earlier words stay on record.",
        version=worded.pk if worded is not None else 0,
        trail=_trail(),
    )
    return form_page(request, form, page, save)


@require_http_methods(["GET", "POST"])
def link(request: PortalRequest, number: int) -> HttpResponse:
    """The group links evidence."""
    require(request.user, Right.GOVERN)
    plan = _plan(number)
    form = OutcomeEvidenceForm(request.POST or None)

    def save() -> tuple[str, str]:
        services.link_evidence(number=number, by=request.user, **form.cleaned_data)
        return "The evidence is linked. Others read its words once a reviewer has passed them.", reverse("outcomes:list")

    page = FormPage(
        heading=f"Link evidence to outcome {number}",
        button="Link the evidence",
        back=reverse("outcomes:list"),
        lede=plan.title,
        trail=_trail(),
    )
    return form_page(request, form, page, save)


@require_POST
def withdraw(request: PortalRequest, number: int, key: int) -> HttpResponse:
    """Take evidence away."""
    require(request.user, Right.GOVERN)
    row = get_object_or_404(OutcomeEvidence, number=number, pk=key)
    services.withdraw_evidence(row=row, by=request.user)
    messages.success(request, "The evidence is withdrawn. It stays on record.")
    return redirect("outcomes:list")
