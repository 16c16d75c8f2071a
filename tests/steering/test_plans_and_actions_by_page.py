"""Plans of workstreams and actions by page: refusals in words, conflicts that keep what was typed, undo."""

import html
import re
from datetime import date

import pytest
from django.test import Client

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import set_business_day
from edi_portal.exceptions import Incomplete, InvalidTransition
from organisations.models import Organisation, User
from organisations.roles import Role
from steering.models import (
    Action,
    ActionUpdate,
    AgendaItem,
    Contribution,
    Meeting,
    Milestone,
    RagOverride,
    Risk,
    Workstream,
    WorkstreamLead,
)
from steering.services import actions, meetings, risks, workstreams
from steering.services.risks import RiskEntry
from tests.organisations.factories import person, signed_in
from tests.steering.test_workstreams_actions import TODAY, entry, text_of

NETWORKS = "/workstreams/staff-networks/"
DUE = {"due_on-day": "30", "due_on-month": "6", "due_on-year": "2020"}


@pytest.fixture
def trust(db: None) -> Organisation:
    set_business_day(TODAY)
    return Organisation.objects.get(slug="countess-of-chester")


@pytest.fixture
def member(trust: Organisation) -> User:
    return person(Role.STEERING_MEMBER)


@pytest.fixture
def browser(member: User) -> Client:
    return signed_in(member)


@pytest.fixture
def step(member: User) -> Milestone:
    found = Workstream.objects.get(slug="staff-networks")
    return workstreams.add_milestone(workstream=found, title="Every trust has one", due_on=date(2020, 3, 1), by=member)


def sent(client: Client, address: str, status: int = 302, **typed: object) -> str:
    """The page after a form was sent; where it was saved, the page that it leads to."""
    answer = client.post(address, typed, follow=status == 302)
    assert (answer.redirect_chain[0][1] if status == 302 else answer.status_code) == status, html.unescape(
        answer.content.decode()
    )
    return html.unescape(answer.content.decode())


def version_in(page: str) -> str:
    found = re.search(r'name="version" value="(-?\d*)"', page)
    assert found is not None
    return found[1]


def on_record(subject: str) -> list[str]:
    """What was done with a thing, oldest first; that its words wait for a reviewer is another matter."""
    rows = AuditEvent.objects.filter(subject=subject).exclude(action="text.review_asked")
    return list(rows.order_by("pk").values_list("action", flat=True))


def test_a_milestone_is_added_changed_reached_and_opened_again(browser: Client) -> None:
    refused = sent(browser, NETWORKS + "milestones/add/", 422, title=" ", **DUE)
    assert "Enter what will be reached" in refused or "what will be reached" in refused.lower()
    assert not Milestone.objects.exists()
    assert "Each trust has one" in sent(browser, NETWORKS + "milestones/add/", title="Each trust has one", **DUE)
    made = Milestone.objects.get()
    address = f"{NETWORKS}milestones/{made.pk}/"
    version = version_in(text_of(browser, address))
    sent(browser, address, version=version, title="Each trust has two", **(DUE | {"due_on-month": "5"}))
    made.refresh_from_db()
    assert (made.title, made.due_on) == ("Each trust has two", date(2020, 5, 30))
    assert "The milestone is reached." in sent(browser, address, doing="reach")
    assert Milestone.objects.get().reached_on == TODAY
    assert "Reopen the milestone" in text_of(browser, address)
    assert "The milestone is open again." in sent(browser, address, doing="reopen")
    assert Milestone.objects.get().is_open
    assert on_record(f"milestone:{made.pk}") == [f"milestone.{what}" for what in ("added", "changed", "reached", "reopened")]


def test_a_milestone_is_dropped_with_a_reason_that_fits(browser: Client, step: Milestone) -> None:
    address = f"{NETWORKS}milestones/{step.pk}/"
    assert "Say why the milestone is dropped." in sent(browser, address, 422, doing="drop", reason=" ")
    long = "Merged with another one. " * 20
    page = sent(browser, address, 422, doing="drop", reason=long)
    assert " open>" in page.partition("Drop the milestone")[0].rpartition("<details")[2]
    assert "Why it is dropped must be 300 characters or fewer" in page and long.strip() in page
    assert Milestone.objects.get().is_open
    assert "It stays on record." in sent(browser, address, doing="drop", reason="Merged with another one.")
    assert Milestone.objects.get().drop_reason == "Merged with another one."
    assert "This milestone is closed. Reopen it first." in sent(browser, address, 409, doing="reach")


