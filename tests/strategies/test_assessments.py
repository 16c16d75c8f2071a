"""Self-assessments: criteria as reference data, who writes, confirms and reads, conflicts, the yearly repeat."""

import html
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import set_business_day
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed, StaleData
from edi_portal.reviews.selectors import waiting
from edi_portal.reviews.services import pass_text
from organisations.models import Organisation, User
from organisations.roles import Role
from strategies.models import CriteriaVersion, CriterionAnswer, SelfAssessment
from strategies.selectors.assessments import assessments_shown_to
from strategies.services import assessments as services
from strategies.services.assessments import AnswerEntry
from strategies.services.criteria import load_criteria
from strategies.shared_model.vocabulary import MODEL_DOMAINS
from tests.organisations.factories import OrganisationFactory, hold, person, signed_in

pytestmark = pytest.mark.django_db

SECRET = "Kept in the yellow folder"


@pytest.fixture(autouse=True)
def today() -> None:
    set_business_day(date(2020, 1, 20))


@pytest.fixture
def trust() -> Organisation:
    return OrganisationFactory.create(slug="here")


@pytest.fixture
def lead(trust: Organisation) -> User:
    return person(Role.EDI_LEAD, trust)


@pytest.fixture
def sponsor(trust: Organisation) -> User:
    return person(Role.EXECUTIVE_SPONSOR, trust)


def answered(trust: Organisation, lead: User, level: int = 3) -> SelfAssessment:
    """This year's assessment with every criterion answered, written in one go."""
    made = services.begin_assessment(organisation=trust, by=lead)
    CriterionAnswer.objects.bulk_create(
        CriterionAnswer(
            assessment=made, criterion=one, level=level, evidence_text=SECRET if level > 1 else "", version=1, changed_by=lead
        )
        for one in made.criteria.rows.all()
    )
    return made


def page_of(made: SelfAssessment, name: str = "assessment") -> str:
    return reverse(f"operating-model:{name}", args=[made.organisation.slug, made.financial_year])


def test_the_criteria_load_once_and_a_changed_set_is_the_next_version(trust: Organisation, lead: User) -> None:
    version = CriteriaVersion.objects.get()
    assert load_criteria() == 0
    per_domain = [sum(row.domain == key for row in version.rows.all()) for key in MODEL_DOMAINS]
    assert all(count >= 4 for count in per_domain) and sum(per_domain) == version.rows.count()
    begun = services.begin_assessment(organisation=trust, by=lead)
    rows = [
        {name: getattr(row, name) for name in ("key", "domain", "name", "question", "evidence", "levels")}
        for row in version.rows.all()
    ]
    with pytest.raises(ValueError, match="at least 4"):
        load_criteria({"version": 2, "in_force_from": date(2020, 1, 1), "criteria": rows[:6]})
    assert load_criteria({"version": 2, "in_force_from": date(2020, 1, 1), "criteria": rows}) == len(rows)
    assert begun.criteria == version and services.begin_assessment(organisation=trust, by=lead) == begun
    other = OrganisationFactory.create()
    assert services.begin_assessment(organisation=other, by=person(Role.EDI_LEAD, other)).criteria.number == 2


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (AnswerEntry(level=2), "Level 2 needs evidence"),
        (AnswerEntry(level=1, target_level=3), "both"),
        (AnswerEntry(level=3, evidence_text="Minutes", target_level=2, target_by=date(2021, 1, 1)), "below today's level 3"),
        (AnswerEntry(level=7, evidence_text="Minutes"), "not a valid choice"),
    ],
)
def test_an_answer_that_does_not_hold_is_refused(trust: Organisation, lead: User, entry: AnswerEntry, words: str) -> None:
    made = services.begin_assessment(organisation=trust, by=lead)
    with pytest.raises(Incomplete, match=words):
        services.answer_criterion(assessment=made, criterion=made.criteria.rows.all()[0], entry=entry, seen_version=0, by=lead)
    assert not made.answers.exists()


