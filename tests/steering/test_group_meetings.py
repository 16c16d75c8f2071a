"""Risks, the group and its meetings, decisions, and what comes to boards: who may, what is refused, and in which words."""

import html
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from pypdf import PdfReader

from edi_portal.clock import set_business_day
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed, StaleData
from kpis.models.collections import Collection, end_of_day
from kpis.models.releases import Release
from kpis.models.waivers import Waiver
from organisations.models import Organisation, User
from organisations.roles import Role
from steering.agenda import Agenda, minutes_for
from steering.dashboards.agenda import live_agenda
from steering.models import Action, Decision, GroupMember, Meeting, Risk, TermsOfReference, Workstream
from steering.quorum import QuorumRule, Seat, quorum_of
from steering.reports.packs import day_of
from steering.scores import band_of
from steering.services import actions, contributions, group, meetings, risks, workstreams
from steering.services.contributions import ContributionEntry
from steering.services.group import SeatEntry, TermsEntry
from steering.services.meetings import DecisionEntry
from steering.services.risks import RiskEntry
from tests.access.test_filled_forms import Forms
from tests.kpis.dashboard_factories import figure, published_release, write
from tests.organisations.factories import person, signed_in
from tests.steering.test_workstreams_actions import TODAY, entry, pass_everything, text_of

HELD = date(2020, 1, 13)


@pytest.mark.parametrize(
    ("score", "band"), [(1, "Low"), (3, "Low"), (4, "Moderate"), (7, "Moderate"), (8, "High"), (15, "Extreme")]
)
def test_bands_of_scores(score: int, band: str) -> None:
    assert band_of(score) == band


@pytest.mark.parametrize("total", [30, 45, 60, 90, 120, 200, 480])
def test_both_domains_have_the_same_time_and_the_parts_make_the_whole(total: int) -> None:
    opening, domain, rest = minutes_for(total)
    assert opening + 2 * domain + rest == total and min(opening, domain, rest) >= 5


@pytest.mark.parametrize(
    ("rule", "seats", "reached", "words"),
    [
        (QuorumRule(50, False), [(True, ""), (False, "")], True, "1 of 2 members are there; 1 are needed."),
        (
            QuorumRule(50, False),
            [(True, ""), (False, ""), (False, "")],
            False,
            "1 of 3 members are recorded as there; 2 are needed to decide.",
        ),
        (QuorumRule(50, True), [(True, "technical"), (True, "")], False, "Nobody of the cultural domain is recorded as there."),
        (
            QuorumRule(50, True),
            [(True, "technical"), (True, "cultural"), (False, "")],
            True,
            "2 of 3 members are there; 2 are needed.",
        ),
        (QuorumRule(1, False), [], False, "0 of 0 members are recorded as there; 1 are needed to decide."),
    ],
)
def test_the_quorum(rule: QuorumRule, seats: list[tuple[bool, str]], reached: bool, words: str) -> None:
    quorum = quorum_of(rule, [Seat(*seat) for seat in seats])
    assert (quorum.reached, quorum.words) == (reached, words)


@pytest.fixture
def trust(db: None) -> Organisation:
    set_business_day(TODAY)
    return Organisation.objects.get(slug="countess-of-chester")


@pytest.fixture
def member(trust: Organisation) -> User:
    return person(Role.STEERING_MEMBER)


@pytest.fixture
def seats(member: User, trust: Organisation) -> list[GroupMember]:
    """Two members, one of each domain, and one whose term has ended."""
    first = date(2018, 4, 1)
    given = [
        SeatEntry(
            "chair", "Director of Workforce", first, None, trust, Workstream.objects.get(slug="workforce-standards"), member
        ),
        SeatEntry("member", "Chair of the forum", first, None, None, Workstream.objects.get(slug="staff-networks")),
        SeatEntry("member", "Deputy Director", first, date(2019, 12, 31), trust),
    ]
    return [group.give_seat(entry=one, by=member) for one in given]


@pytest.fixture
def meeting(member: User) -> Meeting:
    return meetings.plan_meeting(held_on=HELD, place="", by=member)


