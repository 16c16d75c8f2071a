"""Signing in: password, then code; nothing before the second factor; no telling of who has an account."""

import re
import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axes.models import AccessAttempt
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from edi_portal.jobs.models import Job
from edi_portal.jobs.services import run
from organisations import tasks  # noqa: F401  # the worker reads it by itself; its handler registers when it is read
from organisations.models import User
from organisations.roles import Role
from tests.organisations.factories import PASSWORD, TOTP_SECRET, OrganisationFactory, UserFactory, hold, person, signed_in

pytestmark = pytest.mark.django_db

LOGIN, CODE = "/account/login/", "/account/second-factor/authenticate/"
ACTIVATE = "/account/second-factor/totp/activate/"


@pytest.fixture(autouse=True)
def fresh_cache():
    """Used codes and rate limits are kept in the cache."""
    cache.clear()


def code(secret=TOTP_SECRET, step=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def test_password_and_code_sign_in():
    user = person(Role.EDI_LEAD, OrganisationFactory(short_name="North"))
    client = Client()
    answer = client.post(LOGIN, {"login": user.email.upper(), "password": PASSWORD})
    assert answer.headers["Location"].startswith(CODE)
    assert client.get("/organisations/").status_code == 302, "the password alone opens nothing"
    assert client.post(CODE, {"code": code()}).headers["Location"] == "/"
    page = client.get("/organisations/").content.decode()
    assert "EDI lead, North" in page


@pytest.mark.parametrize("wrong", ["000000", "", "abcdef"])
def test_a_wrong_code_signs_nobody_in(wrong):
    user = person(Role.BOARD_MEMBER)
    client = Client()
    client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    assert client.post(CODE, {"code": wrong}).status_code == 200
    assert client.get("/organisations/").status_code == 302


@pytest.mark.security(13)
def test_a_code_works_once_and_only_within_one_step():
    user = person(Role.BOARD_MEMBER)
    used = code()
    for attempt, expected in ((used, 302), (used, 200), (code(step=-4), 200), (code(step=4), 200)):
        client = Client()
        client.post(LOGIN, {"login": user.email, "password": PASSWORD})
        assert client.post(CODE, {"code": attempt}).status_code == expected, attempt


@pytest.mark.security(16)
def test_the_session_key_changes_at_sign_in():
    user = person(Role.BOARD_MEMBER)
    client = Client()
    client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    before = client.session.session_key
    client.post(CODE, {"code": code()})
    assert client.session.session_key != before


@pytest.mark.security(13)
def test_password_only_opens_only_the_set_up_of_the_second_factor():
    user = UserFactory(second_factor=False)
    hold(user, Role.PORTAL_ADMIN)
    client = signed_in(user)
    for page in ("/", "/organisations/", "/people/", "/switch-role/", "/account/password/change/", "/account/second-factor/"):
        assert client.get(page).headers["Location"] == ACTIVATE, page
    assert client.post("/switch-role/", {"role": "portal_admin"}).headers["Location"] == ACTIVATE


@pytest.mark.security(13)
def test_setting_up_the_second_factor_opens_the_portal_and_shows_recovery_codes(monkeypatch):
    # The notice is sent when the request commits, still inside the request; a test never commits.
    monkeypatch.setattr(transaction, "on_commit", lambda function, **options: function())
    user = UserFactory(second_factor=False)
    hold(user, Role.BOARD_MEMBER)
    client = Client()
    client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    page = client.get(ACTIVATE).content.decode()
    secret = re.search(r"Key: ([A-Z2-7]+)", page).group(1)
    assert client.post(ACTIVATE, {"code": "123"}).status_code == 200
    answer = client.post(ACTIVATE, {"code": code(secret)})
    assert answer.headers["Location"] == "/account/second-factor/recovery-codes/"
    codes = re.findall(r"<code>([\w-]+)</code>", client.get(answer.headers["Location"]).content.decode())
    assert len(codes) == 10
    assert client.get("/organisations/").status_code == 200
    other = Client()
    for expected in (302, 200):
        other.post(LOGIN, {"login": user.email, "password": PASSWORD})
        assert other.post(CODE, {"code": codes[0]}).status_code == expected, "a recovery code works once"
        other = Client()
    assert any("authenticator app was set up" in message.body for message in mail.outbox)


@pytest.mark.security(15)
def test_known_and_unknown_addresses_get_the_same_answers():
    user = person(Role.BOARD_MEMBER)
    strip = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"|[\w.-]+@example\.invalid')
    for page, fields in ((LOGIN, {"login": "", "password": "wrong password here"}), ("/account/password/reset/", {"email": ""})):
        seen = []
        for email in (user.email, "nobody@example.invalid"):
            answer = Client().post(page, {key: value or email for key, value in fields.items()}, follow=True)
            seen.append((answer.status_code, answer.redirect_chain, strip.sub("", answer.content.decode())))
        assert seen[0] == seen[1], page
    send_links()
    assert [message.to for message in mail.outbox] == [[user.email]], "an address without an account gets no mail"


def send_links():
    """Do what the worker does with the links that were asked for."""
    for job in Job.objects.filter(kind="password_link", status="queued"):
        run(job.pk)


@pytest.mark.security(15)
def test_asking_for_a_new_password_costs_as_much_for_an_unknown_address():
    user = person(Role.BOARD_MEMBER)
    Client().post("/account/password/reset/", {"email": "first@example.invalid"})  # what is set up once is set up now
    Job.objects.all().delete()
    queries = []
    for email in (user.email, "nobody@example.invalid"):
        with CaptureQueriesContext(connection) as seen:
            Client().post("/account/password/reset/", {"email": email})
        queries.append([re.sub(r"'[^']*'|\w*\d\w*", "", query["sql"]).split()[:4] for query in seen.captured_queries])
    assert queries[0] == queries[1]
    assert not mail.outbox, "the mail goes out after the answer, by a worker"
    jobs = Job.objects.filter(kind="password_link").order_by("pk")
    assert [job.payload for job in jobs] == [{"account": user.pk}, {"account": None}]
    assert not [job for job in jobs if "@" in job.key], "no address is kept"
    send_links()
    assert [message.to for message in mail.outbox] == [[user.email]]
    assert {job.status for job in jobs.all()} == {"done"}


@pytest.mark.security(15)
def test_an_account_closed_in_the_meantime_gets_no_link():
    user = person(Role.BOARD_MEMBER)
    Client().post("/account/password/reset/", {"email": user.email})
    User.objects.filter(pk=user.pk).update(is_active=False)
    send_links()
    assert not mail.outbox


def test_a_new_password_by_mail_leaves_the_second_factor_standing():
    user = person(Role.BOARD_MEMBER)
    Client().post("/account/password/reset/", {"email": user.email})
    send_links()
    client = Client()
    link = re.search(r"http://[^/]+(/\S+)", mail.outbox[-1].body).group(1)
    form = client.get(link).headers["Location"]
    new = "another calm green kettle"
    assert client.post(form, {"password1": new, "password2": new}).status_code == 302
    assert User.objects.get(pk=user.pk).check_password(new)
    assert Client().post(LOGIN, {"login": user.email, "password": new}).headers["Location"].startswith(CODE)
    assert "does not work any more" in Client().get(link).content.decode()


def test_changing_the_password_needs_the_old_one():
    user = person(Role.BOARD_MEMBER)
    client = signed_in(user)
    new = {"password1": "another calm green kettle", "password2": "another calm green kettle"}
    page = client.post("/account/password/change/", {"oldpassword": "not this one", **new})
    assert page.status_code == 200 and not User.objects.get(pk=user.pk).check_password(new["password1"])
    assert client.post("/account/password/change/", {"oldpassword": PASSWORD, **new}).status_code == 302
    assert User.objects.get(pk=user.pk).check_password(new["password1"])


def test_nobody_registers_and_nobody_changes_the_address():
    assert Client().get("/account/signup/").status_code == 404
    assert Client().post("/account/signup/", {"email": "x@example.invalid", "password1": PASSWORD}).status_code == 404
    for name in ("account_email", "account_set_password", "account_confirm_login_code", "account_email_verification_sent"):
        with pytest.raises(NoReverseMatch):
            reverse(name)


@pytest.mark.security(18)
def test_a_closed_account_cannot_sign_in():
    user = person(Role.BOARD_MEMBER)
    User.objects.filter(pk=user.pk).update(is_active=False)
    client = Client()
    client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    assert "_auth_user_id" not in client.session


@pytest.mark.security(27)
def test_after_sign_in_nobody_is_sent_to_another_site():
    user = person(Role.BOARD_MEMBER)
    client = Client()
    client.post(f"{LOGIN}?next=https://example.org/", {"login": user.email, "password": PASSWORD, "next": "https://example.org/"})
    assert client.post(CODE, {"code": code()}).headers["Location"] == "/"


def test_signing_out_takes_a_post():
    client = signed_in(person(Role.BOARD_MEMBER))
    assert client.get("/account/logout/").status_code == 200
    assert client.get("/organisations/").status_code == 200
    client.post("/account/logout/")
    assert client.get("/organisations/").status_code == 302


def test_removing_the_app_asks_who_it_is_first():
    user = person(Role.BOARD_MEMBER)
    client = signed_in(user)
    assert client.post("/account/second-factor/totp/deactivate/").headers["Location"].startswith("/account/reauthenticate/")
    assert Authenticator.objects.filter(user=user).exists()


@override_settings(AXES_ENABLED=True)
@pytest.mark.security(15)
def test_five_wrong_passwords_slow_down_and_name_no_account():
    user = person(Role.BOARD_MEMBER)
    client = Client()
    for _ in range(5):
        answer = client.post(LOGIN, {"login": user.email, "password": "wrong password here"})
    assert answer.status_code == 429
    assert user.email not in answer.content.decode()


@override_settings(AXES_ENABLED=True)
@pytest.mark.security(15)
def test_nobody_elsewhere_is_locked_out_and_the_slow_down_ends():
    user = person(Role.BOARD_MEMBER)
    wrong = {"login": user.email, "password": "wrong password here"}
    attacks = [Client().post(LOGIN, wrong, REMOTE_ADDR="192.0.2.7").status_code for _ in range(12)]
    assert attacks[4] == 429 and 302 not in attacks
    given = {"login": user.email, "password": PASSWORD}
    assert "_auth_user_id" not in Client().post(LOGIN, given, REMOTE_ADDR="192.0.2.7").client.session
    assert Client().post(LOGIN, given, REMOTE_ADDR="192.0.2.8").headers["Location"].startswith(CODE)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=4))
    cache.clear()
    assert Client().post(LOGIN, given, REMOTE_ADDR="192.0.2.7").headers["Location"].startswith(CODE)


@pytest.mark.security(15)
def test_a_wrong_password_costs_as_much_for_an_unknown_address(monkeypatch):
    counted = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda self, *given: counted.append(1) or encode(self, *given))
    user = person(Role.BOARD_MEMBER)
    costs = []
    for email in (user.email, "nobody@example.invalid"):
        counted.clear()
        Client().post(LOGIN, {"login": email, "password": "wrong password here"})
        costs.append(len(counted))
    assert costs[0] == costs[1] > 0


@pytest.mark.parametrize(
    "page",
    [
        LOGIN,
        "/account/password/reset/",
        "/account/password/reset/done/",
        "/account/password/reset/key/done/",
        "/account/inactive/",
    ],
)
def test_pages_before_signing_in(page):
    answer = Client().get(page)
    assert answer.status_code == 200
    assert answer.content.decode().count("<h1") == 1
    assert "placeholder=" not in answer.content.decode()