def test_a_milestone_that_was_closed_meanwhile_keeps_what_was_typed(browser: Client, step: Milestone, member: User) -> None:
    workstreams.reach_milestone(milestone=step, by=member)
    page = sent(browser, f"{NETWORKS}milestones/{step.pk}/", 422, title="Each trust has two", **DUE)
    assert "This milestone is closed. Reopen it first." in page and 'value="Each trust has two"' in page
    assert Milestone.objects.get().title == "Every trust has one"


def test_a_milestone_of_another_workstream_is_none_of_this(browser: Client, step: Milestone) -> None:
    assert browser.get(f"/workstreams/board-development/milestones/{step.pk}/").status_code == 404
    assert browser.get("/workstreams/no-such-one/").status_code == 404


def test_a_lead_is_named_by_page_and_a_wrong_day_is_said(browser: Client, trust: Organisation) -> None:
    typed = {"organisation": trust.slug, "role_holder": "Chair", "first": "1/2/2020", "last": "31/1/2020"}
    page = sent(browser, NETWORKS + "lead/", 422, **typed)
    assert "The last day of the lead must not be before the first day." in page and 'value="Chair"' in page
    assert not WorkstreamLead.objects.exists()
    assert "Who led before stays on record." in sent(browser, NETWORKS + "lead/", **(typed | {"last": ""}))
    assert WorkstreamLead.objects.get().valid_from == date(2020, 2, 1)
    page = sent(browser, NETWORKS + "lead/", 422, **(typed | {"last": "", "first": "20/1/2020"}))
    assert "Chair, Countess of Chester leads from 1 February 2020. Choose a later first day." in page
    assert on_record("workstream:staff-networks") == ["workstream.lead_named"]


def test_a_colour_against_the_rule_is_set_and_given_back_by_page(browser: Client, step: Milestone) -> None:
    page = sent(browser, NETWORKS + "colour/", 422, colour="green", reason="It goes well.")
    assert "The rule says the same." in page and "It goes well." in page
    sent(browser, NETWORKS + "colour/", colour="red", reason="Two trusts have left.")
    again = sent(browser, NETWORKS + "colour/", colour="amber", reason="One came back.")
    assert "One came back." in again and "Two trusts have left." not in again
    assert RagOverride.objects.filter(ended_at__isnull=True).count() == 1 and RagOverride.objects.count() == 2
    assert "One came back." not in sent(browser, NETWORKS + "rule/")
    assert "The rule decides this colour already." in sent(browser, NETWORKS + "rule/", 409)
    assert on_record("workstream:staff-networks")[-1] == "workstream.rule_followed"


@pytest.mark.parametrize("role", [Role.EDI_LEAD, Role.BOARD_MEMBER, Role.PORTAL_ADMIN])
def test_others_change_nothing_of_a_plan(role: Role, step: Milestone, trust: Organisation) -> None:
    client = signed_in(person(role, trust if role is Role.EDI_LEAD else None))
    for place in ("milestones/add/", f"milestones/{step.pk}/", "lead/", "colour/", "rule/"):
        sent(client, NETWORKS + place, 403, title="Ours", doing="reach")
    step.refresh_from_db()
    assert step.is_open and step.title == "Every trust has one"


def action_form(**more: object) -> dict[str, object]:
    typed = {"title": "Review shortlisting", "what": "Two people shortlist.", "effect": "Below 1.25"}
    return {**typed, "owner_role": "Director", "kpi": "WRES-2", "due_on": "30/6/2020"} | more


def test_an_action_is_raised_by_page_and_named_by_its_number(browser: Client, trust: Organisation) -> None:
    page = sent(browser, "/actions/add/", 422, **action_form(kpi="", title="No home"))
    assert "Choose a KPI or a workstream that the action belongs to" in page and 'value="No home"' in page
    assert not Action.objects.exists()
    sent(browser, "/actions/add/", **action_form(organisations=[trust.slug], owner_organisation=trust.slug))
    made = Action.objects.get()
    assert list(made.organisations.all()) == [trust] == [made.owner_organisation]
    own = signed_in(person(Role.EDI_LEAD, trust))
    sent(own, "/actions/add/", **action_form(title="Ours", organisations=["mid-cheshire"], owner_organisation="mid-cheshire"))
    ours = Action.objects.get(title="Ours")
    assert ours.written_for == trust == ours.owner_organisation and list(ours.organisations.all()) == [trust]
    sent(signed_in(person(Role.BOARD_MEMBER)), "/actions/add/", 403, **action_form())


