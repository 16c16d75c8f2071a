"""How the secrets of authenticator apps are kept: encrypted, under keys of the settings. Of recovery codes digests are kept.

Fernet (AES and an HMAC) of the `cryptography` package. The first key encrypts; every key decrypts, so that a key can be changed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser

from edi_portal.papers.signing import seed_of


class EncryptingAdapter(DefaultMFAAdapter):
    """Tells the sign-in library how to write secrets into the database, and how to read them."""

    def encrypt(self, text: str) -> str:
        """The secret as it is stored."""
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """The secret itself. Raises InvalidToken for a row that was written under no key of the settings."""
        return _keys().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        """The name of a passkey to which its owner gives none: Passkey 1, Passkey 2."""
        return f"Passkey {Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1}"


def encrypt(text: str) -> str:
    """The secret as it is stored."""
    return _keys().encrypt(text.encode()).decode()


def digests(text: str) -> list[str]:
    """Keyed digests of a text, one for each key: the first is the one to store, any of them is a match."""
    return [hmac.digest(hashlib.sha256(b"digest:" + seed).digest(), text.encode(), "sha256").hex() for seed in _seeds()]


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(seed)) for seed in _seeds()])


def _seeds() -> list[bytes]:
    if settings.FACTOR_KEYS:
        return [seed_of(key) for key in settings.FACTOR_KEYS]
    # Development, tests and the demonstration; `check --deploy` refuses an installation without a key of its own.
    return [hashlib.sha256(b"second factor:" + settings.SECRET_KEY.encode()).digest()]
