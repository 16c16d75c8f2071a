"""Self-assessments against the shared operating model: begin, answer, confirm, share; and the way each is read."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.clock import business_today
from edi_portal.exceptions import BusinessError
from edi_portal.periods import Quarter
from edi_portal.ui.editing import edit
from organisations.permissions import can, require
from organisations.requests import PortalRequest
from organisations.roles import Right
from strategies.dashboards.assessments import assessment_page, level_in_words
from strategies.forms.assessments import AnswerForm, CriteriaFilterForm, ReasonForm, initial_of_answer
from strategies.models import CriterionAnswer, SelfAssessment
from strategies.selectors.assessments import are_texts_open, assessments_shown_to, get_assessment, previous_of, texts_of
from strategies.selectors.review_words import review_words
from strategies.services import assessments as services
from strategies.views.documents import own_organisation


def trail(*more: tuple[str, str]) -> list[dict[str, str]]:
    """The way back to the operating model."""
    return [{"label": label, "url": url} for label, url in (("Shared operating model", reverse("operating-model:home")), *more)]


@require_GET
def assessments(request: PortalRequest) -> HttpResponse:
    """The own organisation's assessments, and those that others share."""
    organisation = own_organisation(request)
    wanted = request.GET.get("q", "").strip()
    # The list shows no answers.
    rows = list(assessments_shown_to(request.user).prefetch_related(None))
    year = Quarter.containing(business_today()).financial_year
    own = [one for one in rows if organisation is not None and one.organisation_id == organisation.pk]
    others: dict[str, list[SelfAssessment]] = {}
    for one in rows:
        if one not in own and wanted.lower() in one.organisation.short_name.lower():
            others.setdefault(one.organisation.short_name, []).append(one)
    context = {
        "organisation": organisation,
        "own": own,
        "others": others,
        "wanted": wanted,
        "year": year,
        "may_begin": organisation is not None
        and can(request.user, Right.KEEP_REGISTERS, organisation)
        and all(one.financial_year != year for one in own),
        "breadcrumbs": trail(),
    }
    return render(request, "strategies/assessments.html", context)


@require_POST
def begin(request: PortalRequest) -> HttpResponse:
    """Begin this year's assessment, or go on with it."""
    organisation = own_organisation(request)
    require(request.user, Right.KEEP_REGISTERS, organisation)
    assert organisation is not None
    made = services.begin_assessment(organisation=organisation, by=request.user)
    return redirect(page_of(made))


@require_GET
def assessment(request: PortalRequest, organisation: str, year: str) -> HttpResponse:
    """One assessment: its owner sees everything, others the levels and the texts that a reviewer passed."""
    found = get_assessment(request.user, organisation, year)
    whole = can(request.user, Right.VIEW_REGISTERS, found.organisation)
    form = CriteriaFilterForm(request.GET)
    filters = form.cleaned_data if form.is_valid() else {}
    before = previous_of(found)
    if not whole and before is not None and not before.is_open_to_others:
        before = None
    page = assessment_page(found, before, business_today(), filters, whole=whole)
    context = {
        "assessment": found,
        "page": page,
        "form": form,
        "filtered": any(filters.values()),
        "whole": whole,
        "texts_open": whole or are_texts_open(found),
        "review_words": review_words(texts_of([found])) if whole and found.is_open_to_others else "",
        "previous": before,
        "may_keep": can(request.user, Right.KEEP_REGISTERS, found.organisation),
        "may_confirm": can(request.user, Right.CONFIRM_SELF_ASSESSMENT, found.organisation),
        "is_draft": found.state == SelfAssessment.State.DRAFT,
        "breadcrumbs": trail(("Self-assessments", reverse("operating-model:assessments"))),
    }
    return render(request, "strategies/assessment.html", context)


@require_http_methods(["GET", "POST"])
def answer(request: PortalRequest, organisation: str, year: str, criterion: str) -> HttpResponse:
    """Answer one criterion, with last time's answer beside it; a conflict shows what is saved and keeps what was typed."""
    found = kept_assessment(request, organisation, year)
    row = next((one for one in found.criteria.rows.all() if one.key == criterion), None)
    if row is None:
        raise Http404
    saved = _answer_to(found, row.pk)
    before = previous_of(found)
    last_time = next((one for one in before.answers.all() if one.criterion.key == row.key), None) if before else None
    form = AnswerForm(request.POST or None, criterion=row, initial=initial_of_answer(saved or last_time))

    def save(seen: int) -> CriterionAnswer:
        return services.answer_criterion(assessment=found, criterion=row, entry=form.entry(), seen_version=seen, by=request.user)

    done = edit(request, form, save, stored=saved.version if saved else 0)
    if done.is_saved:
        messages.success(request, f"{row.name}: level {form.cleaned_data['level']} is saved.")
        return redirect(_next_page(found, request.POST.get("go", "")))
    context = {
        "assessment": found,
        "criterion": row,
        "form": form,
        "seen": done.version,
        "conflict": saved if done.status == 409 else None,
        "last_time": last_time,
        "last_level": level_in_words(last_time.level) if last_time else "",
        "last_year": before.financial_year if before else "",
        "breadcrumbs": assessment_trail(found),
    }
    return render(request, "strategies/answer_form.html", context, status=done.status)


