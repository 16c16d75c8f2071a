"""`/.well-known/security.txt` (RFC 9116): where to report a fault of security."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

HOLDS = timedelta(days=180)
"""How long a reader may keep the answer; the RFC recommends less than a year."""


@login_not_required
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """The contact of the settings, with an end that moves on each day."""
    ends = (datetime.now(UTC) + HOLDS).replace(hour=0, minute=0, second=0, microsecond=0)
    address = settings.BASE_URL.rstrip("/")
    lines = (
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {ends:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        f"Canonical: {address}/.well-known/security.txt",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
