"""The compliance register: own duties, all organisations, one duty, recording a publication; and baselines of KPIs."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from edi_portal.clock import LONDON, business_today
from edi_portal.periods import Quarter
from edi_portal.ui.downloads import csv_response
from edi_portal.ui.editing import seen_version
from kpis.models.definitions import Kpi
from kpis.selectors.definitions import framework_for
from organisations.permissions import can, require
from organisations.requests import PortalRequest
from organisations.roles import Right
from steering.compliance import RULE, STATE_WORDS, Duty, due_days, duties, tracked_from
from steering.dashboards.compliance import own_rows, rows_of_duty, system_lines
from steering.forms.compliance import BaselineForm, MoveForm, NothingToFill, PublicationForm, ReasonForm, day_words
from steering.models.compliance import ComplianceRecord
from steering.selectors.compliance import (
    baseline_history,
    baselines,
    bound_organisations,
    links_of,
    moves_of,
    open_due_days_of,
    records_of,
    standings,
)
from steering.selectors.texts import Words
from steering.services import compliance as services
from steering.views.form_pages import FormPage, Trail, context_of, form_page, own_organisation

QUARTERS_OFFERED = 16


def _trail(*more: tuple[str, str]) -> Trail:
    return [{"label": label, "url": url} for label, url in (("Duties to publish", reverse("compliance:list")), *more)]


def _duty(key: str) -> Duty:
    if key not in duties():
        raise Http404
    return duties()[key]


@require_GET
def register(request: PortalRequest) -> HttpResponse:
    """Own duties first, then how many organisations stand where with each duty."""
    require(request.user, Right.VIEW_WORKSTREAMS)
    today = business_today()
    context = context_of(request)
    organisation = context["organisation"]
    found = standings(bound_organisations(today), today)
    own = found.get(organisation) or (standings([organisation], today)[organisation] if organisation is not None else {})
    records = list(records_of(organisation)) if organisation is not None else []
    context |= {
        "own": own_rows(own, today),
        "records": records,
        "lines": system_lines(found),
        "members": len(found),
        "names": can(request.user, Right.VIEW_GOVERNANCE),
        "rule": RULE,
        "synthetic": any(row.is_synthetic for row in records),
    }
    return render(request, "steering/compliance_list.html", context)


@require_GET
def data(request: PortalRequest) -> HttpResponse:
    """The system view as a file: who stands where with which duty."""
    require(request.user, Right.VIEW_GOVERNANCE)
    today = business_today()
    rows = [
        (organisation.short_name, duties()[key].name, standing.words, standing.day, standing.last and standing.last.published_on)
        for organisation, found in standings(bound_organisations(today), today).items()
        for key, standing in found.items()
    ]
    heads = ("Organisation", "Duty", "State", "Next day", "Last published")
    return csv_response(f"edi-duties-to-publish-{today:%Y-%m-%d}.csv", heads, rows)


@require_GET
def duty_page(request: PortalRequest, duty: str) -> HttpResponse:
    """One duty: law, source and days; for the steering group every organisation with its public link."""
    require(request.user, Right.VIEW_WORKSTREAMS)
    found = _duty(duty)
    today = business_today()
    names = can(request.user, Right.VIEW_GOVERNANCE)
    every = standings(bound_organisations(today), today)
    moves = list(moves_of(duty))
    words = Words(request.user, moves)
    context = context_of(request) | {
        "duty": found,
        "line": next(line for line in system_lines(every) if line.duty is found),
        "rows": rows_of_duty(duty, every, links_of(duty), today) if names else (),
        "names": names,
        "moves": [{"row": row, "reason": words.of(row, "reason")} for row in moves],
        "next_day": next((day for day in due_days(found, (), since=today, until=today)), None) if found.days else None,
        "states": STATE_WORDS,
        "breadcrumbs": _trail(),
    }
    return render(request, "steering/compliance_duty.html", context)


@require_http_methods(["GET", "POST"])
def record(request: PortalRequest, duty: str) -> HttpResponse:
    """Put a publication of the own organisation on record."""
    found = _duty(duty)
    organisation = own_organisation(request)
    require(request.user, Right.KEEP_REGISTERS, organisation)
    assert organisation is not None
    form = PublicationForm(request.POST or None, organisation=organisation, days=open_due_days_of(organisation, duty))

    def save() -> tuple[str, str]:
        services.record_publication(organisation=organisation, duty=duty, entry=form.entry(), by=request.user)
        return f"{found.name} is on record.", reverse("compliance:list")

    page = FormPage(
        heading=f"Record that you published: {found.name}",
        button="Record the publication",
        back=reverse("compliance:list"),
        lede=found.what,
        caption=organisation.short_name,
        trail=_trail((found.name, reverse("compliance:duty", args=[duty]))),
    )
    return form_page(request, form, page, save)


@require_http_methods(["GET", "POST"])
def withdraw(request: PortalRequest, pk: int) -> HttpResponse:
    """Take back a record that was a mistake."""
    organisation = own_organisation(request)
    if organisation is None:
        raise Http404
    row = get_object_or_404(ComplianceRecord.objects.filter(organisation=organisation), pk=pk)
    require(request.user, Right.KEEP_REGISTERS, organisation)
    form = ReasonForm(request.POST or None)

    def save() -> tuple[str, str]:
        services.withdraw_publication(row=row, by=request.user, **form.cleaned_data)
        return "The record is withdrawn. Its due date is open again.", reverse("compliance:list")

    page = FormPage(
        heading=f"Withdraw the record of {day_words(row.published_on)}",
        button="Withdraw the record",
        back=reverse("compliance:list"),
        lede=f"{row.duty_name}: the due date {day_words(row.due_on)} is open again. The record stays in the history.",
        caption=organisation.short_name,
        warning=True,
        trail=_trail(),
    )
    return form_page(request, form, page, save)


@require_http_methods(["GET", "POST"])
def public(request: PortalRequest, pk: int) -> HttpResponse:
    """Show a record on the own public page, or take it off: what stands there is the organisation's choice."""
    organisation = own_organisation(request)
    if organisation is None:
        raise Http404
    row = get_object_or_404(ComplianceRecord.objects.filter(organisation=organisation), pk=pk)
    require(request.user, Right.KEEP_REGISTERS, organisation)
    form = NothingToFill(request.POST if request.method == "POST" else None)
    # What the page offered is done, also where a colleague did it meanwhile: nothing goes public that was to be taken off.
    shown = (seen_version(request) if request.method == "POST" else int(row.on_public_page)) == 0

    def save() -> tuple[str, str]:
        services.choose_public(row=row, shown=shown, by=request.user)
        said = "The publication stands on your public page." if shown else "The publication is off your public page."
        return said, reverse("compliance:list")

    page = FormPage(
        heading=f"{'Show on' if shown else 'Take off'} your public page: {row.duty_name}",
        button="Show it to everybody" if shown else "Take it off the page",
        back=reverse("compliance:list"),
        lede=f"Published on {day_words(row.published_on)}. "
        + ("Everybody will read what, when and where." if shown else "Who kept a copy of the page keeps it."),
        caption=organisation.short_name,
        version=int(row.on_public_page),
        trail=_trail(),
    )
    return form_page(request, form, page, save)


