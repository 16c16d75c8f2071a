"""Who may see what of an organisation and why, and who did see or change it; and the audit log as a whole."""

from datetime import datetime, timedelta

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from edi_portal.audit.models import AuditEvent
from edi_portal.audit.selectors import action_in_words, details_in_words, events_of, subject_in_words, whole_log
from edi_portal.audit.services import record
from edi_portal.clock import LONDON
from edi_portal.ui.downloads import csv_response
from organisations.forms import RECORDS, LogForm
from organisations.models import Organisation
from organisations.permissions import can
from organisations.requests import PortalRequest
from organisations.roles import Right
from organisations.selectors.access import holders_of
from organisations.selectors.organisations import get_organisation
from organisations.sign_in_record import WORDS as SIGNING_IN

ROWS = 50
MOST_IN_A_FILE = 20_000


@require_GET
def record_page(request: PortalRequest, slug: str) -> HttpResponse:
    """The audit events over this organisation's data: when, who, what. No figure is among them."""
    organisation = _organisation(request, slug)
    only = request.GET.get("only", "")
    if only not in RECORDS:
        raise Http404
    page = Paginator(events_of(organisation.slug, only=only), ROWS).get_page(request.GET.get("page"))
    context = {
        "organisation": organisation,
        "lines": [(event, action_in_words(event.action), subject_in_words(event.subject, organisation.slug)) for event in page],
        "page": page,
        "address": f"?only={only}&page=",
        "choices": [(key, label, key == only) for key, label in RECORDS.items()],
        "breadcrumbs": _trail(organisation),
    }
    return render(request, "organisations/organisation_record.html", context)


@require_GET
def log_page(request: PortalRequest) -> HttpResponse:
    """The audit log of the whole portal, to search in. When somebody signed in is theirs alone to read and is not among it."""
    _check_may_read_log(request)
    form = LogForm(request.GET)
    rows = _chosen(form)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "filtered": any(value for value in query.values()),
        "lines": [_line(event) for event in page],
        "page": page,
        "query": query.urlencode(),
        "address": f"?{query.urlencode()}&page=" if query else "?page=",
        "breadcrumbs": [{"label": "People", "url": reverse("organisations:people-index")}],
    }
    return render(request, "organisations/audit_log.html", context, status=422 if form.errors else 200)


@require_GET
def log_file(request: PortalRequest) -> HttpResponse:
    """What was searched for, as a file: the newest events, as many as a file takes. That it was taken out is on record."""
    _check_may_read_log(request)
    form = LogForm(request.GET)
    rows = _chosen(form)[:MOST_IN_A_FILE]
    if form.errors:
        raise Http404
    record(action="audit.exported", by=request.user, subject="audit")
    heads = ("When", "Who", "What", "Of which", "Organisation", "More")
    lines = ((event.at.isoformat(timespec="seconds"), who, *rest) for event, who, *rest in map(_line, rows))
    return csv_response("edi-audit-log.csv", heads, lines)


def _check_may_read_log(request: PortalRequest) -> None:
    if not can(request.user, Right.VIEW_AUDIT):
        raise Http404


def _chosen(form: LogForm) -> QuerySet[AuditEvent]:
    """The events that the form asks for; none where it cannot be understood."""
    if not form.is_valid():
        return AuditEvent.objects.none()
    asked = form.cleaned_data
    slug = asked["organisation"].slug if asked["organisation"] else ""
    # Events bear the true time, not that of the demonstration.
    since = datetime.now(LONDON).date() - timedelta(days=asked["days"] - 1) if asked["days"] else None
    return whole_log(besides=SIGNING_IN, slug=slug, only=asked["only"], words=asked["q"], since=since)


def _line(event: AuditEvent) -> tuple[AuditEvent, str, str, str, str, str]:
    """An event with who, what, of which, whose and more, in words."""
    who = str(event.actor) if event.actor else "The portal itself"
    words = action_in_words(event.action), subject_in_words(event.subject)
    return event, who, *words, event.organisation, details_in_words(event.details)


@require_GET
def access_page(request: PortalRequest, slug: str) -> HttpResponse:
    """Each person with rights over this organisation's data: what they may do, by which role, since when and by whom."""
    organisation = _organisation(request, slug)
    context = {"organisation": organisation, "holders": holders_of(organisation), "breadcrumbs": _trail(organisation)}
    return render(request, "organisations/organisation_access.html", context)


def _organisation(request: PortalRequest, slug: str) -> Organisation:
    organisation = get_organisation(request.user, slug)
    if not can(request.user, Right.VIEW_PEOPLE, organisation):
        raise Http404
    return organisation


def _trail(organisation: Organisation) -> list[dict[str, str]]:
    return [
        {"label": "Organisations", "url": reverse("organisations:directory")},
        {"label": organisation.short_name, "url": reverse("organisations:detail", args=[organisation.slug])},
    ]
