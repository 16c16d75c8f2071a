"""Recovery codes: shown once, kept as digests, used up one by one, and those made before go on working."""

import json
import re
import time
from importlib import import_module

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings

from organisations import recovery_codes
from organisations.models import User
from organisations.recovery_codes import ALPHABET, LibraryCodes, made_code
from organisations.roles import Role
from organisations.second_factor import encrypt
from tests.organisations.factories import PASSWORD, TOTP_SECRET, person, signed_in

pytestmark = pytest.mark.django_db

LOGIN, CODE, PAGE = "/account/login/", "/account/second-factor/authenticate/", "/organisations/"
CODES = "/account/second-factor/recovery-codes/"
OLD_KEY, NEW_KEY = "kq3K1v2bnYyZk0c7u5r9oXW8s1dQm4eTfA6hJ0pLxC4=", "Zk0c7u5r9oXW8s1dQm4eTfA6hJ0pLxC4kq3K1v2bnYw="
migration = import_module("organisations.migrations.0017_recovery_codes_hashed")


@pytest.fixture(autouse=True)
def fresh_cache() -> None:
    """Used codes and rate limits are kept in the cache."""
    cache.clear()


def makes_codes(user: User) -> tuple[Client, list[str]]:
    """The browser in which the codes were made, and what it was shown."""
    client = signed_in(user)
    now = format_hotp_value(hotp_value(TOTP_SECRET, int(time.time()) // 30))
    client.post("/account/second-factor/reauthenticate/", {"code": now})
    assert client.post(f"{CODES}generate/").headers["Location"] == CODES
    return client, shown(client)


def shown(client: Client) -> list[str]:
    return re.findall(r"<code>([\w-]+)</code>", client.get(CODES).content.decode())


def opens(user: User, code: str) -> bool:
    """Whether this code signs the person in after the password."""
    client = Client()
    client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    client.post(CODE, {"code": code})
    return client.get(PAGE).status_code == 200


def row_of(user: User) -> Authenticator:
    return Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES)


@pytest.mark.security(13)
def test_recovery_codes_lie_hashed_and_no_reader_of_the_database_learns_one() -> None:
    user = person(Role.BOARD_MEMBER)
    _, codes = makes_codes(user)
    assert len(set(codes)) == 10 and all(re.fullmatch(f"[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{2}}", code) for code in codes)
    kept = row_of(user).data
    assert set(kept) == {"digests"} and all(re.fullmatch("[0-9a-f]{64}", each) for each in kept["digests"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(string_agg(t::text, ' '), '') FROM mfa_authenticator t")
        rows = str(cursor.fetchone())
    sessions = [json.dumps(session.get_decoded()) for session in Session.objects.all()]
    assert not [code for code in codes if code in rows or code in str(sessions) or code.replace("-", "") in str(sessions)]


@pytest.mark.security(13)
def test_each_code_works_once_however_it_is_typed() -> None:
    user, other = person(Role.BOARD_MEMBER), person(Role.BOARD_MEMBER)
    _, codes = makes_codes(user)
    makes_codes(other)
    assert not opens(other, codes[0]), "it is another's"
    assert opens(user, codes[0]) and not opens(user, codes[0])
    assert opens(user, codes[1].replace("-", " ").lower())
    assert len(row_of(user).data["digests"]) == 8
    assert not opens(user, made_code()) and not opens(user, "")


@pytest.mark.security(13)
def test_they_are_shown_for_ten_minutes_to_whoever_made_them(monkeypatch: pytest.MonkeyPatch) -> None:
    user = person(Role.BOARD_MEMBER)
    client, codes = makes_codes(user)
    assert shown(client) == codes, "the page can be loaded again"
    assert opens(user, codes[0])
    assert shown(client) == codes[1:] and "9 of 10" in client.get(CODES).content.decode()
    text = client.get(f"{CODES}download/").content.decode()
    assert [code in text for code in codes] == [False] + [True] * 9
    elsewhere = signed_in(user)
    now = format_hotp_value(hotp_value(TOTP_SECRET, int(time.time()) // 30 + 1))
    elsewhere.post("/account/second-factor/reauthenticate/", {"code": now})
    page = elsewhere.get(CODES).content.decode()
    assert "9 of 10" in page and "cannot show them again" in page and not shown(elsewhere)
    assert elsewhere.get(f"{CODES}download/").status_code == 403
    later = time.time() + 601
    monkeypatch.setattr(recovery_codes.time, "time", lambda: later)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    assert not shown(client) and "9 of 10" in client.get(CODES).content.decode()
    assert client.get(f"{CODES}download/").status_code == 403


@pytest.mark.security(13)
def test_new_codes_end_the_old_ones() -> None:
    user = person(Role.BOARD_MEMBER)
    client, old = makes_codes(user)
    client.post(f"{CODES}generate/")
    new = shown(client)
    assert len(new) == 10 and not set(old) & set(new)
    assert not opens(user, old[0]) and opens(user, new[0])


@pytest.mark.security(13)
def test_codes_outlive_a_change_of_the_keys_and_mean_nothing_without_them() -> None:
    user = person(Role.BOARD_MEMBER)
    with override_settings(FACTOR_KEYS=[OLD_KEY]):
        Authenticator.objects.filter(user=user).update(data={"secret": encrypt(TOTP_SECRET)})
        _, codes = makes_codes(user)
    with override_settings(FACTOR_KEYS=[NEW_KEY, OLD_KEY]):
        assert opens(user, codes[0])
    Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).update(data={"secret": encrypt(TOTP_SECRET)})
    assert not opens(user, codes[1])


@pytest.mark.security(13)
def test_codes_made_before_go_on_working_and_the_used_ones_stay_used() -> None:
    user, imported, settled = person(Role.BOARD_MEMBER), person(Role.BOARD_MEMBER), person(Role.BOARD_MEMBER)
    kind = Authenticator.Type.RECOVERY_CODES
    row = Authenticator.objects.create(user=user, type=kind, data={"seed": encrypt("a" * 80), "used_mask": 0b101})
    before = LibraryCodes(row).generate_codes()
    Authenticator.objects.create(user=imported, type=kind, data={"migrated_codes": [encrypt("12345678")]})
    _, new = makes_codes(settled)
    migration.keep_digests(apps, None)
    migration.keep_digests(apps, None)
    stored = row_of(user).data
    assert set(stored) == {"digests"} and len(stored["digests"]) == 8
    assert [opens(user, before[number]) for number in (0, 1, 2, 1)] == [False, True, False, False]
    assert opens(imported, "12345678") and not opens(imported, "12345678")
    assert opens(settled, new[0]), "what was hashed already is left alone"
    migration.forget_codes(apps, None)
    assert not Authenticator.objects.filter(type=kind).exists() and Authenticator.objects.filter(user=user).exists()
