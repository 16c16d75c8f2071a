"""Packs: an organisation's own, the released one of each organisation, and all of them as one signed archive."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from edi_portal.exceptions import NotAllowed
from edi_portal.jobs.models import Job
from edi_portal.papers.pdf import PDF_TYPE, pdf_bytes
from edi_portal.papers.signing import public_key
from edi_portal.ui.downloads import attachment
from edi_portal.ui.rate_limit import EXPORTS, limited
from kpis.dashboards.own_figures import own_organisations
from kpis.models.releases import Release
from kpis.selectors.releases import newest_release
from organisations.models import Organisation
from organisations.permissions import can
from organisations.requests import PortalRequest
from organisations.roles import Right
from organisations.step_up import step_up_required
from steering.models.reports import PackArchive
from steering.own_packs import own_pack_paper
from steering.reports.packs import as_the_group_sees, released_pack_paper
from steering.services import packs as services

ZIP_TYPE = "application/zip"


@require_http_methods(["GET", "POST"])
def pack_list(request: PortalRequest) -> HttpResponse:
    """The packs of the newest release, and the job that builds all of them as one archive."""
    services.check_can_have_packs(request.user)
    release = newest_release()
    if request.method == "POST":
        if release is None:
            raise Http404
        services.ask_for_packs(release=release, by=request.user)
        messages.success(request, "The packs are being made. This page shows how far they are.")
        return redirect("reports:packs")
    context = {
        "release": release,
        "members": as_the_group_sees(release).members if release is not None else (),
        "archive": PackArchive.objects.defer("content").filter(release=release).first() if release is not None else None,
        "job": Job.objects.filter(key=services.job_key(release)).first() if release is not None else None,
        "public_key": public_key(),
        "breadcrumbs": [{"label": "Reports", "url": reverse("reports:list")}],
    }
    return render(request, "steering/pack_list.html", context)


def _published(number: int) -> Release:
    return get_object_or_404(Release.objects.published().select_related("collection"), number=number)


@require_GET
def archive(request: PortalRequest, number: int) -> HttpResponse:
    """All released packs as one archive."""
    services.check_can_have_packs(request.user)
    found = get_object_or_404(PackArchive, release=_published(number))
    services.note_pack_download(subject=f"release:{number}", by=request.user)
    return attachment(bytes(found.content), f"edi-packs-release-{number}.zip", ZIP_TYPE)


@require_GET
def released_pack(request: PortalRequest, number: int, organisation: str) -> HttpResponse:
    """The released pack of one organisation: for the steering group, portal admins, and the organisation itself."""
    own = get_object_or_404(Organisation, slug=organisation)
    if not (can(request.user, Right.WRITE_REPORT) or can(request.user, Right.PUBLISH_REPORT)) and own not in own_organisations(
        request.user
    ):
        raise Http404
    seen = as_the_group_sees(_published(number))
    member = seen.member(organisation)
    if member is None:
        raise Http404
    services.note_pack_download(subject=f"release:{number}", by=request.user, organisation=own)
    return attachment(pdf_bytes(released_pack_paper(seen, member)), f"edi-{organisation}-release-{number}.pdf", PDF_TYPE)


@require_GET
@limited(per_minute=EXPORTS, methods=("GET",))
@step_up_required(reading=True)
def own_pack(request: PortalRequest, organisation: str) -> HttpResponse:
    """Exact beside released figures of the newest release: for the organisation's lead and sponsor alone."""
    own = get_object_or_404(Organisation, slug=organisation)
    if not can(request.user, Right.VIEW_RETURN, own):
        raise Http404
    if own not in own_organisations(request.user):
        raise NotAllowed("The pack holds every exact figure. Ask your EDI lead or your executive sponsor.")
    release = newest_release()
    seen = as_the_group_sees(release) if release is not None else None
    member = seen.member(organisation) if seen is not None else None
    if seen is None or member is None:
        raise Http404
    services.note_pack_download(subject=f"own-pack:{seen.release.number}", by=request.user, organisation=own)
    name = f"edi-{organisation}-own-pack-{seen.quarter.slug}-exact-figures.pdf"
    return attachment(pdf_bytes(own_pack_paper(seen, own, member)), name, PDF_TYPE)
