"""Meetings of the group: agenda, papers, attendance, minutes and decisions."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.clock import business_today
from edi_portal.papers.content import Paper
from edi_portal.papers.files import paper_csv, paper_xlsx
from edi_portal.papers.pdf import PDF_TYPE, pdf_bytes
from edi_portal.ui.downloads import CSV_TYPE, XLSX_TYPE, attachment
from organisations.permissions import require
from organisations.requests import PortalRequest
from organisations.roles import Right
from steering.agenda import Agenda
from steering.dashboards.agenda import agenda_of, items_of
from steering.dashboards.meeting_paper import meeting_paper
from steering.forms.governance import AgendaItemForm, AttendanceForm, DecisionForm, MeetingForm, MinutesForm
from steering.models import Action, AgendaItem, Meeting, Risk
from steering.permissions import can_govern, check_can_govern
from steering.selectors.group import DEFAULT_MINUTES, members_at, quorum_among, terms_on
from steering.selectors.meetings import decisions, get_meeting, meetings
from steering.selectors.texts import Words
from steering.services import meetings as services
from steering.views.pages import FormPage, answer_form, number_typed, trail

DECISIONS_IN_PAPERS = 10


@require_GET
def meeting_list(request: PortalRequest) -> HttpResponse:
    """Meetings, the next one first."""
    require(request.user, Right.VIEW_GOVERNANCE)
    today = business_today()
    rows = list(meetings())
    coming = [row for row in reversed(rows) if row.held_on >= today and row.cancelled_on is None]
    context = {
        "next": coming[0] if coming else None,
        "coming": coming,
        "past": [row for row in rows if row not in coming],
        "may_govern": can_govern(request.user),
    }
    return render(request, "steering/meeting_list.html", context)


@require_http_methods(["GET", "POST"])
def add(request: PortalRequest) -> HttpResponse:
    """Plan a meeting."""
    check_can_govern(request.user)
    page = FormPage(
        "Plan a meeting",
        "Plan the meeting",
        reverse("meetings:list"),
        trail(("Meetings", "meetings:list")),
        lede="Its agenda builds itself from what is to act on, overdue or about to end, until you issue the papers.",
    )
    return answer_form(
        request,
        page,
        MeetingForm(request.POST or None),
        save=lambda typed: services.plan_meeting(by=request.user, **typed.cleaned_data),
        done="The meeting is planned.",
    )


@require_GET
def detail(request: PortalRequest, day: str) -> HttpResponse:
    """One meeting: its agenda, who was there, what was decided, its minutes."""
    require(request.user, Right.VIEW_GOVERNANCE)
    return _meeting_page(request, get_meeting(day), AgendaItemForm())


def _meeting_page(request: PortalRequest, meeting: Meeting, form: AgendaItemForm) -> HttpResponse:
    """The page of a meeting; after a refused item of the agenda with what was typed."""
    today = business_today()
    items = items_of(meeting)
    found = list(meeting.decisions.all())
    words = Words(request.user, [meeting, *items, *found])
    members, there = members_at(meeting)
    terms = terms_on(meeting.held_on)
    minutes = terms.meeting_minutes if terms is not None else DEFAULT_MINUTES
    agenda = agenda_of(request.user, meeting, minutes=minutes, today=today, items=items)
    context = {
        "meeting": meeting,
        "place": words.of(meeting, "place"),
        "minutes": words.of(meeting, "minutes"),
        "agenda": agenda,
        "release_line": agenda.basis,
        "items": [(item, words.of(item, "title")) for item in items],
        "decisions": [(one, words.of(one, "title", str(one)), words.of(one, "text"), words.of(one, "reason")) for one in found],
        "there": [member for member in members if member.pk in there],
        "quorum": quorum_among(members, there, terms),
        "has_begun": meeting.held_on <= today,
        "item_form": form,
        "has_errors": bool(form.errors),
        "may_govern": can_govern(request.user),
        "may_agree": meeting.minutes and meeting.agreed_at is None and meeting.minutes_by_id != request.user.pk,
        "breadcrumbs": trail(("Meetings", "meetings:list")),
    }
    return render(request, "steering/meeting_detail.html", context, status=422 if form.errors else 200)


@require_GET
def paper(request: PortalRequest, day: str, ending: str) -> HttpResponse:
    """The papers as one file."""
    require(request.user, Right.VIEW_GOVERNANCE)
    meeting = get_meeting(day)
    made = _paper(request, meeting, business_today())
    name = f"edi-steering-group-papers-{meeting.held_on.isoformat()}"
    if ending == "xlsx":
        return attachment(paper_xlsx(made), f"{name}.xlsx", XLSX_TYPE)
    if ending == "csv":
        return attachment(paper_csv(made), f"{name}.csv", CSV_TYPE)
    return attachment(pdf_bytes(made), f"{name}.pdf", PDF_TYPE)


def _paper(request: PortalRequest, meeting: Meeting, today: date) -> Paper:
    return meeting_paper(
        request.user,
        meeting,
        _agenda(request, meeting, today),
        actions=Action.objects.open_now().select_related("owner_organisation").order_by("due_on", "pk"),
        risks=sorted(Risk.objects.open_now().scored(), key=lambda risk: (-risk.score, risk.pk)),
        decisions=decisions().filter(withdrawn_on__isnull=True, meeting__held_on__lt=meeting.held_on)[:DECISIONS_IN_PAPERS],
        today=today,
    )


def _agenda(request: PortalRequest, meeting: Meeting, today: date) -> Agenda:
    terms = terms_on(meeting.held_on)
    minutes = terms.meeting_minutes if terms is not None else DEFAULT_MINUTES
    return agenda_of(request.user, meeting, minutes=minutes, today=today)


@require_POST
def items(request: PortalRequest, day: str) -> HttpResponse:
    """Put something on the agenda, or take it off."""
    check_can_govern(request.user)
    meeting = get_meeting(day)
    if request.POST.get("doing") == "take-off":
        item = get_object_or_404(AgendaItem, meeting=meeting, pk=number_typed(request.POST.get("item")))
        services.take_off_item(item=item, by=request.user)
        messages.success(request, "It is off the agenda.")
        return redirect("meetings:detail", day)
    form = AgendaItemForm(request.POST)
    if not form.is_valid():
        return _meeting_page(request, meeting, form)
    services.add_agenda_item(meeting=meeting, by=request.user, **form.cleaned_data)
    messages.success(request, "It is on the agenda.")
    return redirect("meetings:detail", day)


@require_POST
def issue(request: PortalRequest, day: str) -> HttpResponse:
    """Issue the papers: the agenda stays as it is now."""
    check_can_govern(request.user)
    services.issue_papers(meeting=get_meeting(day), by=request.user)
    messages.success(request, "The papers are issued. The agenda stays as it is.")
    return redirect("meetings:detail", day)


@require_POST
def cancel(request: PortalRequest, day: str) -> HttpResponse:
    """Cancel a meeting, or let it take place after all."""
    check_can_govern(request.user)
    if request.POST.get("doing") == "reinstate":
        services.reinstate_meeting(meeting=get_meeting(day), by=request.user)
        messages.success(request, "The meeting takes place after all.")
    else:
        services.cancel_meeting(meeting=get_meeting(day), by=request.user)
        messages.success(request, "The meeting is cancelled.")
    return redirect("meetings:detail", day)


@require_http_methods(["GET", "POST"])
def attendance(request: PortalRequest, day: str) -> HttpResponse:
    """Record who was there."""
    check_can_govern(request.user)
    meeting = get_meeting(day)
    page = _page(
        meeting,
        "Who was there?",
        "Record who was there",
        lede="A member counts only while the term holds.",
        version=meeting.attendance_mark,
    )
    seen = number_typed(request.POST.get("version"))
    return answer_form(
        request,
        page,
        AttendanceForm(request.POST or None, initial={"members": list(meeting.attended.all())}),
        save=lambda typed: services.record_attendance(
            meeting=meeting, members=list(typed.cleaned_data["members"]), seen=seen, by=request.user
        ),
        done="It is recorded who was there.",
    )


@require_http_methods(["GET", "POST"])
def minutes(request: PortalRequest, day: str) -> HttpResponse:
    """Write the minutes."""
    check_can_govern(request.user)
    meeting = get_meeting(day)
    page = _page(meeting, "Minutes", "Save the minutes", lede="Another member agrees them.", version=meeting.version)
    seen = number_typed(request.POST.get("version"))
    return answer_form(
        request,
        page,
        MinutesForm(request.POST or None, initial={"minutes": meeting.minutes}),
        save=lambda typed: services.write_minutes(
            meeting=meeting, text=typed.cleaned_data["minutes"], seen_version=seen, by=request.user
        ),
        done="The minutes are saved. Another member agrees them.",
    )


@require_POST
def agree(request: PortalRequest, day: str) -> HttpResponse:
    """Agree the minutes that another member wrote."""
    check_can_govern(request.user)
    services.agree_minutes(meeting=get_meeting(day), by=request.user)
    messages.success(request, "The minutes are agreed.")
    return redirect("meetings:detail", day)


@require_http_methods(["GET", "POST"])
def decide(request: PortalRequest, day: str) -> HttpResponse:
    """Record a decision with its reason."""
    check_can_govern(request.user)
    meeting = get_meeting(day)
    page = _page(
        meeting, "Record a decision", "Record the decision", lede="What is decided, and why. Raise actions from it afterwards."
    )
    return answer_form(
        request,
        page,
        DecisionForm(request.POST or None),
        save=lambda typed: services.record_decision(meeting=meeting, entry=typed.entry(), by=request.user),  # type: ignore[attr-defined]
        done="The decision is recorded.",
    )


def _page(meeting: Meeting, heading: str, button: str, *, lede: str, version: int | None = None) -> FormPage:
    address = reverse("meetings:detail", args=[meeting.held_on.isoformat()])
    crumbs = trail(("Meetings", "meetings:list"), (f"{meeting.held_on:%-d %B %Y}", address))
    return FormPage(heading, button, address, crumbs, caption=str(meeting), lede=lede, version=version)
