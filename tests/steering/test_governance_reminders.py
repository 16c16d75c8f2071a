"""Reminders of actions and ratifications: who gets which on what day, each once, and never what is settled by then."""

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
from organisations.models import Organisation, Place, User
from organisations.roles import Role
from steering.models import Action, GroupMember
from steering.reminders import is_overdue, step_of, step_without_day
from steering.services import actions
from steering.services.proposals import propose, reply_to_proposal, withdraw_proposal
from steering.services.reminders import queue_governance_reminders
from steering.tasks import remind_of_governance
from tests.organisations.factories import OrganisationFactory, person
from tests.steering.test_ratification import ENTRY
from tests.steering.test_workstreams_actions import TODAY, entry, pass_everything
from tests.strategies.operating_models import pass_all, proposed_version

# In winter, when the day of London begins with that of the servers: tests also run late in the evening.
DUE = date(2020, 2, 28)
Outbox = list[EmailMessage]


@pytest.mark.parametrize(
    ("left", "step"),
    [(30, "given"), (8, "given"), (7, "before_7@20200228"), (1, "before_7@20200228"), (0, "due_today@20200228")],
)
def test_the_newest_step_whose_day_has_come(left: int, step: str) -> None:
    assert step_of(DUE, DUE - timedelta(left)) == step


def test_what_is_overdue_stays_so_and_what_has_no_day_is_asked_twice() -> None:
    assert step_of(DUE, DUE + timedelta(1)) == step_of(DUE, DUE + timedelta(90)) == "overdue@20200228"
    assert is_overdue("overdue@20200228") and not is_overdue("due_today@20200228")
    assert step_without_day(DUE, DUE + timedelta(27)) == "given" and step_without_day(DUE, DUE + timedelta(28)) == "again"


@pytest.fixture
def member(db: None) -> User:
    set_business_day(TODAY)
    return person(Role.STEERING_MEMBER)


@pytest.fixture
def trust(member: User) -> Organisation:
    return OrganisationFactory.create(slug="here")


@pytest.fixture
def lead(trust: Organisation) -> User:
    return person(Role.EDI_LEAD, trust)


@pytest.fixture
def sponsor(trust: Organisation) -> User:
    return person(Role.EXECUTIVE_SPONSOR, trust)


@pytest.fixture
def given(member: User, trust: Organisation, lead: User, sponsor: User) -> Action:
    return actions.raise_action(entry=entry(owner_organisation=trust, organisations=(trust,), due_on=DUE), by=member)


@pytest.fixture
def sent(mailoutbox: Outbox) -> Callable[[], list[tuple[str, str]]]:
    """Send everything that is queued, twice over as a queue may; who got which subject since the last time."""

    def send() -> list[tuple[str, str]]:
        before = len(mailoutbox)
        for job in Job.objects.filter(kind="notice", status="queued").order_by("pk"):
            payload = job.payload
            user = User.objects.get(pk=payload["user"])
            send_notice(kind=payload["kind"], about=payload["about"], user=user)
            job.status = "done"
            job.save(update_fields=["status"])
        return [(mail.to[0], mail.subject) for mail in mailoutbox[before:]]

    return send


def test_an_action_is_told_when_given_before_its_day_on_it_and_when_overdue(
    given: Action, lead: User, sponsor: User, sent: Callable[[], list[tuple[str, str]]], mailoutbox: Outbox
) -> None:
    subject = f"Action {given.pk} about {given.kpi}: {given.owner}"
    remind_of_governance()
    assert sent() == [(lead.email, subject)]
    assert queue_governance_reminders() == 0, "nobody is told twice"
    for day in (DUE - timedelta(7), DUE):
        set_business_day(day)
        assert queue_governance_reminders() == 1 and queue_governance_reminders() == 0
        assert sent() == [(lead.email, subject)]
    assert "is due today" in mailoutbox[-1].body and "To stop reminders" in mailoutbox[-1].body
    set_business_day(DUE + timedelta(3))
    queue_governance_reminders()
    assert sorted(sent()) == sorted([(lead.email, subject), (sponsor.email, subject)])
    assert given.title not in mailoutbox[-1].body + mailoutbox[-1].subject, "free text stays in the portal"


def test_what_is_done_moved_or_given_away_by_then_is_not_sent(
    given: Action, member: User, lead: User, sent: Callable[[], list[tuple[str, str]]]
) -> None:
    set_business_day(DUE)
    queue_governance_reminders()
    moved = entry(
        owner_organisation=given.owner_organisation, organisations=(given.owner_organisation,), due_on=date(2020, 3, 20)
    )
    changed = actions.change_action(action=given, entry=moved, seen_version=given.version, by=member)
    assert sent() == []
    set_business_day(date(2020, 3, 20))
    assert queue_governance_reminders() == 1, "the new day is reminded of anew"
    actions.close_action(action=changed, outcome="done", note="Done.", by=lead)
    assert sent() == []
    assert queue_governance_reminders() == 0


