"""What each step of a return writes: who and when, what is on record, who is written to, what is settled, copied, counted."""

import re
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import LONDON
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed, StaleData
from edi_portal.jobs.models import Job
from kpis.catalogue import CellKey
from kpis.models.approvals import SectionApproval
from kpis.models.returns import Explanation, KpiReturn, ReturnAnswer, ReturnComment, ReturnValue
from kpis.selectors.returns import content_of
from kpis.services import returns
from kpis.services.return_digests import content_digest
from kpis.services.returns import AnswerChange, CellChange, SnapshotChange, SponsorComment
from kpis.validation.registry import rules_in_force
from kpis.workflow import Status
from organisations.models import User
from organisations.roles import Role
from tests.kpis.factories import close
from tests.kpis.return_world import GRID, ReturnWorld, return_world
from tests.organisations.factories import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
APPLIED = CellKey("white", "applied")
LONG_AGO = datetime(2019, 10, 1, tzinfo=LONDON)


@pytest.fixture
def world() -> ReturnWorld:
    return return_world()


def sign(sent: KpiReturn, by: User) -> KpiReturn:
    return returns.sign_off_return(kpi_return=sent, by=by, statement="Reviewed.", seen_hash=returns.content_hash(sent))


def events(kpi_return: KpiReturn) -> list[tuple[str, str]]:
    return list(kpi_return.events.order_by("pk").values_list("kind", "comment"))


def on_record(kpi_return: KpiReturn) -> list[str]:
    """What is on record about a return, oldest first."""
    rows = AuditEvent.objects.filter(subject=kpi_return.subject, organisation=kpi_return.organisation.slug)
    return list(rows.order_by("pk").values_list("action", flat=True))


def letters(kpi_return: KpiReturn) -> list[tuple[str, dict[str, object]]]:
    return list(Job.objects.filter(kind="return_mail").order_by("pk").values_list("key", "payload"))


def stored(kpi_return: KpiReturn) -> KpiReturn:
    return KpiReturn.objects.get(pk=kpi_return.pk)


def test_sending_and_taking_back(world: ReturnWorld) -> None:
    sent = stored(world.sent())
    before = sent.version
    assert (sent.status, sent.submitted_by, sent.sent_rules) == (Status.SUBMITTED, world.lead, list(rules_in_force()))
    assert sent.submitted_at is not None
    assert events(sent)[-1] == ("submit", "")
    assert letters(sent) == [(f"return_mail:{sent.pk}:submit:{before}", {"return": sent.pk, "verb": "submit"})]
    with pytest.raises(InvalidTransition, match="needs a comment"):
        returns.recall_return(kpi_return=sent, by=world.lead, comment=" ")
    with pytest.raises(NotAllowed):
        returns.recall_return(kpi_return=sent, by=world.sponsor, comment="A figure is wrong.")
    draft = stored(returns.recall_return(kpi_return=sent, by=world.lead, comment="A figure is wrong."))
    assert (draft.status, draft.submitted_by, draft.submitted_at) == (Status.DRAFT, None, None)
    assert draft.version == before + 1
    assert events(draft)[-1] == ("recall", "A figure is wrong.")
    assert len(letters(draft)) == 1, "Taking back writes to nobody."
    assert on_record(draft)[-2:] == ["return.submit", "return.recall"]


def test_who_sends_a_return_that_nobody_can_sign_is_not_told_that_a_sponsor_knows(world: ReturnWorld) -> None:
    draft, browser = world.filled(), signed_in(world.lead)
    page = reverse("returns:submit", args=[draft.organisation.slug, draft.collection.period])
    nobody, somebody = "Ask a portal admin to invite", "Your executive sponsor gets an email"
    assert somebody in browser.get(page).content.decode()
    User.objects.filter(pk=world.sponsor.pk).update(is_active=False)
    shown = browser.get(page).content.decode()
    assert nobody in shown and somebody not in shown
    after = browser.post(page, follow=True).content.decode()
    assert nobody in after and "told by email" not in after and stored(draft).status == Status.SUBMITTED


def test_who_takes_a_return_back_after_the_close_reads_first_that_it_could_not_be_sent_again(world: ReturnWorld) -> None:
    sent = world.sent()
    page = reverse("returns:take-back", args=[sent.organisation.slug, sent.collection.period])
    browser, said = signed_in(world.lead), "You could not send it again"
    assert said not in browser.get(page).content.decode()
    close(sent.collection)
    assert said in browser.get(page).content.decode()


