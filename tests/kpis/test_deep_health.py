"""`/health/deep/` tells portal admins what ails the portal, in numbers and words, and nobody else anything."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from edi_portal.jobs.models import Job, JobStatus
from organisations.roles import Role
from tests.organisations.factories import person, signed_in

pytestmark = pytest.mark.django_db


def test_it_names_what_waits_what_failed_and_what_is_missing(tmp_path: Path, settings: object) -> None:
    settings.BACKUP_FOLDER = tmp_path  # type: ignore[attr-defined]
    client = signed_in(person(Role.PORTAL_ADMIN))
    Job.objects.create(kind="note", key="late", run_after=timezone.now() - timedelta(minutes=5))
    Job.objects.create(kind="note", key="failed", status=JobStatus.FAILED)
    answer = client.get("/health/deep/").json()
    assert answer["jobs"]["oldest_waiting_seconds"] >= 300 and answer["jobs"]["failed"] == 1
    words = " ".join(answer["problems"])
    assert "waited for 5 minutes" in words and "1 jobs failed" in words and "No backup" in words
    assert answer["audit"]["position"] > 0 and len(answer["audit"]["fingerprint"]) == 64
    assert answer["broker"]["used"] > 0


def test_a_broker_that_is_gone_is_a_problem_and_no_error(settings: object) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"  # type: ignore[attr-defined]
    answer = signed_in(person(Role.PORTAL_ADMIN)).get("/health/deep/")
    assert answer.status_code == 200 and "Redis does not answer" in " ".join(answer.json()["problems"])
