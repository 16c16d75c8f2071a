"""What every web process must know for a moment: one-time codes already used, failures of signing in.

It lies in PostgreSQL, so it also holds while Redis is away.
"""

from typing import Any

from django.conf import settings
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache

USED_CODES = "allauth.mfa.totp.used"
CODE_SECONDS = 30


class SharedCache(DatabaseCache):
    """Django's cache in the database, which remembers a used code for as long as the code would count."""

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep a value unless there is one. The sign-in library forgets a code after one step, but accepts neighbouring steps."""
        if key.startswith(USED_CODES):
            timeout = CODE_SECONDS * (2 * settings.MFA_TOTP_TOLERANCE + 1)
        return super().add(key, value, timeout, version)
