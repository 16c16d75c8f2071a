"""The portal admin's pages about collections: list, arrivals, dates, extensions, reminders, non-submitters, closing."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.clock import LONDON, business_now
from edi_portal.exceptions import Incomplete, InvalidTransition
from edi_portal.ui.downloads import csv_response
from edi_portal.ui.forms import PortalForm
from edi_portal.ui.paging import page_of_rows
from kpis import notifications
from kpis.dashboards.arrivals_wall import arrivals_wall
from kpis.forms.around import AnswerForm
from kpis.forms.collections import DatesForm, ExtensionForm, PlanForm, ReasonForm
from kpis.models.collections import Collection, ExtensionRequest
from kpis.models.returns import KpiReturn
from kpis.selectors.arrivals import Arrival, arrival_counts, arrivals, counts_of, with_errors
from kpis.selectors.definitions import framework_for
from kpis.services import collections as services
from kpis.services import extensions, reminders
from organisations.models import Organisation
from organisations.permissions import require
from organisations.roles import Right


def _crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    return [{"label": label, "url": url} for label, url in (("Home", reverse("home")), *more)]


def _collection(period: str) -> Collection:
    return get_object_or_404(Collection, period=period)


@contextmanager
def refused_at(form: PortalForm) -> Iterator[None]:
    """What a rule refuses stands at the form, which keeps what was typed; a right that is missing is no matter of the form."""
    try:
        yield
    except (Incomplete, InvalidTransition) as error:
        form.add_error(None, str(error))


@require_http_methods(["GET", "POST"])
def collection_list(request: HttpRequest) -> HttpResponse:
    """All collections with their dates; plan the next one."""
    require(request.user, Right.MANAGE_COLLECTIONS)
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refused_at(form):
            collection = services.plan_collection(quarter=form.cleaned_data["period"], by=request.user)
    if form.is_bound and form.is_valid():
        messages.success(request, f"The collection for {collection.quarter.months} is planned with the usual dates.")
        return redirect("collections:dates", collection.period)
    now = business_now()
    rows = [
        {"collection": one, "open": one.is_open_at(now), "closed": one.closes_at <= now, "counts": arrival_counts(one)}
        for one in Collection.objects.order_by("-period")
    ]
    context = {"rows": rows, "form": form, "breadcrumbs": _crumbs()}
    return render(request, "kpis/collection_list.html", context, status=422 if form.errors else 200)


@require_GET
def newest_arrivals(request: HttpRequest) -> HttpResponse:
    """The arrivals board of the collection that is open, or of the newest one."""
    require(request.user, Right.VIEW_ARRIVALS)
    collection = Collection.objects.opened().order_by("-period").first()
    if collection is None:
        return render(request, "kpis/collection_arrivals.html", {"collection": None, "breadcrumbs": _crumbs()})
    return redirect("collections:board", collection.period)


@require_GET
def board(request: HttpRequest, period: str) -> HttpResponse:
    """Who is in, who is late, whom to ring. No figure of any return appears here."""
    require(request.user, Right.VIEW_ARRIVALS)
    collection = _collection(period)
    now = business_now()
    framework = framework_for(collection.quarter)
    rows = arrivals(collection, now=now, framework=framework)
    page = page_of_rows(request, rows)
    shown = with_errors(page.object_list, framework, now=now)
    days = (collection.due_on - now.astimezone(LONDON).date()).days
    context = {
        "collection": collection,
        "rows": shown,
        "page": page,
        "wall": arrivals_wall(shown, collection.quarter.months),
        "counts": counts_of(rows),
        "downloaded": sum(row.step >= 1 for row in rows),
        "late": sum(row.is_late for row in rows),
        "days": days,
        "is_open": collection.is_open_at(now),
        "not_started": sum(row.step < 2 and row.is_waiting for row in rows),
        "asked": _requests(collection),
        "preview": _preview(rows, now.astimezone(LONDON).date()),
        "breadcrumbs": _crumbs(("Collections", reverse("collections:list"))),
    }
    return render(request, "kpis/collection_arrivals.html", context)


def _requests(collection: Collection) -> QuerySet[ExtensionRequest]:
    """Requests for more time that wait for an answer."""
    rows = ExtensionRequest.objects.filter(collection=collection, state=ExtensionRequest.ASKED)
    return rows.select_related("organisation", "asked_by")


def _preview(rows: tuple[Arrival, ...], today: date) -> dict[str, object] | None:
    """A reminder as it would go out to the first organisation that is waited for."""
    first = next((row for row in rows if row.is_waiting), None)
    if first is None:
        return None
    subject, lines = notifications.reminder_words(first.kpi_return, today)
    return {"to": first.kpi_return.organisation, "subject": subject, "lines": lines}


@require_GET
def non_submitters(request: HttpRequest, period: str) -> HttpResponse:
    """Everybody who has not signed, with name and address, as CSV."""
    require(request.user, Right.VIEW_ARRIVALS)
    collection = _collection(period)
    rows = [
        [*row.chase_cells(), *((contact.role, contact.name, contact.email) if contact else ("nobody invited", "", ""))]
        for row in arrivals(collection)
        if row.is_waiting
        for contact in row.contacts or (None,)
    ]
    heads = ["Organisation", "State", "Answered", "Asked", "Last activity", "More time until", "Last reminded"]
    return csv_response(f"edi-not-signed-{period}.csv", [*heads, "Role", "Name", "Email"], rows)


@require_POST
def remind(request: HttpRequest, period: str) -> HttpResponse:
    """Remind the ticked organisations, or all that have not started."""
    require(request.user, Right.MANAGE_COLLECTIONS)
    collection = _collection(period)
    chosen = request.POST.getlist("organisation")
    waiting = [row for row in arrivals(collection) if row.is_waiting]
    wanted = [row.kpi_return for row in waiting if row.kpi_return.organisation.slug in chosen]
    if request.POST.get("all"):
        wanted = [row.kpi_return for row in waiting if row.step < 2]
    again = bool(request.POST.get("again"))
    recent = reminders.reminded_within_a_day(collection, [one.organisation_id for one in wanted])
    if recent and not again:
        context = {
            "collection": collection,
            "organisations": [one.organisation.slug for one in wanted],
            "names": [str(one.organisation) for one in wanted if one.organisation_id in recent],
            "breadcrumbs": _crumbs(("Arrivals", reverse("collections:board", args=[period]))),
        }
        return render(request, "kpis/collection_remind.html", context)
    number = reminders.remind_by_hand(kpi_returns=wanted, by=request.user, again=again)
    messages.success(request, f"{number} {'reminder is' if number == 1 else 'reminders are'} on the way.")
    return redirect("collections:board", period)


@require_http_methods(["GET", "POST"])
def decide_extension(request: HttpRequest, period: str, organisation: str) -> HttpResponse:
    """Answer an organisation that asks for more time."""
    require(request.user, Right.MANAGE_COLLECTIONS)
    collection = _collection(period)
    asked = get_object_or_404(_requests(collection), organisation__slug=organisation)
    form = AnswerForm(request.POST if request.method == "POST" else None, initial={"until": asked.until})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            extensions.decide_extension(
                request=asked, granted=form.is_granted, answer=given["answer"], until=given["until"], by=request.user
            )
        except Incomplete as missing:
            form.add_error("until" if form.is_granted else "answer", str(missing))
        else:
            messages.success(request, f"{asked.organisation} is told by email.")
            return redirect("collections:board", period)
    context = {
        "collection": collection,
        "asked": asked,
        "form": form,
        "breadcrumbs": _crumbs(("Arrivals", reverse("collections:board", args=[period]))),
    }
    return render(request, "kpis/collection_extension.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def dates(request: HttpRequest, period: str) -> HttpResponse:
    """Move the dates of a collection, or give one organisation more time."""
    require(request.user, Right.MANAGE_COLLECTIONS)
    collection = _collection(period)
    initial = {"due_on": collection.due_on, "closes_on": collection.closes_at.astimezone(LONDON).date()}
    which = request.POST.get("form", "dates") if request.method == "POST" else ""
    form = DatesForm(request.POST if which == "dates" else None, initial=initial)
    due = Organisation.objects.filter(returns__collection=collection).distinct().order_by("short_name")
    organisations = due or Organisation.objects.in_footprint(on=collection.quarter.last_day)
    more_time = ExtensionForm(request.POST if which == "extension" else None, organisations=organisations)
    if which == "dates" and form.is_valid():
        with refused_at(form):
            services.change_dates(collection=collection, by=request.user, **form.cleaned_data)
    if which == "extension" and more_time.is_valid():
        with refused_at(more_time):
            services.extend(collection=collection, by=request.user, **more_time.cleaned_data)
    if which == "dates" and form.is_valid():
        messages.success(request, "The dates are changed.")
        return redirect("collections:dates", period)
    if which == "extension" and more_time.is_valid():
        given = more_time.cleaned_data
        messages.success(request, f"{given['organisation']} has time until {given['until']:%-d %B %Y}.")
        return redirect("collections:board", period)
    context = {
        "collection": collection,
        "form": form,
        "more_time": more_time,
        "extensions": collection.extensions.select_related("organisation"),
        "breadcrumbs": _crumbs(("Collections", reverse("collections:list"))),
    }
    return render(request, "kpis/collection_dates.html", context, status=422 if form.errors or more_time.errors else 200)


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, period: str) -> HttpResponse:
    """Close a collection before its date: an own page that says what will happen."""
    require(request.user, Right.MANAGE_COLLECTIONS)
    collection = _collection(period)
    if request.method == "POST":
        if services.close_now(collection=collection, by=request.user):
            messages.success(request, "The collection is closed. The release is being prepared.")
        else:
            messages.info(request, "The collection was closed already. Nothing was changed.")
        return redirect("releases:list")
    context = {
        "collection": collection,
        "counts": arrival_counts(collection),
        "breadcrumbs": _crumbs(("Collections", reverse("collections:list"))),
    }
    return render(request, "kpis/collection_close.html", context)


@require_http_methods(["GET", "POST"])
def excuse(request: HttpRequest, period: str, organisation: str) -> HttpResponse:
    """Mark one return as not required, with the reason."""
    require(request.user, Right.MANAGE_COLLECTIONS)
    collection = _collection(period)
    returns = KpiReturn.objects.live().for_the_portal("an admin excuses any return; no figure is read")
    kpi_return = get_object_or_404(returns, collection=collection, organisation__slug=organisation)
    form = ReasonForm(request.POST or None)
    if form.is_bound and form.is_valid():
        with refused_at(form):
            services.excuse_return(kpi_return=kpi_return, reason=form.cleaned_data["reason"], by=request.user)
    if form.is_bound and form.is_valid():
        messages.success(request, f"The return of {kpi_return.organisation} is marked as not required.")
        return redirect("collections:board", period)
    context = {
        "collection": collection,
        "kpi_return": kpi_return,
        "form": form,
        "breadcrumbs": _crumbs(("Collections", reverse("collections:list"))),
    }
    return render(request, "kpis/collection_excuse.html", context, status=422 if form.errors else 200)