def test_the_database_refuses_a_level_without_evidence(trust: Organisation, lead: User) -> None:
    made = services.begin_assessment(organisation=trust, by=lead)
    with pytest.raises(IntegrityError, match="criterion_level_has_evidence"), transaction.atomic():
        CriterionAnswer.objects.create(assessment=made, criterion=made.criteria.rows.all()[0], level=2)


def test_two_people_at_one_criterion_do_not_overwrite_each_other(trust: Organisation, lead: User) -> None:
    made = services.begin_assessment(organisation=trust, by=lead)
    row = made.criteria.rows.get(key="budget")
    address = reverse("operating-model:answer", args=[trust.slug, made.financial_year, row.key])
    typed = {"level": "2", "evidence_text": "Seen by me", "version": "0"}
    services.answer_criterion(
        assessment=made, criterion=row, entry=AnswerEntry(level=3, evidence_text="Theirs"), seen_version=0, by=lead
    )
    with pytest.raises(StaleData):
        services.answer_criterion(assessment=made, criterion=row, entry=AnswerEntry(level=1), seen_version=0, by=lead)
    client = signed_in(lead)
    answer = client.post(address, typed)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "3. In place" in shown and "Theirs" in shown and "Seen by me" in shown
    assert made.answers.get().level == 3
    assert 'name="version" value="1"' in shown, "having seen both, saving again replaces it"
    assert client.post(address, typed | {"version": "1"}).status_code == 302
    assert made.answers.get().level == 2


def test_the_sponsor_confirms_what_is_whole_and_never_what_they_wrote(trust: Organisation, lead: User, sponsor: User) -> None:
    begun = services.begin_assessment(organisation=trust, by=lead)
    with pytest.raises(Incomplete, match="19 criteria have no answer"):
        services.confirm_assessment(assessment=begun, by=sponsor)
    made = answered(trust, lead)
    with pytest.raises(NotAllowed):
        services.confirm_assessment(assessment=made, by=lead)
    hold(lead, Role.EXECUTIVE_SPONSOR, trust)
    with pytest.raises(NotAllowed, match="You wrote in this"):
        services.confirm_assessment(assessment=made, by=lead)
    confirmed = services.confirm_assessment(assessment=made, by=sponsor)
    assert confirmed.state == "confirmed" and confirmed.confirmed_by == sponsor
    with pytest.raises(InvalidTransition, match="Open it again"):
        services.answer_criterion(
            assessment=made, criterion=made.criteria.rows.all()[0], entry=AnswerEntry(level=1), seen_version=1, by=lead
        )
    back = services.send_assessment_back(assessment=made, reason="Evidence for the budget", by=sponsor)
    assert back.state == "draft" and back.confirmed_at is None
    actions = AuditEvent.objects.filter(subject=services.subject_of(made)).values_list("action", flat=True)
    assert {"self_assessment.begun", "self_assessment.confirmed", "self_assessment.sent_back"} <= set(actions)


def test_others_read_levels_once_shared_and_confirmed_and_texts_once_reviewed(
    trust: Organisation, lead: User, sponsor: User
) -> None:
    made = answered(trust, lead)
    CriterionAnswer.objects.filter(assessment=made).update(target_level=5, target_by=date(2021, 6, 30))
    member, board = person(Role.STEERING_MEMBER), person(Role.BOARD_MEMBER)
    address = page_of(made)
    assert signed_in(member).get(address).status_code == 404
    services.share_assessment(assessment=made, share=True, by=lead)
    assert signed_in(member).get(address).status_code == 404, "a draft stays at home even when it is marked shared"
    services.confirm_assessment(assessment=made, by=sponsor)
    shown = signed_in(member).get(address).content.decode()
    assert "3, in place" in shown and SECRET not in shown and "June 2021" not in shown
    assert "wait for a reviewer" in shown
    assert signed_in(member).get(f"{address}?q=yellow").content.decode().count("3, in place") == 0, "nor found by searching"
    assert signed_in(board).get(address).status_code == 404
    assert not assessments_shown_to(board).exists()
    review = waiting().get(subject=services.subject_of(made))
    assert SECRET in review.text
    pass_text(review=review, nobody_recognisable=True, by=person(Role.PORTAL_ADMIN))
    shown = signed_in(member).get(address).content.decode()
    assert SECRET in shown and "June 2021" not in shown
    services.reopen_assessment(assessment=made, reason="A slip", by=lead)
    assert signed_in(member).get(address).status_code == 404


