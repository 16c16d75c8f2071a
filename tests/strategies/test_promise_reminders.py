"""Reminders of strategies that end, self-assessments that wait and texts to review: who gets which when, each once."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from edi_portal.clock import set_business_day
from edi_portal.jobs.models import Job
from kpis.notifications import send_notice
from kpis.services.notices import stop_notices
from organisations.models import Organisation, User
from organisations.roles import Role
from strategies.models import SelfAssessment, StrategyDocument
from strategies.reminders import Draft, step_of_end, step_of_review, steps_of_draft
from strategies.services import assessments
from strategies.services.documents import DocumentEntry, add_document, end_document
from strategies.services.reminders import queue_reminders_of_promises
from strategies.tasks import remind_of_promises
from tests.organisations.factories import OrganisationFactory, person
from workforce.services.toolkit import ResourceEntry, add_resource, change_resource, withdraw_resource

TODAY = date(2020, 1, 20)
END = date(2020, 3, 31)
Outbox = list[EmailMessage]
Sent = Callable[[], list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("left", "step"),
    [(91, ""), (90, "ends@20200331"), (0, "ends@20200331"), (-1, "expired@20200331"), (-400, "expired@20200331")],
)
def test_a_document_is_asked_about_a_quarter_before_its_end_and_when_it_expired(left: int, step: str) -> None:
    assert step_of_end(END, END - timedelta(left)) == step


@pytest.mark.parametrize(("past", "step"), [(-1, ""), (0, "due@20200331"), (27, "due@20200331"), (28, "again@20200331")])
def test_a_review_is_asked_for_on_its_day_and_once_more(past: int, step: str) -> None:
    assert step_of_review(END, END + timedelta(past)) == step


@pytest.mark.parametrize(
    ("draft", "steps"),
    [
        (Draft(19, 19, TODAY - timedelta(1), False, 0), ("confirm@20200119",)),
        (Draft(19, 19, TODAY, False, 0), ()),  # somebody may still be writing
        (Draft(19, 19, TODAY - timedelta(1), True, 2), ("mend@2", "confirm@20200119")),
        (Draft(19, 3, TODAY - timedelta(27), False, 0), ()),
        (Draft(19, 3, TODAY - timedelta(28), False, 0), ("finish@20191223",)),
        (Draft(0, 0, TODAY - timedelta(1), False, 0), ()),
    ],
)
def test_a_self_assessment_waits_for_its_sponsor_or_its_lead(draft: Draft, steps: tuple[str, ...]) -> None:
    assert steps_of_draft(draft, TODAY) == steps


@pytest.fixture
def trust(db: None) -> Organisation:
    set_business_day(TODAY)
    StrategyDocument.objects.all().delete()  # those that were published have last days of their own
    return OrganisationFactory.create(slug="here")


@pytest.fixture
def lead(trust: Organisation) -> User:
    return person(Role.EDI_LEAD, trust)


@pytest.fixture
def sponsor(trust: Organisation) -> User:
    return person(Role.EXECUTIVE_SPONSOR, trust)


@pytest.fixture
def sent(mailoutbox: Outbox) -> Sent:
    """Send everything that is queued; who got which subject since the last time."""

    def send() -> list[tuple[str, str]]:
        before = len(mailoutbox)
        for job in Job.objects.filter(kind="notice", status="queued").order_by("pk"):
            payload = job.payload
            send_notice(kind=payload["kind"], about=payload["about"], user=User.objects.get(pk=payload["user"]))
            job.status = "done"
            job.save(update_fields=["status"])
        return sorted((mail.to[0], mail.subject) for mail in mailoutbox[before:])

    return send


def strategy(trust: Organisation, lead: User, **changes: object) -> StrategyDocument:
    days = {"starts_on": date(2016, 4, 1), "ends_on": END, "approved_on": date(2016, 3, 1), "approved_by": "The board"}
    return add_document(organisation=trust, entry=DocumentEntry("strategy", "Zqx title", **days | changes), by=lead)  # type: ignore[arg-type]


def test_a_strategy_without_successor_is_told_before_and_after_its_end(
    trust: Organisation, lead: User, sponsor: User, sent: Sent, mailoutbox: Outbox
) -> None:
    strategy(trust, lead)
    assert remind_of_promises() == 1 and queue_reminders_of_promises() == 0, "nobody is told twice"
    assert sent() == [(lead.email, "EDI strategy of Here ends soon")]
    assert "ends on 31 March 2020, and nothing replaces it" in mailoutbox[-1].body
    assert "To stop reminders" in mailoutbox[-1].body
    assert "Zqx" not in mailoutbox[-1].body + mailoutbox[-1].subject, "free text stays in the portal"
    set_business_day(END + timedelta(1))
    assert queue_reminders_of_promises() == 2
    assert sent() == sorted((one.email, "EDI strategy of Here has expired") for one in (lead, sponsor))
    set_business_day(END + timedelta(300))
    assert queue_reminders_of_promises() == 0


def test_what_has_a_successor_has_ended_or_is_a_draft_is_not_asked_about(trust: Organisation, lead: User, sent: Sent) -> None:
    first = strategy(trust, lead)
    queue_reminders_of_promises()
    strategy(trust, lead, starts_on=END + timedelta(1), ends_on=date(2024, 3, 31), replaces=first)
    assert sent() == [], "the message looks again before it goes"
    strategy(trust, lead, approved_on=None, approved_by="")
    dropped = strategy(trust, lead, starts_on=date(2012, 4, 1), ends_on=date(2016, 3, 1))
    end_document(document=dropped, on=date(2016, 3, 1), reason="Part of the People Strategy.", by=lead)
    assert queue_reminders_of_promises() == 0


def test_a_self_assessment_is_told_to_whom_it_waits_for(
    trust: Organisation, lead: User, sponsor: User, sent: Sent, mailoutbox: Outbox
) -> None:
    made = assessments.begin_assessment(organisation=trust, by=lead)
    rows = list(made.criteria.rows.all())
    for row in rows[1:]:
        assessments.answer_criterion(assessment=made, criterion=row, entry=assessments.AnswerEntry(1), seen_version=0, by=lead)
    set_business_day(TODAY + timedelta(28))
    queue_reminders_of_promises()
    subject = "Self-assessment 2019-20 of Here waits for you"
    assert sent() == [(lead.email, subject)] and "1 of its" in mailoutbox[-1].body
    assessments.answer_criterion(assessment=made, criterion=rows[0], entry=assessments.AnswerEntry(1), seen_version=0, by=lead)
    assert queue_reminders_of_promises() == 0, "somebody may still be writing today"
    set_business_day(TODAY + timedelta(29))
    queue_reminders_of_promises()
    assert sent() == [(sponsor.email, subject)] and "Confirm it, or send it back" in mailoutbox[-1].body
    made = assessments.send_assessment_back(assessment=made, reason="Zqx reason", by=sponsor)
    queue_reminders_of_promises()
    assert sent() == [(lead.email, subject)] and "Zqx" not in mailoutbox[-1].body
    assert queue_reminders_of_promises() == 0


def test_a_confirmed_self_assessment_waits_for_nobody(trust: Organisation, lead: User, sponsor: User, sent: Sent) -> None:
    made = assessments.begin_assessment(organisation=trust, by=lead)
    for row in made.criteria.rows.all():
        assessments.answer_criterion(assessment=made, criterion=row, entry=assessments.AnswerEntry(1), seen_version=0, by=lead)
    set_business_day(TODAY + timedelta(1))
    assert queue_reminders_of_promises() == 1
    assessments.confirm_assessment(assessment=made, by=sponsor)
    assert sent() == [], "it was confirmed meanwhile"
    assert SelfAssessment.objects.get().state == SelfAssessment.State.CONFIRMED and queue_reminders_of_promises() == 0


def test_a_text_whose_review_is_due_is_told_to_who_keeps_it(
    trust: Organisation, lead: User, sponsor: User, sent: Sent, mailoutbox: Outbox
) -> None:
    member, late = person(Role.STEERING_MEMBER), date(2020, 1, 20)
    entry = ResourceEntry("Zqx leaflet", link="https://trust.invalid/", audiences=("staff",), review_on=late)
    own = add_resource(organisation=trust, entry=entry, by=lead)
    shared = add_resource(organisation=None, entry=entry, by=member)
    assert queue_reminders_of_promises() == 2
    assert sent() == sorted(
        [
            (lead.email, "Toolkit: a text of Here is due for review"),
            (member.email, "Toolkit: a text of the partnership is due for review"),
        ]
    )
    assert "Zqx" not in mailoutbox[-1].body
    set_business_day(TODAY + timedelta(28))
    assert queue_reminders_of_promises() == 2, "once more"
    change_resource(
        resource=own,
        entry=ResourceEntry("Zqx", link=own.link, audiences=("staff",), review_on=date(2021, 1, 1)),
        seen_version=own.version,
        by=lead,
    )
    withdraw_resource(resource=shared, by=member)
    assert sent() == [], "reviewed and withdrawn meanwhile"


def test_who_wants_no_reminders_gets_none(trust: Organisation, lead: User) -> None:
    stop_notices(by=lead, kind="reminders")
    strategy(trust, lead)
    assert queue_reminders_of_promises() == 0


def test_the_daily_run_asks_as_often_for_many_organisations(trust: Organisation, lead: User) -> None:
    strategy(trust, lead)
    few = _queries()
    for _ in range(5):
        other = OrganisationFactory.create()
        strategy(other, person(Role.EDI_LEAD, other))
    queue_reminders_of_promises()
    assert _queries() - few <= 5, "one look at the queue for each document, everything else once"


def _queries() -> int:
    queue_reminders_of_promises()
    with CaptureQueriesContext(connection) as captured:
        queue_reminders_of_promises()
    return len(captured)
