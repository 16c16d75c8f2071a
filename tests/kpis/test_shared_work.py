"""Sharing out a return, being at work in it, talking about its figures, and what was said of them before."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import business_now
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed, StaleData
from edi_portal.jobs.models import Job
from kpis import permissions
from kpis.catalogue import CellKey, Measure
from kpis.dashboards.return_overview import overview_of
from kpis.models.assignments import Assignment, SectionVisit
from kpis.models.discussions import Discussion
from kpis.models.returns import Explanation, KpiReturn, ReturnValue
from kpis.notifications import tell_about_remark
from kpis.selectors.returns import content_of, get_return
from kpis.selectors.shared_work import HERE, earlier_explanations, visits_of
from kpis.services import discussions, returns
from kpis.services.assignments import Target, note_visit, share_out
from kpis.services.returns import AnswerChange, CellChange, SnapshotChange
from kpis.validation.findings import Finding
from organisations.models import Invitation, User
from organisations.roles import Role
from organisations.services.memberships import withdraw_membership
from tests.kpis.factories import fill, open_collection, plain_values, signed_return
from tests.kpis.return_world import GRID, SECTION, ReturnWorld, return_world
from tests.organisations.factories import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
QUESTION, WHOLE = Target(measure=GRID), Target(workstream=SECTION)


@pytest.fixture
def world() -> ReturnWorld:
    return return_world()


def codes_open_to(user: User, draft: KpiReturn) -> set[str]:
    fresh = get_return(user, draft.organisation.slug, draft.collection.period)
    return {measure.code for measure in permissions.measures_open_to(user, fresh, content_of(fresh).measures)}


def share(world: ReturnWorld, target: Target, user: User | None, *, seen: User | None = None) -> int:
    return share_out(
        kpi_return=world.draft,
        wanted={target: user.pk if user else None},
        seen={target: seen.pk if seen else None},
        by=world.lead,
    )


def measure_of(draft: KpiReturn, code: str = GRID) -> Measure:
    return content_of(draft).facts.measures[code]


def address(draft: KpiReturn, name: str, *more: object) -> str:
    return reverse(f"returns:{name}", args=[draft.organisation.slug, draft.collection.period, *more])


# Who answers what


def test_without_assignments_a_contributor_sees_the_own_area_and_without_an_area_nothing(world: ReturnWorld) -> None:
    areas = {
        measure.contributor
        for measure in content_of(world.draft).measures
        if measure.code in codes_open_to(world.recruiter, world.draft)
    }
    assert areas == {"recruitment"}
    assert codes_open_to(world.anybody, world.draft) == set()


def test_an_assigned_question_moves_to_its_person_and_leaves_the_area(world: ReturnWorld) -> None:
    assert share(world, QUESTION, world.anybody) == 1
    assert codes_open_to(world.anybody, world.draft) == {GRID}
    assert GRID not in codes_open_to(world.recruiter, world.draft)


def test_an_assigned_section_gives_all_of_it_but_a_question_given_to_somebody_else(world: ReturnWorld) -> None:
    share(world, WHOLE, world.anybody)
    share(world, QUESTION, world.recruiter)
    section = {measure.code for measure in content_of(world.draft).measures if measure.workstream == SECTION}
    assert codes_open_to(world.anybody, world.draft) == section - {GRID}
    assert GRID in codes_open_to(world.recruiter, world.draft)


def test_who_lost_a_question_can_neither_read_nor_write_it(world: ReturnWorld) -> None:
    share(world, QUESTION, world.anybody)
    change = CellChange(GRID, CellKey("white", "applied"), Decimal(5))
    with pytest.raises(NotAllowed, match="not one of yours"):
        returns.save_answers(kpi_return=world.draft, by=world.recruiter, cells=[change])
    said = AnswerChange(GRID, "not_collected", "The system is being replaced.")
    with pytest.raises(NotAllowed, match="not one of yours"):
        returns.save_answers(kpi_return=world.draft, by=world.recruiter, answers=[said])
    with pytest.raises(NotAllowed, match="not one of yours"):
        returns.save_answers(kpi_return=world.draft, by=world.recruiter, snapshots=[SnapshotChange("staff_ethnicity", None)])
    assert returns.save_answers(kpi_return=world.draft, by=world.anybody, cells=[change]).changed == 1
    client = signed_in(world.recruiter)
    assert client.get(address(world.draft, "discuss", SECTION, GRID)).status_code == 404
    assert f'name="{GRID}/' not in client.get(address(world.draft, "section", SECTION)).content.decode()


def test_what_rules_say_of_other_questions_is_not_told_to_a_contributor(world: ReturnWorld) -> None:
    kpi_return, page = world.filled(), address(world.draft, "submit")

    def told(user: User) -> str:
        return unescape(signed_in(user).get(page).content.decode())

    def words(findings: Iterable[Finding]) -> tuple[set[str], set[str]]:
        """Those of the recruiter's own questions, and all others."""
        mine = codes_open_to(world.recruiter, kpi_return)
        own = {finding.message for finding in findings if finding.measure in mine}
        return own, {finding.message for finding in findings} - own

    own, others = words(content_of(kpi_return).explained_queries)
    assert others and all(message in told(world.lead) for message in own | others)
    assert all(message in told(world.recruiter) for message in own)
    assert not [message for message in others if message in told(world.recruiter)]

    Explanation.objects.filter(kpi_return=kpi_return).delete()
    ReturnValue.objects.filter(kpi_return=kpi_return, measure="training_ethnicity").delete()
    content = content_of(kpi_return)
    own, others = words(content.open_queries)
    assert others and all(message in told(world.lead) for message in own | others)
    assert not [message for message in others if message in told(world.recruiter)]
    (empty,) = content.unanswered
    assert empty.title in told(world.lead) and empty.title not in told(world.recruiter)
    assert overview_of(content, world.lead).queries == len(content.open_queries)
    assert overview_of(content, world.recruiter).queries == len(own)
    assert "Questions of others to finish before you can send" in told(world.anybody)


