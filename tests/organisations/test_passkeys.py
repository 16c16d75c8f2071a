"""Passkeys, alone and as the second factor: added, used, and refused when they did not prove their person.

The authenticator is made here, from the same messages that a browser passes on.
"""

import json

import pytest
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import STATE_SESSION_KEY
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.core.cache import cache
from django.test import Client
from fido2.cose import ES256
from fido2.utils import sha256, websafe_decode, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from edi_portal.audit.models import AuditEvent
from organisations.models import User
from organisations.roles import Role
from tests.organisations.factories import PASSWORD, person, signed_in

pytestmark = pytest.mark.django_db

LOGIN, CODE, PAGE = "/account/login/", "/account/second-factor/authenticate/", "/organisations/"
ALONE = "/account/passkey/"
ADD, AGAIN = "/account/second-factor/passkeys/add/", "/account/second-factor/passkeys/again/"
HOST = "testserver"
FLAG = AuthenticatorData.FLAG


class Device:
    """A phone or key that holds one passkey; `proves` says whether it asks for finger, face or PIN."""

    def __init__(self) -> None:
        self.key, self.number = ec.generate_private_key(ec.SECP256R1()), b"device-0001"

    def _said(self, client: Client, kind: CollectedClientData.TYPE) -> CollectedClientData:
        challenge = websafe_decode(client.session[STATE_SESSION_KEY]["challenge"])
        return CollectedClientData.create(kind, challenge, f"https://{HOST}")

    def make(self, client: Client, *, proves: bool = True) -> str:
        """The answer to the request to make a passkey."""
        public = AttestedCredentialData.create(Aaguid.NONE, self.number, ES256.from_cryptography_key(self.key.public_key()))
        flags = FLAG.UP | FLAG.AT | (FLAG.UV if proves else FLAG(0))
        data = AuthenticatorData.create(sha256(HOST.encode()), flags, 0, public)
        said = self._said(client, CollectedClientData.TYPE.CREATE)
        made = AttestationObject.create("none", data, {})
        return self._answer({"clientDataJSON": websafe_encode(said), "attestationObject": websafe_encode(made)})

    def prove(self, client: Client, *, proves: bool = True, whose: User | None = None) -> str:
        """The answer to the request to prove it. A passkey that signs in alone says whose it is."""
        flags = FLAG.UP | (FLAG.UV if proves else FLAG(0))
        data = AuthenticatorData.create(sha256(HOST.encode()), flags, 1)
        said = self._said(client, CollectedClientData.TYPE.GET)
        signature = self.key.sign(data + said.hash, ec.ECDSA(SHA256()))
        response = {"clientDataJSON": said, "authenticatorData": data, "signature": signature}
        if whose is not None:
            response["userHandle"] = user_pk_to_url_str(whose).encode()
        return self._answer({name: websafe_encode(value) for name, value in response.items()})

    def _answer(self, response: dict[str, str]) -> str:
        number = websafe_encode(self.number)
        return json.dumps(
            {"id": number, "rawId": number, "type": "public-key", "response": response, "clientExtensionResults": {}}
        )


@pytest.fixture(autouse=True)
def fresh_cache() -> None:
    """Counts of failures are kept in the cache."""
    cache.clear()


def password_given(user: User) -> Client:
    """A browser after the password, before the second factor."""
    client = Client()
    client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    return client


def with_passkey() -> tuple[User, Device]:
    """A person who has added one."""
    user, device = person(Role.BOARD_MEMBER), Device()
    client = signed_in(user)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    assert client.get(ADD).status_code == 200
    assert client.post(ADD, {"name": "work phone", "credential": device.make(client)}).status_code == 302
    assert "work phone" in client.get("/account/second-factor/passkeys/").content.decode()
    return user, device


@pytest.mark.security(14)
def test_a_passkey_that_proved_its_person_signs_in_after_the_password() -> None:
    user, device = with_passkey()
    client = password_given(user)
    assert "Use a passkey" in client.get(CODE).content.decode()
    assert client.post(CODE, {"credential": device.prove(client)}).headers["Location"] == "/"
    assert client.get(PAGE).status_code == 200


@pytest.mark.parametrize("harm", ["not proved", "another device"])
@pytest.mark.security(14)
def test_a_passkey_that_did_not_prove_its_person_or_is_anothers_is_refused(harm: str) -> None:
    user, device = with_passkey()
    client = password_given(user)
    client.get(CODE)
    answer = device.prove(client, proves=False) if harm == "not proved" else Device().prove(client)
    assert client.post(CODE, {"credential": answer}).status_code == 200
    assert client.get(PAGE).status_code == 302


@pytest.mark.security(14)
def test_an_answer_is_worth_nothing_a_second_time() -> None:
    user, device = with_passkey()
    client = password_given(user)
    client.get(CODE)
    answer = device.prove(client)
    assert client.post(CODE, {"credential": answer}).status_code == 302
    other = password_given(user)
    other.get(CODE)
    assert other.post(CODE, {"credential": answer}).status_code == 200


