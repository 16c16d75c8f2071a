"""Own KPIs of organisations: the list, adding one in two steps, adoption into the baseline, new versions, the end of a KPI."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.clock import business_today
from edi_portal.exceptions import BusinessError, Incomplete, InvalidTransition, NotAllowed
from edi_portal.periods import Quarter
from edi_portal.reviews.wording import phrases_to_check
from edi_portal.ui.editing import edit
from kpis.catalogue import DefinitionError, kpi_from_dict
from kpis.catalogue.loading import check_kpi
from kpis.dashboards.catalogue import definition_facts
from kpis.dashboards.own_kpis import (
    Preview,
    asked_of,
    build_own_kpi,
    may_add,
    may_change,
    own_kpis,
    preview_of,
    quarters_ahead,
    questions_ended,
    sees_own_kpis,
)
from kpis.forms.own_kpis import AdoptForm, ChangeDefinitionForm, OwnKpiForm, StopAskingForm, initial_of
from kpis.models.definitions import Kpi, KpiVersion
from kpis.selectors.definitions import framework_for, read_kpi
from kpis.selectors.own_kpi_texts import open_to_others
from kpis.services import definitions as services
from organisations.models import Organisation
from organisations.permissions import active_membership, require
from organisations.roles import Right


def _crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    trail = (("Home", reverse("home")), ("KPIs", reverse("kpis:list")), *more)
    return [{"label": label, "url": url} for label, url in trail]


def _organisation(request: HttpRequest) -> Organisation | None:
    membership = active_membership(request)
    return membership.organisation if membership is not None else None


@require_GET
def own_list(request: HttpRequest) -> HttpResponse:
    """Own KPIs with what can be done with each."""
    if not sees_own_kpis(request):
        raise Http404
    context = {
        "rows": own_kpis(request.user),
        "may_add": may_add(request),
        "organisation": _organisation(request),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "kpis/own_kpi_list.html", context)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A KPI of the own organisation: answer, look at the question as it will be asked, add it."""
    organisation = _organisation(request)
    require(request.user, Right.ADD_BESPOKE_KPI, organisation)
    quarters = quarters_ahead()
    form = OwnKpiForm(request.POST or None, quarters=quarters)
    step = request.POST.get("step", "")
    preview = _preview(form, str(organisation)) if request.method == "POST" and form.is_valid() else None
    if preview is not None and step == "add":
        kpi = services.add_bespoke_kpi(
            organisation=organisation,
            measure=preview.measure,
            kpi=preview.kpi,
            from_period=form.cleaned_data["from_period"],
            by=request.user,
        )
        first = Quarter.parse(form.cleaned_data["from_period"])
        messages.success(request, f"{kpi.code} is added. Your return for {first.months} asks for it.")
        return redirect("kpis:own")
    context = {"form": form, "organisation": organisation, "breadcrumbs": _crumbs(("Own KPIs", reverse("kpis:own")))}
    if preview is not None and step == "preview":
        answers = [(name, value) for name in form.fields for value in request.POST.getlist(name)]
        first = Quarter.parse(form.cleaned_data["from_period"])
        return render(
            request,
            "kpis/own_kpi_preview.html",
            context | {"preview": preview, "answers": answers, "first": first, "phrases": _phrases(form)},
        )
    return render(request, "kpis/own_kpi_add.html", context, status=422 if form.errors else 200)


def _phrases(form: OwnKpiForm) -> tuple[str, ...]:
    """Where the answers put a small number next to people: a reviewer will ask about it."""
    return phrases_to_check("\n".join(value for value in form.cleaned_data.values() if isinstance(value, str)))


def _preview(form: OwnKpiForm, owner: str) -> Preview | None:
    try:
        measure, kpi = build_own_kpi(services.next_own_code(), form.cleaned_data, owner=owner, today=business_today())
    except DefinitionError as problem:
        form.add_error(None, f"These answers do not fit together: {problem.mend}")
        return None
    return preview_of(measure, kpi)


