"""Sign-in with the account at work: what a provider's token must be, whom it opens an account for, and what it never opens.

The provider is real: it runs on loopback and signs with a key made by the test.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

import jwt
import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core import mail
from django.core.cache import cache
from django.core.checks import run_checks
from django.db import transaction
from django.test import Client
from django.urls import reverse

from edi_portal.audit.models import AuditEvent
from edi_portal.jobs.models import Job
from organisations.identity import arrivals
from organisations.identity.provider import provider_key
from organisations.models import Invitation, Membership, User
from organisations.roles import Role
from organisations.services.invitations import invite
from organisations.services.personal_data import close_account, erase_account, personal_data
from tests.organisations.factories import PASSWORD, TOTP_SECRET, OrganisationFactory, person, signed_in
from tests.organisations.openid_provider import CLIENT, SECRET, OpenIdProvider

pytestmark = pytest.mark.django_db

START, CALLBACK, CODE, PAGE = (
    "/account/provider/",
    "/account/provider/callback/",
    "/account/second-factor/authenticate/",
    "/organisations/",
)
SUBJECT = "7f3c-subject"


@pytest.fixture(scope="module")
def started() -> Iterator[OpenIdProvider]:
    """One provider for the module: making a key takes a while."""
    provider = OpenIdProvider()
    yield provider
    provider.stop()


@pytest.fixture
def provider(started: OpenIdProvider, settings: Any, monkeypatch: pytest.MonkeyPatch) -> OpenIdProvider:
    """The provider at its best, named by the settings; a second factor of it counts where a test says so."""
    cache.clear()
    started.person, started.described, started.asked = {"sub": SUBJECT}, {}, []
    started.sign = started.signed
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = started.address, CLIENT, SECRET
    settings.OIDC_SECOND_FACTOR = []
    settings.BASE_URL = "http://testserver"
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return started


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for the end of the transaction happens now."""
    monkeypatch.setattr(transaction, "on_commit", lambda function, **options: function())


def linked(**fields: Any) -> User:
    """A person whose identity is linked."""
    user = person(Role.BOARD_MEMBER, **fields)
    SocialAccount.objects.create(user=user, provider=provider_key(), uid=SUBJECT, extra_data={})
    return user


def come_back(client: Client, provider: OpenIdProvider, start: str = START) -> Any:
    """Go to the provider and come back from it."""
    return client.get(provider.visit(client.get(start).headers["Location"]))


