"""Signatures under archives that leave the portal: whoever has the public key can tell that nothing in them was changed.

Ed25519: the same content has the same signature, and checking it needs no secret.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

LENGTH = 32
FEWEST_DIFFERENT = 16


class WeakKeyError(ValueError):
    """The signing key of the settings cannot be used."""


def seed_of(text: str) -> bytes:
    """The 32 bytes of a key from the settings. Raises WeakKeyError for what is no key, or one that can be guessed."""
    try:
        seed = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise WeakKeyError("It is not base64.") from None
    if len(seed) != LENGTH:
        raise WeakKeyError(f"It has {len(seed)} bytes, not {LENGTH}.")
    if len(set(seed)) < FEWEST_DIFFERENT:
        raise WeakKeyError("It repeats itself: make it with a generator of random bytes.")
    return seed


def _key() -> Ed25519PrivateKey:
    if settings.SIGNING_KEY:
        return Ed25519PrivateKey.from_private_bytes(seed_of(settings.SIGNING_KEY))
    # Development, tests and the demonstration; `check --deploy` refuses an installation without a key of its own.
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"signing:" + settings.SECRET_KEY.encode()).digest())


def sign(content: bytes) -> str:
    """The signature, in base64."""
    return base64.b64encode(_key().sign(content)).decode()


def public_key() -> str:
    """The public key, in base64: what others check with."""
    return base64.b64encode(_key().public_key().public_bytes_raw()).decode()


def is_signed(content: bytes, signature: str, key: str) -> bool:
    """Whether the signature was made over exactly this content with the private half of this public key."""
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True)).verify(
            base64.b64decode(signature, validate=True), content
        )
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True
