"""A release: protected first, figures from protected counts alone, two people, frozen, the same bytes from the same input."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from edi_portal.clock import LONDON
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed
from edi_portal.jobs.models import Job
from edi_portal.jobs.services import run
from kpis.models.collections import Collection
from kpis.models.releases import Release, ReleasedCount, ReleasedFigure, ReleaseStatus
from kpis.services import release_checks, releases
from kpis.services.collections import due_organisations
from kpis.services.retention import SIGNED
from organisations.models import User
from organisations.roles import Role
from organisations.services.memberships import grant_membership
from tests.kpis.factories import make_user
from tests.kpis.release_world import closed_collection, people, shrink_partnership
from tests.organisations.factories import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]


@pytest.fixture
def team() -> tuple[User, User, User, User]:
    """A lead, a sponsor, two portal admins."""
    shrink_partnership()
    return people()


@pytest.fixture
def admins(team: tuple[User, User, User, User]) -> tuple[User, User]:
    return team[2], team[3]


@pytest.fixture
def collection(team: tuple[User, User, User, User]) -> Collection:
    """2019-20 Q2 with all but one of the due organisations returned."""
    return closed_collection("2019-20-q2", lead=team[0], sponsor=team[1], missing=1)


def test_a_release_counts_who_returned_and_hides_small_numbers(collection: Collection) -> None:
    release = releases.prepare_release(collection=collection)
    assert len(release.due) == len(release.returned) + 1
    assert release.counts_shown > 100
    values = ReleasedCount.objects.filter(release=release, value__isnull=False).values_list("value", flat=True)
    assert all(value == 0 or (value >= 10 and value % 5 == 0) for value in values)
    missing = next(slug for slug in release.due if slug not in release.returned)
    statuses = set(ReleasedFigure.objects.filter(release=release, organisation__slug=missing).values_list("status", flat=True))
    assert statuses <= {"not_returned", "not_applicable"}


def test_every_figure_about_people_rests_on_released_counts(collection: Collection) -> None:
    release = releases.prepare_release(collection=collection)
    rows = ReleasedFigure.objects.filter(release=release, kpi__code="DQ-1", component="", status="shown", level="organisation")
    assert rows.count() > 5
    for row in rows:
        assert row.numerator % 5 == 0 and row.denominator % 5 == 0


def test_p9_the_same_returns_give_the_same_release(collection: Collection) -> None:
    first = releases.prepare_release(collection=collection)
    again = releases.prepare_release(collection=collection)
    assert again.pk == first.pk
    assert not release_checks.rebuild_faults(first, release_checks.input_of(first))


def test_a_release_whose_returns_went_in_time_is_checked_no_more(collection: Collection, admins: tuple[User, User]) -> None:
    one, two = admins
    release = releases.propose_release(release=releases.prepare_release(collection=collection), by=one)
    releases.publish_release(release=release, by=two)

    def found(age: timedelta) -> list[int]:
        Collection.objects.filter(pk=collection.pk).update(
            opens_on=date(2000, 1, 1), due_on=date(2000, 1, 1), closes_at=timezone.now() - age
        )
        return [len(check.faults) for check in map(release_checks.check_release, release_checks.releases_to_check())]

    assert found(SIGNED - timedelta(days=1)) == [0]
    assert found(SIGNED + timedelta(days=1)) == []


def test_two_admins_publish(collection: Collection, admins: tuple[User, User]) -> None:
    one, two = admins
    release = releases.prepare_release(collection=collection)
    with pytest.raises(InvalidTransition):
        releases.publish_release(release=release, by=two)
    release = releases.propose_release(release=release, by=one)
    with pytest.raises(NotAllowed, match="another portal admin"):
        releases.publish_release(release=release, by=one)
    release = releases.publish_release(release=release, by=two)
    assert (release.status, release.number) == (ReleaseStatus.PUBLISHED, 1)


def test_the_database_refuses_one_person_publishing(collection: Collection, admins: tuple[User, User]) -> None:
    release = releases.prepare_release(collection=collection)
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.filter(pk=release.pk).update(proposed_by=admins[0], published_by=admins[0])


def test_p11_what_is_stored_does_not_change(collection: Collection, admins: tuple[User, User]) -> None:
    release = releases.prepare_release(collection=collection)
    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        ReleasedCount.objects.filter(release=release).update(value=F("value"))
    release = releases.publish_release(release=releases.propose_release(release=release, by=admins[0]), by=admins[1])
    with pytest.raises(IntegrityError), transaction.atomic():
        ReleasedFigure.objects.filter(release=release).delete()


def test_a_lead_cannot_prepare_or_publish(collection: Collection) -> None:
    lead = make_user("another.lead@example.invalid")
    organisation = due_organisations(collection)[0]
    grant_membership(user=lead, role=Role.EDI_LEAD, organisation=organisation, by=None)
    release = releases.prepare_release(collection=collection)
    with pytest.raises(NotAllowed):
        releases.propose_release(release=release, by=lead)


def test_a_release_is_prepared_on_the_day_that_was_asked_for(collection: Collection, admins: tuple[User, User]) -> None:
    day = timezone.localdate() + timedelta(days=3)
    job = releases.ask_for_release(collection=collection, by=admins[0], on=day)
    assert job.run_after.astimezone(LONDON).date() == day
    assert run(job.pk) is None, "it waits for its day"


def test_a_release_cannot_be_asked_for_before_the_close(collection: Collection, admins: tuple[User, User]) -> None:
    Collection.objects.filter(pk=collection.pk).update(closes_at=timezone.now() + timedelta(days=9))
    collection.refresh_from_db()
    with pytest.raises(Incomplete, match="Choose a later day"):
        releases.ask_for_release(collection=collection, by=admins[0], on=timezone.localdate() + timedelta(days=3))


def test_a_day_that_is_too_early_is_refused_beside_its_field(collection: Collection) -> None:
    closes = timezone.now() + timedelta(days=9)
    Collection.objects.filter(pk=collection.pk).update(closes_at=closes)
    early = timezone.localdate() + timedelta(days=3)
    typed = {"period": collection.period, "on-day": early.day, "on-month": early.month, "on-year": early.year}
    answer = signed_in(person(Role.PORTAL_ADMIN)).post("/releases/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422 and "Choose a later day" in page and 'href="#id_on' in page
    assert f'value="{early.year}"' in page and not Job.objects.filter(kind="prepare_release").exists()


def test_no_release_is_made_from_returns_that_went_in_time(collection: Collection, admins: tuple[User, User]) -> None:
    def asked(age: timedelta) -> None:
        days = {"opens_on": date(2000, 1, 1), "due_on": date(2000, 1, 1), "closes_at": timezone.now() - age}
        Collection.objects.filter(pk=collection.pk).update(**days)
        collection.refresh_from_db()
        releases.ask_for_release(collection=collection, by=admins[0])

    asked(SIGNED - timedelta(days=367))
    with pytest.raises(Incomplete, match="deleted after 8 years"):
        asked(SIGNED - timedelta(days=365))


def test_an_admin_asks_for_a_revision_on_the_page(collection: Collection) -> None:
    answer = signed_in(person(Role.PORTAL_ADMIN)).post("/releases/", {"period": collection.period})
    assert answer.status_code == 302
    assert Job.objects.get(kind="prepare_release").payload == {"collection": collection.pk}
