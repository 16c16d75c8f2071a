"""Releases over time in the database: revisions, audits against what is published, refusals, checks of what is stored."""

from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from edi_portal.celery import app
from edi_portal.disclosure.ledger import TargetKey
from edi_portal.disclosure.measure import MeasureProtection, protect_measure
from edi_portal.disclosure.repair import Uncertified
from edi_portal.disclosure.universe import CellKey
from edi_portal.exceptions import Incomplete, InvalidTransition
from edi_portal.jobs import services as jobs
from edi_portal.jobs.models import Job, JobStatus
from kpis import tasks
from kpis.models.collections import Collection
from kpis.models.releases import Release, ReleaseCertificate, ReleasedCount, ReleaseStatus
from kpis.models.returns import KpiReturn, ReturnValue
from kpis.release_content import people
from kpis.services import release_checks, releases
from kpis.services.collections import due_organisations
from organisations.models import Organisation, User
from tests.kpis.release_world import closed_collection, published, revise, shrink_partnership, unguarded
from tests.kpis.release_world import people as make_people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]

Team = tuple[User, User, User, User]
FLOW = "recruitment_ethnicity"


@pytest.fixture
def team() -> Team:
    shrink_partnership()
    return make_people()


@pytest.fixture
def collection(team: Team) -> Collection:
    return closed_collection("2019-20-q2", lead=team[0], sponsor=team[1])


def few_changes(collection: Collection, team: Team, number: int) -> list[Organisation]:
    """Some organisations correct a count each."""
    chosen = due_organisations(collection)[:number]
    for position, organisation in enumerate(chosen):
        new = {("staff_ethnicity", "clinical.band_5", "white"): 60 + 10 * position}
        revise(collection, organisation, new, lead=team[0], sponsor=team[1], admin=team[2])
    return chosen


def counts_of(release: Release) -> dict[tuple, tuple]:
    rows = ReleasedCount.objects.filter(release=release)
    names = ("measure", "part", "level", "organisation__slug", "peer_group")
    return {tuple(row[:5]): tuple(row[5:]) for row in rows.values_list(*names, "status", "value")}


def test_a_revision_from_extension_to_publication(collection: Collection, team: Team) -> None:
    first = published(collection, team[2:])
    changed = {organisation.slug for organisation in few_changes(collection, team, 3)}
    second = published(collection, team[2:])
    first.refresh_from_db()
    assert (first.status, second.status) == (ReleaseStatus.SUPERSEDED, ReleaseStatus.PUBLISHED)
    assert (second.revises, second.revision, second.number) == (first, 2, 2)
    before, after = counts_of(first), counts_of(second)
    hidden = {key for key, (status, _) in before.items() if status != "shown"}
    assert hidden and all(after[key][0] != "shown" for key in hidden)
    others = {key for key, (status, _) in before.items() if status == "shown" and key[3] and key[3] not in changed}
    assert others and all(after[key] == before[key] for key in others)
    assert any(after[key] != before[key] for key in before if key[3] in changed)
    assert release_checks.check_release(second).faults == ()
    assert release_checks.check_release(first).faults == (), "the superseded release is made again from the returns of its time"


def test_an_unchanged_period_needs_no_revision(collection: Collection, team: Team) -> None:
    first = published(collection, team[2:])
    assert releases.prepare_release(collection=collection) == first
    revise(collection, due_organisations(collection)[0], {}, lead=team[0], sponsor=team[1], admin=team[2])
    assert releases.prepare_release(collection=collection) == first, "signed again with the same figures"


def refuse(*args: object, **options: object) -> None:
    raise Uncertified([TargetKey("", CellKey("organisation", "wirral", "total.bme"))])