def test_assignments_hold_for_the_next_return(world: ReturnWorld) -> None:
    share(world, QUESTION, world.anybody)
    later = KpiReturn.objects.create(collection=open_collection("2019-20-q4"), organisation=world.organisation)
    assert codes_open_to(world.anybody, later) == {GRID}


def test_a_person_who_left_holds_nothing_and_the_area_answers_again(world: ReturnWorld) -> None:
    share(world, QUESTION, world.anybody)
    withdraw_membership(membership=world.anybody.memberships.get(), by=person(Role.PORTAL_ADMIN), reason="Left")
    assert GRID in codes_open_to(world.recruiter, world.draft)


def test_reassigning_ends_the_old_assignment_and_keeps_it_on_record(world: ReturnWorld) -> None:
    share(world, QUESTION, world.anybody)
    share(world, QUESTION, world.learning, seen=world.anybody)
    share(world, QUESTION, None, seen=world.learning)
    rows = Assignment.objects.filter(measure=GRID).order_by("pk")
    assert [(row.user, row.ended_by) for row in rows] == [(world.anybody, world.lead), (world.learning, world.lead)]
    on_record = AuditEvent.objects.filter(action="assignment.changed")
    assert [event.details for event in on_record] == [{"number": 1}] * 3


def test_two_leads_assigning_at_once_overwrite_nothing(world: ReturnWorld) -> None:
    share(world, QUESTION, world.anybody)
    with pytest.raises(StaleData):
        share(world, QUESTION, world.learning, seen=None)
    assert share(world, QUESTION, None, seen=None) == 0, "what a page shows unchanged undoes nothing"
    assert Assignment.objects.standing().get().user == world.anybody


def test_only_people_who_enter_figures_there_are_assigned_anything(world: ReturnWorld) -> None:
    for user in (world.sponsor, world.stranger):
        with pytest.raises(Incomplete, match="no longer enters"):
            share(world, QUESTION, user)
    with pytest.raises(NotAllowed):
        share_out(kpi_return=world.draft, wanted={QUESTION: None}, seen={}, by=world.recruiter)