def code() -> str:
    return format_hotp_value(hotp_value(TOTP_SECRET, int(time.time()) // 30))


def is_in(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def methods(client: Client) -> list[tuple[str, str | None]]:
    return [(one["method"], one.get("type")) for one in client.session[AUTHENTICATION_METHODS_SESSION_KEY]]


def test_without_a_provider_there_is_nothing_of_it() -> None:
    assert "NHSmail" not in Client().get("/account/login/").content.decode()
    client = signed_in(person(Role.BOARD_MEMBER))
    assert "NHSmail" not in client.get("/account/second-factor/").content.decode()
    for name in ("start", "callback", "link", "link_start", "confirm", "again", "left", "sign_out"):
        assert client.get(reverse(f"identity_{name}")).status_code == 404, name


@pytest.mark.security(13, 16)
def test_a_linked_person_signs_in_and_gives_the_portals_second_factor(provider: OpenIdProvider) -> None:
    user, client = linked(), Client()
    assert f"{START}?next=/search/" in client.get("/account/login/?next=/search/").content.decode()
    answer = come_back(client, provider, f"{START}?next=/search/")
    assert answer.headers["Location"] == CODE and not is_in(client), "what the provider says of a factor counts for nothing here"
    before = client.session.session_key
    assert client.post(CODE, {"code": code()}).headers["Location"] == "/search/"
    assert is_in(client) and client.session.session_key != before
    event = AuditEvent.objects.filter(action="account.identity_proved").get()
    assert (event.actor_id, event.details) == (user.pk, {"way": "provider", "second_factor": False})
    assert provider.asked[0]["redirect_uri"] == f"http://testserver{CALLBACK}"
    assert SocialAccount.objects.get(user=user).extra_data == {}


@pytest.mark.security(27)
def test_after_it_nobody_is_sent_to_another_site(provider: OpenIdProvider) -> None:
    linked()
    client = Client()
    come_back(client, provider, f"{START}?next=https://example.org/")
    assert client.post(CODE, {"code": code()}).headers["Location"] == "/"


@pytest.mark.security(13)
def test_a_second_factor_of_the_provider_counts_only_where_the_settings_say_so(provider: OpenIdProvider, settings: Any) -> None:
    user = linked()
    provider.person |= {"amr": ["pwd", "mfa"]}
    client = Client()
    assert come_back(client, provider).headers["Location"] == CODE
    settings.OIDC_SECOND_FACTOR = ["amr=mfa"]
    assert come_back(client, provider).headers["Location"] == "/"
    assert is_in(client) and methods(client)[-2:] == [("socialaccount", None), ("mfa", "provider")]
    provider.person |= {"amr": ["pwd"]}
    assert come_back(Client(), provider).headers["Location"] == CODE, "the provider did not see one this time"
    Authenticator.objects.filter(user=user).delete()
    weak = Client()
    assert come_back(weak, provider).headers["Location"] == "/"
    assert weak.get(PAGE).headers["Location"] == "/account/second-factor/totp/activate/"


def other_key(provider: OpenIdProvider) -> Callable[[dict[str, Any]], str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return lambda claims: provider.signed(claims, key=key)


def with_shared_secret(provider: OpenIdProvider) -> Callable[[dict[str, Any]], str]:
    return lambda claims: jwt.encode(claims, SECRET.ljust(64, "."), algorithm="HS256", headers={"kid": provider.kid})


def unsigned(provider: OpenIdProvider) -> Callable[[dict[str, Any]], str]:
    return lambda claims: jwt.encode(claims, None, algorithm="none", headers={"kid": provider.kid})


def changed(**claims: Any) -> Callable[[OpenIdProvider], Callable[[dict[str, Any]], str]]:
    """Another value of a claim; None leaves it out."""

    def harm(provider: OpenIdProvider) -> Callable[[dict[str, Any]], str]:
        return lambda good: provider.signed({name: value for name, value in (good | claims).items() if value is not None})

    return harm


HARMS: dict[str, Callable[[OpenIdProvider], Callable[[dict[str, Any]], str]]] = {
    "another audience": changed(aud="another portal"),
    "several audiences": changed(aud=[CLIENT, "another portal"]),
    "issued to another client": changed(azp="another portal"),
    "another issuer": changed(iss="https://elsewhere.invalid"),
    "expired": changed(exp=int(time.time()) - 3600, iat=int(time.time()) - 7200),
    "from the future": changed(iat=int(time.time()) + 3600),
    "not yet valid": changed(nbf=int(time.time()) + 3600),
    "another nonce": changed(nonce="x" * 43),
    "no nonce": changed(nonce=None),
    "no end": changed(exp=None),
    "no subject": changed(sub=None),
    "empty subject": changed(sub=""),
    "another key": other_key,
    "unsigned": unsigned,
    "a shared secret": with_shared_secret,
    "not a token": lambda provider: lambda claims: "not.a.token",
    "an unknown key": lambda provider: lambda claims: jwt.encode(claims, provider.key, "RS256", headers={"kid": "unknown"}),
}


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.security(13)
def test_a_token_that_proves_nothing_opens_nothing(provider: OpenIdProvider, harm: str) -> None:
    linked()
    client = Client()
    provider.sign = HARMS[harm](provider)
    answer = come_back(client, provider)
    assert answer.status_code == 403 and "cannot be trusted" in answer.content.decode()
    assert client.get(CODE).headers["Location"] == "/account/login/", "not even the second step"
    provider.sign = provider.signed
    assert come_back(client, provider).headers["Location"] == CODE, "the same token whole is taken"


@pytest.mark.parametrize(
    "harm", ["no state", "another state", "another browser", "twice", "late", "cancelled", "error", "stolen code"]
)
@pytest.mark.security(26)
def test_a_return_that_this_browser_did_not_ask_for_opens_nothing(
    provider: OpenIdProvider, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    linked()
    client = Client()
    address = provider.visit(client.get(START).headers["Location"])
    state = provider.asked[-1]["state"]
    match harm:
        case "no state":
            address = address.partition("&state")[0]
        case "another state":
            address = address.replace(state, "0" * len(state))
        case "another browser":
            client = Client()
        case "twice":
            assert client.get(address).headers["Location"] == CODE
            assert client.get(address).status_code == 403
            client = Client()
        case "late":
            later = time.time() + 601
            monkeypatch.setattr("allauth.socialaccount.internal.statekit.time.time", lambda: later)
        case "cancelled":
            address = f"{CALLBACK}?error=access_denied&state={state}"
        case "error":
            address = f"{CALLBACK}?error=server_error&state={state}"
        case "stolen code":
            # Somebody else's code in one's own visit: the verifier of PKCE does not fit.
            other = Client()
            theirs = provider.visit(other.get(START).headers["Location"])
            address = f"{theirs.partition('&state')[0]}&state={state}"
    answer = client.get(address)
    assert answer.status_code == 403 and ("left NHSmail" in answer.content.decode()) is (harm == "cancelled")
    assert not is_in(client) and client.get(CODE).headers["Location"] == "/account/login/"


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://elsewhere.invalid"},
        {"token_endpoint": "ftp://127.0.0.1/token"},
        {"jwks_uri": ""},
        {"authorization_endpoint": None},
    ],
)
def test_a_provider_that_says_it_is_another_is_not_asked(provider: OpenIdProvider, described: dict[str, Any]) -> None:
    provider.described = described
    assert Client().get(START).status_code == 403


def test_a_silent_provider_is_told_and_the_password_still_works(provider: OpenIdProvider, settings: Any) -> None:
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    answer = Client().get(START)
    assert answer.status_code == 403 and "sign in with your password" in answer.content.decode()
    user, client = person(Role.BOARD_MEMBER), Client()
    assert client.post("/account/login/", {"login": user.email, "password": PASSWORD}).headers["Location"] == CODE


@pytest.mark.security(12)
def test_an_address_alone_opens_no_account_and_makes_none(provider: OpenIdProvider) -> None:
    user, before = person(Role.BOARD_MEMBER), User.objects.count()
    provider.person |= {"email": user.email, "email_verified": True}
    client = Client()
    answer = come_back(client, provider)
    assert answer.status_code == 403 and "not linked" in answer.content.decode()
    provider.person |= {"email": "stranger@example.invalid"}
    assert come_back(Client(), provider).content.decode().count("stranger@") == 0
    assert (User.objects.count(), SocialAccount.objects.count(), is_in(client)) == (before, 0, False)


@pytest.mark.security(18)
def test_a_closed_account_is_not_opened(provider: OpenIdProvider, settings: Any) -> None:
    settings.OIDC_SECOND_FACTOR = ["amr=mfa"]
    provider.person |= {"amr": ["mfa"]}
    user, client = linked(), Client()
    assert come_back(client, provider).headers["Location"] == "/"
    close_account(account=user, by=None)
    assert not is_in(client)
    assert come_back(client, provider).headers["Location"] == "/account/inactive/"
    assert not is_in(client)
    assert AuditEvent.objects.filter(action="account.identity_proved").count() == 1


def test_subjects_of_another_issuer_are_other_people(provider: OpenIdProvider, settings: Any) -> None:
    settings.OIDC_ISSUER = "https://former.invalid"
    linked()
    settings.OIDC_ISSUER = provider.address
    assert "not linked" in come_back(Client(), provider).content.decode()


# Linking


@pytest.mark.security(18, 19, 31)
def test_a_signed_in_person_links_their_identity_after_a_fresh_code_and_a_yes(provider: OpenIdProvider, at_once: None) -> None:
    user = person(Role.BOARD_MEMBER)
    stale, elsewhere = signed_in(user, code_minutes_ago=16), signed_in(user)
    start = "/account/provider/link/start/"
    assert stale.get(start).headers["Location"].startswith("/account/second-factor/reauthenticate/")
    client = signed_in(user)
    assert start in client.get("/account/provider/link/").content.decode()
    provider.person |= {"email": user.email.upper(), "email_verified": True}
    assert come_back(client, provider, start).headers["Location"] == "/account/provider/link/confirm/"
    assert user.email in client.get("/account/provider/link/confirm/").content.decode()
    assert not SocialAccount.objects.exists(), "coming back alone links nothing"
    assert client.post("/account/provider/link/confirm/").status_code == 302
    link = SocialAccount.objects.get()
    assert (link.user, link.uid, link.extra_data) == (user, SUBJECT, {})
    assert is_in(client) and not is_in(elsewhere)
    assert [message.to for message in mail.outbox] == [[user.email]] and SUBJECT not in mail.outbox[0].body
    assert AuditEvent.objects.filter(action="account.identity_linked", actor=user).count() == 1
    assert client.post("/account/provider/link/confirm/").headers["Location"] == "/account/provider/link/"
    assert come_back(Client(), provider).headers["Location"] == CODE


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"email_verified": False}, "does not confirm"),
        ({"email_verified": None}, "does not confirm"),
        ({"email": None}, "does not confirm"),
        ({"email": "somebody.else@example.invalid"}, "cannot be linked"),
    ],
)
@pytest.mark.security(13)
def test_an_identity_is_linked_only_with_the_verified_address_of_the_account(
    provider: OpenIdProvider, claims: dict[str, Any], said: str
) -> None:
    user = person(Role.BOARD_MEMBER)
    client = signed_in(user)
    provider.person |= {"email": user.email, "email_verified": True} | claims
    answer = come_back(client, provider, "/account/provider/link/start/")
    assert answer.status_code == 403 and said in answer.content.decode()
    client.post("/account/provider/link/confirm/")
    assert not SocialAccount.objects.exists() and is_in(client)