@pytest.mark.security(14)
def test_a_device_that_proves_nobody_cannot_be_added() -> None:
    user, device = person(Role.BOARD_MEMBER), Device()
    client = signed_in(user)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    client.get(ADD)
    assert client.post(ADD, {"name": "", "credential": device.make(client, proves=False)}).status_code == 200
    assert not Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).exists()


@pytest.mark.security(14)
def test_without_an_app_the_passkey_is_asked_for_before_what_weighs() -> None:
    user, device = with_passkey()
    Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).delete()
    user.refresh_from_db()
    client = signed_in(user, code_minutes_ago=16)
    asked = client.get("/tokens/make/").headers["Location"]
    assert asked.startswith(AGAIN)
    client.get(asked)
    assert client.post(asked, {"credential": device.prove(client)}).headers["Location"] == "/tokens/make/"
    assert client.get("/tokens/make/").status_code == 200


# Alone, in place of password and code


def test_the_page_brings_a_challenge_for_any_passkey_and_asks_for_its_person() -> None:
    answer = Client().get(ALONE)
    asked = answer.context["js_data"]["request_options"]["publicKey"]
    assert asked["userVerification"] == "required" and not asked.get("allowCredentials"), "it names nobody"
    login = Client().get("/account/login/?next=/search/")
    assert f"{ALONE}?next=/search/" in login.content.decode() and not login.cookies.get("edi_session")


def test_the_device_is_asked_to_keep_it() -> None:
    user = person(Role.BOARD_MEMBER)
    client = signed_in(user)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    asked = client.get(ADD).context["js_data"]["creation_options"]["publicKey"]["authenticatorSelection"]
    assert (asked["residentKey"], asked["userVerification"]) == ("required", "required")


@pytest.mark.security(14, 16, 27)
def test_a_passkey_that_proved_its_person_signs_in_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    user, device = with_passkey()
    client = Client()
    client.get(f"{ALONE}?next=/search/")
    before = client.session.session_key
    answer = client.post(f"{ALONE}?next=/search/", {"credential": device.prove(client, whose=user)})
    assert answer.headers["Location"] == "/search/" and client.get(PAGE).status_code == 200
    assert client.session.session_key != before
    assert client.get("/tokens/make/").status_code == 200, "it counts as a fresh second factor"
    assert AuditEvent.objects.filter(action="account.passkey_proved", actor=user).count() == 1
    away = Client()
    away.get(ALONE)
    sent = {"credential": device.prove(away, whose=user)}
    assert away.post(f"{ALONE}?next=https://example.org/", sent).headers["Location"] == "/"


@pytest.mark.parametrize(
    "harm",
    ["not proved", "another device", "another's account", "nobody's account", "no account", "no challenge", "removed", "text"],
)
@pytest.mark.security(14)
def test_alone_it_opens_nothing_unless_it_proved_its_own_person(harm: str) -> None:
    user, device = with_passkey()
    client, other = Client(), person(Role.BOARD_MEMBER)
    client.get(ALONE)
    match harm:
        case "not proved":
            answer = device.prove(client, proves=False, whose=user)
        case "another device":
            answer = Device().prove(client, whose=user)
        case "another's account":
            answer = device.prove(client, whose=other)
        case "nobody's account":
            answer = device.prove(client, whose=User(pk=10**9))
        case "no account":
            answer = device.prove(client)
        case "no challenge":
            answer = device.prove(client, whose=user)
            client = Client()
        case "removed":
            answer = device.prove(client, whose=user)
            Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).delete()
        case _:
            answer = "[1]"
    refused = client.post(ALONE, {"credential": answer})
    assert refused.status_code == 422 and "not accepted" in refused.content.decode()
    assert client.get(PAGE).status_code == 302
    assert not AuditEvent.objects.filter(action="account.passkey_proved").exists()


@pytest.mark.security(14)
def test_alone_an_answer_is_worth_nothing_a_second_time() -> None:
    user, device = with_passkey()
    client = Client()
    client.get(ALONE)
    answer = device.prove(client, whose=user)
    assert client.post(ALONE, {"credential": answer}).status_code == 302
    client.post("/account/logout/")
    client.get(ALONE)
    assert client.post(ALONE, {"credential": answer}).status_code == 422


@pytest.mark.security(14, 18)
def test_alone_it_opens_no_closed_account() -> None:
    user, device = with_passkey()
    User.objects.filter(pk=user.pk).update(is_active=False)
    client = Client()
    client.get(ALONE)
    assert client.post(ALONE, {"credential": device.prove(client, whose=user)}).headers["Location"] == "/account/inactive/"
    assert client.get(PAGE).status_code == 302
