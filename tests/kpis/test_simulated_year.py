"""A simulated year: its diary tells one story of each return, and each thing that must hold is noticed when it does not."""

from collections.abc import Callable
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_portal.audit.services import record
from edi_portal.jobs.models import Job, JobStatus
from kpis.demonstration.year import invariants
from kpis.demonstration.year.diary import Act, Dates, Verb, diary
from kpis.demonstration.year.play import _growth
from kpis.models.returns import KpiReturn, ReturnEvent, ReturnValue
from kpis.services.collections import open_collection as open_for_all
from organisations.models import OutboxMessage
from organisations.roles import Role
from tests.kpis.factories import make_user, open_collection, plain_values, signed_return
from tests.kpis.release_world import unguarded
from tests.organisations.factories import OrganisationFactory, person

SLUGS = [f"trust-{number}" for number in range(12)]
OPENS = date(2020, 4, 6)


def story(begins: date, seed: int) -> list[Act]:
    return diary(Dates("2019-20-q4", OPENS, date(2020, 5, 1), date(2020, 5, 10), begins), SLUGS, Random(seed))


@given(begins=st.dates(OPENS, date(2020, 5, 1)), seed=st.integers(0, 10_000))
def test_each_return_is_sent_before_it_is_decided_and_the_release_made_twice(begins: date, seed: int) -> None:
    acts = story(begins, seed)
    assert acts == story(begins, seed) and acts == sorted(acts, key=lambda act: act.day)
    assert all(act.day > begins for act in acts)
    walks = {slug: [act.verb for act in acts if act.organisation == slug] for slug in SLUGS}
    assert sum(not walk for walk in walks.values()) == 1, "one organisation sends nothing"
    for walk in walks.values():
        assert not walk or walk[-1] == Verb.SIGN
        assert all(
            before == Verb.SEND for before, verb in zip(walk, walk[1:], strict=False) if verb in (Verb.SIGN, Verb.SEND_BACK)
        )
    released = [act for act in acts if not act.organisation]
    assert [act.verb for act in released] == [Verb.PROPOSE, Verb.PUBLISH, Verb.PREPARE, Verb.PROPOSE, Verb.PUBLISH]
    [late] = [slug for slug, walk in walks.items() if walk[:1] == [Verb.EXTEND]]
    assert walks[late] == [Verb.EXTEND, Verb.SEND, Verb.SIGN]
    [corrected] = [walk for walk in walks.values() if Verb.REOPEN in walk]
    assert corrected[-4:] == [Verb.EXTEND, Verb.REOPEN, Verb.SEND, Verb.SIGN]
    revised = released[2].day
    assert all(act.day < revised for act in acts if act.organisation), "a revision holds everything that came late"


@pytest.fixture
def signed(reference: None) -> KpiReturn:
    organisation = OrganisationFactory.create()
    lead, sponsor = person(Role.EDI_LEAD, organisation), person(Role.EXECUTIVE_SPONSOR, organisation)
    collection = open_collection()
    made = signed_return(collection, organisation, plain_values(organisation, collection.quarter), lead=lead, sponsor=sponsor)
    for kind in ("opened", "submit", "send_back", "submit", "sign_off"):
        ReturnEvent.objects.create(kpi_return=made, kind=kind, by=lead)
    return made


def test_a_job_that_failed_is_named(db: None) -> None:
    assert invariants.jobs_that_failed() == []
    Job.objects.create(kind="notice", key="notice:1", status=JobStatus.FAILED, error="Trace\nNo mail server")
    assert invariants.jobs_that_failed() == ["notice notice:1 failed: ['No mail server']"]


def test_a_status_that_its_steps_do_not_lead_to_is_named(signed: KpiReturn) -> None:
    assert invariants.returns_off_the_path() == []
    ReturnEvent.objects.create(kpi_return=signed, kind="recall", by=None)
    [fault] = invariants.returns_off_the_path([signed.pk])
    assert fault.startswith(f"return {signed.pk} is signed_off, its steps were opened, submit")


def test_a_signed_return_whose_step_is_missing_is_named(signed: KpiReturn) -> None:
    ReturnEvent.objects.filter(kpi_return=signed, kind="sign_off").delete()
    assert len(invariants.returns_off_the_path()) == 1


def test_content_that_differs_from_what_was_signed_is_named(signed: KpiReturn) -> None:
    assert invariants.broken_signatures() == []
    with unguarded("kpis_returnvalue"):
        ReturnValue.objects.filter(pk=signed.values.order_by("pk").values("pk")[:1]).update(amount=7)
    assert invariants.broken_signatures() == [f"{signed.subject} is not what was signed"]


def test_an_organisation_whose_return_is_missing_is_named(reference: None) -> None:
    collection = open_collection()
    assert len(invariants.organisations_without_one_return()) > 20
    open_for_all(collection=collection)
    assert invariants.organisations_without_one_return() == []


def test_mails_that_no_job_sent_are_counted(db: None) -> None:
    Job.objects.create(kind="notice", key="notice:1", status=JobStatus.DONE, result={"mails": 1})
    Job.objects.create(kind="prepare_release", key="prepare_release:1", status=JobStatus.DONE, result={"release": 3})
    mail = {
        "recipient": "lead@example.invalid",
        "sender": "portal@example.invalid",
        "subject": "Due",
        "body": "Six days are left.",
    }
    OutboxMessage.objects.create(**mail)
    assert invariants.mails_beside_jobs() == 0
    OutboxMessage.objects.create(**mail)
    assert invariants.mails_beside_jobs() == 1


def test_a_changed_audit_event_is_named(db: None) -> None:
    record(action="return.submit", by=make_user("lead@example.invalid"), subject="return:a/b/v1")
    with unguarded("audit_auditevent") as cursor:
        assert invariants.audit_trail_changes() == []
        cursor.execute("UPDATE audit_auditevent SET subject = 'return:a/c/v1' WHERE subject = 'return:a/b/v1'")
    assert len(invariants.audit_trail_changes()) == 1


@pytest.mark.parametrize(("last", "holds"), [(120, True), (130, False)])
def test_memory_that_grew_by_more_than_a_quarter_does_not_hold(last: int, holds: bool) -> None:
    rows = _growth([{"web": 100}, {"web": 160}, {"web": last}])
    assert [row.holds for row in rows] == [True, holds] and rows[1].value == last / 100


Asked = Callable[[], list[str]]


def test_every_day_and_every_quarter_asks_for_all_of_them() -> None:
    questions: set[Asked] = {*invariants.DAILY, *invariants.QUARTERLY}
    named = {value for name, value in vars(invariants).items() if getattr(value, "__module__", "") == invariants.__name__}
    assert questions == named - {invariants.connections_open, invariants.mails_beside_jobs}