@require_http_methods(["GET", "POST"])
def move(request: PortalRequest, duty: str) -> HttpResponse:
    """The steering group sets another day than the rule's, for everybody."""
    found = _duty(duty)
    require(request.user, Right.GOVERN)
    days = due_days(found, (), since=tracked_from(), until=business_today()) if found.days else ()
    form = MoveForm(request.POST or None, days=days)

    def save() -> tuple[str, str]:
        services.move_due_date(duty=duty, by=request.user, **form.answers())
        return "The day is set, for every organisation.", reverse("compliance:duty", args=[duty])

    page = FormPage(
        heading=f"Set another day: {found.name}",
        button="Set the day",
        back=reverse("compliance:duty", args=[duty]),
        lede=found.note,
        trail=_trail((found.name, reverse("compliance:duty", args=[duty]))),
    )
    return form_page(request, form, page, save)


@require_GET
def baseline_list(request: PortalRequest) -> HttpResponse:
    """From which period each KPI is measured, and why."""
    require(request.user, Right.VIEW_WORKSTREAMS)
    fixed = baselines()
    words = Words(request.user, fixed.values())
    framework = framework_for(Quarter.containing(business_today()))
    context = context_of(request) | {
        "rows": [
            {
                "definition": kpi.definition,
                "fixed": (row := fixed.get(kpi.definition.code)),
                "reason": words.of(row, "reason") if row is not None else "",
            }
            for kpi in framework.kpis
            if kpi.owner_id is None
        ],
        "fixed": len(fixed),
        "breadcrumbs": _trail(),
    }
    return render(request, "steering/baseline_list.html", context)


@require_http_methods(["GET", "POST"])
def baseline_fix(request: PortalRequest, kpi: str) -> HttpResponse:
    """Fix the baseline period of a KPI; what was fixed before stays on record."""
    require(request.user, Right.GOVERN)
    row = get_object_or_404(Kpi.objects.filter(owner=None), slug=kpi)
    now = Quarter.containing(business_today())
    form = BaselineForm(request.POST or None, quarters=[now.previous(back) for back in range(QUARTERS_OFFERED)])

    def save() -> tuple[str, str]:
        services.fix_baseline(kpi=row, by=request.user, **form.answers())
        return f"The baseline of {row.code} is fixed.", reverse("compliance:baselines")

    page = FormPage(
        heading=f"Fix the baseline of {row.code}",
        button="Fix the baseline",
        back=reverse("compliance:baselines"),
        lede="Progress is measured from this period. An earlier decision stays on record.",
        trail=_trail(("Baselines", reverse("compliance:baselines"))),
        facts=tuple(
            f"{old.fixed_at.astimezone(LONDON):%-d %B %Y}: {old.period}, because: {old.reason}" for old in baseline_history(row)
        ),
    )
    return form_page(request, form, page, save)