@require_http_methods(["GET", "POST"])
def adopt(request: HttpRequest, code: str) -> HttpResponse:
    """Take an organisation's own KPI into the baseline: an own page that says what will happen."""
    require(request.user, Right.ADOPT_KPI)
    kpi = get_object_or_404(Kpi.objects.select_related("owner"), slug=code, owner__isnull=False)
    if kpi.pk not in open_to_others([kpi.pk]):
        raise Http404
    newest = kpi.versions.order_by("-number")[0]
    definition = read_kpi(newest)
    quarters = quarters_ahead()
    form = AdoptForm(request.POST or None, quarters=quarters)
    if request.method == "POST" and form.is_valid():
        services.adopt_kpi(kpi=kpi, from_period=form.cleaned_data["from_period"], by=request.user)
        first = Quarter.parse(form.cleaned_data["from_period"])
        messages.success(request, f"{kpi.code} belongs to the baseline from {first.label} on.")
        return redirect("kpis:own")
    context = {
        "kpi": kpi,
        "definition": definition,
        "facts": definition_facts(definition),
        "asked": asked_of(definition, quarters[0].last_day),
        "form": form,
        "breadcrumbs": _crumbs(("Own KPIs", reverse("kpis:own"))),
    }
    return render(request, "kpis/kpi_adopt.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, code: str) -> HttpResponse:
    """A new version of a definition: of whom and when it is asked, its target, its next review. History is not rewritten."""
    kpi = _changed_by(request, code)
    if kpi.retired_from:
        raise InvalidTransition(kpi.end_in_words)
    newest = kpi.versions.order_by("-number")[0]
    definition = read_kpi(newest)
    quarters = quarters_ahead(after=newest.from_period)
    stored = initial_of(definition)
    if request.method == "POST":  # it stands beside what was typed, should the newest version be another than the one seen
        stored |= {"from_period": Quarter.parse(newest.from_period).label, "note": newest.note}
    form = ChangeDefinitionForm(request.POST or None, initial=stored, quarters=quarters)

    def save(seen: int) -> KpiVersion:
        content, given = _fitting(form, newest.definition, quarters[0], kpi.code), form.cleaned_data
        return services.change_definition(
            kpi=kpi,
            content=content,
            from_period=given["from_period"],
            note=given["note"],
            seen_version=seen,
            by=request.user,
        )

    done = edit(request, form, save, stored=newest.number)
    if done.is_saved:
        version: KpiVersion = done.saved
        first = Quarter.parse(version.from_period)
        messages.success(request, f"Version {version.number} of {kpi.code} holds from {first.label} on.")
        return redirect("kpis:versions", kpi.slug)
    context = {
        "kpi": kpi,
        "definition": definition,
        "version": newest,
        "form": form,
        "seen": done.version,
        "breadcrumbs": _crumbs((kpi.code, reverse("kpis:definition", args=[kpi.slug]))),
    }
    return render(request, "kpis/kpi_change.html", context, status=done.status)


@require_http_methods(["GET", "POST"])
def stop_asking(request: HttpRequest, code: str) -> HttpResponse:
    """The end of a KPI: an own page that says what will happen."""
    kpi = _changed_by(request, code)
    if kpi.retired_from:
        raise InvalidTransition(kpi.end_in_words)
    definition, quarters = read_kpi(kpi.versions.order_by("-number")[0]), quarters_ahead()
    form = StopAskingForm(request.POST or None, quarters=quarters)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            services.retire_kpi(kpi=kpi, by=request.user, **form.cleaned_data)
        except NotAllowed:
            raise
        except BusinessError as problem:
            form.add_error(None, str(problem))
            status = 422
        else:
            first = Quarter.parse(form.cleaned_data["from_period"])
            messages.success(request, f"{kpi.code} is no longer asked from {first.label} on.")
            return redirect(_home_of(kpi))
    context = {
        "kpi": kpi,
        "definition": definition,
        "questions": questions_ended(definition, quarters[0]),
        "form": form,
        "back": _home_of(kpi),
        "breadcrumbs": _crumbs(("Own KPIs", _home_of(kpi)) if kpi.owner else (kpi.code, _home_of(kpi))),
    }
    return render(request, "kpis/kpi_stop_asking.html", context, status=status)


@require_POST
def ask_again(request: HttpRequest, code: str) -> HttpResponse:
    """Undo the end of a KPI, as long as no return has gone without it."""
    kpi = _changed_by(request, code)
    services.ask_again(kpi=kpi, by=request.user)
    messages.success(request, f"{kpi.code} is asked for again.")
    return redirect(_home_of(kpi))


def _changed_by(request: HttpRequest, code: str) -> Kpi:
    """The KPI, for those who may change it: another organisation's own does not exist, one of the baseline is refused."""
    kpi: Kpi = get_object_or_404(Kpi.objects.select_related("owner"), slug=code)
    if not may_change(request.user, kpi):
        if kpi.is_bespoke:
            raise Http404
        require(request.user, Right.MANAGE_COLLECTIONS)
    return kpi


def _home_of(kpi: Kpi) -> str:
    """Where a KPI is kept: in the list of own KPIs, or on the page of its definition."""
    return reverse("kpis:own") if kpi.owner_id is not None else reverse("kpis:definition", args=[kpi.slug])


def _fitting(form: ChangeDefinitionForm, stored: dict[str, Any], quarter: Quarter, code: str) -> dict[str, Any]:
    """The new content if it fits the questions it is computed from; otherwise raises Incomplete with what does not fit."""
    content = form.content(stored)
    try:
        changed = kpi_from_dict(content, code)
        check_kpi(changed, framework_for(quarter).measures)
    except DefinitionError as problem:
        raise Incomplete(f"This does not fit the questions that the KPI is worked out from: {problem.mend}") from problem
    if changed == kpi_from_dict(stored, code):
        raise Incomplete("Nothing is changed. Change an answer, or leave the page.")
    return content