def decision(**given: object) -> DecisionEntry:
    typed = {"title": "Fund training", "text": "All panels are trained.", "reason": "Gaps in shortlisting."}
    return DecisionEntry(**{**typed, **given})  # type: ignore[arg-type]


def test_a_risk_keeps_its_scores_and_is_closed_with_a_reason(member: User, trust: Organisation) -> None:
    typed = RiskEntry("Data late", "Leave", "Cover", "Director", date(2020, 4, 1), 4, 4, Workstream.objects.first())
    made = risks.raise_risk(entry=typed, by=member)
    changed = RiskEntry("Data late", "Leave", "Cover", "Director", date(2020, 4, 1), 2, 4, Workstream.objects.first())
    with pytest.raises(StaleData):
        risks.change_risk(risk=made, entry=changed, seen_version=0, by=member)
    risks.change_risk(risk=made, entry=changed, seen_version=1, by=member)
    found = Risk.objects.scored().get(pk=made.pk)
    assert (found.score, found.band, found.scores.count()) == (8, "High", 2)
    with pytest.raises(Incomplete, match="Say why"):
        risks.close_risk(risk=made, reason=" ", by=member)
    risks.close_risk(risk=made, reason="Posts are filled.", by=member)
    with pytest.raises(InvalidTransition):
        risks.close_risk(risk=made, reason="Again", by=member)
    risks.reopen_risk(risk=made, by=member)
    page = text_of(signed_in(member), f"/risks/{made.pk}/")
    assert "8 of 25" in page and "4 Likely" in page
    assert "Data late" in signed_in(member).get("/risks/data.csv").content.decode()


def test_a_member_whose_term_ended_is_refused_in_words(member: User, seats: list[GroupMember], meeting: Meeting) -> None:
    with pytest.raises(InvalidTransition, match="The term of Deputy Director, Countess of Chester ended on 31 December 2019"):
        meetings.record_attendance(meeting=meeting, members=seats, by=member)
    answer = signed_in(member).post(f"/meetings/{HELD}/attendance/", {"members": [seat.pk for seat in seats], "version": "0"})
    assert answer.status_code == 422 and "Renew the term first." in answer.content.decode()
    group.set_last_day(member=seats[2], last=None, reason="Renewed for a year.", by=member)
    meetings.record_attendance(meeting=meeting, members=list(GroupMember.objects.all()), by=member)
    group.set_last_day(member=seats[0], last=date(2020, 1, 19), reason="Moved on.", by=member)
    with pytest.raises(NotAllowed, match="Your term in the steering group ended on 19 January 2020"):
        meetings.record_decision(meeting=meeting, entry=decision(), by=member)
    client = signed_in(member)
    assert client.get("/meetings/add/").status_code == 403
    assert client.get("/meetings/").status_code == 200
    with pytest.raises(NotAllowed):
        actions.raise_action(entry=entry(), by=member)


def test_a_member_changes_nothing_outside_their_term(member: User, seats: list[GroupMember], trust: Organisation) -> None:
    made = actions.raise_action(entry=entry(), by=member)
    group.set_last_day(member=seats[0], last=date(2020, 1, 19), reason="Moved on.", by=member)
    with pytest.raises(NotAllowed, match="ended on 19 January 2020"):
        actions.change_action(action=made, entry=entry(), seen_version=made.version, by=member)
    newcomer, other = person(Role.STEERING_MEMBER), person(Role.STEERING_MEMBER)
    group.give_seat(entry=SeatEntry("member", "Director of Nursing", date(2020, 2, 1), None, trust, None, newcomer), by=other)
    with pytest.raises(NotAllowed, match="begins on 1 February 2020"):
        actions.change_action(action=made, entry=entry(), seen_version=made.version, by=newcomer)