def test_a_mistake_does_not_take_over_the_version_that_somebody_else_saved(browser: Client, member: User) -> None:
    made = actions.raise_action(entry=entry(), by=member)
    address = f"/actions/{made.pk}/change/"
    opened = version_in(text_of(browser, address))
    actions.change_action(action=made, entry=entry(effect="Theirs"), seen_version=int(opened), by=member)
    page = sent(browser, address, 422, **action_form(title=" ", version=opened))
    assert version_in(page) == opened
    page = sent(browser, address, 409, **action_form(effect="Mine", version=version_in(page)))
    assert "Saved meanwhile, beside what you typed" in page and "Theirs" in page and 'value="Mine"' in page
    assert Action.objects.get().effect == "Theirs"
    sent(browser, address, **action_form(effect="Mine", version=version_in(page)))
    assert Action.objects.get().effect == "Mine"


def test_a_risk_and_minutes_keep_the_version_that_they_were_opened_with(browser: Client, member: User) -> None:
    typed = RiskEntry("Data late", "Leave", "Cover", "Director", date(2020, 4, 1), 4, 4, Workstream.objects.first())
    made = risks.raise_risk(entry=typed, by=member)
    address = f"/risks/{made.pk}/change/"
    opened = version_in(text_of(browser, address))
    theirs = RiskEntry("Data late", "Leave", "Theirs", "Director", date(2020, 4, 1), 4, 4, Workstream.objects.first())
    risks.change_risk(risk=made, entry=theirs, seen_version=int(opened), by=member)
    page = sent(browser, address, 422, title=" ", version=opened)
    assert version_in(page) == opened
    meeting = meetings.plan_meeting(held_on=date(2020, 1, 13), place="", by=member)
    meetings.write_minutes(meeting=meeting, text="Theirs.", seen_version=0, by=member)
    page = sent(browser, "/meetings/2020-01-13/minutes/", 409, minutes="Mine.", version="0")
    assert "Theirs." in page and "Mine." in page and Meeting.objects.get().minutes == "Theirs."
    sent(browser, "/meetings/2020-01-13/minutes/", minutes="Both.", version=version_in(page))
    assert Meeting.objects.get().minutes == "Both." and Risk.objects.get().version == int(opened) + 1


def test_an_action_is_reported_on_closed_and_opened_again_by_page(browser: Client, member: User) -> None:
    made = actions.raise_action(entry=entry(), by=member)
    address = f"/actions/{made.pk}/"
    assert "How does it stand?" in sent(browser, address + "report/", 422, progress="", text="Half are trained.")
    assert "Half are trained." in sent(browser, address + "report/", progress="on_track", text="Half are trained.")
    other = signed_in(person(Role.STEERING_MEMBER))
    update = ActionUpdate.objects.get()
    sent(other, address + "take-back/", 404, update=update.pk)
    assert "Half are trained." not in sent(browser, address + "take-back/", update=update.pk)
    assert "was taken back already" in sent(browser, address + "take-back/", 409, update=update.pk)
    closed = sent(browser, address + "report/", progress="done", text="All are trained.")
    assert f"Action {made.pk} is done. You can reopen it." in closed
    late = sent(browser, address + "report/", 422, progress="behind", text="One is on leave.")
    assert f"Action {made.pk} is done. Reopen it first." in late and "One is on leave." in late
    assert "is open again" in sent(browser, address + "reopen/")
    assert Action.objects.get().is_open
    assert "This action is open." in sent(browser, address + "reopen/", 409)


def test_the_list_keeps_to_a_workstream_and_a_file_holds_the_same(browser: Client, member: User) -> None:
    actions.raise_action(entry=entry(), by=member)
    networks = Workstream.objects.get(slug="staff-networks")
    actions.raise_action(entry=entry(title="Meet monthly", kpi="", workstream=networks), by=member)
    page = text_of(browser, "/actions/?workstream=staff-networks")
    assert "Meet monthly" in page and "Review shortlisting" not in page
    book = browser.get("/actions/data.csv?workstream=staff-networks").content.decode()
    assert "Meet monthly" in book and "Review shortlisting" not in book
    assert "Meet monthly" not in text_of(browser, "/actions/?q=shortlisting")


