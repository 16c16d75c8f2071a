"""What an ID token says about a person, once its signature, issuer, audience, times and nonce hold.

The order of the checks is that of OpenID Connect Core 1.0, section 3.1.3.7.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jwt

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures by a private key of the provider. Neither `none` nor a signature by a shared secret is among them."""
LEEWAY = 60
"""Seconds that the clocks of the provider and the portal may differ."""
NEEDED = ("iss", "aud", "sub", "exp", "iat", "nonce")
LONGEST_SUBJECT = 255


class TokenRefusedError(Exception):
    """The token proves nobody. The text says why, for the log; it quotes nothing of the token."""


@dataclass(frozen=True)
class Expected:
    """What a token must name to be meant for this portal and this sign-in, and how it says the rest."""

    issuer: str
    client: str
    nonce: str
    verified_claim: str
    second_factor: tuple[str, ...] = ()


@dataclass(frozen=True)
class Identity:
    """A person as the provider knows them. `subject` is for ever theirs; an address may pass to somebody else."""

    subject: str
    email: str
    """In lower case; empty unless the provider says that it verified the address."""
    proved_at: float
    """When the person last proved to the provider who they are, in seconds since 1970; 0 when it does not say."""
    second_factor: bool
    """Whether the provider says, in the words of the settings, that a second factor was used."""


def read_id_token(text: str, key_set: Mapping[str, Any], expected: Expected) -> Identity:
    """The identity that a signed token proves. Raises TokenRefusedError."""
    claims = _verified_claims(text, key_set, expected)
    if not hmac.compare_digest(str(claims["nonce"]).encode(), expected.nonce.encode()):
        raise TokenRefusedError("another nonce")
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else expected.client) != expected.client:
        raise TokenRefusedError("issued to another client")
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise TokenRefusedError("no subject")
    proved_at = claims.get("auth_time", 0)
    return Identity(
        subject=subject,
        email=_verified_address(claims, expected.verified_claim),
        proved_at=float(proved_at) if isinstance(proved_at, int | float) and not isinstance(proved_at, bool) else 0.0,
        second_factor=any(_says(claims, pair) for pair in expected.second_factor),
    )


def _verified_claims(text: str, key_set: Mapping[str, Any], expected: Expected) -> dict[str, Any]:
    try:
        key = _key_for(jwt.get_unverified_header(text), jwt.PyJWKSet.from_dict(dict(key_set)).keys)
        claims: dict[str, Any] = jwt.decode(
            text,
            key=key,
            algorithms=list(ALGORITHMS),
            issuer=expected.issuer,
            audience=expected.client,
            leeway=LEEWAY,
            options={"require": list(NEEDED)},
        )
    except jwt.PyJWTError as error:
        raise TokenRefusedError(type(error).__qualname__) from error
    return claims


def _key_for(header: Mapping[str, Any], keys: Sequence[jwt.PyJWK]) -> jwt.PyJWK:
    """The key that the token names; one that names none may only mean the only key."""
    usable = [key for key in keys if key.public_key_use in (None, "sig")]
    wanted = header.get("kid")
    found = [key for key in usable if key.key_id == wanted] if wanted is not None else usable
    if len(found) != 1:
        raise TokenRefusedError("no such key")
    return found[0]


def _verified_address(claims: Mapping[str, Any], verified_claim: str) -> str:
    """The address if the provider vouches for it. Providers write true, "true", 1 or "1"."""
    vouched = str(claims.get(verified_claim, "")).lower() in ("true", "1")
    address = claims.get("email")
    return address.strip().lower() if vouched and isinstance(address, str) else ""


def _says(claims: Mapping[str, Any], pair: str) -> bool:
    """Whether a claim has this value or lists it; a pair is written `amr=mfa`."""
    name, _, value = pair.partition("=")
    said = claims.get(name)
    return bool(value) and (said == value or (isinstance(said, list) and value in said))