@pytest.mark.parametrize("gone", [Target(measure="no_such"), Target(workstream="no-such"), Target()])
def test_a_question_that_does_not_exist_any_more_is_not_assigned(world: ReturnWorld, gone: Target) -> None:
    with pytest.raises(Incomplete, match="Open the page again"):
        share(world, gone, world.anybody)


def test_the_database_holds_one_person_for_each_question(world: ReturnWorld) -> None:
    share(world, QUESTION, world.anybody)
    with pytest.raises(IntegrityError, match="assignment_to_one_person"), transaction.atomic():
        Assignment.objects.create(organisation=world.organisation, user=world.learning, measure=GRID, assigned_by=world.lead)
    with pytest.raises(IntegrityError, match="assignment_of_section_or_question"), transaction.atomic():
        Assignment.objects.create(
            organisation=world.organisation, user=world.learning, measure="x", workstream="y", assigned_by=world.lead
        )


def test_the_page_assigns_invites_a_contributor_and_stays_in_its_budget(world: ReturnWorld) -> None:
    client, page = signed_in(world.lead), address(world.draft, "assignments")
    field = f"question/{GRID}"
    answer = client.post(page, {"form": "assign", field: world.anybody.pk, f"seen/{field}": ""})
    assert answer.status_code == 302 and Assignment.objects.standing().get().user == world.anybody
    invited = {
        "form": "invite",
        "display_name": "Patient experience",
        "email": "pals@example.invalid",
        "area": "patient-experience",
    }
    assert client.post(page, invited).status_code == 302
    invitation = Invitation.objects.get(email="pals@example.invalid")
    assert (invitation.role, invitation.organisation, invitation.area) == (
        Role.CONTRIBUTOR,
        world.organisation,
        "patient-experience",
    )
    again = client.post(page, invited)
    assert again.status_code == 422 and "pals@example.invalid" in again.content.decode(), "what was typed stays"
    with CaptureQueriesContext(
        connection,
    ) as queries:
        shown = client.get(page)
    assert len(queries) <= 25 and len(shown.content) <= 200_000
    assert world.anybody.display_name in shown.content.decode()


# Who is here


def test_never_opened_is_told_apart_from_opened_and_from_incomplete(world: ReturnWorld) -> None:
    def tag() -> str:
        text = signed_in(world.lead).get(address(world.draft, "overview")).content.decode()
        return next(word for word in ("Opened, nothing answered", "Incomplete", "Never opened") if word in text)

    assert tag() == "Never opened"
    client = signed_in(world.recruiter)
    answer = client.post(address(world.draft, "autosave", SECTION), headers={"Accept": "application/json"})
    assert answer.json() == {"here": []}, "nobody is here beside oneself"
    assert tag() == "Opened, nothing answered"
    client.post(address(world.draft, "autosave", SECTION), {f"{GRID}/white/applied": "12", "seen": "{}"})
    assert tag() == "Incomplete"


def test_who_is_here_is_shown_at_page_load_and_gone_after_some_minutes(world: ReturnWorld) -> None:
    note_visit(kpi_return=world.draft, workstream=SECTION, by=world.recruiter)
    shown = signed_in(world.lead).get(address(world.draft, "section", SECTION)).content.decode()
    assert f"{world.recruiter.display_name} is in this section now" in shown
    assert visits_of(world.draft, now=business_now(), besides=world.recruiter).here == {}
    SectionVisit.objects.update(last_at=business_now() - HERE - timedelta(seconds=1))
    visits = visits_of(world.draft, now=business_now())
    assert (visits.here, visits.opened) == ({}, {SECTION})


def test_a_sponsor_or_stranger_is_never_here(world: ReturnWorld) -> None:
    for user in (world.sponsor, world.stranger):
        with pytest.raises(NotAllowed):
            note_visit(kpi_return=world.draft, workstream=SECTION, by=user)


