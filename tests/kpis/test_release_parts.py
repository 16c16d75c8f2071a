"""A release in parts: any order, done twice, cut short, refused; the bytes are those of the release made in one go."""

from dataclasses import replace

import pytest
from django.db.models import F

from edi_portal.celery import app
from edi_portal.jobs.models import Job, JobStatus
from edi_portal.jobs.services import run, try_again
from kpis.models.collections import Collection
from kpis.models.release_builds import BuildPart, ReleaseBuild
from kpis.models.releases import Release, ReleaseStatus
from kpis.models.returns import ReturnValue
from kpis.release_content import PartResult, ReleaseRefusedError, build_content, join_content, parts_of, protect_part
from kpis.release_content.protected_counts import people_tables
from kpis.services import release_checks, release_parts, releases
from organisations.models import User
from organisations.roles import Role
from tests.kpis.release_world import closed_collection, people, shrink_partnership, unguarded
from tests.kpis.test_release_content import made_from
from tests.organisations.factories import person, signed_in


def test_parts_joined_in_any_order_and_stored_between_are_the_whole() -> None:
    given = made_from("DQ-1", "WRES-2", "WRES-3", "WDES-1", "WDES-2", "WDES-3", "BRD-1", "PAT-1")
    tables = people_tables(given)
    parts = parts_of(tables)
    assert len(parts) > 1
    assert sorted(code for part in parts for code in part.measures) == [table.variant.measure for table in tables.tables]
    kept = [PartResult.from_data(protect_part(people_tables(given), part.measures).as_data()) for part in reversed(parts)]
    joined, whole = join_content(people_tables(given), kept), build_content(given)
    assert replace(joined, audit_seconds=0) == replace(whole, audit_seconds=0)


def test_a_part_of_other_returns_is_not_believed() -> None:
    def more(slug: str, quarter: object, values: dict) -> None:
        values["staff_ethnicity", "clinical.band_5", "white"] += 40

    given, others = made_from(), people_tables(made_from(change=more))
    results = [protect_part(others, part.measures) for part in parts_of(others)]
    with pytest.raises(ReleaseRefusedError, match="staff_ethnicity The released cells do not belong to these counts"):
        join_content(people_tables(given), results)


def test_a_missing_part_is_no_release() -> None:
    tables = people_tables(made_from())
    results = [protect_part(tables, part.measures) for part in parts_of(tables)[1:]]
    with pytest.raises(ReleaseRefusedError, match="It is not protected"):
        join_content(tables, results)


@pytest.fixture
def team(reference: None) -> tuple[User, User, User, User]:
    """A lead, a sponsor, two portal admins."""
    shrink_partnership()
    return people()


@pytest.fixture
def collection(team: tuple[User, User, User, User]) -> Collection:
    """2019-20 Q2 of a small partnership, closed."""
    return closed_collection("2019-20-q2", lead=team[0], sponsor=team[1])


@pytest.fixture
def build(collection: Collection, team: tuple[User, User, User, User]) -> ReleaseBuild:
    """A build whose parts are queued."""
    app.loader.import_default_modules()
    ask(collection, team[2])
    return ReleaseBuild.objects.get(collection=collection)


def ask(collection: Collection, by: User) -> None:
    """The job that a portal admin asks for, done on the spot."""
    number = Job.objects.filter(kind="prepare_release").count()
    job = Job.objects.create(
        kind="prepare_release", key=f"prepare_release:{number}", payload={"collection": collection.pk}, asked_by=by
    )
    assert run(job.pk) is not None


def waiting(*kinds: str) -> list[Job]:
    return list(Job.objects.filter(kind__in=kinds or ["release_part", "join_release"], status=JobStatus.QUEUED).order_by("-pk"))