def test_a_cancelled_meeting_takes_no_minutes_until_it_takes_place_after_all(browser: Client, member: User) -> None:
    meetings.plan_meeting(held_on=date(2020, 1, 13), place="", by=member)
    address = "/meetings/2020-01-13/"
    assert "The meeting is cancelled." in sent(browser, address + "cancel/")
    words = "This meeting is cancelled. Let it take place after all first."
    assert words in sent(browser, address + "minutes/", 422, minutes="We met.", version="0")
    with pytest.raises(InvalidTransition, match=words):
        meetings.record_attendance(meeting=Meeting.objects.get(), members=[], by=member)
    assert words in sent(browser, address + "issue/", 409)
    assert words in sent(browser, address + "items/", 409, title="Menopause at work", domain="cultural")
    assert "takes place after all" in sent(browser, address + "cancel/", doing="reinstate")
    sent(browser, address + "minutes/", minutes="We met.", version="0")
    assert "it has minutes or decisions" in sent(browser, address + "cancel/", 409)
    assert on_record("meeting:2020-01-13") == [
        f"meeting.{what}" for what in ("planned", "cancelled", "reinstated", "minutes_written")
    ]


def test_a_contribution_is_planned_held_and_cancelled_by_page(browser: Client, member: User) -> None:
    typed = {"kind": "lived_experience", "subject_line": "Interpreting", "who": "Deaf patients' forum", "planned_on": "10/1/2020"}
    page = sent(browser, "/contributions/add/", 422, **(typed | {"who": " "}))
    assert 'value="Interpreting"' in page and not Contribution.objects.exists()
    sent(browser, "/contributions/add/", **typed)
    first = Contribution.objects.get()
    address = f"/contributions/{first.pk}/"

    def said(status: int = 302, **typed: object) -> str:
        return sent(browser, address + "held/", status, version=version_in(text_of(browser, address + "held/")), **typed)

    page = said(422, held_on="21/1/2020", changed="A text line.")
    assert "Say what it changed once it took place." in page and "A text line." in page
    assert "A text line." in said(held_on="10/1/2020", changed="A text line.")
    assert "A second line." in said(held_on="10/1/2020", changed="A second line."), "a later word"
    assert "took place, or was cancelled already" in sent(browser, address + "cancel/", 422, reason="Too late")
    sent(browser, "/contributions/add/", **(typed | {"subject_line": "Menopause"}))
    second = Contribution.objects.get(subject_line="Menopause")
    address = f"/contributions/{second.pk}/"
    sent(browser, address + "cancel/", 422, reason=" ")
    assert "Nobody can come." in sent(browser, address + "cancel/", reason="Nobody can come.")
    page = said(422, held_on="10/1/2020", changed="Nothing")
    assert "This contribution was cancelled. Plan a new one." in page
    second.refresh_from_db()
    assert (second.cancelled_on, second.held_on) == (TODAY, None)
    assert on_record(f"contribution:{second.pk}") == ["contribution.planned", "contribution.cancelled"]
    sent(signed_in(person(Role.BOARD_MEMBER)), "/contributions/add/", 403, **typed)


def test_an_agenda_takes_what_is_named_and_loses_what_is_taken_off(browser: Client, member: User) -> None:
    meetings.plan_meeting(held_on=date(2020, 2, 10), place="", by=member)
    with pytest.raises(Incomplete):
        meetings.plan_meeting(held_on=date(2020, 2, 10), place="", by=member)
    address = "/meetings/2020-02-10/"
    assert "Enter what it is about" in sent(browser, address + "items/", 422, title=" ", domain="cultural")
    assert "Menopause at work" in sent(browser, address + "items/", title="Menopause at work", domain="cultural")
    item = AgendaItem.objects.get()
    assert "Menopause at work" not in sent(browser, address + "items/", doing="take-off", item=item.pk)
    sent(browser, address + "items/", 404, doing="take-off", item="x")
    with pytest.raises(InvalidTransition, match="Record on that day who is there"):
        meetings.record_attendance(meeting=Meeting.objects.get(), members=[], by=member)
    assert "There are no minutes to agree." in sent(browser, address + "agree/", 409)
    sent(browser, address + "issue/")
    assert "The papers are issued" in sent(browser, address + "issue/", 409)
    assert "The papers are issued" in sent(browser, address + "items/", 409, doing="take-off", item=item.pk)
    rows = ["meeting.planned", "meeting.item_added", "meeting.item_taken_off", "meeting.papers_issued"]
    assert on_record("meeting:2020-02-10") == rows


def test_an_item_that_is_off_the_agenda_already_leaves_no_second_line_on_record(member: User) -> None:
    meeting = meetings.plan_meeting(held_on=date(2020, 6, 1), place="", by=member)
    item = meetings.add_agenda_item(meeting=meeting, title="Rooms", domain="", by=member)
    for _ in range(2):
        meetings.take_off_item(item=item, by=member)
    assert AuditEvent.objects.filter(action="meeting.item_taken_off").count() == 1
