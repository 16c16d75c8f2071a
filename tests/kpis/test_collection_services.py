"""Collections: planned with their dates, opened for those who owe a return, closed once, extended and excused with a reason."""

from datetime import date, timedelta
from typing import Any

import pytest

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import business_now, set_business_day
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed
from edi_portal.jobs.models import Job
from edi_portal.periods import Quarter
from kpis.models.collections import Collection, Extension, end_of_day
from kpis.models.returns import KpiReturn
from kpis.services import collections, returns
from kpis.workflow import Status
from organisations.models import Organisation, User
from organisations.roles import Role
from tests.organisations.factories import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
QUARTER = Quarter.parse("2019-20-q3")
OPENS, DUE, CLOSES = date(2020, 1, 6), date(2020, 1, 31), date(2020, 2, 9)


@pytest.fixture
def admin() -> User:
    return person(Role.PORTAL_ADMIN)


@pytest.fixture
def planned(admin: User) -> Collection:
    """The third quarter with its usual dates; today is 20 January 2020."""
    set_business_day(date(2020, 1, 20))
    return collections.plan_collection(quarter=QUARTER, by=admin)


@pytest.fixture
def mid_cheshire() -> Organisation:
    return Organisation.objects.get(slug="mid-cheshire")


def on_record(subject: str) -> list[str]:
    """The actions on record about a subject, oldest first."""
    return list(AuditEvent.objects.filter(subject=subject).order_by("pk").values_list("action", flat=True))


def dates_of(collection: Collection) -> tuple[Any, ...]:
    collection.refresh_from_db()
    return collection.opens_on, collection.due_on, collection.closes_at


def test_usual_dates_are_counted_from_the_quarter_s_last_day(planned: Collection) -> None:
    assert dates_of(planned) == (OPENS, DUE, end_of_day(CLOSES))
    assert on_record("collection:2019-20-q3") == ["collection.planned"]


def test_the_portal_itself_plans_a_collection_and_is_on_record_as_such(mid_cheshire: Organisation) -> None:
    collections.plan_collection(quarter=QUARTER, by=None)
    assert AuditEvent.objects.get(subject="collection:2019-20-q3").actor is None


def test_planning_again_changes_no_date_and_is_not_on_record(planned: Collection, admin: User) -> None:
    again = collections.plan_collection(quarter=QUARTER, by=admin, closes_on=date(2020, 3, 1))
    assert again == planned
    assert dates_of(planned) == (OPENS, DUE, end_of_day(CLOSES))
    assert on_record("collection:2019-20-q3") == ["collection.planned"]


def test_given_dates_stand_where_they_follow_one_another(admin: User) -> None:
    day = date(2020, 1, 10)
    made = collections.plan_collection(quarter=QUARTER, by=admin, opens_on=day, due_on=day, closes_on=day)
    assert dates_of(made) == (day, day, end_of_day(day))


@pytest.mark.parametrize(
    "wrong",
    [{"opens_on": DUE + timedelta(1)}, {"due_on": OPENS - timedelta(1)}, {"due_on": CLOSES + timedelta(1)}],
)
def test_dates_out_of_order_are_refused(admin: User, wrong: dict[str, date]) -> None:
    with pytest.raises(Incomplete, match="Check the three dates"):
        collections.plan_collection(quarter=QUARTER, by=admin, **wrong)
    assert not Collection.objects.filter(period=QUARTER.slug).exists()


def test_dates_are_moved_until_the_close_and_not_after(planned: Collection, admin: User) -> None:
    other = collections.plan_collection(quarter=Quarter.parse("2019-20-q4"), by=admin)
    dates_of_the_other = dates_of(other)
    collections.change_dates(collection=planned, due_on=OPENS, closes_on=OPENS + timedelta(20), by=admin)
    assert dates_of(planned) == (OPENS, OPENS, end_of_day(OPENS + timedelta(20)))
    for due_on, closes_on in ((OPENS - timedelta(1), CLOSES), (CLOSES + timedelta(1), CLOSES)):
        with pytest.raises(Incomplete, match="due date must lie"):
            collections.change_dates(collection=planned, due_on=due_on, closes_on=closes_on, by=admin)
    same = CLOSES + timedelta(30)
    collections.change_dates(collection=planned, due_on=same, closes_on=same, by=admin)
    assert on_record("collection:2019-20-q3")[1:] == ["collection.dates_changed"] * 2
    set_business_day(same + timedelta(1))
    with pytest.raises(Incomplete, match="has closed"):
        collections.change_dates(collection=planned, due_on=same, closes_on=same + timedelta(9), by=admin)
    assert dates_of(other) == dates_of_the_other


def test_a_closing_date_in_the_past_closes_nothing(planned: Collection, admin: User) -> None:
    before = dates_of(planned)
    with pytest.raises(Incomplete, match="has passed"):
        collections.change_dates(collection=planned, due_on=OPENS, closes_on=date(2020, 1, 19), by=admin)
    assert dates_of(planned) == before
    collections.change_dates(collection=planned, due_on=OPENS, closes_on=date(2020, 1, 20), by=admin)
    assert collections.close_collection(collection=planned) is False, "the day is not over"