def test_sending_back_keeps_each_comment_at_its_place_until_it_is_sent_again(world: ReturnWorld) -> None:
    sent = world.sent()
    comments = [SponsorComment(" Check the interpreters. ", workstream="patient-participation"), SponsorComment("  ")]
    comments.append(SponsorComment("Is this the new grid?", measure=GRID))
    section = content_of(sent).measures[0].workstream
    back = stored(returns.send_back_return(kpi_return=sent, by=world.sponsor, comments=comments, approved=[section]))
    rows = ReturnComment.objects.filter(kpi_return=back)
    assert list(rows.values_list("text", "workstream", "measure", "written_by", "settled_at")) == [
        ("Check the interpreters.", "patient-participation", "", world.sponsor.pk, None),
        ("Is this the new grid?", "", GRID, world.sponsor.pk, None),
    ]
    assert events(back)[-1] == ("send_back", "Check the interpreters. Is this the new grid?")
    assert letters(back)[-1][0] == f"return_mail:{back.pk}:send_back:{back.version}"
    approval = SectionApproval.objects.get(kpi_return=back)
    assert (approval.workstream, approval.approved_by) == (section, world.sponsor)
    returns.submit_return(kpi_return=back, by=world.lead)
    assert rows.filter(settled_at=None).count() == 0


def test_signing_keeps_the_statement_the_hash_and_an_approval_of_each_section(world: ReturnWorld) -> None:
    sent = world.sent()
    seen = returns.content_hash(sent)
    with pytest.raises(Incomplete, match="Tick the statement"):
        returns.sign_off_return(kpi_return=sent, by=world.sponsor, statement=" ", seen_hash=seen)
    returns.sign_off_return(kpi_return=sent, by=world.sponsor, statement=" Reviewed. ", seen_hash=seen)
    signed = stored(sent)
    assert (signed.status, signed.signed_off_by, signed.statement) == (Status.SIGNED_OFF, world.sponsor, "Reviewed.")
    assert signed.signed_off_at is not None
    assert signed.content_hash == seen == returns.content_hash_of(content_of(signed))
    sections = {measure.workstream for measure in content_of(signed).measures}
    assert set(SectionApproval.objects.filter(kpi_return=signed).values_list("workstream", flat=True)) == sections
    assert events(signed)[-1][0] == "sign_off"
    assert letters(signed)[-1][0] == f"return_mail:{signed.pk}:sign_off:{signed.version}"
    assert on_record(signed)[-1] == "return.sign_off"


def test_what_a_rule_found_since_it_was_sent_keeps_it_from_being_signed(world: ReturnWorld) -> None:
    sent = world.sent()
    Explanation.objects.filter(kpi_return=sent).delete()
    with pytest.raises(Incomplete, match="A rule found something"):
        sign(sent, world.sponsor)


def test_a_new_version_has_all_that_the_signed_one_had_and_a_reason(world: ReturnWorld) -> None:
    world.filled()
    said = AnswerChange("interpreters", "value", evidence="Ledger 7")
    returns.save_answers(kpi_return=world.draft, by=world.lead, answers=[said])
    sent = returns.submit_return(kpi_return=stored(world.draft), by=world.lead)
    signed = sign(sent, world.sponsor)
    with pytest.raises(Incomplete, match="Say why"):
        returns.reopen_return(kpi_return=signed, by=world.lead, reason=" ")
    fresh = stored(returns.reopen_return(kpi_return=signed, by=world.lead, reason=" A late correction "))
    signed = stored(signed)
    assert (fresh.number, fresh.status, fresh.reopens, fresh.reason) == (2, Status.DRAFT, signed, "A late correction")
    assert (fresh.last_edited_by, fresh.collection, fresh.organisation) == (world.lead, signed.collection, signed.organisation)
    assert fresh.last_edited_at is not None
    assert signed.superseded_at is not None
    assert signed.status == Status.SIGNED_OFF
    for model, fields in (
        (ReturnValue, ("measure", "row", "column", "amount", "updated_by")),
        (ReturnAnswer, ("measure", "state", "reason", "evidence")),
        (Explanation, ("finding", "text", "fingerprint")),
        (SectionApproval, ("workstream", "digest", "approved_by")),
    ):
        of_both = [sorted(map(str, model.objects.filter(kpi_return=each).values_list(*fields))) for each in (signed, fresh)]
        assert of_both[0] == of_both[1] != [], model
    assert events(fresh) == [("reopened", "A late correction")]
    assert on_record(fresh) == ["return.reopened"]


def cell(amount: int | None, **seen: Decimal | None) -> CellChange:
    return CellChange(GRID, APPLIED, None if amount is None else Decimal(amount), **seen)


