"""A return from the first figure to the signature: who may, when, and that nothing typed is lost or overwritten."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from edi_portal.audit.models import AuditEvent
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed, StaleData
from kpis.catalogue import CellKey
from kpis.models.collections import Collection
from kpis.models.returns import Explanation, KpiReturn, ReturnValue
from kpis.selectors.returns import content_of
from kpis.services import collections, returns
from kpis.services.returns import AnswerChange, CellChange, SponsorComment
from kpis.workflow import Status
from organisations.models import Organisation, User
from organisations.roles import Role
from organisations.services.memberships import grant_membership
from tests.kpis.factories import close, fill, make_user, open_collection, plain_values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
APPLIED = CellKey("white", "applied")
Cast = dict[str, User]


@pytest.fixture
def organisation() -> Organisation:
    return Organisation.objects.get(slug="countess-of-chester")


@pytest.fixture
def cast(organisation: Organisation) -> Cast:
    """A lead, a second lead, a sponsor, a recruitment contributor, an admin and a lead of another trust."""
    names = ("lead", "second", "sponsor", "recruiter", "admin", "stranger")
    people = {name: make_user(f"{name}@example.invalid") for name in names}
    for name in ("lead", "second"):
        grant_membership(user=people[name], role=Role.EDI_LEAD, organisation=organisation, by=None)
    grant_membership(user=people["sponsor"], role=Role.EXECUTIVE_SPONSOR, organisation=organisation, by=None)
    grant_membership(user=people["recruiter"], role=Role.CONTRIBUTOR, organisation=organisation, area="recruitment", by=None)
    grant_membership(user=people["admin"], role=Role.PORTAL_ADMIN, by=None)
    other = Organisation.objects.get(slug="east-cheshire")
    grant_membership(user=people["stranger"], role=Role.EDI_LEAD, organisation=other, by=None)
    return people


@pytest.fixture
def collection() -> Collection:
    return open_collection("2019-20-q3")


@pytest.fixture
def draft(collection: Collection, organisation: Organisation) -> KpiReturn:
    return KpiReturn.objects.create(collection=collection, organisation=organisation)


def change(amount: int | None, **seen: Decimal | None) -> CellChange:
    return CellChange("recruitment_ethnicity", APPLIED, None if amount is None else Decimal(amount), **seen)


def ready(kpi_return: KpiReturn, cast: Cast) -> KpiReturn:
    """Filled, with every query explained and evidence given."""
    fill(kpi_return, plain_values(kpi_return.organisation, kpi_return.quarter))
    for finding in content_of(kpi_return).open_queries:
        returns.explain(kpi_return=kpi_return, finding=finding.key, text="Checked with the data owner.", by=cast["lead"])
    content = content_of(kpi_return)
    assert content.can_be_sent, [finding.message for finding in (*content.errors, *content.open_queries)]
    kpi_return.refresh_from_db()
    return kpi_return


def sent(kpi_return: KpiReturn, cast: Cast) -> KpiReturn:
    return returns.submit_return(kpi_return=ready(kpi_return, cast), by=cast["lead"])


def sign(kpi_return: KpiReturn, by: User) -> KpiReturn:
    return returns.sign_off_return(
        kpi_return=kpi_return, by=by, statement="I have reviewed it.", seen_hash=returns.content_hash(kpi_return)
    )


@pytest.mark.security(31)
def test_saving_writes_the_cell_and_one_audit_event_without_figures(draft: KpiReturn, cast: Cast) -> None:
    before = AuditEvent.objects.count()
    outcome = returns.save_answers(kpi_return=draft, by=cast["lead"], cells=[change(1482)])
    assert (outcome.changed, outcome.version) == (1, 1)
    assert ReturnValue.objects.get(kpi_return=draft).amount == 1482
    event = AuditEvent.objects.first()
    assert AuditEvent.objects.count() == before + 1
    assert event is not None and "1482" not in str(event.details) + event.subject


def test_two_people_change_different_cells_and_both_are_kept(draft: KpiReturn, cast: Cast) -> None:
    returns.save_answers(kpi_return=draft, by=cast["lead"], cells=[change(10, seen=None)])
    other = CellChange("recruitment_ethnicity", CellKey("bme", "applied"), Decimal(5), seen=None)
    outcome = returns.save_answers(kpi_return=draft, by=cast["second"], cells=[other])
    assert not outcome.conflicts
    assert ReturnValue.objects.filter(kpi_return=draft).count() == 2


def test_a_conflict_shows_both_values_and_overwrites_nothing(draft: KpiReturn, cast: Cast) -> None:
    returns.save_answers(kpi_return=draft, by=cast["lead"], cells=[change(10, seen=None)])
    outcome = returns.save_answers(kpi_return=draft, by=cast["second"], cells=[change(12, seen=None)])
    conflict = outcome.conflicts[0]
    assert (conflict.mine, conflict.theirs, conflict.who) == (Decimal(12), Decimal(10), cast["lead"].display_name)
    assert ReturnValue.objects.get(kpi_return=draft).amount == 10


def test_a_page_left_open_does_not_undo_what_others_typed(draft: KpiReturn, cast: Cast) -> None:
    """The second person posts the whole page again without touching the cell that the first one changed."""
    returns.save_answers(kpi_return=draft, by=cast["lead"], cells=[change(10, seen=None)])
    outcome = returns.save_answers(kpi_return=draft, by=cast["second"], cells=[change(None, seen=None)])
    assert not outcome.conflicts
    assert ReturnValue.objects.get(kpi_return=draft).amount == 10


@pytest.mark.parametrize("name", ["sponsor", "stranger", "admin"])
def test_only_those_who_fill_in_may_save(draft: KpiReturn, cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        returns.save_answers(kpi_return=draft, by=cast[name], cells=[change(1)])


def test_a_contributor_answers_the_own_questions_only(draft: KpiReturn, cast: Cast) -> None:
    returns.save_answers(kpi_return=draft, by=cast["recruiter"], cells=[change(1)])
    foreign = CellChange("training_ethnicity", content_of(draft).framework.measures["training_ethnicity"].cells()[0], Decimal(1))
    with pytest.raises(NotAllowed, match="not one of yours"):
        returns.save_answers(kpi_return=draft, by=cast["recruiter"], cells=[foreign])


def test_an_unknown_cell_is_refused(draft: KpiReturn, cast: Cast) -> None:
    with pytest.raises(Incomplete):
        invented = CellChange("recruitment_ethnicity", CellKey("white", "invented"), Decimal(1))
        returns.save_answers(kpi_return=draft, by=cast["lead"], cells=[invented])


def test_no_figure_needs_a_reason_and_a_date(draft: KpiReturn, cast: Cast) -> None:
    with pytest.raises(Incomplete, match="Say why"):
        returns.save_answers(kpi_return=draft, by=cast["lead"], answers=[AnswerChange("interpreters", "not_applicable")])
    with pytest.raises(Incomplete, match="when you expect"):
        late = AnswerChange("interpreters", "not_available", "Supplier late")
        returns.save_answers(kpi_return=draft, by=cast["lead"], answers=[late])


@pytest.mark.security(10)
def test_nothing_is_typed_after_the_close(draft: KpiReturn, collection: Collection, cast: Cast) -> None:
    close(collection)
    draft.refresh_from_db()
    with pytest.raises(InvalidTransition, match="closed on"):
        returns.save_answers(kpi_return=draft, by=cast["lead"], cells=[change(1)])
    with pytest.raises(IntegrityError, match="do not change"), transaction.atomic():
        ReturnValue.objects.create(kpi_return=draft, measure="x", row="a", column="b", amount=1)


def test_an_extension_opens_it_again_for_one_organisation(draft: KpiReturn, collection: Collection, cast: Cast) -> None:
    close(collection)
    draft.refresh_from_db()
    collections.extend(
        collection=collection,
        organisation=draft.organisation,
        until=timezone.localdate() + timedelta(days=3),
        reason="New payroll system",
        by=cast["admin"],
    )
    assert returns.save_answers(kpi_return=draft, by=cast["lead"], cells=[change(1)]).changed == 1


def test_an_incomplete_return_is_not_sent(draft: KpiReturn, cast: Cast) -> None:
    with pytest.raises(Incomplete, match="not answered"):
        returns.submit_return(kpi_return=draft, by=cast["lead"])


def test_an_error_blocks_sending(draft: KpiReturn, cast: Cast) -> None:
    ready(draft, cast)
    returns.save_answers(kpi_return=draft, by=cast["lead"], cells=[change(0)])
    assert any(finding.rule == "V4" for finding in content_of(draft).errors)
    with pytest.raises(Incomplete, match="1 error"):
        returns.submit_return(kpi_return=draft, by=cast["lead"])


def test_an_explanation_holds_only_for_the_figures_it_was_written_for(draft: KpiReturn, cast: Cast) -> None:
    ready(draft, cast)
    explained = content_of(draft).explained_queries
    assert explained, "the plain values raise at least one query"
    finding = next(item for item in explained if item.cell or item.measure)
    measure = content_of(draft).framework.measures[finding.measure]
    for cell in measure.cells():
        ReturnValue.objects.filter(kpi_return=draft, measure=measure.code, row=cell.row, column=cell.column).update(amount=0)
    assert finding.key not in {item.key for item in content_of(draft).explained_queries}
    assert Explanation.objects.filter(kpi_return=draft, finding=finding.key).exists()


def test_the_sponsor_sends_back_with_a_comment_and_then_signs(draft: KpiReturn, cast: Cast) -> None:
    kpi_return = sent(draft, cast)
    with pytest.raises(InvalidTransition, match="needs a comment"):
        returns.send_back_return(kpi_return=kpi_return, by=cast["sponsor"], comments=[])
    comment = SponsorComment("Please check the interpreters.", workstream="patient-participation")
    kpi_return = returns.send_back_return(kpi_return=kpi_return, by=cast["sponsor"], comments=[comment])
    assert kpi_return.status == Status.SENT_BACK
    kpi_return = returns.submit_return(kpi_return=kpi_return, by=cast["lead"])
    kpi_return = sign(kpi_return, cast["sponsor"])
    assert (kpi_return.status, bool(kpi_return.content_hash)) == (Status.SIGNED_OFF, True)
    with pytest.raises(IntegrityError, match="do not change"), transaction.atomic():
        ReturnValue.objects.filter(kpi_return=kpi_return).update(amount=1)


@pytest.mark.security(10)
def test_the_sender_cannot_sign_even_with_the_role(draft: KpiReturn, cast: Cast) -> None:
    grant_membership(user=cast["lead"], role=Role.EXECUTIVE_SPONSOR, organisation=draft.organisation, by=None)
    kpi_return = sent(draft, cast)
    with pytest.raises(NotAllowed, match="You sent this return"):
        sign(kpi_return, cast["lead"])


@pytest.mark.security(10)
def test_the_database_refuses_a_signature_by_the_sender(draft: KpiReturn, cast: Cast) -> None:
    kpi_return = sent(draft, cast)
    now = timezone.now()
    with pytest.raises(IntegrityError, match="return_not_signed_by_its_sender"), transaction.atomic():
        KpiReturn.objects.filter(pk=kpi_return.pk).update(
            status=Status.SIGNED_OFF, signed_off_at=now, signed_off_by=cast["lead"], statement="x", content_hash="y"
        )


def test_a_signature_is_bound_to_what_was_seen(draft: KpiReturn, cast: Cast) -> None:
    kpi_return = sent(draft, cast)
    with pytest.raises(StaleData):
        returns.sign_off_return(kpi_return=kpi_return, by=cast["sponsor"], statement="Yes", seen_hash="of another content")


def test_reopening_makes_a_new_version_and_keeps_the_signed_one(draft: KpiReturn, cast: Cast) -> None:
    signed = sign(sent(draft, cast), cast["sponsor"])
    fresh = returns.reopen_return(kpi_return=signed, by=cast["lead"], reason="A late correction")
    assert (fresh.number, fresh.status, fresh.reopens_id) == (2, Status.DRAFT, signed.pk)
    returns.save_answers(kpi_return=fresh, by=cast["lead"], cells=[change(99)])
    assert ReturnValue.objects.get(kpi_return=signed, measure="recruitment_ethnicity", row="white", column="applied").amount != 99
    assert list(KpiReturn.objects.live().filter(collection=signed.collection)) == [fresh]


@pytest.mark.parametrize(
    ("verb", "act"),
    [
        ("submit", lambda r, c: returns.submit_return(kpi_return=r, by=c["lead"])),
        ("sign", lambda r, c: sign(r, c["sponsor"])),
        ("reopen", lambda r, c: returns.reopen_return(kpi_return=r, by=c["lead"], reason="x")),
        ("recall", lambda r, c: returns.recall_return(kpi_return=r, by=c["lead"], comment="x")),
    ],
)
@pytest.mark.security(10)
def test_steps_out_of_order_are_refused(
    draft: KpiReturn, cast: Cast, verb: str, act: Callable[[KpiReturn, Cast], KpiReturn]
) -> None:
    """From an empty draft nothing but typing is possible."""
    with pytest.raises((InvalidTransition, Incomplete)):
        act(draft, cast)


def test_a_lead_sees_no_return_of_another_organisation(draft: KpiReturn, cast: Cast) -> None:
    assert not KpiReturn.objects.visible_to(cast["stranger"]).filter(pk=draft.pk).exists()
    assert not KpiReturn.objects.visible_to(cast["admin"]).filter(pk=draft.pk).exists()
    assert KpiReturn.objects.visible_to(cast["lead"]).get() == draft