@pytest.mark.parametrize("role", [Role.EDI_LEAD, Role.EXECUTIVE_SPONSOR, Role.STEERING_MEMBER])
def test_only_an_admin_plans_moves_closes_extends_and_excuses(
    planned: Collection, mid_cheshire: Organisation, role: Role
) -> None:
    somebody = person(role, mid_cheshire if role is not Role.STEERING_MEMBER else None)
    kpi_return = KpiReturn.objects.create(collection=planned, organisation=mid_cheshire)
    for act in (
        lambda: collections.plan_collection(quarter=Quarter.parse("2019-20-q4"), by=somebody),
        lambda: collections.change_dates(collection=planned, due_on=DUE, closes_on=CLOSES, by=somebody),
        lambda: collections.close_now(collection=planned, by=somebody),
        lambda: collections.extend(collection=planned, organisation=mid_cheshire, until=CLOSES, reason="x", by=somebody),
        lambda: collections.excuse_return(kpi_return=kpi_return, reason="x", by=somebody),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_opening_makes_one_return_for_each_that_owes_it_and_only_what_is_missing(planned: Collection, admin: User) -> None:
    due = list(Organisation.objects.in_footprint(on=QUARTER.last_day).order_by("slug"))
    assert collections.due_organisations(planned) == due
    KpiReturn.objects.create(collection=planned, organisation=due[0])
    assert collections.open_collection(collection=planned, by=admin) == len(due) - 1
    made = KpiReturn.objects.filter(collection=planned).exclude(organisation=due[0])
    assert {one.organisation for one in made} == set(due[1:])
    assert {tuple(one.events.values_list("kind", "by")) for one in made} == {(("opened", admin.pk),)}
    assert collections.open_collection(collection=planned) == 0
    events = AuditEvent.objects.filter(action="collection.opened")
    assert [(event.subject, event.details) for event in events] == [("collection:2019-20-q3", {"returns": len(due) - 1})]


def release_jobs() -> list[str]:
    return list(Job.objects.filter(kind="prepare_release").values_list("key", flat=True))


def test_closing_waits_for_its_time_and_happens_once(planned: Collection) -> None:
    assert collections.close_collection(collection=planned) is False
    assert release_jobs() == []
    set_business_day(CLOSES + timedelta(1))
    assert [collections.close_collection(collection=planned) for _ in range(2)] == [True, False]
    planned.refresh_from_db()
    assert planned.closed_at is not None
    assert release_jobs() == ["prepare_release:2019-20-q3:close"]
    assert Job.objects.get(kind="prepare_release").payload == {"collection": planned.pk}
    assert on_record("collection:2019-20-q3") == ["collection.planned", "collection.closed"]


def test_an_admin_closes_early_and_the_due_date_does_not_lie_after_it(planned: Collection, admin: User) -> None:
    assert collections.close_now(collection=planned, by=admin) is True
    opens_on, due_on, closes_at = dates_of(planned)
    assert closes_at <= business_now()
    assert (opens_on, due_on) == (OPENS, date(2020, 1, 20))
    assert release_jobs() == ["prepare_release:2019-20-q3:close"]
    actions = ["collection.closed", "collection.closed_early"]
    assert sorted(on_record("collection:2019-20-q3")[1:]) == actions
    assert collections.close_now(collection=planned, by=admin) is False
    assert dates_of(planned) == (opens_on, due_on, closes_at)
    assert sorted(on_record("collection:2019-20-q3")[1:]) == actions


def test_who_closes_what_is_closed_already_is_told_so(planned: Collection, admin: User) -> None:
    client, page = signed_in(admin), f"/collections/{planned.period}/close/"
    first = client.post(page, follow=True).content.decode()
    assert "The collection is closed. The release is being prepared." in first
    second = client.post(page, follow=True).content.decode()
    assert "The collection was closed already. Nothing was changed." in second and "The collection is closed." not in second
    assert release_jobs() == ["prepare_release:2019-20-q3:close"]


def test_closing_early_keeps_a_due_date_that_has_passed_and_none_before_the_opening(planned: Collection, admin: User) -> None:
    set_business_day(DUE + timedelta(3))
    collections.close_now(collection=planned, by=admin)
    assert dates_of(planned)[1] == DUE
    later = collections.plan_collection(quarter=Quarter.parse("2020-21-q1"), by=admin)
    collections.close_now(collection=later, by=admin)
    assert dates_of(later)[1] == later.opens_on


def test_more_time_needs_words_and_a_day_that_has_not_passed(
    planned: Collection, mid_cheshire: Organisation, admin: User
) -> None:
    def extend(until: date, reason: str = " A new payroll system ") -> Extension:
        return collections.extend(collection=planned, organisation=mid_cheshire, until=until, reason=reason, by=admin)

    with pytest.raises(Incomplete, match="Say why"):
        extend(CLOSES, "  ")
    with pytest.raises(Incomplete, match="today or later"):
        extend(date(2020, 1, 19))
    for early in (date(2020, 1, 20), CLOSES):
        with pytest.raises(Incomplete, match="Everybody has time until 9 February 2020. Give a later day."):
            extend(early)
    assert extend(CLOSES + timedelta(366)).until == end_of_day(CLOSES + timedelta(366))
    extension = extend(CLOSES + timedelta(7))
    extension.refresh_from_db()
    assert Extension.objects.get() == extension
    assert (extension.until, extension.reason) == (end_of_day(CLOSES + timedelta(7)), "A new payroll system")
    assert extension.granted_by == admin
    events = AuditEvent.objects.filter(action="collection.extended")
    assert {(event.organisation, event.subject) for event in events} == {(mid_cheshire.slug, "collection:2019-20-q3")}
    assert events.count() == 2
    set_business_day(CLOSES + timedelta(3))
    with pytest.raises(Incomplete, match="today or later"):
        extend(CLOSES + timedelta(2))
    assert extend(CLOSES + timedelta(3)).until == end_of_day(CLOSES + timedelta(3))


def test_a_return_is_excused_with_words_and_stays_so(planned: Collection, mid_cheshire: Organisation, admin: User) -> None:
    kpi_return = KpiReturn.objects.create(collection=planned, organisation=mid_cheshire)
    with pytest.raises(InvalidTransition, match="needs a comment"):
        collections.excuse_return(kpi_return=kpi_return, reason=" ", by=admin)
    collections.excuse_return(kpi_return=kpi_return, reason=" It merged with another. ", by=admin)
    kpi_return.refresh_from_db()
    assert (kpi_return.status, kpi_return.reason) == (Status.NOT_REQUIRED, "It merged with another.")
    assert list(kpi_return.events.values_list("kind", "by", "comment")) == [("excuse", admin.pk, "It merged with another.")]
    event = AuditEvent.objects.get(action="return.excused")
    assert (event.organisation, event.subject) == (mid_cheshire.slug, kpi_return.subject)
    with pytest.raises(InvalidTransition, match="is not possible"):
        collections.excuse_return(kpi_return=kpi_return, reason="Again", by=admin)


def test_a_return_that_was_sent_back_can_be_excused_and_forgets_who_sent_it(
    planned: Collection, mid_cheshire: Organisation, admin: User
) -> None:
    lead = person(Role.EDI_LEAD, mid_cheshire)
    kpi_return = KpiReturn.objects.create(
        collection=planned,
        organisation=mid_cheshire,
        status=Status.SENT_BACK,
        submitted_at=business_now(),
        submitted_by=lead,
    )
    collections.excuse_return(kpi_return=kpi_return, reason="It merged.", by=admin)
    kpi_return.refresh_from_db()
    assert (kpi_return.submitted_at, kpi_return.submitted_by) == (None, None)


def test_taking_a_workbook_out_is_remembered(planned: Collection, mid_cheshire: Organisation) -> None:
    lead = person(Role.EDI_LEAD, mid_cheshire)
    kpi_return = KpiReturn.objects.create(collection=planned, organisation=mid_cheshire)
    returns.note_download(kpi_return=kpi_return, by=lead)
    assert not kpi_return.events.exists(), "It is on its way; whether all of it left is not known yet."
    returns.note_sent_workbook(kpi_return=kpi_return, by=lead)
    returns.note_export(kpi_return=kpi_return, by=lead, name="figures.csv")
    assert list(kpi_return.events.values_list("kind", "by")) == [("downloaded", lead.pk)]
    rows = AuditEvent.objects.filter(subject=kpi_return.subject).order_by("pk").values_list("action", "organisation", "details")
    assert list(rows) == [
        ("return.workbook_downloaded", mid_cheshire.slug, {}),
        ("return.exported", mid_cheshire.slug, {"file": "figures.csv"}),
    ]


def test_a_reason_that_is_too_long_is_said_at_its_field_and_stays_typed(
    planned: Collection, mid_cheshire: Organisation, admin: User
) -> None:
    kpi_return = KpiReturn.objects.create(collection=planned, organisation=mid_cheshire)
    browser, words = signed_in(admin), "The service moved. " * 40
    more_time = {"form": "extension", "organisation": "mid-cheshire", "until": "28/2/2020"}
    for address, posted in (
        ("/collections/2019-20-q3/excuse/mid-cheshire/", {}),
        ("/collections/2019-20-q3/dates/", more_time),
    ):
        answer = browser.post(address, posted | {"reason": words})
        shown = answer.content.decode()
        assert answer.status_code == 422 and "Reason must be 500 characters or fewer" in shown and words.strip() in shown
    kpi_return.refresh_from_db()
    assert kpi_return.status == Status.DRAFT and not Extension.objects.exists()
