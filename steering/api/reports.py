"""Published assurance reports: which there are, and the whole text of one as it was frozen."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from edi_portal.api.pages import PageQuery, page_of, paged, part_of, read_query
from edi_portal.api.tags import tag_of, unless_known
from edi_portal.api.views import ApiView
from organisations.permissions import require
from organisations.roles import Right
from steering.models.reports import AssuranceReport, ReportQuerySet, ReportStatus
from steering.selectors.reports import reports_shown_to
from steering.services.reports import note_download


class ReportRow(serializers.Serializer):
    """A published report."""

    number = serializers.IntegerField()
    period = serializers.CharField(help_text="The financial quarter, as 2019-20-q3.")
    release = serializers.IntegerField(help_text="Number of the release that its figures come from.")
    current = serializers.BooleanField(help_text="False when a revision took its place.")
    published_at = serializers.DateTimeField()
    pages = serializers.IntegerField(help_text="Of its PDF.")
    fingerprint = serializers.CharField(help_text="SHA-256 of its content.")
    pdf_fingerprint = serializers.CharField(help_text="SHA-256 of its PDF.")


class ReportDetail(ReportRow):
    """A report with its content."""

    content = serializers.JSONField(help_text="Title, kind and blocks: headings, paragraphs, tables, figures with their data.")


class Reports(ApiView):
    """Published assurance reports."""

    scopes = {"GET": "governance:read"}

    @extend_schema(operation_id="reports", parameters=[PageQuery], responses=paged(ReportRow), tags=["Reports"])
    def get(self, request: Request) -> Response:
        """Published reports, newest first; superseded ones stay."""
        found = _published(request).order_by("-number")
        asked = part_of(read_query(PageQuery, request))
        page = page_of(request, found.count(), asked, lambda part: [_row(one) for one in found[part]])
        return unless_known(request, tag_of(page), lambda: page)


class OneReport(ApiView):
    """One report."""

    scopes = {"GET": "governance:read"}

    @extend_schema(operation_id="report", responses=ReportDetail, tags=["Reports"])
    def get(self, request: Request, number: int) -> Response:
        """One report by its number, with its content as it was frozen. That it was taken out is put on record."""
        found = _published(request).defer(None).defer("pdf", "beside").filter(number=number).first()
        if found is None:
            raise Http404
        note_download(report=found, ending="api", by=request.user)
        row = _row(found) | {"content": found.content}
        return unless_known(request, tag_of(found.fingerprint, found.status), lambda: row)


def _published(request: Request) -> ReportQuerySet:
    require(request.user, Right.VIEW_REPORTS)
    return reports_shown_to(request.user).published()


def _row(report: AssuranceReport) -> dict[str, Any]:
    return {
        "number": report.number,
        "period": report.period,
        "release": report.release.number,
        "current": report.status == ReportStatus.PUBLISHED,
        "published_at": report.published_at.isoformat() if report.published_at else None,
        "pages": report.pages,
        "fingerprint": report.fingerprint,
        "pdf_fingerprint": report.pdf_fingerprint,
    }