def test_nobody_is_told_what_they_raised_and_who_wants_no_reminders_gets_none(
    trust: Organisation, lead: User, sponsor: User, given: Action, sent: Callable[[], list[tuple[str, str]]]
) -> None:
    actions.raise_action(entry=entry(owner_organisation=trust, organisations=(trust,), due_on=DUE), by=lead)
    stop_notices(by=sponsor, kind="reminders")
    queue_governance_reminders()
    assert len(sent()) == 1, "the group's action, not the own one"
    set_business_day(DUE + timedelta(1))
    queue_governance_reminders()
    assert {address for address, _ in sent()} == {lead.email}


def test_an_action_of_the_group_reminds_members_whose_term_holds(member: User, sent: Callable[[], list[tuple[str, str]]]) -> None:
    former = person(Role.STEERING_MEMBER)
    GroupMember.objects.create(
        seat="member", role_holder="Former", user=former, valid_from=date(2018, 4, 1), valid_to=TODAY - timedelta(1)
    )
    actions.raise_action(entry=entry(owner_organisation=None, due_on=DUE), by=member)
    assert queue_governance_reminders() == 0, "the group knows what it gave itself"
    set_business_day(DUE)
    queue_governance_reminders()
    assert [address for address, _ in sent()] == [member.email]


def test_bodies_are_asked_once_the_words_are_reviewed_and_until_they_replied(
    member: User, sent: Callable[[], list[tuple[str, str]]]
) -> None:
    board = person(Role.BOARD_MEMBER)
    places = {slug: person(Role.HEALTHWATCH_READER, Place.objects.get(slug=slug)) for slug in ("liverpool", "wirral")}
    person(Role.EDI_LEAD, OrganisationFactory.create(slug="nobody-asks-me"))
    proposal = propose(entry=ENTRY, by=member)
    assert queue_governance_reminders() == 0, "nobody can read it yet"
    pass_everything(person(Role.PORTAL_ADMIN))
    assert queue_governance_reminders() == 3 and queue_governance_reminders() == 0
    asked = {board.email, *(one.email for one in places.values())}
    told = sent()
    assert {address for address, _ in told} == asked and {subject for _, subject in told} == {
        f"To ratify: proposal {proposal.pk}"
    }

    reply_to_proposal(proposal=proposal, outcome="ratified", reason="", by=places["liverpool"])
    set_business_day(ENTRY.reply_by + timedelta(1))
    queue_governance_reminders()
    reply_to_proposal(proposal=proposal, outcome="ratified", reason="", by=board)
    assert [address for address, _ in sent()] == [places["wirral"].email], "whoever replied meanwhile is left in peace"
    withdraw_proposal(proposal=proposal, reason="Another way.", by=member)
    set_business_day(ENTRY.reply_by + timedelta(30))
    assert queue_governance_reminders() == 0


def test_a_proposed_operating_model_is_asked_about_twice_at_most(member: User, sent: Callable[[], list[tuple[str, str]]]) -> None:
    board = person(Role.BOARD_MEMBER)
    healthwatch = person(Role.HEALTHWATCH_READER, Place.objects.get(slug="liverpool"))
    version = proposed_version(member)
    assert queue_governance_reminders() == 0, "nobody is asked for what they cannot read"
    pass_all(person(Role.PORTAL_ADMIN))
    assert queue_governance_reminders() == 2 and queue_governance_reminders() == 0
    version.replies.create(place=None, decision="ratify", replied_on=TODAY, recorded_by=board)
    assert [address for address, _ in sent()] == [healthwatch.email]
    set_business_day(TODAY + timedelta(28))
    assert queue_governance_reminders() == 1
    set_business_day(TODAY + timedelta(60))
    assert queue_governance_reminders() == 0


def test_queueing_asks_the_same_however_many_actions(member: User, trust: Organisation, lead: User) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            queue_governance_reminders()
        return len(queries)

    def give(number: int) -> None:
        for _ in range(number):
            actions.raise_action(entry=entry(owner_organisation=trust, organisations=(trust,), due_on=DUE), by=member)
        queue_governance_reminders()

    give(1)
    few = asked()
    give(6)
    assert asked() <= few + 6, "one look for each message that is due, nothing else"
