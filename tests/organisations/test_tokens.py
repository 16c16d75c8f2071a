"""Tokens of the API: made under a role of one's own, told apart, few, for a year at most, and ended at once."""

import re
from datetime import date, timedelta

import pytest

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import set_business_day
from edi_portal.exceptions import BusinessError, Incomplete, InvalidTransition, NotAllowed
from organisations.models import ApiToken, Membership, Organisation, User
from organisations.roles import Role
from organisations.services.tokens import MOST, end_token, make_token, note_use, token_of
from tests.organisations.factories import OrganisationFactory, person, signed_in

pytestmark = pytest.mark.django_db
TODAY = date(2020, 1, 20)
LAST = TODAY + timedelta(days=366)


@pytest.fixture(autouse=True)
def today() -> None:
    set_business_day(TODAY)


@pytest.fixture
def trust() -> Organisation:
    return OrganisationFactory.create(slug="here")


@pytest.fixture
def lead(trust: Organisation) -> User:
    return person(Role.EDI_LEAD, trust)


def made(by: User, **given: object) -> tuple[ApiToken, str]:
    wanted = {"membership": Membership.objects.get(user=by), "label": "Upload", "scopes": ["returns:read"], "expires_on": LAST}
    return make_token(by=by, **(wanted | given))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"label": "  "}, Incomplete, "Say what the token is for"),
        ({"scopes": []}, Incomplete, "Choose at least one thing that the token may do."),
        ({"scopes": ["jobs:read"]}, NotAllowed, "no token of yours can: See background work."),
        ({"scopes": ["nonsense"]}, NotAllowed, "no token of yours can: nonsense."),
        ({"expires_on": TODAY - timedelta(days=1)}, Incomplete, "between today and a year from today"),
        ({"expires_on": LAST + timedelta(days=1)}, Incomplete, "between today and a year from today"),
    ],
)
def test_a_token_that_lacks_something_is_refused_in_words(
    lead: User, given: dict[str, object], error: type[BusinessError], words: str
) -> None:
    with pytest.raises(error, match=words):
        made(lead, **given)
    assert not ApiToken.objects.exists() and not AuditEvent.objects.filter(action="token.made").exists()


def test_a_token_acts_under_a_role_of_its_owner_alone(lead: User, trust: Organisation) -> None:
    other = person(Role.EDI_LEAD, trust)
    with pytest.raises(NotAllowed, match="a role of your own"):
        made(lead, membership=Membership.objects.get(user=other))


def test_the_text_is_nowhere_but_with_its_owner_and_finds_the_token_again(lead: User) -> None:
    token, text = made(lead, scopes=["returns:read", "returns:read", "governance:read"])
    assert token.scopes == ["governance:read", "returns:read"]
    assert token_of(text) == token and text not in str(list(ApiToken.objects.values())) + str(list(AuditEvent.objects.values()))
    for wrong in (text[:-1], text.upper(), text.removeprefix("edi_"), "edi_" + "x" * 200, ""):
        assert token_of(wrong) is None


def test_two_tokens_that_work_have_two_names_and_an_ended_one_gives_its_name_back(lead: User) -> None:
    first, text = made(lead)
    with pytest.raises(InvalidTransition, match="a token with this name that works"):
        made(lead, label=" Upload ")
    with pytest.raises(NotAllowed, match="Only its owner"):
        end_token(token=first, by=person(Role.PORTAL_ADMIN))
    end_token(token=first, by=lead)
    with pytest.raises(InvalidTransition, match="has ended already"):
        end_token(token=first, by=lead)
    assert made(lead)[0] != first
    found = token_of(text)
    assert found is not None and found.ended_at is not None, "whoever uses it is told that it ended"
    assert AuditEvent.objects.filter(action="token.ended", subject=f"token:{first.pk}").count() == 1


def test_one_person_has_few_tokens_and_one_that_ran_out_does_not_count(lead: User) -> None:
    for number in range(MOST):
        made(lead, label=f"System {number}", expires_on=TODAY if number == 0 else LAST)
    with pytest.raises(InvalidTransition, match="You have 10 tokens that work"):
        made(lead, label="One more")
    set_business_day(TODAY + timedelta(days=1))
    assert made(lead, label="One more")[0].label == "One more"


def test_the_day_of_the_last_use_is_kept(lead: User) -> None:
    token, _ = made(lead)
    note_use(token)
    token.refresh_from_db()
    assert token.last_used_on == TODAY
    set_business_day(TODAY + timedelta(days=3))
    note_use(token)
    token.refresh_from_db()
    assert token.last_used_on == TODAY + timedelta(days=3)


def test_the_page_keeps_what_was_typed_and_shows_the_text_once(lead: User) -> None:
    browser = signed_in(lead)
    typed = {"label": "Upload", "scopes": "returns:read", "expires_on": "1/3/2021"}
    wrong = browser.post("/tokens/make/", typed)
    page = wrong.content.decode()
    assert wrong.status_code == 422 and "between today and a year from today" in page and 'value="Upload"' in page
    answer = browser.post("/tokens/make/", typed | {"expires_on": "1/3/2020"}, follow=True)
    token = ApiToken.objects.get()
    found = re.search(r"edi_[\w-]{40,}", answer.content.decode())
    assert found is not None and token_of(found[0]) == token
    again = browser.get("/tokens/").content.decode()
    assert "Upload" in again and found[0] not in again
    assert signed_in(person(Role.PORTAL_ADMIN)).post(f"/tokens/{token.pk}/end/").status_code in {403, 404}
    assert browser.post(f"/tokens/{token.pk}/end/").status_code == 302
    token.refresh_from_db()
    assert token.ended_at is not None