def test_a_decision_needs_a_quorum_a_reason_and_an_open_collection(
    member: User, seats: list[GroupMember], meeting: Meeting
) -> None:
    with pytest.raises(InvalidTransition, match="This meeting cannot decide yet. 0 of 2 members are recorded as there"):
        meetings.record_decision(meeting=meeting, entry=decision(), by=member)
    meetings.record_attendance(meeting=meeting, members=seats[:1], by=member)
    with pytest.raises(InvalidTransition, match="Nobody of the cultural domain"):
        meetings.record_decision(meeting=meeting, entry=decision(), by=member)
    meetings.record_attendance(meeting=meeting, members=seats[:2], by=member)
    with pytest.raises(Incomplete):
        meetings.record_decision(meeting=meeting, entry=decision(reason=""), by=member)
    day = date(2019, 10, 31)
    Collection.objects.create(
        period="2019-20-q2", opens_on=date(2019, 10, 1), due_on=day, closes_at=end_of_day(date(2019, 11, 14))
    )
    with pytest.raises(InvalidTransition, match="The collection 2019-20 Q2 closed on 14 November 2019"):
        meetings.record_decision(meeting=meeting, entry=decision(period="2019-20-q2"), by=member)
    made = meetings.record_decision(meeting=meeting, entry=decision(), by=member)
    action = actions.raise_action(entry=entry(), decision=made, by=member)
    assert f"Decision {made.pk}" in text_of(signed_in(member), f"/actions/{action.pk}/")
    meetings.withdraw_decision(decision=made, reason="No money.", by=member)
    assert "Withdrawn on" in text_of(signed_in(member), "/decisions/")
    assert Decision.objects.get(pk=made.pk).withdraw_reason == "No money."


def test_minutes_are_agreed_by_another_member(member: User, seats: list[GroupMember], meeting: Meeting) -> None:
    meetings.write_minutes(meeting=meeting, text="We met.", seen_version=0, by=member)
    with pytest.raises(StaleData):
        meetings.write_minutes(meeting=meeting, text="Other words.", seen_version=0, by=member)
    with pytest.raises(NotAllowed, match="another member agrees them"):
        meetings.agree_minutes(meeting=meeting, by=member)
    assert meetings.agree_minutes(meeting=meeting, by=person(Role.STEERING_MEMBER)).agreed_at is not None
    meetings.write_minutes(meeting=meeting, text="We met again.", seen_version=1, by=member)
    assert Meeting.objects.get(pk=meeting.pk).agreed_at is None


def test_terms_are_versions_and_rule_the_quorum(member: User, seats: list[GroupMember]) -> None:
    typed = TermsEntry("To govern", "Decides plans", 100, False, 90, date(2019, 4, 1), "")
    group.adopt_terms(entry=typed, by=member)
    with pytest.raises(Incomplete, match="Choose a later day"):
        group.adopt_terms(entry=typed, by=member)
    with pytest.raises(Incomplete, match="what changed"):
        group.adopt_terms(entry=TermsEntry("To govern", "More", 60, True, 90, date(2020, 1, 1), ""), by=member)
    assert TermsOfReference.objects.count() == 1
    page = text_of(signed_in(member), "/steering-group/")
    assert "at least 100% of the members are there." in page and "Former members" in page


