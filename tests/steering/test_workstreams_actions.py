"""Workstreams and actions: the rule of a plan's colour, who reads and writes, the gate of texts, whether a figure moved."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import set_business_day
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed, StaleData
from edi_portal.reviews.models import TextReview
from edi_portal.reviews.services import pass_text
from organisations.models import Organisation, Place, User
from organisations.roles import Role
from steering.models import Action, Milestone, RagOverride, Workstream, WorkstreamLead
from steering.rag import standing_of
from steering.selectors.workstreams import plan_states
from steering.services import actions, workstreams
from steering.services.actions import ActionEntry
from steering.services.reference import load_workstreams
from tests.kpis.dashboard_factories import figure, published_release, write
from tests.organisations.factories import person, signed_in

TODAY = date(2020, 1, 20)


def days(*numbers: int) -> list[date]:
    """Days counted from today."""
    return [TODAY + timedelta(number) for number in numbers]


@pytest.mark.parametrize(
    ("milestones", "open_actions", "reached", "colour", "words"),
    [
        ([], [], 0, "none", "No milestone is set."),
        ([], [], 2, "green", "Every milestone is reached."),
        ([60], [5], 0, "green", "Nothing is overdue. The next milestone is due on 20 March 2020."),
        ([14, 60], [], 0, "amber", "The next milestone is due on 3 February 2020."),
        ([15], [], 0, "green", "Nothing is overdue. The next milestone is due on 4 February 2020."),
        ([-28, 60], [], 0, "amber", "1 milestone is overdue, the oldest by 28 days."),
        ([-29], [-3], 0, "red", "1 milestone and 1 action are overdue, the oldest by 29 days."),
        ([60], [-1, -2], 0, "amber", "2 actions are overdue, the oldest by 2 days."),
    ],
)
def test_the_colour_of_a_plan_follows_from_its_dates(
    milestones: list[int], open_actions: list[int], reached: int, colour: str, words: str
) -> None:
    standing = standing_of(TODAY, milestones=days(*milestones), actions=days(*open_actions), reached=reached)
    assert (standing.colour, standing.reason) == (colour, words)


@pytest.fixture
def today(db: None) -> None:
    set_business_day(TODAY)


@pytest.fixture
def trust(today: None) -> Organisation:
    return Organisation.objects.get(slug="countess-of-chester")


@pytest.fixture
def lead(trust: Organisation) -> User:
    return person(Role.EDI_LEAD, trust)


@pytest.fixture
def member(today: None) -> User:
    return person(Role.STEERING_MEMBER)


def entry(**given: object) -> ActionEntry:
    """An action as typed, about one KPI."""
    typed = {
        "title": "Review shortlisting",
        "what": "Two trained people shortlist.",
        "effect": "Below 1.25 by 2020-21 Q2",
        "owner_role": "Director of Workforce",
        "due_on": date(2020, 6, 30),
        "kpi": "WRES-2",
    }
    return ActionEntry(**{**typed, **given})  # type: ignore[arg-type]


def pass_everything(by: User) -> None:
    """A reviewer passes whatever waits."""
    for review in TextReview.objects.filter(state="waiting"):
        pass_text(review=review, nobody_recognisable=True, by=by)


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_seven_workstreams_stand_in_two_domains_and_load_once(today: None) -> None:
    assert Workstream.objects.count() == 7
    assert set(Workstream.objects.values_list("domain", flat=True)) == {"technical", "cultural"}
    assert load_workstreams() == 0


def test_plans_change_through_the_group_and_a_colour_against_the_rule_says_why(member: User, lead: User) -> None:
    found = Workstream.objects.get(slug="staff-networks")
    step = workstreams.add_milestone(workstream=found, title="Every trust has one", due_on=date(2019, 12, 1), by=member)
    assert plan_states()["staff-networks"].colour == "red"
    with pytest.raises(NotAllowed):
        workstreams.reach_milestone(milestone=step, by=lead)
    with pytest.raises(Incomplete, match="Say why the rule is wrong here"):
        workstreams.set_colour(workstream=found, colour="amber", reason=" ", rule_said="red", by=member)
    workstreams.set_colour(workstream=found, colour="amber", reason="The last two start in May.", rule_said="red", by=member)
    state = plan_states()["staff-networks"]
    assert (state.colour, state.rule.colour) == ("amber", "red")
    page = text_of(signed_in(member), "/workstreams/staff-networks/")
    assert "The last two start in May." in page and "the rule says Red" in page
    outside = text_of(signed_in(person(Role.BOARD_MEMBER)), "/workstreams/staff-networks/")
    assert "The last two start in May." not in outside and "Every trust has one" not in outside
    pass_everything(person(Role.PORTAL_ADMIN))
    assert "The last two start in May." in text_of(signed_in(person(Role.BOARD_MEMBER)), "/workstreams/staff-networks/")
    workstreams.follow_rule(workstream=found, by=member)
    assert plan_states()["staff-networks"].colour == "red" and RagOverride.objects.count() == 1
    workstreams.reach_milestone(milestone=step, by=member)
    with pytest.raises(InvalidTransition):
        workstreams.drop_milestone(milestone=step, reason="No", by=member)
    workstreams.reopen_milestone(milestone=step, by=member)
    workstreams.drop_milestone(milestone=step, reason="Merged with another", by=member)
    assert Milestone.objects.get(pk=step.pk).drop_reason == "Merged with another"


def test_a_lead_whose_term_ended_is_said_on_the_page(member: User, trust: Organisation) -> None:
    found = Workstream.objects.get(slug="board-development")
    workstreams.name_lead(
        workstream=found,
        organisation=trust,
        role_holder="Chair",
        first=date(2019, 1, 1),
        last=date(2019, 12, 31),
        by=member,
    )
    assert "The term of Chair, Countess of Chester ended on 31 December 2019." in text_of(
        signed_in(member), "/workstreams/board-development/"
    )
    workstreams.name_lead(workstream=found, organisation=trust, role_holder="Deputy chair", first=TODAY, last=None, by=member)
    assert WorkstreamLead.objects.filter(workstream=found).count() == 2
    with pytest.raises(InvalidTransition, match="Choose a later first day"):
        workstreams.name_lead(workstream=found, organisation=trust, role_holder="Chair", first=TODAY, last=None, by=member)


def test_an_organisation_reads_and_updates_its_own_actions_alone(member: User, lead: User, trust: Organisation) -> None:
    other = Organisation.objects.get(slug="mid-cheshire")
    own = actions.raise_action(entry=entry(owner_organisation=trust, organisations=(trust,)), by=member)
    foreign = actions.raise_action(entry=entry(owner_organisation=other, organisations=(other,)), by=member)
    everybody = actions.raise_action(entry=entry(kpi="", workstream=Workstream.objects.first()), by=member)
    assert own.workstream.slug == "workforce-standards" and own.period == "2019-20-q3"
    assert set(Action.objects.visible_to(lead)) == {own, everybody}
    assert set(Action.objects.visible_to(member)) == {own, foreign, everybody}
    for role, where in ((Role.BOARD_MEMBER, None), (Role.HEALTHWATCH_READER, Place.objects.get(slug="liverpool"))):
        assert not Action.objects.visible_to(person(role, where)).exists()
    actions.report_on_action(action=own, progress="behind", text="Training starts in March.", by=lead)
    with pytest.raises(NotAllowed):
        actions.report_on_action(action=foreign, progress="behind", text="Ours?", by=lead)
    with pytest.raises(NotAllowed):
        actions.change_action(action=own, entry=entry(), seen_version=own.version, by=lead)
    with pytest.raises(NotAllowed, match="concerns your own organisation only"):
        actions.raise_action(entry=entry(owner_organisation=trust, organisations=(other,)), by=lead)


def test_words_reach_the_other_side_after_a_review(member: User, lead: User, trust: Organisation) -> None:
    made = actions.raise_action(entry=entry(owner_organisation=trust, organisations=(trust,)), by=member)
    address = f"/actions/{made.pk}/"
    assert "Review shortlisting" in text_of(signed_in(member), address)
    waiting = text_of(signed_in(lead), address)
    assert "Review shortlisting" not in waiting and "These words wait for a reviewer." in waiting
    assert "Review shortlisting" not in signed_in(lead).get("/actions/data.csv").content.decode()
    assert "Review shortlisting" not in text_of(signed_in(lead), "/actions/?q=shortlisting")
    pass_everything(person(Role.PORTAL_ADMIN))
    assert "Review shortlisting" in text_of(signed_in(lead), address)
    actions.report_on_action(action=made, progress="stuck", text="Nobody is free.", by=lead)
    assert "Nobody is free." in text_of(signed_in(lead), address)
    assert "Nobody is free." not in text_of(signed_in(member), address)
    assert "Stuck, needs a decision" in text_of(signed_in(member), address)
    rows = AuditEvent.objects.filter(subject=f"action:{made.pk}", action__startswith="action.")
    subjects = set(rows.values_list("action", flat=True))
    assert subjects == {"action.raised", "action.reported"}


def test_closing_can_be_undone_and_a_conflict_keeps_both(member: User, trust: Organisation) -> None:
    made = actions.raise_action(entry=entry(), by=member)
    with pytest.raises(StaleData):
        actions.change_action(action=made, entry=entry(title="Another"), seen_version=0, by=member)
    with pytest.raises(Incomplete, match="Say what was done"):
        actions.close_action(action=made, outcome="done", note=" ", by=member)
    closed = actions.close_action(action=made, outcome="done", note="All panels are trained.", by=member)
    with pytest.raises(InvalidTransition, match="is done. Reopen it first"):
        actions.report_on_action(action=closed, progress="behind", text="More to do.", by=member)
    assert actions.reopen_action(action=closed, by=member).is_open
    update = actions.report_on_action(action=made, progress="on_track", text="Half are trained.", by=member)
    actions.take_back_update(update=update, by=member)
    assert "Half are trained." not in text_of(signed_in(member), f"/actions/{made.pk}/")


@pytest.mark.parametrize(
    ("over_time", "words"),
    [
        ("no_difference", "No change yet."),
        ("better", "It moved: better than before, by more than chance."),
        ("worse", "It moved the wrong way: worse than before, by more than chance."),
        ("too_few", "Too early to tell: there are too few figures to compare."),
    ],
)
def test_after_its_day_the_stored_verdict_says_whether_the_figure_moved(
    over_time: str, words: str, member: User, trust: Organisation
) -> None:
    before, after = published_release("2019-20-q1", 1, [trust]), published_release("2019-20-q2", 2, [trust])
    write(
        figure(before, "WRES-2", trust, value=1.9, verdict="act"),
        figure(after, "WRES-2", trust, value=1.4, verdict="watch", over_time=over_time),
    )
    set_business_day(date(2019, 8, 1))
    made = actions.raise_action(entry=entry(organisations=(trust,), due_on=date(2019, 9, 30)), by=member)
    Action.objects.filter(pk=made.pk).update(period="2019-20-q1")
    address = f"/actions/{made.pk}/"
    assert "Due on 30 September 2019. After that day" in text_of(signed_in(member), address)
    set_business_day(TODAY)
    page = text_of(signed_in(member), address)
    assert words in page and "No longer to act on in 2019-20 Q2." in page
    late = Action.objects.filter(pk=made.pk)
    late.update(due_on=date(2019, 12, 31))
    assert "No release covers a quarter that ends on or after 31 December 2019 yet." in text_of(signed_in(member), address)


def test_lists_ask_the_same_however_many_actions(member: User, trust: Organisation) -> None:
    release = published_release("2019-20-q2", 1, [trust])
    write(figure(release, "WRES-2", trust, value=1.9, verdict="act"))
    client = signed_in(member)
    for address in ("/actions/", "/workstreams/", "/workstreams/workforce-standards/"):
        text_of(client, address)  # definitions are read once per process
    asked = []
    for number in (3, 30):
        for _ in range(number):
            made = actions.raise_action(entry=entry(organisations=(trust,)), by=member)
            Action.objects.filter(pk=made.pk).update(raised_on=date(2019, 8, 1), due_on=date(2019, 9, 1))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert "overdue" in text_of(client, "/actions/?state=after")
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 25
    with CaptureQueriesContext(connection) as queries:
        text_of(client, "/workstreams/")
    assert len(queries) <= 25
    with CaptureQueriesContext(connection) as queries:
        text_of(client, "/workstreams/workforce-standards/")
    assert len(queries) <= 25