def test_next_year_begins_anew_and_shows_what_changed(trust: Organisation, lead: User, sponsor: User) -> None:
    first = answered(trust, lead, level=2)
    services.confirm_assessment(assessment=first, by=sponsor)
    set_business_day(date(2020, 5, 4))
    second = services.begin_assessment(organisation=trust, by=lead)
    assert second.financial_year == "2020-21" and not second.answers.exists()
    client = signed_in(lead)
    address = reverse("operating-model:answer", args=[trust.slug, "2020-21", "budget"])
    form = client.get(address).content.decode()
    assert "In 2019-20: level 2, begun" in form and SECRET in form
    typed: dict[str, Any] = {"level": "3", "evidence_text": "The budget book", "version": "0"}
    assert client.post(address, typed).status_code == 302
    shown = client.get(page_of(second)).content.decode()
    assert "up from 2" in shown and "Since 2019-20: 1 up, 0 as last time, 0 down." in shown
    assert "1 of 19 criteria" in shown
    assert "Money for EDI" in client.get(f"{page_of(second)}?show=answered").content.decode()
    assert "No criterion fits" in client.get(f"{page_of(second)}?q=zzz").content.decode()


def shared(slug: str, level: int) -> SelfAssessment:
    """A confirmed and shared assessment of an organisation of its own."""
    trust = OrganisationFactory.create(slug=slug)
    lead = person(Role.EDI_LEAD, trust)
    made = answered(trust, lead, level)
    services.share_assessment(assessment=made, share=True, by=lead)
    return services.confirm_assessment(assessment=made, by=person(Role.EXECUTIVE_SPONSOR, trust))


def test_the_steering_tier_sees_who_stands_where_and_the_board_sees_counts_alone() -> None:
    shared("far-away", 4)
    shared("early-days", 1)
    address, member, board = reverse("operating-model:system"), person(Role.STEERING_MEMBER), person(Role.BOARD_MEMBER)
    before = signed_in(board).get(address).content.decode()
    assert "nothing to count" in before and "Far Away" not in before and "Early Days" not in before
    third = shared("half-way", 3)
    set_business_day(date(2020, 1, 21))
    seen = signed_in(member).get(address).content.decode()
    assert "Far Away" in seen and "<td class=l4>4" in seen and "Who could help whom" in seen
    counted = signed_in(board).get(address).content.decode()
    assert "2 of 3" in counted and "19 of 19 criteria are in place" in counted
    assert not any(name in counted for name in ("Far Away", "Early Days", "Half Way", "could help"))
    for name in ("system-csv", "system-xlsx"):
        files = {who: signed_in(who).get(reverse(f"operating-model:{name}")) for who in (member, board)}
        assert all(answer.status_code == 200 for answer in files.values())
    board_file = signed_in(board).get(reverse("operating-model:system-csv")).content.decode()
    assert "Governance,The board owns EDI,1,0,1,1,0,3" in board_file and "Far Away" not in board_file
    assert "Far Away,4,4" in signed_in(member).get(reverse("operating-model:system-csv")).content.decode()
    services.share_assessment(assessment=third, share=False, by=third.begun_by)
    assert "nothing to count" in signed_in(board).get(address).content.decode()


def test_the_system_page_asks_the_same_of_the_database_however_many_share(django_assert_max_num_queries: Any) -> None:
    for number in range(4):
        shared(f"trust-{number}-here", 2)
    client = signed_in(person(Role.STEERING_MEMBER))
    address = reverse("operating-model:system")
    client.get(address)
    with django_assert_max_num_queries(25):
        client.get(address)
    with CaptureQueriesContext(connection) as four:
        client.get(address)
    shared("trust-9-here", 4)
    with CaptureQueriesContext(connection) as five:
        client.get(address)
    assert len(four) == len(five)


