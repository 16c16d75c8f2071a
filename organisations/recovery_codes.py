"""Recovery codes as the portal keeps them: digests only. Who reads the database, a backup or a session learns no code.

The sign-in library works the codes out from a stored secret, so it can always show them. Here they are made once, shown for ten
minutes, and then known to their owner alone. The library looks its class up by name each time; `install` puts this one there.
"""

from __future__ import annotations

import hmac
import json
import secrets
import time
from typing import Any

from allauth.core import context
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal import auth, flows
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes as LibraryCodes
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from organisations.second_factor import EncryptingAdapter, digests, encrypt

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without letters and figures that are taken for one another."""
GROUPS, LETTERS = 3, 4
"""Twelve characters, 58 bits: too many to try, even for somebody who has the keys of the settings as well."""
SHOWN, SHOWN_SECONDS = "recovery_codes_shown", 600
HIDDEN = ""


def made_code() -> str:
    """A new code, such as K7F3-9X2M-QT4B."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(LETTERS)) for _ in range(GROUPS))


def digest_of(account: int, code: str) -> str:
    """What is stored of a code: keyed, and different for each account."""
    return _digests_of(account, code)[0]


def _digests_of(account: int, code: str) -> list[str]:
    """The digests of a typed code under every key of the settings; hyphens, spaces and small letters do not matter."""
    return digests(f"recovery code:{account}:{''.join(filter(str.isalnum, code)).upper()}")


class HashedRecoveryCodes(LibraryCodes):
    """The library's recovery codes of one account, of which the row holds digests of those not used yet."""

    instance: Authenticator

    @classmethod
    def activate(cls, user: AbstractBaseUser) -> HashedRecoveryCodes:
        """The account's codes; made now where there are none, and kept in this session for a short while to be shown."""
        row = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES).first()
        if row is None:
            codes = [made_code() for _ in range(app_settings.RECOVERY_CODE_COUNT)]
            row = Authenticator(user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES)
            row.data = {"digests": [digest_of(user.pk, code) for code in codes]}
            row.save()
            # The session lies in the database too, so it holds them encrypted.
            kept = {"row": row.pk, "until": time.time() + SHOWN_SECONDS, "codes": encrypt(json.dumps(codes))}
            context.request.session[SHOWN] = kept
        return cls(row)

    def get_unused_codes(self) -> list[str]:
        """The codes while they may be shown, else as many blanks as are left."""
        if self.did_view:
            return [HIDDEN] * len(self.instance.data["digests"])
        unused = set(self.instance.data["digests"])
        codes: list[str] = json.loads(EncryptingAdapter().decrypt(self._kept()["codes"]))
        return [code for code in codes if unused & set(_digests_of(self.instance.user_id, code))]

    def generate_codes(self) -> list[str]:
        """Nobody can work them out again."""
        return []

    @transaction.atomic
    def validate_code(self, code: str) -> bool:
        """Whether it is one of the codes; it is used up with that."""
        self.instance = Authenticator.objects.select_for_update().get(pk=self.instance.pk)
        typed = _digests_of(self.instance.user_id, code)
        left = [kept for kept in self.instance.data["digests"] if not any(hmac.compare_digest(kept, each) for each in typed)]
        if len(left) == len(self.instance.data["digests"]):
            return False
        self.instance.data["digests"] = left
        self.instance.save(update_fields=["data"])
        return True

    def mark_as_viewed(self) -> None:
        """Looking does not end the ten minutes: somebody prints, or loads the page again."""

    @property
    def did_view(self) -> bool:
        """Whether the time to look at them is over, or this is another session than the one that made them."""
        kept = self._kept()
        return not kept or kept["row"] != self.instance.pk or time.time() > kept["until"]

    def _kept(self) -> dict[str, Any]:
        session: dict[str, Any] = context.request.session
        return session.get(SHOWN) or {}


def install() -> None:
    """Let the sign-in library use these; called once, when the app is ready."""
    auth.RecoveryCodes = HashedRecoveryCodes
    flows.RecoveryCodes = HashedRecoveryCodes