@require_POST
def confirm(request: PortalRequest, organisation: str, year: str) -> HttpResponse:
    """The sponsor confirms."""
    found = own_assessment(request, organisation, year)
    services.confirm_assessment(assessment=found, by=request.user)
    messages.success(request, "The self-assessment is confirmed.")
    return redirect(page_of(found))


@require_http_methods(["GET", "POST"])
def send_back(request: PortalRequest, organisation: str, year: str) -> HttpResponse:
    """The sponsor sends it back and says why."""
    found = own_assessment(request, organisation, year)
    require(request.user, Right.CONFIRM_SELF_ASSESSMENT, found.organisation)
    return _with_reason(request, found, services.send_assessment_back, "Send it back")


@require_http_methods(["GET", "POST"])
def reopen(request: PortalRequest, organisation: str, year: str) -> HttpResponse:
    """The lead opens a confirmed assessment again and says why."""
    found = kept_assessment(request, organisation, year)
    return _with_reason(request, found, services.reopen_assessment, "Open it again")


@require_POST
def share(request: PortalRequest, organisation: str, year: str) -> HttpResponse:
    """Let others read the levels once confirmed, or stop that."""
    found = own_assessment(request, organisation, year)
    wanted = request.POST.get("share") == "yes"
    services.share_assessment(assessment=found, share=wanted, by=request.user)
    done = "Others read the levels once the sponsor has confirmed them." if wanted else "Others no longer read this assessment."
    messages.success(request, done)
    return redirect(page_of(found))


def _with_reason(request: PortalRequest, found: SelfAssessment, service: Any, label: str) -> HttpResponse:
    form = ReasonForm(request.POST or None)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            service(assessment=found, reason=form.cleaned_data["reason"], by=request.user)
        except BusinessError as problem:
            form.add_error(None, str(problem))
            status = 409
        else:
            messages.success(request, "The self-assessment is a draft again.")
            return redirect(page_of(found))
    context = {"assessment": found, "form": form, "label": label, "breadcrumbs": assessment_trail(found)}
    return render(request, "strategies/assessment_reason.html", context, status=status)


def own_assessment(request: PortalRequest, organisation: str, year: str) -> SelfAssessment:
    """An assessment of an organisation whose registers the reader sees whole; Http404 for any other."""
    found = get_assessment(request.user, organisation, year)
    if not can(request.user, Right.VIEW_REGISTERS, found.organisation):
        raise Http404
    return found


def kept_assessment(request: PortalRequest, organisation: str, year: str) -> SelfAssessment:
    """The same for whoever keeps its registers; NotAllowed for its other readers."""
    found = own_assessment(request, organisation, year)
    require(request.user, Right.KEEP_REGISTERS, found.organisation)
    return found


def _answer_to(found: SelfAssessment, criterion: int) -> CriterionAnswer | None:
    rows = CriterionAnswer.objects.filter(assessment=found, criterion=criterion)
    return rows.select_related("changed_by").first()


def page_of(found: SelfAssessment) -> str:
    """The address of an assessment."""
    return reverse("operating-model:assessment", args=[found.organisation.slug, found.financial_year])


def _next_page(found: SelfAssessment, go: str) -> str:
    """After saving: the next criterion without an answer where that was asked for, else the assessment."""
    if go == "next":
        answered = set(CriterionAnswer.objects.filter(assessment=found).values_list("criterion", flat=True))
        for one in found.criteria.rows.all():
            if one.pk not in answered:
                return reverse("operating-model:answer", args=[found.organisation.slug, found.financial_year, one.key])
    return page_of(found)


def assessment_trail(found: SelfAssessment) -> list[dict[str, str]]:
    """The way back to an assessment."""
    return trail(
        ("Self-assessments", reverse("operating-model:assessments")),
        (f"{found.organisation} {found.financial_year}", page_of(found)),
    )