def test_the_agenda_builds_itself_and_gives_both_domains_the_same(
    member: User, seats: list[GroupMember], meeting: Meeting, trust: Organisation
) -> None:
    release = published_release("2019-20-q2", 12, [trust])
    write(
        figure(release, "WRES-2", trust, value=1.9, verdict="act"),
        figure(release, "DQ-1", None, value=5.1, statistic="pooled", over_time="better", verdict="no_difference"),
    )
    late = actions.raise_action(entry=entry(owner_organisation=trust), by=member)
    Action.objects.filter(pk=late.pk).update(raised_on=date(2019, 9, 1), due_on=date(2019, 12, 20))
    workstreams.add_milestone(
        workstream=Workstream.objects.get(slug="staff-networks"), title="One in each trust", due_on=date(2019, 12, 1), by=member
    )
    risks.raise_risk(
        entry=RiskEntry("Data late", "Leave", "Cover", "Director", date(2020, 4, 1), 4, 4, Workstream.objects.first()), by=member
    )
    Waiver.objects.create(
        organisation=trust,
        collection=release.collection,
        rule="V7",
        finding="V7:x",
        measure="staff_ethnicity",
        reason="Wards moved",
        asked_by=member,
        state=Waiver.GRANTED,
        until=date(2020, 2, 1),
        answer="Yes",
        decided_by=person(Role.PORTAL_ADMIN),
        decided_at=release.published_at,
    )
    meetings.add_agenda_item(meeting=meeting, title="Menopause at work", domain="cultural", by=member)
    with CaptureQueriesContext(connection) as queries:
        agenda = live_agenda(member, meeting, minutes=120, today=TODAY)
    assert len(queries) <= 18
    works, technical, cultural, shared = agenda.sections
    assert works.title == "What works, and why" and [one.minutes for one in agenda.sections] == [20, 35, 35, 30]
    assert [one.heading for one in technical.groups] == [one.heading for one in cultural.groups]
    lines = {group.heading: [line.text for line in group.lines] for section in agenda.sections for group in section.groups}
    assert lines["Getting better, technical domain"] == ["Staff ethnicity unknown (DQ-1)"]
    assert lines["Rules set aside that end soon"][0].endswith("Countess of Chester")
    assert "Shortlisting, White vs BME (WRES-2)" in [line.text for line in technical.groups[0].lines]
    assert [line.text for line in technical.groups[1].lines] == ["Review shortlisting"]
    assert [line.text for line in cultural.groups[2].lines] == ["One in each trust"]
    assert [line.text for line in cultural.groups[4].lines] == ["Menopause at work"]
    assert Agenda.from_data(agenda.as_data()) == agenda
    client = signed_in(member)
    with CaptureQueriesContext(connection) as queries:
        text_of(client, f"/meetings/{HELD}/")
    assert len(queries) <= 25
    pass_everything(person(Role.PORTAL_ADMIN))
    meetings.add_agenda_item(meeting=meeting, title="Not reviewed yet", domain="cultural", by=member)
    meetings.issue_papers(meeting=meeting, by=member)
    frozen = str(Meeting.objects.get(pk=meeting.pk).agenda)
    assert "Menopause at work" in frozen and "Not reviewed yet" not in frozen
    with pytest.raises(InvalidTransition, match="The papers are issued"):
        meetings.add_agenda_item(meeting=meeting, title="Too late", domain="", by=member)
    Action.objects.filter(pk=late.pk).update(due_on=date(2020, 6, 1))
    with CaptureQueriesContext(connection) as queries:
        assert "Review shortlisting" in text_of(client, f"/meetings/{HELD}/")
    assert len(queries) <= 25
    papers = client.get(f"/meetings/{HELD}/papers.pdf")
    words = "".join(page.extract_text() for page in PdfReader(BytesIO(papers.content)).pages)
    assert "What works, and why" in words and "Menopause at work" in words and "Release 12" in words
    book = load_workbook(BytesIO(client.get(f"/meetings/{HELD}/papers.xlsx").content))
    assert "Risks" in book.sheetnames


def test_what_cannot_go_on_the_agenda_is_said_on_the_page_and_stays_typed(member: User, meeting: Meeting) -> None:
    client, address = signed_in(member), f"/meetings/{HELD}/items/"
    for typed, words in (
        ({"title": "Menopause at work", "domain": "no such"}, "Where it belongs"),
        ({"title": f"Menopause at work {'x' * 200}", "domain": "cultural"}, "200 characters"),
    ):
        answer = client.post(address, typed)
        page = html.unescape(answer.content.decode())
        assert answer.status_code == 422 and typed["title"] in page and words in page.partition("<h1")[0], page
    assert not meeting.items.exists()
    assert client.post(address, {"title": "Menopause at work", "domain": "cultural"}).status_code == 302