def sent(user: User, address: str, status: int = 302, **typed: object) -> str:
    """The page after a form was sent; where it was saved, the page that it leads to."""
    answer = signed_in(user).post(address, typed, follow=status == 302)
    page = html.unescape(answer.content.decode())
    got = answer.redirect_chain[0][1] if status == 302 and answer.redirect_chain else answer.status_code
    assert got == status, page
    return page


def test_an_assessment_is_begun_and_answered_by_page_one_criterion_after_the_other(trust: Organisation, lead: User) -> None:
    home = reverse("operating-model:assessments")
    assert "Begin" in signed_in(lead).get(home).content.decode()
    sent(lead, reverse("operating-model:begin-assessment"))
    made = SelfAssessment.objects.get()
    first, second = list(made.criteria.rows.all())[:2]
    address = page_of(made) + f"criteria/{first.key}/"
    page = sent(lead, address, 422, level="3", evidence_text="", note="Still to do", version="0")
    assert "Level 3 needs evidence." in page and "Still to do" in page and not CriterionAnswer.objects.exists()
    answer = signed_in(lead).post(address, {"level": "1", "version": "0", "go": "next"})
    assert answer.headers["Location"] == page_of(made) + f"criteria/{second.key}/"
    assert signed_in(lead).post(address, {"level": "1", "version": "1"}).headers["Location"] == page_of(made)
    assert CriterionAnswer.objects.get().level == 1
    assert signed_in(lead).get(page_of(made) + "criteria/no-such-one/").status_code == 404
    sent(person(Role.EDI_LEAD, OrganisationFactory.create()), address, 404, level="1", version="0")
    sent(person(Role.BOARD_MEMBER), reverse("operating-model:begin-assessment"), 403)


def test_the_sponsor_sends_back_with_words_and_the_lead_opens_again_with_words(
    trust: Organisation, lead: User, sponsor: User
) -> None:
    made = answered(trust, lead)
    place = page_of(made)
    assert "This self-assessment is a draft already." in sent(lead, place + "reopen/", 409, reason="A level is wrong.")
    sent(lead, place + "confirm/", 403)
    sent(sponsor, place + "confirm/")
    made.refresh_from_db()
    assert made.state == "confirmed"
    sent(sponsor, place + "reopen/", 403, reason="Not the sponsor")
    page = sent(lead, place + "reopen/", 422, reason=" ")
    made.refresh_from_db()
    assert made.state == "confirmed" and "1 answer must be mended" in page
    assert "is a draft again" in sent(lead, place + "reopen/", reason="A level is wrong.")
    made.refresh_from_db()
    assert (made.state, made.sent_back) == ("draft", "A level is wrong.")
    sent(sponsor, place + "send-back/", reason="So is another.")
    made.refresh_from_db()
    assert made.sent_back == "So is another."
    sent(lead, place + "send-back/", 403, reason="Not the lead")


def test_others_find_a_shared_assessment_by_name_until_it_is_no_longer_shared(
    trust: Organisation, lead: User, sponsor: User
) -> None:
    made = answered(trust, lead)
    services.confirm_assessment(assessment=made, by=sponsor)
    member, home = person(Role.STEERING_MEMBER), reverse("operating-model:assessments")
    name, place = trust.short_name, page_of(made)
    assert signed_in(member).get(place).status_code == 404
    sent(lead, place + "share/", share="yes")
    assert name in signed_in(member).get(home, {"q": name[:4].upper()}).content.decode()
    assert name not in signed_in(member).get(home, {"q": "zzz"}).content.decode().split("<main")[1]
    assert signed_in(member).get(place).status_code == 200
    sent(member, place + "share/", 404, share="no")
    assert "Others no longer read this assessment." in sent(lead, place + "share/", share="no")
    assert signed_in(member).get(place).status_code == 404