def test_another_claim_can_vouch_for_the_address(provider: OpenIdProvider, settings: Any) -> None:
    settings.OIDC_VERIFIED_CLAIM = "xms_edov"
    user = person(Role.BOARD_MEMBER)
    provider.person |= {"email": user.email, "email_verified": True}
    assert come_back(signed_in(user), provider, "/account/provider/link/start/").status_code == 403
    provider.person |= {"xms_edov": "1"}
    assert come_back(signed_in(user), provider, "/account/provider/link/start/").status_code == 302


def test_an_identity_opens_one_account(provider: OpenIdProvider) -> None:
    linked()
    other = person(Role.BOARD_MEMBER)
    provider.person |= {"email": other.email, "email_verified": True}
    answer = come_back(signed_in(other), provider, "/account/provider/link/start/")
    assert answer.status_code == 403 and "linked to an account of the portal already" in answer.content.decode()


def test_an_offer_is_worth_nothing_to_another_account_or_later(provider: OpenIdProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    user = person(Role.BOARD_MEMBER)
    client = signed_in(user)
    provider.person |= {"email": user.email, "email_verified": True}
    come_back(client, provider, "/account/provider/link/start/")
    kept = client.session[arrivals.PENDING]
    other = signed_in(person(Role.BOARD_MEMBER))
    session = other.session
    session[arrivals.PENDING] = kept
    session.save()
    assert other.post("/account/provider/link/confirm/").headers["Location"] == "/account/provider/link/"
    later = time.time() + arrivals.PENDING_SECONDS + 1
    monkeypatch.setattr("organisations.identity.arrivals.time.time", lambda: later)
    assert client.post("/account/provider/link/confirm/").headers["Location"] == "/account/provider/link/"
    assert not SocialAccount.objects.exists()


@pytest.mark.security(18, 19)
def test_the_link_is_taken_away_and_told(provider: OpenIdProvider, at_once: None) -> None:
    user = linked()
    client, elsewhere = signed_in(user), signed_in(user)
    assert signed_in(user, code_minutes_ago=16).post("/account/provider/link/remove/").status_code == 302
    assert SocialAccount.objects.exists()
    client.post("/account/provider/link/remove/")
    assert not SocialAccount.objects.exists() and is_in(client) and not is_in(elsewhere)
    assert [message.to for message in mail.outbox] == [[user.email]]
    assert client.post("/account/provider/link/remove/").status_code == 409
    assert "not linked" in come_back(Client(), provider).content.decode()


# Invitations


def invited(email: str = "new.lead@example.invalid") -> tuple[Invitation, str]:
    """An open invitation, and the secret of its link."""
    admin = person(Role.PORTAL_ADMIN)
    made = invite(email=email, display_name="EDI lead", role=Role.EDI_LEAD, organisation=OrganisationFactory.create(), by=admin)
    link = next(word for word in mail.outbox[-1].body.split() if "/invitations/" in word)
    return made, link.rstrip("/").rpartition("/")[2]


@pytest.mark.security(20)
def test_an_invitation_is_accepted_with_the_identity_of_its_address(
    provider: OpenIdProvider, settings: Any, at_once: None
) -> None:
    settings.OIDC_SECOND_FACTOR = ["amr=mfa"]
    invitation, token = invited()
    page, client = f"/invitations/{token}/", Client()
    start = f"/account/provider/invitation/{token}/"
    assert start in client.get(page).content.decode()
    provider.person |= {"email": invitation.email, "email_verified": True, "amr": ["mfa"]}
    assert come_back(client, provider, start).headers["Location"] == page
    assert token not in str(dict(client.session)), "the link is a secret"
    assert not User.objects.filter(email=invitation.email).exists(), "coming back alone makes nothing"
    assert 'name="password"' not in client.get(page).content.decode()
    assert client.post(page, {"display_name": "EDI lead of the trust"}).headers["Location"] == "/"
    account = User.objects.get(email=invitation.email)
    assert not account.has_usable_password() and Membership.objects.filter(user=account).count() == 1
    assert is_in(client)
    assert come_back(Client(), provider).headers["Location"] == "/"
    assert client.get(page).status_code == 410


@pytest.mark.parametrize(
    "claims", [{"email": "somebody.else@example.invalid"}, {"email_verified": False}, {"sub": "taken"}, {"email": None}]
)
@pytest.mark.security(20)
def test_an_invitation_is_for_the_verified_address_only(provider: OpenIdProvider, at_once: None, claims: dict[str, Any]) -> None:
    SocialAccount.objects.create(user=person(Role.BOARD_MEMBER), provider=provider_key(), uid="taken", extra_data={})
    invitation, token = invited()
    client = Client()
    provider.person |= {"email": invitation.email, "email_verified": True} | claims
    assert come_back(client, provider, f"/account/provider/invitation/{token}/").status_code == 403
    assert 'name="password"' in client.get(f"/invitations/{token}/").content.decode()
    assert not User.objects.filter(email=invitation.email).exists()


@pytest.mark.security(20)
def test_an_identity_proved_for_one_invitation_accepts_no_other(provider: OpenIdProvider, at_once: None) -> None:
    invitation, token = invited()
    _, another = invited("another@example.invalid")
    client = Client()
    provider.person |= {"email": invitation.email, "email_verified": True}
    come_back(client, provider, f"/account/provider/invitation/{token}/")
    assert 'name="password"' in client.get(f"/invitations/{another}/").content.decode()


# Step-up, leaving, forgetting


def account_of_the_provider(provider: OpenIdProvider, settings: Any) -> User:
    """A person with neither password nor app: the provider is everything."""
    settings.OIDC_SECOND_FACTOR = ["amr=mfa"]
    provider.person |= {"amr": ["mfa"]}
    user = linked()
    Authenticator.objects.filter(user=user).delete()
    user.set_unusable_password()
    user.save()
    return user


@pytest.mark.security(19)
def test_what_weighs_asks_the_provider_anew_where_it_is_everything(provider: OpenIdProvider, settings: Any) -> None:
    account_of_the_provider(provider, settings)
    client = Client()
    provider.person |= {"auth_time": int(time.time()) - 3600}
    come_back(client, provider)
    assert is_in(client)
    asked = client.get("/tokens/make/").headers["Location"]
    assert asked.startswith("/account/provider/again/"), "a session at the provider that began an hour ago is no fresh proof"
    answer = come_back(client, provider, asked)
    assert answer.status_code == 403 and "just now" in answer.content.decode()
    assert provider.asked[-1]["prompt"] == "login" and provider.asked[-1]["max_age"] == "0"
    provider.person |= {"auth_time": int(time.time())}
    key = client.session.session_key
    back = come_back(client, provider, asked).headers["Location"]
    assert client.session.session_key != key
    assert client.get(back).headers["Location"] == "/tokens/make/"
    assert client.get("/tokens/make/").status_code == 200


@pytest.mark.parametrize("claims", [{"auth_time": None}, {"amr": ["pwd"]}, {"sub": "somebody else"}])
@pytest.mark.security(19)
def test_no_fresh_proof_by_another_without_a_time_or_without_a_factor(
    provider: OpenIdProvider, settings: Any, claims: dict[str, Any]
) -> None:
    account_of_the_provider(provider, settings)
    client = Client()
    provider.person |= {"auth_time": int(time.time()) - 3600}
    come_back(client, provider)
    provider.person |= {"auth_time": int(time.time())} | claims
    assert come_back(client, provider, client.get("/tokens/make/").headers["Location"]).status_code == 403
    assert client.get("/tokens/make/").status_code == 302


@pytest.mark.security(19)
def test_a_form_goes_on_with_everything_typed(provider: OpenIdProvider, settings: Any) -> None:
    account_of_the_provider(provider, settings)
    client = Client()
    provider.person |= {"auth_time": int(time.time()) - 3600}
    come_back(client, provider)
    sent = {"label": "Our system", "scopes": ["figures:read"], "expires_on_0": "", "expires_on_1": "", "expires_on_2": ""}
    asked = client.post("/tokens/make/", sent).headers["Location"]
    provider.person |= {"auth_time": int(time.time())}
    answer = client.get(come_back(client, provider, asked).headers["Location"])
    assert answer.status_code == 422 and 'value="Our system"' in answer.content.decode()


@pytest.mark.security(13, 19)
def test_a_stale_session_sets_up_no_factor_of_its_own(provider: OpenIdProvider, settings: Any) -> None:
    user = account_of_the_provider(provider, settings)
    client = Client()
    provider.person |= {"auth_time": int(time.time()) - 3600}
    come_back(client, provider)
    for page in ("totp/activate/", "passkeys/add/", "recovery-codes/generate/"):
        assert client.get(f"/account/second-factor/{page}").headers["Location"].startswith("/account/provider/again/"), page
    provider.person |= {"auth_time": int(time.time())}
    fresh = Client()
    come_back(fresh, provider)
    assert fresh.get("/account/second-factor/totp/activate/").status_code == 200
    assert fresh.get("/account/password/change/").status_code == 404
    assert fresh.post("/account/provider/link/remove/").status_code == 409, "it could not sign in any more"
    assert SocialAccount.objects.filter(user=user).exists()


@pytest.mark.security(13)
def test_no_password_by_mail_goes_round_the_provider(provider: OpenIdProvider, settings: Any) -> None:
    user = account_of_the_provider(provider, settings)
    Client().post("/account/password/reset/", {"email": user.email})
    assert Job.objects.get(kind="password_link").payload == {"account": None}
    settings.OIDC_ISSUER = ""
    Client().post("/account/password/reset/", {"email": user.email})
    assert Job.objects.filter(kind="password_link").latest("pk").payload == {"account": user.pk}, "the provider is gone for good"


def test_signing_out_says_that_the_provider_goes_on(provider: OpenIdProvider, settings: Any) -> None:
    settings.OIDC_SECOND_FACTOR = ["amr=mfa"]
    provider.person |= {"amr": ["mfa"]}
    user, client = linked(), Client()
    come_back(client, provider)
    assert client.post("/account/logout/").headers["Location"] == "/account/provider/left/"
    assert not is_in(client)
    assert "You may still be signed in to NHSmail" in client.get("/account/provider/left/").content.decode()
    assert client.get("/account/provider/sign-out/").headers["Location"] == f"{provider.address}/sign-out"
    with_password = signed_in(user)
    assert with_password.post("/account/logout/").headers["Location"] == "/"


@pytest.mark.security(40)
def test_the_link_is_part_of_what_the_portal_holds_and_goes_with_the_person(provider: OpenIdProvider) -> None:
    user = linked()
    assert SUBJECT in str(personal_data(user))
    erase_account(account=user, by=None)
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({"OIDC_CLIENT_SECRET": ""}, "E019"),
        ({"OIDC_ISSUER": ""}, "E019"),
        ({"OIDC_ISSUER": "http://login.example.org"}, "E020"),
        ({"BASE_URL": "http://edi.example.org"}, "E020"),
        ({"OIDC_SECOND_FACTOR": ["amr"]}, "E021"),
        ({"OIDC_SECOND_FACTOR": ["=mfa"]}, "E021"),
    ],
)
@pytest.mark.security(35)
def test_half_a_provider_or_plain_http_is_refused_in_production(settings: Any, changes: dict[str, Any], number: str) -> None:
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = "https://login.example.org", CLIENT, SECRET
    settings.BASE_URL, settings.OIDC_SECOND_FACTOR = "https://edi.example.org", ["amr=mfa"]

    def found() -> set[str]:
        return {str(message.id) for message in run_checks(tags=["security"], include_deployment_checks=True)}

    ours = {"edi_portal.E019", "edi_portal.E020", "edi_portal.E021"}
    assert not found() & ours
    for name, value in changes.items():
        setattr(settings, name, value)
    assert f"edi_portal.{number}" in found()
