"""Sessions: how long they last, what changes their key, what ends them, and when a code is asked for once more."""

import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.cache.backends import db as cache_in_database
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from kpis.views import own_files
from organisations.models import Invitation
from organisations.roles import Role
from organisations.second_factor import EncryptingAdapter, encrypt
from organisations.services.memberships import withdraw_membership
from tests.organisations.factories import PASSWORD, TOTP_SECRET, OrganisationFactory, person, signed_in

pytestmark = pytest.mark.django_db

LOGIN, CODE = "/account/login/", "/account/second-factor/authenticate/"
AGAIN = "/account/second-factor/reauthenticate/"
PAGE = "/organisations/"
NEW = {"password1": "another calm green kettle", "password2": "another calm green kettle"}


@pytest.fixture(autouse=True)
def fresh_cache():
    """Used codes and rate limits are kept in the cache."""
    cache.clear()


def code():
    return format_hotp_value(hotp_value(TOTP_SECRET, int(time.time()) // 30))


def later(monkeypatch, **span):
    """The clock of sessions stands so much later."""
    shifted = time.time() + timedelta(**span).total_seconds()
    monkeypatch.setattr("organisations.middleware.time.time", lambda: shifted)


@pytest.mark.security(16)
def test_proving_it_again_changes_the_key_and_the_old_one_is_dead():
    client = signed_in(person(Role.BOARD_MEMBER))
    before = client.session.session_key
    assert client.post(f"{AGAIN}?next={PAGE}", {"code": code()}).headers["Location"] == PAGE
    assert client.session.session_key != before
    old = Client()
    old.cookies["edi_session"] = before
    assert old.get(PAGE).status_code == 302


@pytest.mark.security(16)
def test_the_cookie_is_the_hosts_own_and_no_script_reads_it():
    client = Client()
    client.post(LOGIN, {"login": person(Role.BOARD_MEMBER).email, "password": PASSWORD})
    cookie = client.cookies["edi_session"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == "/" and not cookie["domain"]
    settings_text = (settings.BASE_DIR / "edi_portal" / "settings.py").read_text()
    assert 'SESSION_COOKIE_NAME = "__Host-session" if HTTPS' in settings_text
    assert "SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS" in settings_text


@pytest.mark.security(17)
@pytest.mark.parametrize(("pauses", "lasts"), [([29], True), ([31], False), ([29 * step for step in range(1, 26)], False)])
@pytest.mark.security(17)
def test_half_an_hour_idle_or_twelve_hours_in_all_end_the_session(monkeypatch, pauses, lasts):
    client = signed_in(person(Role.BOARD_MEMBER))
    began = time.time()
    for pause in pauses:
        monkeypatch.setattr("organisations.middleware.time.time", lambda now=began + 60 * pause: now)
        status = client.get(PAGE).status_code
    assert (status == 200) is lasts
    if not lasts:
        assert client.get(PAGE).headers["Location"] == f"{LOGIN}?next={PAGE}", "signing in leads back to where it was"


@pytest.mark.security(18)
def test_a_new_password_ends_the_other_sessions_and_is_told(monkeypatch):
    monkeypatch.setattr(transaction, "on_commit", lambda function, **options: function())
    user = person(Role.BOARD_MEMBER)
    here, elsewhere = signed_in(user), signed_in(user)
    here.post("/account/password/change/", {"oldpassword": PASSWORD, **NEW})
    assert [client.get(PAGE).status_code for client in (here, elsewhere)] == [200, 302]
    assert [message.to for message in mail.outbox] == [[user.email]]


@pytest.mark.security(18)
def test_a_removed_second_factor_ends_the_other_sessions_and_is_told(monkeypatch):
    monkeypatch.setattr(transaction, "on_commit", lambda function, **options: function())
    user = person(Role.BOARD_MEMBER)
    here, elsewhere = signed_in(user), signed_in(user)
    here.post(AGAIN, {"code": code()})
    here.post("/account/second-factor/totp/deactivate/")
    assert not Authenticator.objects.filter(user=user).exists()
    assert here.get("/account/second-factor/totp/activate/").status_code == 200
    assert elsewhere.get(PAGE).headers["Location"].startswith(LOGIN)
    assert any(message.to == [user.email] for message in mail.outbox)


@pytest.mark.security(18)
def test_a_role_taken_away_and_a_wish_of_ones_own_end_sessions():
    organisation = OrganisationFactory()
    user, admin = person(Role.EDI_LEAD, organisation), person(Role.PORTAL_ADMIN)
    here, elsewhere = signed_in(user), signed_in(user)
    page = reverse("organisations:end-other-sessions")
    assert "Sign out everywhere else" in here.get(page).content.decode()
    here.post(page)
    assert [client.get(PAGE).status_code for client in (here, elsewhere)] == [200, 302]
    withdraw_membership(membership=user.memberships.get(), by=admin, reason="left")
    assert here.get(PAGE).headers["Location"].startswith(LOGIN)


WEIGHTY = [
    ("post", "returns:sign-off", ("somewhere", "2019-20-q3")),
    ("post", "releases:publish", (1,)),
    ("post", "efficiencies:freeze", ("2018-19",)),
    ("post", "organisations:invite", ("somewhere",)),
    ("post", "organisations:invite-to-portal", ()),
    ("post", "organisations:confirm-invitation", (1,)),
    ("post", "organisations:delegations", ()),
    ("get", "organisations:make-token", ()),
    ("get", "returns:workbook", ("somewhere", "2019-20-q3")),
    ("get", "returns:board-paper", ("somewhere", "2019-20-q3")),
    ("get", "returns:own-file", ("somewhere", "2019-20-q3", "wres")),
    ("get", "reports:own-pack", ("somewhere",)),
    ("post", "reports:publish", (1,)),
]


@pytest.mark.security(19)
def test_what_weighs_asks_for_a_code_that_is_not_older_than_a_quarter_of_an_hour():
    client = signed_in(person(Role.PORTAL_ADMIN), code_minutes_ago=16)
    for method, name, parts in WEIGHTY:
        answer = getattr(client, method)(reverse(name, args=parts))
        assert answer.status_code == 302 and answer.headers["Location"].startswith(AGAIN), name


@pytest.mark.security(19)
def test_after_the_code_the_request_goes_on_with_everything_typed():
    organisation = OrganisationFactory()
    client = signed_in(person(Role.PORTAL_ADMIN), code_minutes_ago=16)
    typed = {"email": "guest@example.invalid", "display_name": "Guest", "role": "edi_lead", "area": ""}
    asked = client.post(reverse("organisations:invite", args=[organisation.slug]), typed)
    assert not Invitation.objects.exists()
    client.post(asked.headers["Location"], {"code": "000000"})
    assert not Invitation.objects.exists()
    done = client.post(asked.headers["Location"], {"code": code()})
    assert done.headers["Location"] == reverse("organisations:people", args=[organisation.slug])
    assert Invitation.objects.get().email == "guest@example.invalid"


@pytest.mark.security(29)
def test_one_person_takes_out_no_more_files_than_anybody_needs_and_slows_nobody_else(monkeypatch):
    monkeypatch.setattr(own_files.own_file.window, "per_minute", 2)
    page = reverse("returns:own-file", args=["nowhere", "2019-20-q3", "wres"])
    hasty, calm = signed_in(person(Role.EDI_LEAD, OrganisationFactory())), signed_in(person(Role.EDI_LEAD, OrganisationFactory()))
    answers = [hasty.get(page) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [404, 404, 429]
    assert int(answers[2].headers["Retry-After"]) == 60
    assert calm.get(page).status_code == 404


@pytest.mark.security(13)
def test_secrets_of_the_second_factor_lie_encrypted_under_keys_that_can_change():
    stored = Authenticator.objects.get(user=person(Role.BOARD_MEMBER)).data["secret"]
    assert TOTP_SECRET not in stored and EncryptingAdapter().decrypt(stored) == TOTP_SECRET
    old, new = "kq3K1v2bnYyZk0c7u5r9oXW8s1dQm4eTfA6hJ0pLxC4=", "Zk0c7u5r9oXW8s1dQm4eTfA6hJ0pLxC4kq3K1v2bnYw="
    with override_settings(FACTOR_KEYS=[old]):
        kept = encrypt(TOTP_SECRET)
    with override_settings(FACTOR_KEYS=[new, old]):
        assert EncryptingAdapter().decrypt(kept) == TOTP_SECRET


@pytest.mark.security(13)
def test_no_crowd_pushes_a_used_code_out():
    assert cache.add("allauth.mfa.totp.used.1.123456", True) is True
    for number in range(320):
        cache.set(f"zz{number}", True)
    assert cache.add("allauth.mfa.totp.used.1.123456", True) is False


@pytest.mark.security(13)
def test_a_used_code_stays_used_for_as_long_as_it_would_count(monkeypatch):
    user, used = person(Role.BOARD_MEMBER), code()

    def status():
        client = Client()
        client.post(LOGIN, {"login": user.email, "password": PASSWORD})
        return client.post(CODE, {"code": used}).status_code

    assert status() == 302
    shifted = timezone.now() + timedelta(seconds=45)
    monkeypatch.setattr(cache_in_database, "tz_now", lambda: shifted)
    assert status() == 200, "the neighbouring step would accept it"
