"""Start-up and deployment checks: production refuses weak settings, the demonstration and a moved clock."""

import os
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connections

from edi_portal.papers.signing import WeakKeyError, seed_of


@register(Tags.database)
def clock_stands_right(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Outside the demonstration the business clock shows the real time."""
    if settings.DEMONSTRATION or settings.TESTING or "default" not in (databases or ()):
        return []
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute('SELECT "offset" FROM edi_portal_businessclock WHERE id = 1')
            row = cursor.fetchone()
    except DatabaseError:
        return []  # not migrated yet: the migration itself sets the offset to zero
    if row is None or row[0] == timedelta(0):
        return []
    return [
        Error(
            f"The business clock is moved by {row[0]}.",
            hint="Set the offset in edi_portal_businessclock to zero, or set PORTAL_DEMONSTRATION=1.",
            id="edi_portal.E001",
        )
    ]


def _are_strong(*keys: str) -> bool:
    """Whether there are keys, and none of them can be guessed."""
    try:
        return bool(keys) and all(key and seed_of(key) for key in keys)
    except WeakKeyError:
        return False


def _faults_of_the_provider() -> list[tuple[bool, str, str, str]]:
    """What `check --deploy` refuses of sign-in by OpenID Connect: half a setting, plain HTTP, a claim without a value."""
    given = [bool(value) for value in (settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET)]
    addresses = (settings.OIDC_ISSUER, settings.BASE_URL)
    return [
        (
            any(given) and not all(given),
            "Sign-in by OpenID Connect is set by half.",
            "Set PORTAL_OIDC_ISSUER, PORTAL_OIDC_CLIENT_ID and PORTAL_OIDC_CLIENT_SECRET, or none of them.",
            "E019",
        ),
        (
            any(given) and not all(urlsplit(address).scheme == "https" for address in addresses),
            "Sign-in by OpenID Connect would go over plain HTTP.",
            "PORTAL_OIDC_ISSUER and PORTAL_BASE_URL begin with https://.",
            "E020",
        ),
        (
            not all(all(pair.partition("=")[::2]) for pair in settings.OIDC_SECOND_FACTOR),
            "It is not said which value of a claim stands for a second factor.",
            "Write PORTAL_OIDC_SECOND_FACTOR as claim=value, such as amr=mfa.",
            "E021",
        ),
    ]


METRICS_TOKEN_LENGTH = 32


@register(Tags.security, deploy=True)
def settings_are_strong(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """What `check --deploy` refuses: demonstration mode, wildcard hosts, plain HTTP, servers without a password."""
    problems = [
        (settings.DEMONSTRATION, "Demonstration mode is on.", "Unset PORTAL_DEMONSTRATION.", "E010"),
        ("*" in settings.ALLOWED_HOSTS, "Any host name is accepted.", "Name the hosts in PORTAL_HOSTS.", "E011"),
        (not settings.HTTPS, "The portal would be served without HTTPS.", "Set PORTAL_HTTPS=1.", "E012"),
        (
            not settings.DATABASES["default"].get("PASSWORD"),
            "The database has no password.",
            "Put one into DATABASE_URL.",
            "E013",
        ),
        (
            not _are_strong(settings.SIGNING_KEY),
            "Archives of packs would be signed with a missing or weak key.",
            "Put 32 random bytes in base64 into PORTAL_SIGNING_KEY (openssl rand -base64 32).",
            "E015",
        ),
        (
            not _are_strong(*settings.FACTOR_KEYS),
            "Secrets of authenticator apps would be kept under a missing or weak key.",
            "Put 32 random bytes in base64 into PORTAL_FACTOR_KEYS (openssl rand -base64 32).",
            "E016",
        ),
        (
            settings.SECURITY_CONTACT.endswith(".invalid") or not settings.SECURITY_CONTACT.startswith(("mailto:", "https:")),
            "Nobody can report a fault of security.",
            "Put mailto: and an address, or the https: address of a page, into PORTAL_SECURITY_CONTACT.",
            "E017",
        ),
        (
            0 < len(settings.METRICS_TOKEN) < METRICS_TOKEN_LENGTH,
            "The token of /metrics/ can be guessed.",
            f"Put at least {METRICS_TOKEN_LENGTH} characters into PORTAL_METRICS_TOKEN (openssl rand -hex 32), or unset it.",
            "E022",
        ),
        *_faults_of_the_provider(),
        ("PORTAL_CRASHPOINT" in os.environ, "A process was told to kill itself.", "Unset PORTAL_CRASHPOINT.", "E018"),
        (not urlsplit(settings.CELERY_BROKER_URL).password, "Redis has no password.", "Put one into REDIS_URL.", "E014"),
    ]
    return [Error(text, hint=hint, id=f"edi_portal.{code}") for wrong, text, hint, code in problems if wrong]
