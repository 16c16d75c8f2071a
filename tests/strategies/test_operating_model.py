"""Options, the agreed document with its replies, and the plan: who writes, who reads, what is kept."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from edi_portal.clock import set_business_day
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed, StaleData
from organisations.models import Organisation, Place, User
from organisations.roles import Role
from organisations.services.demonstration_accounts import make_demonstration_accounts
from strategies.models import JointProject, ModelVersion, OptionsAppraisal, PlanStep, PooledOffer, SelfAssessment
from strategies.selectors.appraisals import weights_of
from strategies.services import appraisals, model_documents, plan_steps
from strategies.services.demonstration import plant_operating_model
from strategies.services.model_documents import VersionEntry, record_reply
from strategies.shared_model.replies import RATIFY, RETURN
from tests.organisations.factories import OrganisationFactory, person, signed_in
from tests.strategies.operating_models import decided_appraisal, pass_all, proposed_version, step

pytestmark = pytest.mark.django_db
TODAY = date(2020, 1, 20)


@pytest.fixture(autouse=True)
def today() -> None:
    set_business_day(TODAY)


@pytest.fixture
def member() -> User:
    return person(Role.STEERING_MEMBER)


@pytest.fixture
def trust() -> Organisation:
    return OrganisationFactory.create(slug="here")


def page(user: User, name: str, *parts: object) -> str:
    return signed_in(user).get(reverse(f"operating-model:{name}", args=parts)).content.decode()


def test_an_option_is_preferred_only_when_everything_is_weighed(member: User) -> None:
    draft = appraisals.begin_appraisal(by=member)
    appraisals.save_criterion(draft=draft, key=None, name="Cost", weight=70, seen_version=0, by=member)
    for seen, name in enumerate(("Alone", "Team"), start=1):
        appraisals.save_option(draft=draft, key=None, entry=appraisals.OptionEntry(name), seen_version=seen, by=member)
    choice = {"draft": draft, "preferred": "team", "reason": "Reach", "by": member}
    with pytest.raises(Incomplete, match="sum to 70"):
        appraisals.decide_appraisal(**choice, seen_version=3)
    appraisals.save_criterion(draft=draft, key="cost", name="Cost", weight=100, seen_version=3, by=member)
    with pytest.raises(Incomplete, match="no score for every criterion: Alone, Team"):
        appraisals.decide_appraisal(**choice, seen_version=4)
    with pytest.raises(StaleData):
        appraisals.save_criterion(draft=draft, key="cost", name="Cost", weight=90, seen_version=3, by=member)
    with pytest.raises(Incomplete, match="say why"):
        entry = appraisals.OptionEntry("Team", "", {"cost": (4, " ")})
        appraisals.save_option(draft=draft, key="team", entry=entry, seen_version=4, by=member)
    with pytest.raises(NotAllowed):
        appraisals.begin_appraisal(by=person(Role.BOARD_MEMBER))


def test_a_decided_appraisal_stays_and_the_next_begins_as_its_copy(member: User) -> None:
    first = decided_appraisal(member)
    shown = page(member, "appraisals")
    assert "Shared team is preferred" in shown and "3.20" in shown and "2.20" in shown
    assert "stays first whichever weight moves" in shown
    lead = person(Role.EDI_LEAD, OrganisationFactory.create())
    assert "No option is decided yet" in page(lead, "appraisals"), "others read it after a reviewer"
    assert signed_in(lead).get(reverse("operating-model:appraisal-xlsx", args=[1])).status_code == 404
    pass_all(person(Role.PORTAL_ADMIN))
    assert "It reaches all." in page(lead, "appraisals")
    with pytest.raises(InvalidTransition):
        appraisals.save_criterion(draft=first, key="cost", name="Cost", weight=10, seen_version=first.version, by=member)
    second = appraisals.begin_appraisal(by=member)
    appraisals.save_criterion(draft=second, key="cost", name="Cost", weight=80, seen_version=0, by=member)
    appraisals.save_criterion(draft=second, key="reach", name="Reach", weight=20, seen_version=1, by=member)
    appraisals.decide_appraisal(draft=second, preferred="each-alone", reason="Cost", seen_version=2, by=member)
    kept = OptionsAppraisal.objects.get(number=1)
    assert kept.state == "replaced" and weights_of(kept) == {"cost": 40, "reach": 60}
    assert "It reaches all." in page(lead, "appraisal", 1)


def test_the_document_is_ratified_when_the_board_and_every_healthwatch_agree(member: User) -> None:
    version = proposed_version(member)
    pass_all(person(Role.PORTAL_ADMIN))
    board = person(Role.BOARD_MEMBER)
    readers = [person(Role.HEALTHWATCH_READER, place) for place in Place.objects.all()]
    with pytest.raises(NotAllowed, match="Ask a person with the role Board member or Healthwatch reader"):
        record_reply(version=version, by=member, decision=RATIFY, reason="", on=TODAY)
    with pytest.raises(Incomplete, match="Say why"):
        record_reply(version=version, by=board, decision=RETURN, reason=" ", on=TODAY)
    with pytest.raises(Incomplete, match="day of the reply"):
        record_reply(version=version, by=board, decision=RATIFY, reason="", on=TODAY + timedelta(days=1))
    record_reply(version=version, by=readers[0], decision=RETURN, reason="No word of carers", on=TODAY)
    assert ModelVersion.objects.get().state == "returned"
    assert "No word of carers" not in page(board, "version", 1), "a reason is read after a reviewer"
    assert "No word of carers" in page(readers[0], "version", 1)
    for reader in (board, *readers):
        assert ModelVersion.objects.get().state != "ratified"
        record_reply(version=version, by=reader, decision=RATIFY, reason="", on=TODAY)
    assert ModelVersion.objects.get().state == "ratified"
    assert version.replies.count() == len(readers) + 2, "an earlier reply stays on record"
    with pytest.raises(InvalidTransition):
        record_reply(version=version, by=board, decision=RETURN, reason="Late", on=TODAY)


def test_a_version_is_read_once_reviewed_and_the_next_shows_what_it_said_before(member: User) -> None:
    proposed_version(member)
    board = person(Role.BOARD_MEMBER)
    assert "What we agree about" not in page(board, "document") and "waits for a reviewer" in page(board, "document")
    pass_all(person(Role.PORTAL_ADMIN))
    assert "What we agree about Governance" in page(board, "document")
    draft = model_documents.begin_version(by=member)
    assert signed_in(board).get(reverse("operating-model:version", args=[2])).status_code == 404
    sections = draft.sections | {"purpose": "Another purpose"}
    with pytest.raises(InvalidTransition, match="waits for replies"):
        saved = model_documents.save_version(version=draft, entry=VersionEntry("Purpose", sections), seen_version=0, by=member)
        model_documents.propose_version(version=saved, by=member)
    record_reply(version=ModelVersion.objects.get(number=1), by=board, decision=RETURN, reason="Vague", on=TODAY)
    model_documents.propose_version(version=draft, by=member)
    shown = page(member, "version", 2)
    assert "Another purpose" in shown and "What we agree about Purpose" in shown and shown.count("What it said before") == 1
    with pytest.raises(InvalidTransition, match="later version"):
        record_reply(version=ModelVersion.objects.get(number=1), by=board, decision=RATIFY, reason="", on=TODAY)
    back = model_documents.take_back_version(version=draft, by=member)
    assert back.state == "draft" and back.proposed_on is None


def test_an_empty_section_is_not_proposed_and_a_conflict_keeps_what_was_typed(member: User) -> None:
    draft = model_documents.begin_version(by=member)
    with pytest.raises(Incomplete, match="Write these sections"):
        model_documents.propose_version(version=draft, by=member)
    model_documents.save_version(version=draft, entry=VersionEntry("", {"purpose": "Theirs"}), seen_version=0, by=member)
    answer = signed_in(member).post(reverse("operating-model:draft"), {"version": "0", "purpose": "Mine"})
    assert answer.status_code == 409 and "Mine" in answer.content.decode()
    assert ModelVersion.objects.get().sections["purpose"] == "Theirs"


def test_a_step_is_done_by_its_owner_and_read_by_others_once_reviewed(member: User, trust: Organisation) -> None:
    row = step(trust, member, due_on=date(2020, 1, 10))
    lead, stranger = person(Role.EDI_LEAD, trust), person(Role.EDI_LEAD, OrganisationFactory.create())
    assert "1 step is overdue" in page(lead, "plan") and "10 days over" in page(lead, "plan")
    assert "One pool of panels" not in page(stranger, "plan")
    with pytest.raises(NotAllowed):
        plan_steps.finish_step(step=row, on=TODAY, note="", by=stranger)
    with pytest.raises(Incomplete):
        plan_steps.finish_step(step=row, on=TODAY + timedelta(days=1), note="", by=lead)
    plan_steps.finish_step(step=row, on=TODAY, note="The panels are mixed", by=lead)
    pass_all(person(Role.PORTAL_ADMIN))
    shown = page(stranger, "plan")
    assert "One pool of panels" in shown and "Done, 10 days late" in shown
    assert "The panels are mixed" in shown
    csv = signed_in(stranger).get(reverse("operating-model:plan-csv")).content.decode()
    assert "The panels are mixed" in csv
    plan_steps.reopen_step(step=row, by=lead)
    plan_steps.leave_step_out(step=row, reason="Done by the region", by=member)
    assert PlanStep.objects.get().left_out_on == TODAY
    with pytest.raises(NotAllowed):
        plan_steps.reopen_step(step=row, by=lead)


def test_the_demonstration_is_planted_once_marked_and_reviewed(settings: Any) -> None:
    with pytest.raises(NotAllowed):
        plant_operating_model()
    settings.DEMONSTRATION = True
    make_demonstration_accounts()
    assert plant_operating_model() and not plant_operating_model()
    for model in (SelfAssessment, OptionsAppraisal, ModelVersion, PlanStep, PooledOffer, JointProject):
        assert model.objects.exists() and not model.objects.filter(is_synthetic=False).exists(), model
    board = User.objects.filter(is_demonstration=True, memberships__role=Role.BOARD_MEMBER).first()
    assert board is not None and "What did your body decide?" in page(board, "reply", 1), "the board can really reply"
    member = User.objects.filter(is_demonstration=True, memberships__role=Role.STEERING_MEMBER).first()
    assert member is not None
    browser = signed_in(member)
    browser.get("/help/")  # the first click of a session is noted
    with CaptureQueriesContext(connection) as asked:
        shown = browser.get(reverse("operating-model:system")).content.decode()
    assert "Who could help whom" in shown and "synthetic" in shown
    assert len(asked) <= 25
    assert "A shared team in three places is preferred" in page(person(Role.BOARD_MEMBER), "appraisals")
    assert len(shown.encode()) < 90_000