def test_a_contributor_opens_no_section_without_an_own_question(world: ReturnWorld) -> None:
    client = signed_in(world.anybody)
    assert client.post(address(world.draft, "autosave", SECTION)).status_code == 404
    assert not SectionVisit.objects.exists()


# Questions and answers


def ask(world: ReturnWorld, by: User, *, cell: CellKey | None = None) -> Discussion:
    return discussions.open_discussion(
        kpi_return=world.draft, measure=measure_of(world.draft), cell=cell, text="Are bank staff left out?", by=by
    )


def test_a_question_about_a_cell_is_answered_and_closed_by_the_contributor(world: ReturnWorld) -> None:
    asked = ask(world, world.sponsor, cell=CellKey("white", "applied"))
    measure = measure_of(world.draft)
    with pytest.raises(Incomplete, match="Answer first"):
        discussions.close_discussion(discussion=asked, measure=measure, by=world.recruiter)
    discussions.answer_discussion(discussion=asked, measure=measure, text="Yes, they are.", by=world.recruiter)
    closed = discussions.close_discussion(discussion=asked, measure=measure, by=world.recruiter)
    assert closed.closed_by == world.recruiter
    with pytest.raises(InvalidTransition, match="closed"):
        discussions.answer_discussion(discussion=closed, measure=measure, text="And again", by=world.lead)
    actions = list(AuditEvent.objects.filter(action__startswith="discussion").order_by("pk").values_list("action", flat=True))
    assert actions == ["discussion.opened", "discussion.answered", "discussion.closed"]
    assert not AuditEvent.objects.filter(details__icontains="bank staff").exists()


def test_only_those_of_the_question_take_part(world: ReturnWorld) -> None:
    for user in (world.learning, world.stranger, world.anybody):
        with pytest.raises(NotAllowed):
            ask(world, user)


def test_an_open_discussion_blocks_the_signature_and_is_listed(world: ReturnWorld) -> None:
    kpi_return = world.sent()
    asked = ask(world, world.sponsor)
    client = signed_in(world.sponsor)
    page = client.get(address(kpi_return, "sign-off")).content.decode()
    assert "1 discussion is open" in page
    mark = returns.content_hash(kpi_return)
    with pytest.raises(Incomplete, match="1 discussion"):
        returns.sign_off_return(kpi_return=kpi_return, by=world.sponsor, statement="Yes", seen_hash=mark)
    assert "1 discussion is open" in client.get(address(kpi_return, "discussions")).content.decode()
    discussions.close_discussion(discussion=asked, measure=measure_of(kpi_return), by=world.sponsor)
    assert returns.sign_off_return(kpi_return=kpi_return, by=world.sponsor, statement="Yes", seen_hash=mark).signed_off_at
    with pytest.raises(InvalidTransition, match="nothing more is asked"):
        ask(world, world.lead)


def test_a_discussion_of_a_question_that_is_asked_no_longer_blocks_nothing_and_tells_nobody(world: ReturnWorld) -> None:
    kpi_return = world.sent()
    asked = ask(world, world.sponsor)
    Discussion.objects.filter(pk=asked.pk).update(measure="asked_no_longer")
    asked.refresh_from_db()
    client = signed_in(world.sponsor)
    assert "discussion is open" not in client.get(address(kpi_return, "sign-off")).content.decode()
    assert tell_about_remark(asked.remarks.get()) == 0
    mark = returns.content_hash(kpi_return)
    assert returns.sign_off_return(kpi_return=kpi_return, by=world.sponsor, statement="Yes", seen_hash=mark).signed_off_at


