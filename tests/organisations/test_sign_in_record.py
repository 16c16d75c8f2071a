"""Each sign-in, failure and slow-down leaves one event by the number of the account; only its owner reads them."""

import json

import pytest
from axes.models import AccessAttempt, AccessLog
from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from edi_portal.audit.models import AuditEvent
from edi_portal.audit.selectors import events_of
from organisations.models import User
from organisations.roles import Role
from organisations.services.personal_data import personal_data
from organisations.sign_in_record import CODE_REFUSED, FAILED, SIGNED_IN, SLOWED, WORDS
from tests.organisations.factories import PASSWORD, OrganisationFactory, person, signed_in
from tests.organisations.test_sign_in import CODE, LOGIN, code

pytestmark = pytest.mark.django_db

WRONG = "wrong password here"


@pytest.fixture(autouse=True)
def fresh_cache() -> None:
    cache.clear()


@pytest.fixture
def user() -> User:
    return person(Role.EDI_LEAD, OrganisationFactory(short_name="North"))


def recorded() -> list[tuple[str, str]]:
    """Action and subject of each event of signing in, the oldest first."""
    return list(AuditEvent.objects.filter(action__in=WORDS).order_by("pk").values_list("action", "subject"))


@pytest.mark.security(31)
def test_signing_in_is_recorded_once_when_every_step_is_done(user: User) -> None:
    client, mine = Client(), f"user:{user.pk}"
    client.post(LOGIN, {"login": user.email.upper(), "password": PASSWORD})
    assert recorded() == [], "the password alone signs nobody in"
    client.post(CODE, {"code": "000000"})
    client.post(CODE, {"code": code()})
    assert recorded() == [(CODE_REFUSED, mine), (SIGNED_IN, mine)]
    event = AuditEvent.objects.get(action=SIGNED_IN)
    assert (event.actor, event.organisation, event.details) == (user, "", {"proofs": ["mfa", "password"]})


@pytest.mark.security(31)
def test_a_failure_names_the_account_by_number_and_an_unknown_address_by_nothing(user: User) -> None:
    written = []
    for address in (user.email.upper(), "nobody@example.invalid"):
        with CaptureQueriesContext(connection) as asked:
            Client().post(LOGIN, {"login": address, "password": WRONG})
        written.append(sum(one["sql"].startswith('INSERT INTO "audit_auditevent"') for one in asked))
    assert recorded() == [(FAILED, f"user:{user.pk}"), (FAILED, "")]
    assert written == [1, 1], "a row more would tell who has an account"
    held = json.dumps(list(AuditEvent.objects.values("subject", "details", "organisation")))
    assert user.email not in held and "nobody" not in held and WRONG not in held and "127.0.0.1" not in held


@override_settings(AXES_ENABLED=True)
@pytest.mark.security(31)
def test_a_slow_down_is_recorded(user: User) -> None:
    for _ in range(5):
        Client().post(LOGIN, {"login": user.email, "password": WRONG})
    assert AccessAttempt.objects.exists()
    assert recorded().count((FAILED, f"user:{user.pk}")) == 5 and (SLOWED, f"user:{user.pk}") in recorded()


@override_settings(AXES_ENABLED=True)
@pytest.mark.security(15)
def test_colleagues_who_mistype_at_one_address_slow_nobody_but_themselves(user: User) -> None:
    for _ in range(6):
        Client().post(LOGIN, {"login": person(Role.BOARD_MEMBER).email, "password": WRONG})
    answer = Client().post(LOGIN, {"login": user.email, "password": PASSWORD})
    assert answer.headers.get("Location", "").startswith(CODE), answer.status_code
    assert not AccessLog.objects.exists(), "no second record of computers and browsers"


@pytest.mark.security(31)
def test_the_owner_reads_them_and_the_organisation_does_not(user: User) -> None:
    Client().post(LOGIN, {"login": user.email, "password": WRONG})
    other = person(Role.EDI_LEAD, user.memberships.get().organisation)
    page = "/sessions/end-others/"
    assert WORDS[FAILED] in signed_in(user).get(page).content.decode()
    assert WORDS[FAILED] not in signed_in(other).get(page).content.decode()
    assert not events_of("north").filter(action__in=WORDS).exists()
    assert FAILED in json.dumps(personal_data(user)) and FAILED not in json.dumps(personal_data(other))
