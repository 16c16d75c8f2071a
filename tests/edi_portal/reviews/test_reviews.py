"""Free text: others read it only as a reviewer passed it, and small numbers beside people are pointed out."""

import pytest
from django.db import IntegrityError, transaction

from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed
from edi_portal.reviews.models import TextReview
from edi_portal.reviews.selectors import cleared, refusals, waiting
from edi_portal.reviews.services import ask_for_review, pass_text, send_text_back
from edi_portal.reviews.wording import phrases_to_check
from organisations.models import User
from tests.organisations.factories import UserFactory

TEXT = "We trained people in every ward."


@pytest.fixture
def writer(db: None) -> User:
    return UserFactory.create()


@pytest.fixture
def reviewer(db: None) -> User:
    return UserFactory.create()


def test_a_text_is_closed_to_others_until_exactly_it_is_passed(writer: User, reviewer: User) -> None:
    texts = {"note:1": TEXT, "note:2": "", "note:3": "Nobody asked for this one."}
    assert cleared(texts) == {"note:2"}, "only what says nothing needs no review"
    review = ask_for_review(subject="note:1", text=TEXT, organisation="aintree", by=writer)
    assert review is not None and cleared(texts) == {"note:2"}
    pass_text(review=review, nobody_recognisable=True, by=reviewer)
    assert cleared(texts) == {"note:1", "note:2"}
    assert cleared({"note:1": f"  {TEXT}\r\n"}) == {"note:1"}, "line ends and blanks around it are no other text"
    assert not cleared({"note:1": TEXT.replace("people", "two people")}), "a changed text is another text"
    assert not cleared({"note:9": TEXT}), "and another thing's text as well"


def test_the_reviewer_ticks_and_is_not_the_writer(writer: User, reviewer: User) -> None:
    review = ask_for_review(subject="note:1", text=TEXT, organisation=None, by=writer)
    assert review is not None
    with pytest.raises(Incomplete, match="Tick"):
        pass_text(review=review, nobody_recognisable=False, by=reviewer)
    with pytest.raises(NotAllowed):
        pass_text(review=review, nobody_recognisable=True, by=writer)
    with pytest.raises(IntegrityError, match="somebody_else"), transaction.atomic():
        TextReview.objects.filter(pk=review.pk).update(state="passed", decided_by=writer, decided_at=review.asked_at)
    with pytest.raises(Incomplete, match="Say what"):
        send_text_back(review=review, reason=" ", by=reviewer)
    send_text_back(review=review, reason="It names a ward.", by=reviewer)
    assert refusals({"note:1": TEXT}) == {"note:1": "It names a ward."}
    with pytest.raises(InvalidTransition):
        pass_text(review=review, nobody_recognisable=True, by=reviewer)
    assert not cleared({"note:1": TEXT})


def test_asking_twice_is_one_entry_and_a_new_text_takes_the_old_one_out(writer: User) -> None:
    first = ask_for_review(subject="note:1", text=TEXT, organisation=None, by=writer)
    assert ask_for_review(subject="note:1", text=TEXT, organisation=None, by=writer) == first
    ask_for_review(subject="note:1", text="Another text.", organisation=None, by=writer)
    assert list(waiting().values_list("text", flat=True)) == ["Another text."]
    assert ask_for_review(subject="note:2", text=" ", organisation=None, by=writer) is None


@pytest.mark.parametrize(
    "text",
    [
        "3 disabled staff left.",
        "Staff: 2",
        "one Muslim colleague complained",
        "There were no BME nurses.",
        "Grievances were 4 this year",
        "two of our directors",
    ],
)
def test_a_small_number_next_to_people_is_pointed_out(text: str) -> None:
    assert phrases_to_check(text)


@pytest.mark.parametrize(
    "text",
    [
        "1,237 staff were asked.",
        "80 staff",
        "12% of staff",
        "2.5 whole-time posts",
        "Standard 3 of the scheme",
        "7% of staff",
        "",
    ],
)
def test_other_numbers_are_not(text: str) -> None:
    assert phrases_to_check(text) == ()