def test_each_save_counts_and_one_that_changes_nothing_leaves_no_trace(world: ReturnWorld) -> None:
    first = returns.save_answers(kpi_return=world.draft, by=world.recruiter, cells=[cell(5)], door="workbook")
    assert (first.version, first.changed) == (1, 1)
    draft = stored(world.draft)
    assert (draft.version, draft.last_edited_by) == (1, world.recruiter)
    row = ReturnValue.objects.get(kpi_return=draft)
    assert (row.amount, row.version, row.updated_by) == (5, 1, world.recruiter)
    assert AuditEvent.objects.get(action="return.saved").details == {"door": "workbook"}
    again = returns.save_answers(kpi_return=world.draft, by=world.lead, cells=[cell(5)])
    assert (again.version, again.changed, again.conflicts) == (1, 0, ())
    assert stored(world.draft).last_edited_by == world.recruiter
    second = returns.save_answers(kpi_return=world.draft, by=world.lead, cells=[cell(7, seen=Decimal(5))])
    assert (second.version, second.changed) == (2, 1)
    row.refresh_from_db()
    assert (row.amount, row.version, row.updated_by) == (7, 2, world.lead)
    assert events(draft) == [("started", "")]
    saved = AuditEvent.objects.filter(action="return.saved").order_by("pk")
    assert [event.details for event in saved] == [{"door": "workbook"}, {"door": "form"}]


def test_figures_an_answer_and_a_date_of_one_save_are_counted_together(world: ReturnWorld) -> None:
    late = AnswerChange("interpreters", "not_available", "The supplier is late.", expected_on=date(2020, 3, 1))
    day = SnapshotChange("staff_ethnicity", date(2019, 11, 30))
    outcome = returns.save_answers(kpi_return=world.draft, by=world.lead, cells=[cell(5)], answers=[late], snapshots=[day])
    assert (outcome.changed, outcome.version) == (3, 1)


def test_a_figure_in_conflict_holds_up_none_of_the_others(world: ReturnWorld) -> None:
    returns.save_answers(kpi_return=world.draft, by=world.recruiter, cells=[cell(5)])
    other = CellChange(GRID, CellKey("bme", "applied"), Decimal(3))
    outcome = returns.save_answers(kpi_return=world.draft, by=world.lead, cells=[cell(6, seen=Decimal(4)), other])
    assert (len(outcome.conflicts), outcome.changed) == (1, 1)
    kept = dict(ReturnValue.objects.filter(kpi_return=world.draft).values_list("row", "amount"))
    assert kept == {"white": 5, "bme": 3}


def test_of_a_save_that_cannot_be_kept_whole_nothing_is_kept(world: ReturnWorld) -> None:
    said = AnswerChange("interpreters", "value", evidence="Ledger 7")
    no_snapshot = SnapshotChange("recruitment_ethnicity", date(2019, 11, 30))
    with pytest.raises(Incomplete, match="counts events"):
        returns.save_answers(kpi_return=world.draft, by=world.lead, cells=[cell(5)], answers=[said], snapshots=[no_snapshot])
    assert not ReturnValue.objects.filter(kpi_return=world.draft).exists()
    assert not ReturnAnswer.objects.filter(kpi_return=world.draft).exists()


def test_what_a_return_lacks_is_counted_in_words(world: ReturnWorld) -> None:
    world.filled()
    ReturnValue.objects.filter(kpi_return=world.draft, measure=GRID).delete()
    Explanation.objects.filter(kpi_return=world.draft).delete()
    content = content_of(stored(world.draft))
    queries = len(content.open_queries)
    assert (len(content.errors), len(content.unanswered), queries > 1) == (0, 1, True)
    with pytest.raises(Incomplete, match=f"yet: 0 errors, {queries} queries to explain, 1 question not answered."):
        returns.submit_return(kpi_return=world.draft, by=world.lead)


def test_a_figure_that_is_emptied_is_gone_and_only_this_one(world: ReturnWorld) -> None:
    other = CellChange(GRID, CellKey("bme", "applied"), Decimal(3))
    returns.save_answers(kpi_return=world.draft, by=world.lead, cells=[cell(5), other])
    outcome = returns.save_answers(kpi_return=world.draft, by=world.lead, cells=[cell(None, seen=Decimal(5))])
    assert outcome.changed == 1
    assert list(ReturnValue.objects.filter(kpi_return=world.draft).values_list("row", "amount")) == [("bme", 3)]


