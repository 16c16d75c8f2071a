"""The provider of the settings: sending people there, and asking it on their return. Built on the sign-in library's client.

The library would take a token without looking at its signature, since it came over a direct connection, and knows no nonce.
So it sends people off (state, PKCE) and fetches the token; what the token says is read in `tokens`.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from requests import RequestException

from organisations.identity.tokens import Expected, Identity, TokenRefusedError, read_id_token

ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
WELL_KNOWN = "/.well-known/openid-configuration"


class ProviderError(Exception):
    """The provider did not answer, or answered what proves nobody. `why` is one word for the log and the page."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def is_offered() -> bool:
    """Whether the settings name a provider; half a setting is none, and `check --deploy` refuses it."""
    return bool(settings.OIDC_ISSUER and settings.OIDC_CLIENT_ID and settings.OIDC_CLIENT_SECRET)


def provider_key() -> str:
    """What a linked identity is kept under. It follows from the issuer: subjects of another issuer are other people."""
    return f"oidc-{hashlib.sha256(settings.OIDC_ISSUER.encode()).hexdigest()[:24]}"


def begin(request: HttpRequest, purpose: str, *, next_url: str = "", data: str = "", afresh: bool = False) -> HttpResponse:
    """Send the browser to the provider. With `afresh` the person must prove anew who they are, also within a running session.

    What is needed on the return stays in the session: purpose, nonce, PKCE verifier, and where to go then. Raises ProviderError.
    """
    nonce = secrets.token_urlsafe(32)
    parameters = {"nonce": nonce} | ({"prompt": "login", "max_age": "0"} if afresh else {})
    try:
        return _provider(request).redirect(
            request, purpose, next_url, data, auth_params=parameters, nonce=nonce, began=int(time.time())
        )
    except (OAuth2Error, RequestException, ValueError) as error:
        raise ProviderError("unreachable") from error


def receive(request: HttpRequest) -> tuple[Identity, dict[str, Any]]:
    """The identity that a returning browser proves, and what was kept for its return. A state is worth something once."""
    provider = _provider(request)
    state = statekit.unstash_state(request, provider_id=provider.sub_id, state_id=request.GET.get("state", ""))
    if state is None:
        raise ProviderError("stale")
    if "error" in request.GET or not request.GET.get("code"):
        raise ProviderError("cancelled" if request.GET.get("error") == "access_denied" else "refused")
    exchange = Exchange(request, provider.sub_id)
    try:
        client = exchange.get_client(request, provider.app)
        answer = client.get_access_token(request.GET["code"], pkce_code_verifier=state["pkce_code_verifier"])
        expected = Expected(
            issuer=settings.OIDC_ISSUER,
            client=settings.OIDC_CLIENT_ID,
            nonce=state["nonce"],
            verified_claim=settings.OIDC_VERIFIED_CLAIM,
            second_factor=tuple(settings.OIDC_SECOND_FACTOR),
        )
        return read_id_token(str(answer.get("id_token", "")), exchange.key_set(), expected), state
    except TokenRefusedError as error:
        raise ProviderError("token") from error
    except (OAuth2Error, RequestException, ValueError, KeyError) as error:
        raise ProviderError("unreachable") from error


def sign_out_address(request: HttpRequest) -> str:
    """Where one signs out at the provider itself; empty where it has no such page."""
    try:
        return str(Exchange(request, provider_key()).openid_config.get("end_session_endpoint", ""))
    except (OAuth2Error, RequestException, ValueError) as error:
        raise ProviderError("unreachable") from error


class Exchange(OpenIDConnectOAuth2Adapter):
    """The library's client for this provider: where its pages are, and the keys it signs with."""

    @cached_property
    def openid_config(self) -> dict[str, Any]:
        """The provider's description of itself, which must name the issuer of the settings and use no weaker connection."""
        found = self._fetch(settings.OIDC_ISSUER.rstrip("/") + WELL_KNOWN)
        if found.get("issuer") != settings.OIDC_ISSUER:
            raise OAuth2Error("another issuer")
        scheme = urlsplit(settings.OIDC_ISSUER).scheme
        if not all(urlsplit(str(found.get(name, ""))).scheme in (scheme, "https") for name in ENDPOINTS):
            raise OAuth2Error("an address without https")
        return found

    def key_set(self) -> dict[str, Any]:
        """The keys that the provider signs with now."""
        return self._fetch(self.openid_config["jwks_uri"])

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """The address to return to, as it is registered with the provider: of the settings, not of the request."""
        return str(settings.BASE_URL.rstrip("/") + reverse("identity_callback"))

    def _fetch(self, address: str) -> dict[str, Any]:
        with get_adapter().get_requests_session() as session:
            answer = session.get(address)
            answer.raise_for_status()
            found = answer.json()
        if not isinstance(found, dict):
            raise OAuth2Error("not an object")
        return found


class Provider(OpenIDConnectProvider):
    """The library's provider with PKCE, asking for no more than the address."""

    oauth2_adapter_class = Exchange
    pkce_enabled_default = True

    def get_scope(self) -> list[str]:
        """What the portal wants to know: who it is, and the address."""
        return ["openid", "email"]


class SettingsAdapter(DefaultSocialAccountAdapter):
    """There is one provider, that of the settings. A row in the database cannot add another."""

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Provider:
        """The provider of the settings, whichever is asked for."""
        return _provider(request)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Nobody registers by being known to a provider."""
        return False

    def get_requests_session(self) -> Any:
        """Connections end after a few seconds, and go where they were sent and nowhere else."""
        session = super().get_requests_session()
        session.max_redirects = 0
        return session


def _provider(request: HttpRequest) -> Provider:
    app = SocialApp(
        provider=Provider.id,
        provider_id=provider_key(),
        name=settings.OIDC_NAME,
        client_id=settings.OIDC_CLIENT_ID,
        secret=settings.OIDC_CLIENT_SECRET,
        settings={},
    )
    return Provider(request, app=app)
