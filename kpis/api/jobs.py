"""Background work: what waits, runs, is done or failed. Without contents."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from edi_portal.api.pages import PageQuery, page_of, paged, part_of, read_query
from edi_portal.api.views import ApiView
from edi_portal.jobs.models import Job, JobStatus
from kpis.dashboards.job_words import words_of
from organisations.permissions import require
from organisations.roles import Right


class JobRow(serializers.Serializer):
    """A job."""

    id = serializers.IntegerField()
    kind = serializers.CharField(help_text="What it is, in words.")
    status = serializers.ChoiceField(choices=JobStatus.choices)
    percent = serializers.IntegerField()
    attempts = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class JobQuery(PageQuery):
    """Filters of the list."""

    status = serializers.ChoiceField(choices=JobStatus.choices, required=False)


class Jobs(ApiView):
    """Background work."""

    scopes = {"GET": "jobs:read"}

    @extend_schema(operation_id="jobs", parameters=[JobQuery], responses=paged(JobRow), tags=["Jobs"])
    def get(self, request: Request) -> Response:
        """Jobs, newest first."""
        require(request.user, Right.VIEW_JOBS)
        given = read_query(JobQuery, request)
        found = Job.objects.order_by("-id")
        if "status" in given:
            found = found.filter(status=given["status"])
        return Response(page_of(request, found.count(), part_of(given), lambda part: [_row(one) for one in found[part]]))


class OneJob(ApiView):
    """One job."""

    scopes = {"GET": "jobs:read"}

    @extend_schema(operation_id="job", responses=JobRow, tags=["Jobs"])
    def get(self, request: Request, job: int) -> Response:
        """One job by its number."""
        require(request.user, Right.VIEW_JOBS)
        found = Job.objects.filter(pk=job).first()
        if found is None:
            raise Http404
        return Response(_row(found))


def _row(job: Job) -> dict[str, Any]:
    return {
        "id": job.pk,
        "kind": words_of(job),
        "status": job.status,
        "percent": job.percent,
        "attempts": job.attempts,
        "created_at": job.created_at,
        "finished_at": job.finished_at,
    }
