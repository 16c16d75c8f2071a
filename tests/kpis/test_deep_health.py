"""`/health/deep/` tells portal admins what ails the portal, in numbers and words, and nobody else anything."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

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
    assert "waited for 5 minutes" in words and "1 job failed. The page" in words and "No backup" in words
    Job.objects.create(kind="note", key="failed too", status=JobStatus.FAILED)
    assert "2 jobs failed. The page" in " ".join(client.get("/health/deep/").json()["problems"])
    assert answer["audit"]["position"] > 0 and len(answer["audit"]["fingerprint"]) == 64
    assert answer["broker"]["used"] > 0


def test_a_broker_that_is_gone_is_a_problem_and_no_error(settings: object) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"  # type: ignore[attr-defined]
    answer = signed_in(person(Role.PORTAL_ADMIN)).get("/health/deep/")
    assert answer.status_code == 200 and "Redis does not answer" in " ".join(answer.json()["problems"])


TOKEN = "a" * 64


def test_a_monitor_with_the_token_reads_the_same_numbers(client: Client, tmp_path: Path, settings: object) -> None:
    settings.BACKUP_FOLDER, settings.METRICS_TOKEN = tmp_path, TOKEN  # type: ignore[attr-defined]
    Job.objects.create(kind="note", key="failed", status=JobStatus.FAILED)
    answer = client.get("/metrics/", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    told = {
        sample.name: sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }
    deep = signed_in(person(Role.PORTAL_ADMIN)).get("/health/deep/").json()
    assert told["edi_jobs_failed"] == deep["jobs"]["failed"] == 1
    assert told["edi_problems"] == len(deep["problems"]) >= 2
    assert 0 < told["edi_audit_events"] <= deep["audit"]["position"] and told["edi_broker_used_bytes"] > 0
    assert "edi_backup_made_timestamp_seconds" not in told, "a backup that is not there has no age"


@pytest.mark.parametrize("sent", ["", "Bearer ", f"Bearer {TOKEN[:-1]}", TOKEN, "Basic YTph"])
def test_without_the_token_there_is_nothing(client: Client, settings: object, sent: str) -> None:
    settings.METRICS_TOKEN = TOKEN  # type: ignore[attr-defined]
    assert client.get("/metrics/", headers={"Authorization": sent}).status_code == 404
    settings.METRICS_TOKEN = ""  # type: ignore[attr-defined]
    assert client.get("/metrics/", headers={"Authorization": sent}).status_code == 404
