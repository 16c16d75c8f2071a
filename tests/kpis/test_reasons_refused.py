"""A reason that is refused is refused at its row of the list, with what was typed; none is too long for where it is kept."""

import html

import pytest
from django.http import HttpResponse
from django.urls import reverse

from edi_portal.reviews.models import TextReview
from edi_portal.reviews.services import ask_for_review
from kpis.models.disclosure import KnownFact
from kpis.models.extracts import MeaningState, ValueMeaning
from kpis.services import disclosure
from organisations.models import Organisation
from organisations.roles import Role
from tests.organisations.factories import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
LONG = "Words JKQ of a reason. " * 60


def check_refused(answer: HttpResponse, row: int, words: str, typed: str = "") -> None:
    """The page of the list, with the problem at the row alone and what was typed in its field."""
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422 and "nhsuk-error-summary" in page and words in page
    assert f'href="#reason-{row}"' in page and f'id="reason-{row}-error"' in page
    assert page.count("nhsuk-error-message") == 1 and page.count('name="reason"') == 2 and typed.strip() in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [(" ", "Say why the meaning is declined"), (LONG, "must be 300 characters or fewer"), ("JKQ\0", "Null characters")],
)
def test_the_reason_of_a_declined_meaning(typed: str, words: str) -> None:
    trust = Organisation.objects.get(slug="countess-of-chester")
    lead, client = person(Role.EDI_LEAD, trust), signed_in(person(Role.PORTAL_ADMIN))
    row, other = (
        ValueMeaning.objects.create(
            organisation=trust, field="pay_scale", value=value, shown=value.title(), code="vsm", rows=40, proposed_by=lead
        )
        for value in ("ad hoc", "local")
    )
    answer = client.post(reverse("meanings:decide", args=[row.pk]), {"decision": "decline", "reason": typed})
    check_refused(answer, row.pk, words, "" if "\0" in typed else typed)
    assert "<details" in answer.content.decode() and " open" in answer.content.decode()
    row.refresh_from_db()
    assert row.state == MeaningState.PROPOSED
    assert (
        client.post(reverse("meanings:decide", args=[row.pk]), {"decision": "decline", "reason": LONG[:300]}).status_code == 302
    )
    row.refresh_from_db()
    assert (row.state, row.reason) == (MeaningState.DECLINED, LONG[:300].strip())


@pytest.mark.parametrize(("typed", "words"), [(" ", "Say what must change in the text."), (LONG, "1000 characters or fewer")])
def test_the_reason_why_a_text_is_sent_back(typed: str, words: str) -> None:
    client, address = signed_in(person(Role.PORTAL_ADMIN)), reverse("text-reviews")
    review, _ = (ask_for_review(subject=f"kpi:{name}", text=f"Text {name}", organisation=None, by=None) for name in "XZ")
    assert review is not None
    check_refused(client.post(address, {"review": review.pk, "doing": "back", "reason": typed}), review.pk, words, typed)
    answer = client.post(address, {"review": review.pk, "doing": "pass"})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422 and f'href="#nobody-{review.pk}"' in page and "Tick that no person" in page
    assert TextReview.objects.get(pk=review.pk).state == "waiting"
    assert client.post(address, {"review": review.pk, "doing": "back", "reason": "Too near."}).status_code == 302
    again = client.post(address, {"review": review.pk, "doing": "back", "reason": ""})
    assert again.status_code in (409, 422) and 'id="reason-' not in again.content.decode(), "it is reviewed already"


@pytest.mark.parametrize(("typed", "words"), [(" ", "Say why this fact is retired."), (LONG, "500 characters or fewer")])
def test_the_reason_why_a_fact_is_retired(typed: str, words: str) -> None:
    admin = person(Role.PORTAL_ADMIN)
    fact, _ = (
        disclosure.add_fact(
            measure=measure, part="", organisation=None, period="", source="A table", address="", year=2019, by=admin
        )
        for measure in ("staff_ethnicity", "staff_disability")
    )
    client, address = signed_in(admin), reverse("disclosure:facts")
    answer = client.post(address, {"doing": "retire", "fact": fact.pk, "reason": typed})
    check_refused(answer, fact.pk, words, typed)
    assert KnownFact.objects.in_force().count() == 2
    assert client.post(address, {"doing": "retire", "fact": fact.pk, "reason": "Withdrawn."}).status_code == 302
    assert KnownFact.objects.in_force().count() == 1