def test_a_conflict_with_a_figure_that_was_emptied_says_that_there_is_none(world: ReturnWorld) -> None:
    outcome = returns.save_answers(kpi_return=world.draft, by=world.lead, cells=[cell(6, seen=Decimal(5))])
    (conflict,) = outcome.conflicts
    assert (conflict.mine, conflict.theirs, conflict.who) == (6, None, "somebody else")
    assert outcome.changed == 0


def test_an_answer_in_the_place_of_figures_is_kept_and_counted_once(world: ReturnWorld) -> None:
    late = AnswerChange("interpreters", "not_available", "The supplier is late.", expected_on=date(2020, 3, 1))
    assert returns.save_answers(kpi_return=world.draft, by=world.lead, answers=[late]).changed == 1
    row = ReturnAnswer.objects.get(kpi_return=world.draft)
    assert (row.state, row.reason, row.expected_on) == ("not_available", "The supplier is late.", date(2020, 3, 1))
    assert (row.version, row.updated_by) == (1, world.lead)
    assert returns.save_answers(kpi_return=world.draft, by=world.lead, answers=[late]).changed == 0


def test_a_query_is_explained_by_those_whose_question_it_is_and_the_words_can_be_taken_back(world: ReturnWorld) -> None:
    draft = world.filled()
    given = Explanation.objects.filter(kpi_return=draft).order_by("pk").first()
    assert given is not None
    finding = next(item for item in content_of(draft).findings if item.key == given.finding)
    version = stored(draft).version

    def explain(text: str, by: User = world.lead, key: str = finding.key) -> object:
        return returns.explain(kpi_return=draft, finding=key, text=text, by=by)

    explain("The ward moved.")
    Explanation.objects.filter(kpi_return=draft, finding=finding.key).update(written_at=LONG_AGO)
    row = explain(" The ward closed. ")
    assert isinstance(row, Explanation)
    assert row.written_at > LONG_AGO
    assert (row.text, row.fingerprint, row.written_by) == ("The ward closed.", finding.fingerprint, world.lead)
    assert (stored(draft).version, stored(draft).last_edited_by) == (version + 2, world.lead)
    assert AuditEvent.objects.filter(action="return.explained").order_by("pk").last().details == {"rule": finding.rule}
    assert explain("  ") is None
    assert not Explanation.objects.filter(kpi_return=draft, finding=finding.key).exists()
    with pytest.raises(StaleData, match="This query is gone"):
        explain("Because.", key="V5:gone")
    with pytest.raises(NotAllowed):
        explain("Because.", by=world.sponsor)
    with pytest.raises(NotAllowed, match="not one of yours"):
        explain("Because.", by=world.anybody)


def test_the_digest_is_that_of_the_content_whatever_its_order() -> None:
    values = [("m", "r", "c", Decimal("5.00")), ("m", "r", "d", Decimal("70"))]
    answers = [("m", "value", "", None, "Ledger"), ("n", "not_available", "Late", date(2020, 3, 1), "")]
    explanations, evidence = [("V1:a", "Because."), ("V2:b", "So.")], [("m", "abc"), ("n", "https://example.invalid")]
    days = [("m", date(2020, 1, 1)), ("n", date(2020, 2, 1))]
    whole = {"values": values, "answers": answers, "explanations": explanations, "evidence": evidence, "snapshots": days}

    def digest(subject: str = "return:x", **changed: list) -> str:
        return content_digest(subject=subject, **{**whole, **changed})

    assert re.fullmatch("[0-9a-f]{64}", digest())
    assert digest(**{name: rows[::-1] for name, rows in whole.items()}) == digest()
    assert digest(values=[("m", "r", "c", Decimal(5)), values[1]]) == digest()
    for name, rows in whole.items():
        assert digest(**{name: rows[1:]}) != digest(), name
    others = {digest(evidence=[]), digest(snapshots=[]), digest(evidence=[], snapshots=[]), digest("return:y"), digest()}
    assert len(others) == 5
    # Signatures are bound to it: returns signed before there were evidence and dates must still be found unchanged.
    assert digest(evidence=[], snapshots=[])[:16] == "98587279fc6d99fd"
    assert digest()[:16] == "2265c8561d2231ea"


def test_who_takes_part_is_one_of_the_organisation(world: ReturnWorld) -> None:
    for outsider in (world.stranger, person(Role.PORTAL_ADMIN), person(Role.STEERING_MEMBER)):
        with pytest.raises(NotAllowed):
            returns.recall_return(kpi_return=world.draft, by=outsider, comment="x")
        with pytest.raises(NotAllowed):
            returns.submit_return(kpi_return=world.draft, by=outsider)
        with pytest.raises(NotAllowed):
            returns.explain(kpi_return=world.draft, finding="V5:gone", text="x", by=outsider)
