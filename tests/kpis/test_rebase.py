"""A series starts anew only by a named person with a reason, from the next release on, and it can be undone."""

import json

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from edi_portal.audit.models import AuditEvent
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed
from edi_portal.periods import Quarter
from edi_portal.reviews.selectors import waiting
from edi_portal.reviews.services import pass_text
from kpis.models.definitions import Kpi
from kpis.models.releases import Release, ReleasedFigure
from kpis.models.series import SeriesRebase
from kpis.selectors.series import breaks_up_to
from kpis.services import release_checks, releases
from kpis.services.series import rebase_series, undo_rebase
from organisations.models import Organisation, User
from organisations.roles import Role
from tests.kpis.dashboard_factories import published_release
from tests.kpis.release_world import closed_collection, people, published, shrink_partnership
from tests.organisations.factories import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]

BEFORE = Quarter(2019, 2)
REASON = "A new system counts leavers"


@pytest.fixture
def two_quarters() -> None:
    """Two released quarters without figures."""
    due = list(Organisation.objects.in_footprint(BEFORE.last_day)[:3])
    published_release("2019-20-q1", 1, due)
    published_release("2019-20-q2", 2, due)


def kpi() -> Kpi:
    return Kpi.objects.get(code="DQ-1")


@pytest.mark.usefixtures("two_quarters")
@pytest.mark.parametrize("role", [Role.STEERING_MEMBER, Role.PORTAL_ADMIN])
def test_the_role_and_the_reason_are_kept_and_audited(role: Role) -> None:
    who = person(role)
    rebase = rebase_series(kpi=kpi(), before=BEFORE, reason=f"  {REASON} ", by=who)
    assert (rebase.made_by, rebase.role, rebase.reason) == (who, role, REASON)
    event = AuditEvent.objects.get(action="series.rebased")
    assert event.subject == "kpi:DQ-1" and event.details == {"from": "2019-20-q2", "role": str(role)}


@pytest.mark.usefixtures("two_quarters")
def test_nobody_else_rebases() -> None:
    for who in (person(Role.BOARD_MEMBER), person(Role.EDI_LEAD, Organisation.objects.in_footprint(BEFORE.last_day)[0])):
        with pytest.raises(NotAllowed):
            rebase_series(kpi=kpi(), before=BEFORE, reason=REASON, by=who)
    assert not SeriesRebase.objects.exists()


@pytest.mark.usefixtures("two_quarters")
def test_a_reason_a_released_quarter_and_no_second_time() -> None:
    who = person(Role.STEERING_MEMBER)
    with pytest.raises(Incomplete, match="Say why"):
        rebase_series(kpi=kpi(), before=BEFORE, reason="  ", by=who)
    for quarter in (Quarter(2019, 1), Quarter(2031, 1)):
        with pytest.raises(InvalidTransition, match="has a release"):
            rebase_series(kpi=kpi(), before=quarter, reason=REASON, by=who)
    rebase_series(kpi=kpi(), before=BEFORE, reason=REASON, by=who)
    with pytest.raises(InvalidTransition, match="already"):
        rebase_series(kpi=kpi(), before=BEFORE, reason="Another reason", by=who)


@pytest.mark.usefixtures("two_quarters")
def test_undoing_needs_a_reason_and_leaves_both_on_record() -> None:
    who = person(Role.STEERING_MEMBER)
    rebase = rebase_series(kpi=kpi(), before=BEFORE, reason=REASON, by=who)
    with pytest.raises(Incomplete):
        undo_rebase(rebase=rebase, reason="", by=who)
    undone = undo_rebase(rebase=rebase, reason="The system counts as before", by=who)
    assert undone.undone_by == who and undone.reason == REASON
    with pytest.raises(InvalidTransition):
        undo_rebase(rebase=rebase, reason="Once more", by=who)
    assert set(AuditEvent.objects.filter(action__startswith="series.").values_list("action", flat=True)) == {
        "series.rebased",
        "series.rebase_undone",
    }
    again = rebase_series(kpi=kpi(), before=BEFORE, reason=REASON, by=who)
    assert again.pk != rebase.pk


@pytest.mark.usefixtures("two_quarters")
def test_the_database_refuses_an_end_without_a_reason() -> None:
    rebase = rebase_series(kpi=kpi(), before=BEFORE, reason=REASON, by=person(Role.STEERING_MEMBER))
    with pytest.raises(IntegrityError), transaction.atomic():
        SeriesRebase.objects.filter(pk=rebase.pk).update(undone_at=timezone.now())


@pytest.mark.usefixtures("two_quarters")
def test_the_page_makes_and_undoes_one_and_keeps_what_was_typed() -> None:
    browser = signed_in(person(Role.STEERING_MEMBER))
    address = reverse("kpis:rebases", args=["dq-1"])
    assert "Nobody has rebased" in browser.get(address).content.decode()
    wrong = browser.post(address, {"organisation": "all", "before": "", "reason": REASON})
    assert wrong.status_code == 422 and REASON in wrong.content.decode()
    assert browser.post(address, {"organisation": "all", "before": BEFORE.slug, "reason": REASON}).status_code == 302
    page = browser.get(address).content.decode()
    assert REASON in page and "steering group member" in page and "Waits for review" in page
    rebase = SeriesRebase.objects.get()
    gone = reverse("kpis:rebase-undo", args=["dq-1", rebase.pk])
    assert browser.post(gone, {"reason": ""}).status_code == 422
    assert browser.post(gone, {"reason": "It counts as before"}).status_code == 302
    assert "Undone on" in browser.get(address).content.decode()


def system_detail(release: Release) -> dict[str, object]:
    figure = ReleasedFigure.objects.get(release=release, kpi__code="DQ-1", component="", level="system", statistic="pooled")
    found: dict[str, object] = json.loads(figure.time_detail)
    return found


def test_a_rebase_is_frozen_into_the_next_release_and_an_undone_one_is_not() -> None:
    shrink_partnership()
    lead, sponsor, *admins = people()
    published(closed_collection("2019-20-q1", lead=lead, sponsor=sponsor), admins)
    second = closed_collection("2019-20-q2", lead=lead, sponsor=sponsor)
    first = published(second, admins)
    assert releases.prepare_release(collection=second).pk == first.pk, "nothing changed, so there is nothing to revise"
    rebase = rebase_series(kpi=kpi(), before=BEFORE, reason=REASON, by=steering())
    told = next(mark.words for mark in breaks_up_to(BEFORE) if mark.kind == "rebase")
    assert told == "Rebased by steering group member, the reason waits for a reviewer"
    pass_text(review=waiting().get(subject=rebase.review_subject), nobody_recognisable=True, by=admins[0])
    rebased = published(second, admins)
    assert rebased.revision == 2
    marks = system_detail(rebased)["breaks"]
    assert [BEFORE.slug, "rebase", f"Rebased by steering group member, {REASON}"] in marks  # type: ignore[operator]
    assert all(mark[1] != "rebase" for mark in system_detail(first)["breaks"])  # type: ignore[attr-defined]
    undo_rebase(rebase=rebase, reason="It counts as before", by=steering())
    again = releases.prepare_release(collection=second)
    assert again.revision == 3
    assert all(mark[1] != "rebase" for mark in system_detail(again)["breaks"])  # type: ignore[attr-defined]
    for one in (first, rebased, again):
        assert not release_checks.rebuild_faults(one, release_checks.input_of(one)), (
            "made again it is the same, whatever was decided since"
        )


def steering() -> User:
    return person(Role.STEERING_MEMBER)
