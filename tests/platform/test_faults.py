"""Faults of docs/reliability.md on real servers and workers: killed, hung, gone and emptied; nothing is lost or doubled."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from edi_portal.audit.models import AuditEvent
from edi_portal.crashpoints import CRASHPOINTS
from edi_portal.jobs.models import Job, JobStatus
from edi_portal.jobs.services import run
from tests.platform.fault_rig import ACTION, FaultRig, all_done, asked, fault_rig, wait_for

A_REQUEST_MAY_WAIT = 2.0  # seconds


@pytest.fixture
def rig(tmp_path: Path, transactional_db: None, settings: object) -> Iterator[FaultRig]:
    """A broker of the test's own; the sweep looks at once instead of after half a minute."""
    settings.JOB_SWEEP_AFTER_SECONDS = 0  # type: ignore[attr-defined]
    with fault_rig(tmp_path) as rig:
        yield rig


def noted() -> list[str]:
    """What workers did, as often as they did it."""
    return sorted(AuditEvent.objects.filter(action=ACTION).values_list("subject", flat=True))


def killed_at(place: str, rig: FaultRig) -> None:
    """A worker dies at the place; the job is done once all the same."""
    note = rig.folder / place
    with rig.worker(place, PORTAL_CRASHPOINT=place, PORTAL_CRASHPOINT_NOTE=str(note)) as child:
        [job] = asked(place)
        wait_for(lambda: note.exists(), child)
        wait_for(all_done, child)
    job.refresh_from_db()
    assert noted() == [job.key] and job.result == {"noted": True}, place
    assert job.attempts == (1 if place == "job.done" else 2), place


def test_f1_a_worker_killed_before_its_commit_leaves_nothing_and_the_job_is_done_once(rig: FaultRig) -> None:
    killed_at("job.marked", rig)


@pytest.mark.long
@pytest.mark.parametrize("place", [name for name in CRASHPOINTS if name.startswith("job.")])
def test_f1_a_worker_killed_at_every_place_of_a_job(rig: FaultRig, place: str) -> None:
    killed_at(place, rig)


def test_f2_f3_a_broker_that_hangs_or_is_gone_holds_nobody_up_and_loses_nothing(rig: FaultRig) -> None:
    asked("before")
    rig.hang_redis()
    began = time.monotonic()
    asked("while it hangs", "and once more")
    hung = time.monotonic() - began
    rig.wake_redis()
    rig.stop_redis()
    began = time.monotonic()
    asked("while it is gone")
    gone = time.monotonic() - began
    assert max(hung, gone) < A_REQUEST_MAY_WAIT
    assert set(Job.objects.values_list("status", flat=True)) == {JobStatus.QUEUED}
    rig.start_redis()
    with rig.worker("after") as child:
        wait_for(all_done, child)
    assert len(noted()) == len(set(noted())) == 4


@pytest.mark.long
def test_f2_f3_f4_a_running_worker_goes_on_after_its_broker_hung_died_and_was_emptied(rig: FaultRig) -> None:
    with rig.worker("all through") as child:
        asked("before")
        wait_for(all_done, child)
        rig.hang_redis()
        asked("while it hangs")
        time.sleep(2)
        rig.wake_redis()
        wait_for(all_done, child)
        rig.stop_redis()
        asked("while it is gone")
        rig.start_redis()
        wait_for(all_done, child)
    asked(*(f"lost {number}" for number in range(30)))
    rig.empty_redis()
    with rig.worker("after the loss") as child:
        wait_for(all_done, child)
    assert len(noted()) == len(set(noted())) == 33


@pytest.mark.long
def test_f5_a_worker_whose_connections_the_database_ends_goes_on(rig: FaultRig) -> None:
    with rig.worker("all through") as child:
        asked("before")
        wait_for(all_done, child)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        asked("after")
        wait_for(all_done, child)
    assert len(noted()) == 2


@pytest.mark.django_db
def test_f18_a_message_about_a_row_that_a_restored_database_does_not_hold_is_ignored() -> None:
    assert run(2_000_000_000) is None


@pytest.mark.django_db
def test_f6_a_message_a_day_late_does_nothing_more() -> None:
    done = Job.objects.create(
        kind="fault_note",
        key="late",
        status=JobStatus.DONE,
        finished_at=timezone.now() - timedelta(days=1),
    )
    assert run(done.pk) is None
    assert noted() == []