def test_an_empty_answer_is_refused_with_its_place_on_the_page(world: ReturnWorld) -> None:
    asked = ask(world, world.lead)
    page = address(world.draft, "discuss", SECTION, GRID)
    client = signed_in(world.recruiter)
    answer = client.post(page, {"form": "answer", "discussion": asked.pk, "text": " "})
    assert answer.status_code == 422 and f"#text-{asked.pk}" in answer.content.decode()
    both = client.post(page, {"form": "close", "discussion": asked.pk, "text": "They are left out."})
    assert both.status_code == 302
    asked.refresh_from_db()
    assert asked.closed_by == world.recruiter and asked.remarks.count() == 2


def test_a_discussion_of_another_question_cannot_be_reached_through_ones_own(world: ReturnWorld) -> None:
    asked = discussions.open_discussion(
        kpi_return=world.draft, measure=measure_of(world.draft, "training_ethnicity"), cell=None, text="Why?", by=world.lead
    )
    page = address(world.draft, "discuss", SECTION, GRID)
    answer = signed_in(world.recruiter).post(page, {"form": "answer", "discussion": asked.pk, "text": "I see."})
    assert answer.status_code == 404 and asked.remarks.count() == 1


def test_mail_about_a_question_goes_to_those_concerned_and_says_nothing_of_it(world: ReturnWorld, mailoutbox: list) -> None:
    share(world, QUESTION, world.anybody)
    asked = ask(world, world.lead)
    assert Job.objects.filter(kind="discussion_mail").exists()
    assert tell_about_remark(asked.remarks.get()) == 1
    (mail,) = mailoutbox
    assert mail.to == [world.anybody.email]
    assert "bank staff" not in mail.body + mail.subject


# What was said before


def earlier_return(world: ReturnWorld, period: str, texts: dict[str, str]) -> KpiReturn:
    collection = open_collection(period)
    kpi_return = signed_return(
        collection,
        world.organisation,
        plain_values(world.organisation, collection.quarter, scale=3),
        lead=world.lead,
        sponsor=world.sponsor,
    )
    Explanation.objects.bulk_create(
        Explanation(kpi_return=kpi_return, finding=finding, fingerprint="x", text=text) for finding, text in texts.items()
    )
    return kpi_return


def test_an_earlier_explanation_of_the_same_rule_and_cell_is_offered_and_taken(world: ReturnWorld) -> None:
    fill(world.draft, plain_values(world.organisation, world.draft.quarter))
    query = next(finding for finding in content_of(world.draft).open_queries if finding.measure)
    earlier_return(world, "2019-20-q1", {query.key: "The supplier changed in spring."})
    earlier_return(world, "2019-20-q2", {query.key: "The supplier changed in spring.", "V99:other": "Not this one."})
    standing = next((finding for finding in content_of(world.draft).findings if finding.key == query.key), None)
    assert standing is not None, "the query must still stand beside the earlier returns"
    (offered,) = earlier_explanations(world.draft, [query.key])[query.key]
    assert (offered.text, offered.period) == ("The supplier changed in spring.", "July to September 2019")

    section = content_of(world.draft).facts.measures[query.measure].workstream
    page = address(world.draft, "section", section)
    client = signed_in(world.lead)
    assert "Use an earlier explanation" in client.get(page).content.decode()
    typed = {f"explain/{query.key}": "First of all:", "reuse": str(offered.key), "seen": "{}"}
    assert client.post(page, typed).headers["Location"] == page
    saved = Explanation.objects.get(kpi_return=world.draft, finding=query.key)
    assert saved.text == "First of all:\nThe supplier changed in spring.", "what was typed is kept"


def test_explanations_of_drafts_and_of_other_organisations_are_not_offered(world: ReturnWorld) -> None:
    other = KpiReturn.objects.create(
        collection=open_collection("2019-20-q2"), organisation=world.stranger.memberships.get().organisation
    )
    Explanation.objects.create(kpi_return=other, finding="V7:x", fingerprint="x", text="Theirs")
    mine = KpiReturn.objects.create(collection=open_collection("2019-20-q2"), organisation=world.organisation)
    Explanation.objects.create(kpi_return=mine, finding="V7:x", fingerprint="x", text="Never signed")
    assert earlier_explanations(world.draft, ["V7:x"]) == {}
