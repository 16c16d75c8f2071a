"""The portal admin's pages about releases and background jobs: prepare, propose, confirm, discard, watch."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.clock import business_now
from edi_portal.exceptions import Incomplete
from edi_portal.jobs.models import Job, JobStatus
from edi_portal.jobs.services import try_again
from kpis import permissions
from kpis.dashboards.job_words import job_lines
from kpis.forms.collections import PrepareForm, ReasonForm
from kpis.models.collections import Collection
from kpis.models.releases import Release, ReleasedFigure, ReleaseStatus
from kpis.release_content.standing import FEWEST_RANKED
from kpis.selectors.release_builds import KINDS, builds_under_way, problems_of
from kpis.services import releases as services
from organisations.permissions import require
from organisations.roles import Right
from organisations.step_up import step_up_required


def _crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    return [{"label": label, "url": url} for label, url in (("Home", reverse("home")), *more)]


@require_http_methods(["GET", "POST"])
def release_list(request: HttpRequest) -> HttpResponse:
    """Releases by period, what waits for a second admin, collections without a release; a release or revision on a day."""
    require(request.user, Right.PREPARE_RELEASE)
    collections = Collection.objects.opened().order_by("-period")
    form = PrepareForm(
        request.POST or None, periods=[(one.period, f"{one.quarter.label}, {one.quarter.months}") for one in collections]
    )
    if request.method == "POST" and form.is_valid():
        chosen = get_object_or_404(Collection, period=form.cleaned_data["period"])
        try:
            services.ask_for_release(collection=chosen, by=request.user, on=form.cleaned_data["on"])
        except Incomplete as refused:
            form.add_error("on", str(refused))
        else:
            messages.success(request, f"The release of {chosen.quarter.months} will be prepared. This page shows how far it is.")
            return redirect("releases:list")
    shown = Release.objects.exclude(status=ReleaseStatus.DISCARDED).select_related("collection", "proposed_by", "published_by")
    released = set(shown.values_list("collection_id", flat=True))
    waiting = Collection.objects.filter(closes_at__lte=business_now()).exclude(pk__in=released).order_by("-period")
    jobs = Job.objects.filter(kind__contains="release", status__in=[JobStatus.QUEUED, JobStatus.RUNNING])
    context = {
        "releases": shown.order_by("-collection__period", "-revision"),
        "waiting": waiting,
        "builds": builds_under_way(),
        "jobs": jobs.exclude(kind__in=KINDS).order_by("id"),
        "form": form,
        "breadcrumbs": _crumbs(),
    }
    return render(request, "kpis/release_list.html", context, status=422 if form.errors else 200)


@require_POST
def prepare(request: HttpRequest, period: str) -> HttpResponse:
    """Ask for a release of a closed collection, or for a revision after a late return."""
    require(request.user, Right.PREPARE_RELEASE)
    collection = get_object_or_404(Collection, period=period)
    services.ask_for_release(collection=collection, by=request.user)
    messages.success(request, f"The release of {collection.quarter.months} is being prepared. This page shows how far it is.")
    return redirect("releases:list")


@require_http_methods(["GET", "POST"])
@step_up_required
def publish(request: HttpRequest, release: int) -> HttpResponse:
    """Propose a prepared release, or confirm a proposed one: both admins see what will be shown, hidden and withheld first."""
    require(request.user, Right.PREPARE_RELEASE)
    found = get_object_or_404(Release.objects.select_related("collection", "proposed_by", "published_by"), pk=release)
    if request.method == "POST":
        # The button says what is meant: who looked at a prepared release does not publish it because it is proposed by now.
        if request.POST.get("doing") == "publish":
            published = services.publish_release(release=found, by=request.user)
            messages.success(request, f"Release {published.number} is published. Everybody sees it now.")
        else:
            services.propose_release(release=found, by=request.user)
            messages.success(request, "The release is proposed. A second portal admin confirms it.")
        return redirect("releases:list")
    context = {
        "release": found,
        "verdicts": _verdicts(found),
        "changes": _changes(found),
        "problems": problems_of(found),
        "missing": sorted(set(found.due) - set(found.returned)),
        "may_confirm": permissions.can_publish_release(request.user, found),
        "fewest_ranked": FEWEST_RANKED,
        "breadcrumbs": _crumbs(("Releases", reverse("releases:list"))),
    }
    return render(request, "kpis/release_publish.html", context)


def _verdicts(release: Release) -> list[dict[str, Any]]:
    """How many headline readings of organisations have each verdict."""
    from django.db.models import Count

    rows = (
        ReleasedFigure.objects.filter(release=release, level="organisation", component="")
        .values("verdict")
        .annotate(n=Count("pk"))
    )
    return [{"code": row["verdict"], "number": row["n"]} for row in rows.order_by("verdict")]


def _changes(release: Release) -> int | None:
    """How many headline figures differ from the release that this one revises; None for a first release."""
    if release.revises_id is None:
        return None
    key = ("kpi_id", "component", "level", "organisation_id", "peer_group", "statistic")
    before = {
        tuple(row[:-2]): row[-2:]
        for row in ReleasedFigure.objects.filter(release=release.revises_id).values_list(*key, "status", "value")
    }
    now = ReleasedFigure.objects.filter(release=release).values_list(*key, "status", "value")
    return sum(before.get(tuple(row[:-2])) != row[-2:] for row in now)


@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, release: int) -> HttpResponse:
    """Take a prepared or proposed release out of the way, with a reason."""
    require(request.user, Right.PREPARE_RELEASE)
    found = get_object_or_404(Release.objects.select_related("collection"), pk=release)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.discard_release(release=found, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, "The release is discarded. Nothing was published.")
        return redirect("releases:list")
    context = {"release": found, "form": form, "breadcrumbs": _crumbs(("Releases", reverse("releases:list")))}
    return render(request, "kpis/release_discard.html", context, status=422 if form.errors else 200)


@require_GET
def job_list(request: HttpRequest) -> HttpResponse:
    """Background work: what waits, runs, failed and is done."""
    require(request.user, Right.VIEW_JOBS)
    open_jobs = Job.objects.filter(status__in=[JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.FAILED]).order_by("status", "id")
    context = {
        "open_jobs": job_lines(open_jobs),
        "done": job_lines(Job.objects.filter(status=JobStatus.DONE)[:50]),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "kpis/job_list.html", context)


@require_POST
def retry_job(request: HttpRequest, job: int) -> HttpResponse:
    """Try a failed job again."""
    require(request.user, Right.VIEW_JOBS)
    try_again(job=get_object_or_404(Job, pk=job), by=request.user)
    messages.success(request, "The job waits for its next try.")
    return redirect("jobs:list")