def test_two_who_cancel_a_meeting_cancel_it(member: User, meeting: Meeting) -> None:
    first, second, address = signed_in(member), signed_in(person(Role.STEERING_MEMBER)), f"/meetings/{HELD}/"
    seen = Forms()
    seen.feed(second.get(address).content.decode())
    form = next(one for one in seen.found if one.action == f"{address}cancel/")
    assert first.post(f"{address}cancel/", form.filled()).status_code == 302
    answer = second.post(f"{address}cancel/", form.filled())
    assert answer.status_code == 409 and "This meeting is cancelled already." in answer.content.decode()
    meeting.refresh_from_db()
    assert meeting.cancelled_on == TODAY
    page = Forms()
    page.feed(second.get(address).content.decode())
    back = next(one for one in page.found if one.action == f"{address}cancel/")
    assert second.post(f"{address}cancel/", back.filled()).status_code == 302
    assert first.post(f"{address}cancel/", back.filled()).status_code == 409
    meeting.refresh_from_db()
    assert meeting.cancelled_on is None


def test_papers_and_packs_of_a_summer_night_carry_the_day_of_london(member: User, meeting: Meeting) -> None:
    night = datetime(2020, 6, 9, 23, 30, tzinfo=UTC)  # half past midnight of 10 June in London
    meetings.issue_papers(meeting=meeting, by=member)
    Meeting.objects.filter(pk=meeting.pk).update(issued_at=night)
    words = signed_in(member).get(f"/meetings/{HELD}/papers.csv").content.decode()
    assert "10 June 2020" in words and "9 June 2020" not in words
    assert day_of(Release(published_at=night)) == date(2020, 6, 10)


def test_words_of_others_wait_on_the_agenda(member: User, meeting: Meeting, trust: Organisation) -> None:
    lead = person(Role.EDI_LEAD, trust)
    made = actions.raise_action(entry=entry(owner_organisation=trust, organisations=(trust,)), by=lead)
    Action.objects.filter(pk=made.pk).update(raised_on=date(2019, 9, 1), due_on=date(2019, 12, 20))
    assert "Review shortlisting" not in str(live_agenda(member, meeting, minutes=60, today=TODAY))
    pass_everything(person(Role.PORTAL_ADMIN))
    assert "Review shortlisting" in str(live_agenda(member, meeting, minutes=60, today=TODAY))


def test_a_contribution_says_what_it_changed(member: User, trust: Organisation) -> None:
    typed = ContributionEntry("lived_experience", "Interpreting", "Deaf patients' forum", date(2020, 1, 10), trust)
    made = contributions.plan_contribution(entry=typed, by=member)
    with pytest.raises(Incomplete, match="or that nothing has changed yet"):
        contributions.hold_contribution(contribution=made, held_on=date(2020, 1, 10), changed="", by=member)
    contributions.hold_contribution(contribution=made, held_on=date(2020, 1, 10), changed="A text line was agreed.", by=member)
    assert "A text line was agreed." in text_of(signed_in(member), "/contributions/")
    with pytest.raises(InvalidTransition):
        contributions.cancel_contribution(contribution=made, reason="Too late", by=member)


def test_an_exception_says_which_action_looks_after_it(member: User, trust: Organisation) -> None:
    other = Organisation.objects.get(slug="mid-cheshire")
    release = published_release("2019-20-q2", 1, [trust, other])
    write(*(figure(release, "WRES-2", where, value=1.9, verdict="act") for where in (trust, other)))
    made = actions.raise_action(entry=entry(organisations=(trust,)), by=member)
    page = text_of(signed_in(member), "/overview/exceptions/")
    assert "2 readings need action, 1 without an action" in page
    assert f'href="/actions/{made.pk}/">Action {made.pk}</a>' in page
    assert "/actions/add/?kpi=WRES-2&amp;organisation=mid-cheshire" in page
    alone = text_of(signed_in(member), "/overview/exceptions/?action=none")
    assert "1 reading needs action" in alone and "Countess of Chester" not in alone.split("<main")[1]
    admin = text_of(signed_in(person(Role.PORTAL_ADMIN)), "/overview/exceptions/")
    assert "Raise an action" not in admin and f"Action {made.pk}" in admin
    assert f"Action {made.pk}" in signed_in(member).get("/overview/exceptions/data.csv").content.decode()
    form = text_of(signed_in(member), "/actions/add/?kpi=WRES-2&organisation=mid-cheshire&organisation=countess-of-chester")
    assert form.count("checked") == 2
