"""Real workers make a release together: one, two or four of them, one that is killed, and messages that come three times."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection, transaction

from edi_portal.embedded.processes import Child, start, stop
from edi_portal.jobs.models import Job, JobStatus
from edi_portal.jobs.services import enqueue, ring_now, sweep
from kpis.models.collections import Collection
from kpis.models.release_builds import ReleaseBuild
from kpis.models.releases import Release, ReleaseCertificate, ReleasedCount, ReleasedFigure, ReleaseStatus
from kpis.services import release_checks, releases
from tests.kpis.release_world import closed_collection, people, shrink_partnership

pytestmark = pytest.mark.django_db(transaction=True)
LEASE = 4  # seconds


@pytest.fixture
def collection(transactional_db: None) -> Collection:
    """2019-20 Q2 of a small partnership, closed."""
    shrink_partnership()
    lead, sponsor, *_ = people()
    return closed_collection("2019-20-q2", lead=lead, sponsor=sponsor, missing=1)


@contextmanager
def workers(number: int, log: Path) -> Iterator[Child]:
    """One Celery worker with so many processes, on the test's own database."""
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    environment = {
        **os.environ,
        "DATABASE_URL": address,
        "SECRET_KEY": "only-for-this-worker",
        "PORTAL_JOB_LEASE_SECONDS": str(LEASE),
    }
    options = ["--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    command = [sys.executable, "-m", "celery", "--app", "edi_portal.celery:app", "worker", "--concurrency", str(number), *options]
    child = start("worker", command, log=log, environment=environment)
    try:
        yield child
    finally:
        stop(child)


def wait_for(what: Callable[[], object], child: Child, seconds: float = 120) -> None:
    """Until it is true; the worker's own words when it takes too long."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline and child.running(), child.log.read_text()[-3000:]
        time.sleep(0.1)


def asked(collection: Collection, name: str) -> Job:
    with transaction.atomic():
        return enqueue(kind="prepare_release", key=f"prepare_release:{name}", payload={"collection": collection.pk})


def made(collection: Collection) -> Release | None:
    return Release.objects.filter(collection=collection).exclude(status=ReleaseStatus.DISCARDED).first()


def bytes_of(release: Release) -> list[object]:
    """Everything that a release holds but its keys and how long it took."""
    audit = {key: value for key, value in release.audit.items() if key != "seconds"}
    rows: list[object] = [release.fingerprint, release.input_digest, audit, release.problems, release.due, release.returned]
    for model in (ReleasedCount, ReleasedFigure, ReleaseCertificate):
        names = [field.attname for field in model._meta.concrete_fields if field.name not in ("id", "release")]
        rows.append(sorted(map(repr, model.objects.filter(release=release).values_list(*names))))
    return rows


@pytest.mark.long
def test_one_two_and_four_workers_and_a_killed_one_make_the_same_bytes(collection: Collection, tmp_path: Path) -> None:
    alone = releases.prepare_release(collection=collection)
    expected = bytes_of(alone)
    Release.objects.filter(pk=alone.pk).update(status=ReleaseStatus.DISCARDED)

    for number in (1, 2, 4):
        with workers(number, tmp_path / f"{number}.log") as child:
            asked(collection, f"by {number}")
            wait_for(lambda: Job.objects.filter(kind="release_part").exists(), child)
            for job in Job.objects.filter(kind__in=["release_part", "join_release"]):
                for _ in range(3):
                    ring_now(job.pk)
            wait_for(lambda: made(collection), child)
            wait_for(lambda: not Job.objects.exclude(status=JobStatus.DONE).exists(), child)
        release = made(collection)
        assert release is not None and bytes_of(release) == expected, number
        assert Release.objects.filter(collection=collection).count() == 1 + (1, 2, 4).index(number) + 1
        Release.objects.filter(pk=release.pk).update(status=ReleaseStatus.DISCARDED)
        Job.objects.all().delete()

    with workers(2, tmp_path / "killed.log") as child:
        asked(collection, "by one that is killed")
        wait_for(lambda: ReleaseBuild.objects.unfinished().exists(), child)
        with transaction.atomic():
            ReleaseBuild.objects.unfinished().select_for_update().get()  # no part can be kept as long as this is held
            wait_for(lambda: Job.objects.filter(kind="release_part", status=JobStatus.RUNNING).count() == 2, child)
            os.killpg(child.process.pid, signal.SIGKILL)
            child.process.wait()
    interrupted = set(Job.objects.filter(kind="release_part", status=JobStatus.RUNNING).values_list("pk", flat=True))
    assert len(interrupted) == 2 and made(collection) is None
    with workers(2, tmp_path / "after.log") as child:
        wait_for(lambda: sweep() == 0 and made(collection), child)
    release = made(collection)
    assert release is not None and bytes_of(release) == expected
    assert release_checks.check_release(release).faults == ()
    assert set(Job.objects.filter(pk__in=interrupted).values_list("status", "attempts")) == {(JobStatus.DONE, 2)}
