"""The digest, consultations from question to change, and the page "What EDI is" with the reader's own figures."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from edi_portal.clock import set_business_day
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed, StaleData
from edi_portal.reviews.selectors import waiting
from edi_portal.reviews.services import pass_text
from organisations.models import Organisation, Place, User
from organisations.roles import Role
from steering.models import Consultation, ConsultationAnswer, DigestEntry
from steering.services.consultations import answer_consultation, ask_organisations, reply_to_answers
from steering.services.digest import EntryWords, add_entry, change_entry, load_digest
from tests.kpis.dashboard_factories import figure, published_release, write
from tests.organisations.factories import OrganisationFactory, person, signed_in
from tests.steering.test_saved_meanwhile import version_in
from workforce.models import EdiPost

pytestmark = pytest.mark.django_db
TODAY, DUE = date(2020, 1, 20), date(2020, 2, 14)


@pytest.fixture(autouse=True)
def today() -> None:
    set_business_day(TODAY)


@pytest.fixture
def trust() -> Organisation:
    return OrganisationFactory.create(slug="here", short_name="Here Trust")


@pytest.fixture
def lead(trust: Organisation) -> User:
    return person(Role.EDI_LEAD, trust)


@pytest.fixture
def member() -> User:
    return person(Role.STEERING_MEMBER)


def passed() -> None:
    for review in waiting():
        pass_text(review=review, nobody_recognisable=True, by=person(Role.PORTAL_ADMIN))


@pytest.fixture
def asked(member: User) -> Consultation:
    made = ask_organisations(
        title="One reporting day", question="Shall we report on one day?", background="", opens_on=TODAY, due_on=DUE, by=member
    )
    passed()
    return made


def test_the_digest_shows_what_has_been_published_and_what_it_means_for_a_kpi(member: User) -> None:
    page = signed_in(person(Role.BOARD_MEMBER)).get("/digest/?kpi=wres-3").content.decode()
    assert "Fair to refer?" in page and "A Model Employer" not in page
    assert "improvement plan" not in signed_in(member).get("/digest/").content.decode()
    set_business_day(date(2023, 7, 1))
    assert "improvement plan" in signed_in(member).get("/digest/").content.decode()
    assert load_digest() == 0


def test_the_groups_entries_wait_for_a_reviewer_and_nothing_is_overwritten(member: User, lead: User) -> None:
    words = EntryWords("research", "A new study", "A university", "https://example.nhs.uk", TODAY, "It says.", "It means.")
    row = add_entry(words=words, by=member)
    assert "A new study" not in signed_in(lead).get("/digest/").content.decode()
    passed()
    assert "A new study" in signed_in(lead).get("/digest/").content.decode()
    with pytest.raises(StaleData):
        change_entry(entry=row, words=words, seen_version=0, by=member)
    with pytest.raises(Incomplete, match="future"):
        add_entry(words=EntryWords("research", "x", "y", "https://z.nhs.uk", DUE, "s", "m"), by=member)
    with pytest.raises(NotAllowed):
        add_entry(words=words, by=lead)
    assert DigestEntry.objects.filter(title="A new study").count() == 1


def test_a_question_is_read_after_its_review_and_answered_by_each_organisation(
    member: User, lead: User, trust: Organisation
) -> None:
    made = ask_organisations(title="Early", question="Read me?", background="", opens_on=TODAY, due_on=DUE, by=member)
    client = signed_in(lead)
    assert client.get(f"/consultations/{made.pk}/").status_code == 404
    passed()
    assert "1 consultation waits for your answer" in client.get("/consultations/").content.decode()
    assert client.post(f"/consultations/{made.pk}/answer/", {"position": "changes", "version": "0"}).status_code == 422
    answer = client.post(f"/consultations/{made.pk}/answer/", {"position": "changes", "text": "In June, please.", "version": "0"})
    assert answer.status_code == 302
    page = signed_in(member).get(f"/consultations/{made.pk}/").content.decode()
    assert "Here Trust" in page and "In June, please." not in page
    passed()
    assert "In June, please." in signed_in(member).get(f"/consultations/{made.pk}/").content.decode()
    stranger = signed_in(person(Role.EDI_LEAD, OrganisationFactory.create()))
    others = stranger.get(f"/consultations/{made.pk}/").content.decode()
    assert "In June, please." not in others and "Here Trust" not in others and "Agree with changes: 1" in others


def test_the_reply_closes_it_and_says_what_changed(member: User, lead: User, trust: Organisation, asked: Consultation) -> None:
    answer_consultation(consultation=asked, organisation=trust, position="agree", text="", by=lead)
    with pytest.raises(InvalidTransition, match="can still answer"):
        reply_to_answers(consultation=asked, reply="Yes", changed="The day", by=member)
    set_business_day(date(2020, 2, 15))
    answer_consultation(consultation=asked, organisation=trust, position="disagree", text="Not on a Friday.", by=lead)
    with pytest.raises(Incomplete):
        reply_to_answers(consultation=asked, reply="Yes", changed=" ", by=member)
    reply_to_answers(consultation=asked, reply="Most agreed.", changed="The day is a Monday.", by=member)
    passed()
    page = signed_in(person(Role.HEALTHWATCH_READER, Place.objects.get(slug="liverpool"))).get(f"/consultations/{asked.pk}/")
    assert "The day is a Monday." in page.content.decode() and "Not on a Friday." not in page.content.decode()
    assert "(late)" in signed_in(member).get(f"/consultations/{asked.pk}/").content.decode()
    with pytest.raises(InvalidTransition):
        answer_consultation(consultation=asked, organisation=trust, position="agree", text="", by=lead)
    assert ConsultationAnswer.objects.count() == 1


def test_a_long_answer_stays_on_the_page_where_the_group_replied_meanwhile(member: User, lead: User, asked: Consultation) -> None:
    set_business_day(date(2020, 2, 15))
    client, address = signed_in(lead), f"/consultations/{asked.pk}/answer/"
    typed = {"position": "disagree", "text": "Not on a Friday.", "version": version_in(client.get(address).content.decode())}
    reply_to_answers(consultation=asked, reply="Most agreed.", changed="The day is a Monday.", by=member)
    passed()
    answer = client.post(address, typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "The group has replied, so the answers stay as they are." in page and "Not on a Friday." in page


def test_the_page_on_edi_has_the_readers_own_figures(member: User, lead: User, trust: Organisation) -> None:
    EdiPost.objects.create(
        organisation=trust, title="Lead", band="7", funded_wte=1, filled_wte="0.75", valid_from=date(2018, 1, 1)
    )
    release = published_release("2019-20-q2", 1, [trust])
    write(
        figure(release, "WRES-2", trust, value=1.6, low=1.3, high=1.9, verdict="act", tier="steering"),
        figure(release, "DQ-1", trust, value=3, verdict="better", over_time="better", tier="steering"),
    )
    own = signed_in(lead).get("/what-edi-is/").content.decode()
    assert "what your organisation gains" in own and "0.75 WTE" in own
    browser = signed_in(member)
    browser.get("/help/")  # the first click of a session is noted
    with CaptureQueriesContext(connection) as queries:
        other = browser.get("/what-edi-is/").content.decode()
    assert "0.75 WTE" not in other and "Effort no longer doubled" in other and len(queries) <= 25
    assert "Healthwatch" in own and "Freedom to Speak Up" in own


def test_a_question_or_an_answer_that_lacks_something_is_refused_in_words(
    member: User, lead: User, trust: Organisation, asked: Consultation
) -> None:
    typed = {"title": "T", "question": "Q?", "background": "", "opens_on": TODAY, "due_on": DUE}
    for wrong, words in (
        ({"due_on": date(2020, 1, 19)}, "must not be in the past"),
        ({"question": " "}, "cannot be blank"),
        ({"opens_on": date(2020, 3, 1)}, "day"),
    ):
        with pytest.raises(Incomplete, match=words):
            ask_organisations(**(typed | wrong), by=member)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        ask_organisations(**typed, by=lead)  # type: ignore[arg-type]
    assert Consultation.objects.count() == 1
    given = {"consultation": asked, "organisation": trust, "by": lead}
    with pytest.raises(Incomplete, match="Choose one of the answers shown"):
        answer_consultation(**given, position="maybe", text="")
    with pytest.raises(Incomplete, match="why you do not agree"):
        answer_consultation(**given, position="disagree", text=" ")
    with pytest.raises(NotAllowed):
        answer_consultation(consultation=asked, organisation=trust, position="agree", text="", by=member)
    later = ask_organisations(**(typed | {"opens_on": date(2020, 2, 1)}), by=member)  # type: ignore[arg-type]
    with pytest.raises(InvalidTransition, match="is not open yet"):
        answer_consultation(consultation=later, organisation=trust, position="agree", text="", by=lead)
    assert not ConsultationAnswer.objects.exists()


def test_a_group_replies_once(member: User, lead: User, asked: Consultation) -> None:
    set_business_day(date(2020, 2, 15))
    with pytest.raises(NotAllowed):
        reply_to_answers(consultation=asked, reply="Yes", changed="The day", by=lead)
    reply_to_answers(consultation=asked, reply="Most agreed.", changed="The day.", by=member)
    with pytest.raises(InvalidTransition, match="has replied already"):
        reply_to_answers(consultation=asked, reply="Again", changed="Another", by=member)
    assert Consultation.objects.get(pk=asked.pk).reply == "Most agreed."
