"""Jobs are rows: done once, given back after an error, fenced off when overtaken, swept when lost."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from edi_portal.exceptions import Incomplete
from edi_portal.jobs import services
from edi_portal.jobs.models import Job, JobStatus

pytestmark = pytest.mark.django_db


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The doorbell, heard instead of sent."""
    heard: list[int] = []
    monkeypatch.setattr(services, "ring_now", heard.append)
    return heard


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """A kind of job that notes what it did."""
    keys: list[int] = []

    def handler(running: services.Running) -> None:
        running.progress(40, "Half way")
        with running.finish() as result:
            keys.append(running.job.pk)
            result["answer"] = 42

    monkeypatch.setitem(services._handlers, "note", handler)
    yield keys


def job_of(key: str = "note:1", **values: object) -> Job:
    return Job.objects.create(kind="note", key=key, **values)


def test_asking_twice_makes_one_row_and_rings_after_commit(rung: list[int], django_capture_on_commit_callbacks: object) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        first = services.enqueue(kind="note", key="note:same")
        again = services.enqueue(kind="note", key="note:same")
    assert first.pk == again.pk
    assert set(rung) == {first.pk}


def test_a_job_is_done_once_however_often_the_message_comes(done: list[int]) -> None:
    job = job_of()
    for _ in range(3):
        services.run(job.pk)
    assert done == [job.pk]
    job.refresh_from_db()
    assert (job.status, job.percent, job.result) == (JobStatus.DONE, 100, {"answer": 42})


def test_an_overtaken_worker_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    job = job_of()

    def slow(running: services.Running) -> None:
        Job.objects.filter(pk=job.pk).update(lease_token="00000000-0000-0000-0000-000000000001")
        with running.finish():
            Job.objects.create(kind="note", key="written by the overtaken one")

    monkeypatch.setitem(services._handlers, "note", slow)
    assert services.run(job.pk) is None
    assert not Job.objects.filter(key="written by the overtaken one").exists()


def test_an_error_gives_the_job_back_and_the_last_try_fails_it(monkeypatch: pytest.MonkeyPatch, settings: object) -> None:
    def broken(running: services.Running) -> None:
        raise RuntimeError("no such table")

    monkeypatch.setitem(services._handlers, "note", broken)
    job = job_of()
    for attempt in range(1, 6):
        Job.objects.filter(pk=job.pk).update(run_after=timezone.now() - timedelta(seconds=1))
        with pytest.raises(RuntimeError):
            services.run(job.pk)
        job.refresh_from_db()
        assert job.attempts == attempt
    assert job.status == JobStatus.FAILED and "no such table" in job.error


def test_what_the_rules_refuse_fails_at_once_with_its_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(running: services.Running) -> None:
        raise Incomplete("No signed return is there yet.")

    monkeypatch.setitem(services._handlers, "note", refused)
    job = job_of()
    assert services.run(job.pk) is None
    job.refresh_from_db()
    assert (job.status, job.attempts, job.error) == (JobStatus.FAILED, 1, "No signed return is there yet.")


def test_a_job_for_later_waits(done: list[int]) -> None:
    job = job_of(run_after=timezone.now() + timedelta(hours=1))
    assert services.run(job.pk) is None
    assert done == []


def test_the_sweep_rings_for_lost_messages_and_dead_workers(rung: list[int]) -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    lost = job_of("note:lost", run_after=long_ago)
    dead = job_of("note:dead", status=JobStatus.RUNNING, lease_until=long_ago, lease_token="00000000-0000-0000-0000-000000000002")
    fresh = job_of("note:fresh")
    services.sweep()
    assert {lost.pk, dead.pk} <= set(rung) and fresh.pk not in rung


def test_a_dead_workers_job_is_taken_over(done: list[int]) -> None:
    job = job_of(
        status=JobStatus.RUNNING,
        attempts=1,
        lease_until=timezone.now() - timedelta(seconds=1),
        lease_token="00000000-0000-0000-0000-000000000003",
    )
    services.run(job.pk)
    assert done == [job.pk]


def test_f12_a_payload_that_only_a_newer_worker_knows_is_put_back_and_not_lost(
    done: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    job, unknown = job_of(payload_version=2), Job.objects.create(kind="of tomorrow", key="tomorrow")
    for _ in range(7):  # more often than a job that fails is tried
        Job.objects.update(run_after=timezone.now() - timedelta(seconds=1))
        assert services.run(job.pk) is None and services.run(unknown.pk) is None
    assert set(Job.objects.values_list("status", "attempts", "lease_token")) == {(JobStatus.QUEUED, 0, None)}
    assert done == []
    monkeypatch.setitem(services._versions, "note", 2)
    Job.objects.update(run_after=timezone.now() - timedelta(seconds=1))
    services.run(job.pk)
    assert done == [job.pk], "a newer worker does it"
    assert services.enqueue(kind="note", key="note:2").payload_version == 2
    Job.objects.filter(pk=unknown.pk).update(
        created_at=timezone.now() - timedelta(days=2), run_after=timezone.now() - timedelta(seconds=1)
    )
    services.run(unknown.pk)
    unknown.refresh_from_db()
    assert unknown.status == JobStatus.FAILED and "of tomorrow" in unknown.error