@pytest.mark.django_db
def test_jobs_make_the_release_that_one_process_makes(build: ReleaseBuild) -> None:
    assert len(waiting("release_part")) == build.parts.count() > 3
    for job in waiting("release_part"):
        assert not waiting("join_release")
        assert run(job.pk) is not None
    (join,) = waiting()
    done = run(join.pk)
    build.refresh_from_db()
    release = build.release
    assert release is not None and done is not None and done.result == {"release": release.pk}
    assert release_checks.check_release(release).faults == ()
    assert all(part.result == {} and part.seconds is not None for part in build.parts.all())
    Release.objects.filter(pk=release.pk).update(status=ReleaseStatus.DISCARDED)
    alone = releases.prepare_release(collection=build.collection)
    assert alone.pk != release.pk
    assert (alone.fingerprint, alone.audit["certificates"]) == (release.fingerprint, release.audit["certificates"])


@pytest.mark.django_db
def test_a_part_that_is_done_twice_is_kept_once(build: ReleaseBuild) -> None:
    part = build.parts.select_related("build__collection").all()[0]
    found = release_parts.do_part(part=part, progress=lambda percent, doing: None)
    assert release_parts.keep_part(part=part, result=found)
    assert not release_parts.keep_part(part=part, result=found)
    fresh = BuildPart.objects.select_related("build__collection").get(pk=part.pk)
    assert release_parts.do_part(part=fresh, progress=lambda percent, doing: None) is None
    assert not waiting("join_release")


@pytest.mark.django_db
def test_asking_again_continues_the_build_and_tries_failed_parts_again(
    build: ReleaseBuild, collection: Collection, team: tuple[User, User, User, User]
) -> None:
    failed = waiting("release_part")[0]
    Job.objects.filter(pk=failed.pk).update(status=JobStatus.FAILED, error="MemoryError: ", attempts=5)
    ask(collection, team[2])
    failed.refresh_from_db()
    assert (failed.status, failed.attempts, ReleaseBuild.objects.count()) == (JobStatus.QUEUED, 0, 1)


@pytest.mark.django_db
def test_other_returns_replace_the_build_and_its_jobs_do_nothing_more(
    build: ReleaseBuild, collection: Collection, team: tuple[User, User, User, User]
) -> None:
    old = waiting("release_part")
    with unguarded("kpis_returnvalue"):
        first = ReturnValue.objects.filter(kpi_return__collection=collection, measure="staff_ethnicity").first()
        ReturnValue.objects.filter(pk=first.pk).update(amount=F("amount") + 1)
    ask(collection, team[2])
    build.refresh_from_db()
    assert (build.refusal, build.release) == (release_parts.REPLACED, None)
    for job in old:
        assert run(job.pk).result == {"kept": False}
    newer = ReleaseBuild.objects.unfinished().get()
    assert newer.parts.filter(done_at=None).count() == newer.parts.count()


@pytest.mark.django_db
def test_a_refused_release_ends_the_build_with_its_sentence(build: ReleaseBuild, monkeypatch: pytest.MonkeyPatch) -> None:
    for job in waiting("release_part"):
        run(job.pk)
    part = build.parts.exclude(result={"measures": {}, "refused": []}).first()
    BuildPart.objects.filter(pk=part.pk).update(result={"measures": {}, "refused": ["staff_ethnicity type acute band_9.bme"]})
    (join,) = waiting("join_release")
    assert run(join.pk) is None
    join.refresh_from_db()
    build.refresh_from_db()
    assert join.status == JobStatus.FAILED and "staff_ethnicity type acute band_9.bme" in join.error
    assert build.ended_at is not None and build.refusal == join.error and not Release.objects.exists()
    try_again(job=join, by=None)
    assert run(join.pk).result == {"release": None}, "it has ended; preparing the release again begins anew"


@pytest.mark.django_db
def test_portal_admins_see_how_many_parts_are_done(build: ReleaseBuild) -> None:
    run(waiting("release_part")[0].pk)
    client = signed_in(person(Role.PORTAL_ADMIN))
    page = client.get("/releases/").content.decode()
    assert "The release of July to September 2019 is being prepared" in page
    assert f"1 of {build.parts.count() + 1}: Waiting for its turn" in page
    jobs = client.get("/jobs/").content.decode()
    assert jobs.count("Part of a release, July to September 2019") == build.parts.count()
    Job.objects.filter(pk=waiting("release_part")[0].pk).update(status=JobStatus.FAILED, error="It was tried too often.")
    assert "It was tried too often. Try the job again" in client.get("/releases/").content.decode()
