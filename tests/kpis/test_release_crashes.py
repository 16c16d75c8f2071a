"""F1 for releases: the process is killed at each named place. Readers keep the release of before; the same step again works."""

import os
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from edi_portal.audit.models import AuditEvent
from edi_portal.crashpoints import CRASHPOINTS
from edi_portal.jobs.models import Job, JobStatus
from edi_portal.jobs.services import run, sweep
from kpis import tasks  # noqa: F401 - the kinds of jobs that this process can do
from kpis.models.releases import Release, ReleasedCount, ReleasedFigure, ReleaseStatus
from kpis.services import release_checks, releases
from organisations.models import User
from tests.kpis.release_world import closed_collection, people, published, revise, shrink_partnership

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
PLACES = [place for place in CRASHPOINTS if place.startswith("release.")]
STEPS = {
    "write": """
from kpis.models.collections import Collection
from kpis.services.releases import prepare_release
prepare_release(collection=Collection.objects.get(pk=int(sys.argv[1])))
""",
    "publish": """
from kpis import tasks  # noqa: F401 - the kinds of jobs that this process can do
from kpis.models.releases import Release
from kpis.services.releases import publish_release
from organisations.models import User
publish_release(release=Release.objects.get(pk=int(sys.argv[1])), by=User.objects.get(pk=int(sys.argv[2])))
""",
    "ask": """
from django.db import transaction
from edi_portal.jobs.services import enqueue
with transaction.atomic():
    enqueue(kind="verify_releases", key="verify_releases:of a killed process")
""",
}


def killed_at(place: str, step: str, folder: Path, *arguments: int) -> None:
    """A process of its own, on the database of the test, takes the step and dies at the place."""
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    environment = os.environ | {
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "edi_portal.settings",
        "SECRET_KEY": "only-for-this-process",
        "PORTAL_CRASHPOINT": place,
        "PORTAL_CRASHPOINT_NOTE": str(folder / place),
    }
    command = [sys.executable, "-c", f"import sys, django\ndjango.setup()\n{STEPS[step]}", *map(str, arguments)]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr[-2000:]
    assert (folder / place).exists()


def rows() -> tuple[int, int, int, int]:
    """How much of releases is in the database."""
    return Release.objects.count(), ReleasedCount.objects.count(), ReleasedFigure.objects.count(), AuditEvent.objects.count()


def test_f1_every_place_of_a_release_is_played() -> None:
    assert PLACES == ["release.written", "release.superseded", "release.published"]


def test_f1_killed_while_writing_a_release_nothing_is_seen_and_the_next_one_is_whole(tmp_path: Path) -> None:
    shrink_partnership()
    lead, sponsor, *_ = people()
    collection = closed_collection("2019-20-q2", lead=lead, sponsor=sponsor)
    before = rows()
    killed_at("release.written", "write", tmp_path, collection.pk)
    assert rows() == before
    release = releases.prepare_release(collection=collection)
    assert release_checks.check_release(release).faults == () and Release.objects.count() == before[0] + 1


@pytest.mark.parametrize("place", ["release.superseded", "release.published"])
def test_f1_killed_while_publishing_readers_keep_the_release_of_before(tmp_path: Path, place: str) -> None:
    organisations = shrink_partnership()
    lead, sponsor, one, two = people()
    collection = closed_collection("2019-20-q2", lead=lead, sponsor=sponsor)
    first = published(collection, (one, two))
    revise(
        collection,
        organisations[0],
        {("training_ethnicity", "white", "accessed"): Decimal(29)},
        lead=lead,
        sponsor=sponsor,
        admin=one,
    )
    second = releases.propose_release(release=releases.prepare_release(collection=collection), by=one)
    before = rows()
    killed_at(place, "publish", tmp_path, second.pk, two.pk)
    assert rows() == before and current() == [first.pk]
    assert Release.objects.get(pk=second.pk).status == ReleaseStatus.PROPOSED
    releases.publish_release(release=second, by=User.objects.get(pk=two.pk))
    assert current() == [second.pk]
    assert Release.objects.get(pk=first.pk).status == ReleaseStatus.SUPERSEDED


def current() -> list[int]:
    return list(Release.objects.current().values_list("pk", flat=True))


def test_f1_killed_before_the_bell_rings_the_work_stands_and_the_sweep_finds_it(
    tmp_path: Path, settings: pytest.FixtureRequest
) -> None:
    settings.JOB_SWEEP_AFTER_SECONDS = 0  # type: ignore[attr-defined]
    killed_at("bell", "ask", tmp_path)
    job = Job.objects.get()
    assert job.status == JobStatus.QUEUED and sweep() == 1
    run(job.pk)
    job.refresh_from_db()
    assert job.status == JobStatus.DONE