def test_a_revision_of_too_few_that_is_not_safe_is_refused_in_words(
    collection: Collection, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = published(collection, team[2:])
    (changed,) = few_changes(collection, team, 1)
    monkeypatch.setattr(people, "protect_measure", refuse)
    with pytest.raises(Incomplete, match=f"Only {changed.slug} changed since the release before"):
        releases.prepare_release(collection=collection)
    assert list(Release.objects.all()) == [first]


def test_p12_a_job_that_cannot_certify_publishes_nothing_and_names_the_cells(
    collection: Collection, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "protect_measure", refuse)
    app.loader.import_default_modules()
    jobs.run(releases.ask_for_release(collection=collection, by=team[2]).pk)
    for part in Job.objects.filter(kind="release_part"):
        jobs.run(part.pk)
    job = Job.objects.get(kind="join_release")
    assert jobs.run(job.pk) is None
    job.refresh_from_db()
    assert job.status == JobStatus.FAILED
    assert "accessible_information organisation wirral total.bme; " in job.error
    assert "what is published stays" in job.error
    assert not Release.objects.exists()


def test_repair_is_given_the_pattern_of_the_last_release_of_each_measure(
    collection: Collection, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = closed_collection("2019-20-q1", lead=team[0], sponsor=team[1])
    before = published(earlier, team[2:])
    given: dict[str, frozenset[CellKey]] = {}

    def protect(*args: Any, **options: Any) -> MeasureProtection:
        given[options["seed"].split(":")[1]] = options["pattern"]
        return protect_measure(*args, **options)

    monkeypatch.setattr(people, "protect_measure", protect)
    release = published(collection, team[2:])
    assert before.made_from["pattern"] == [] and release.made_from["pattern"] == [before.pk]
    not_shown: dict[str, set[CellKey]] = {}
    for (measure, part, level, slug, group), (status, _value) in counts_of(before).items():
        if status != "shown":
            not_shown.setdefault(measure, set()).add(CellKey(level, slug or group, part))
    both = set(ReleaseCertificate.objects.filter(release=before).values_list("measure", flat=True)) & set(given)
    assert not_shown and both and all(given[measure] == not_shown.get(measure, set()) for measure in both)
    assert not any(given[measure] for measure in set(given) - both)
    few_changes(earlier, team, 3)
    revision = published(earlier, team[2:])
    assert release_checks.check_release(release).faults == (), "a revision of the period before moves nothing"
    assert revision.made_from["pattern"] == [], "what a release is made from lies before it"


def test_a_release_from_before_patterns_were_kept_is_made_again_without_one(collection: Collection, team: Team) -> None:
    published(closed_collection("2019-20-q1", lead=team[0], sponsor=team[1]), team[2:])
    release = published(collection, team[2:])
    old = {name: value for name, value in release.made_from.items() if name != "pattern"}
    with unguarded("kpis_release"):
        Release.objects.filter(pk=release.pk).update(made_from=old)
    release.refresh_from_db()
    assert release_checks.input_of(release).patterns == {}
    assert release_checks.check_release(release).faults == ()


def test_rolling_years_are_audited_together(collection: Collection, team: Team) -> None:
    quarters = [collection.quarter.previous(back) for back in (4, 3, 2, 1)]
    earlier = [closed_collection(quarter.slug, lead=team[0], sponsor=team[1]) for quarter in quarters]
    before = published(earlier[3], team[2:])
    release = releases.prepare_release(collection=collection)
    assert release.made_from["kept"] == [before.pk]
    window = ReleaseCertificate.objects.get(release=release, measure=FLOW)
    assert window.source == "2018-19-q3..2019-20-q2"
    assert {cell.partition(":")[0] for part in window.parts for cell in part[1]} == {
        "2018-19-q3",
        "2018-19-q4",
        "2019-20-q1",
        "2019-20-q2",
    }
    assert release_checks.check_release(release).faults == ()


def test_two_prepared_releases_of_the_same_returns_are_not_published_unseen(collection: Collection, team: Team) -> None:
    for back in (4, 3, 2):
        closed_collection(collection.quarter.previous(back).slug, lead=team[0], sponsor=team[1])
    before = closed_collection(collection.quarter.previous().slug, lead=team[0], sponsor=team[1])
    release = releases.propose_release(release=releases.prepare_release(collection=collection), by=team[2])
    published(before, team[2:])
    with pytest.raises(InvalidTransition, match="Prepare it again"):
        releases.publish_release(release=release, by=team[3])
    assert published(collection, team[2:]).made_from["kept"]


def test_p13_every_release_verifies_and_a_changed_one_does_not(collection: Collection, team: Team) -> None:
    release = published(collection, team[2:])
    out = StringIO()
    call_command("verify_releases", stdout=out)
    certificates = release.audit["certified"]
    assert certificates > 0
    assert f"Release 1, 2019-20 Q2: {certificates} certificates hold, made again byte for byte" in out.getvalue()
    row = ReleaseCertificate.objects.exclude(deltas=[]).filter(release=release).first()
    with unguarded("kpis_releasecertificate") as cursor:
        cursor.execute("UPDATE kpis_releasecertificate SET deltas = deltas - 0 WHERE id = %s", [row.pk])
    with pytest.raises(CommandError, match="1 of 1 releases have a fault"):
        call_command("verify_releases", "1", stdout=out)
    assert "there is no certificate" in out.getvalue()


def test_a_stored_count_that_was_changed_is_found(collection: Collection, team: Team) -> None:
    release = published(collection, team[2:])
    row = ReleasedCount.objects.filter(release=release, status="shown", value__gte=20).first()
    with unguarded("kpis_releasedcount") as cursor:
        cursor.execute("UPDATE kpis_releasedcount SET value = value + 5 WHERE id = %s", [row.pk])
    (fault,) = release_checks.check_release(release).faults
    assert fault == f"{row.measure} The released cells do not belong to these counts."


def test_certificates_do_not_change(collection: Collection, team: Team) -> None:
    release = published(collection, team[2:])
    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        ReleaseCertificate.objects.filter(release=release).update(deltas=[])
    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        Release.objects.filter(pk=release.pk).update(made_from={})


def test_the_nightly_check_is_queued_once_and_fails_with_the_faults(
    collection: Collection, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert app.conf.beat_schedule["verify-releases"]["task"] in app.tasks
    published(collection, team[2:])
    tasks.verify_releases_tonight()
    tasks.verify_releases_tonight()
    job = Job.objects.get(kind="verify_releases")
    done = jobs.run(job.pk)
    assert done is not None and done.result["releases"] == 1 and done.result["certificates"] > 0
    monkeypatch.setattr(release_checks, "rebuild_faults", lambda release, given: ["Made again it has another fingerprint."])
    again = jobs.enqueue(kind="verify_releases", key="another night")
    assert jobs.run(again.pk) is None
    again.refresh_from_db()
    assert again.status == JobStatus.FAILED and "another fingerprint" in again.error


def test_a_poison_value_is_named_in_the_release(team: Team) -> None:
    def poison(position: int, values: dict) -> None:
        if position == 2:
            values["staff_ethnicity", "clinical.band_5", "white"] = Decimal("4.5")

    made = closed_collection("2019-20-q2", lead=team[0], sponsor=team[1], change=poison)
    release = releases.prepare_release(collection=made)
    bad = due_organisations(made)[2].slug
    assert {(row["organisation"], row["measure"], row["why"]) for row in release.problems} == {
        (bad, "staff_ethnicity", "not a whole number of people")
    }
    shown = release.figures.filter(kpi__code="DQ-1", component="", level="organisation", status="shown")
    assert bad not in set(shown.values_list("organisation__slug", flat=True))
    assert shown.count() >= len(due_organisations(made)) - 4


def test_a_period_with_no_returns_is_refused_in_words(team: Team) -> None:
    made = closed_collection("2019-20-q2", lead=team[0], sponsor=team[1], missing=10)
    with pytest.raises(Incomplete, match="No signed return of 2019-20 Q2"):
        releases.prepare_release(collection=made)


def test_p9_a_draft_changes_nothing(collection: Collection, team: Team) -> None:
    first = releases.prepare_release(collection=collection)
    draft = KpiReturn.objects.create(collection=collection_of_next(collection), organisation=due_organisations(collection)[0])
    ReturnValue.objects.create(kpi_return=draft, measure="staff_ethnicity", row="clinical.band_5", column="white", amount=7)
    assert releases.prepare_release(collection=collection) == first


def collection_of_next(collection: Collection) -> Collection:
    return Collection.objects.create(
        period=collection.quarter.next().slug,
        opens_on=collection.opens_on,
        due_on=collection.due_on,
        closes_at=collection.closes_at + timedelta(days=30),
    )
