"""The same request sent twice is done once: the second gets the first one's answer."""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from edi_portal.api.models import Replay
from edi_portal.api.problems import KeyReused

KEPT = timedelta(hours=24)
KEY_PATTERN = "^[A-Za-z0-9._~-]{8,80}$"


def forget_old() -> None:
    """Delete the answers kept for longer than a day, everybody's: a return's figures are in them."""
    Replay.objects.filter(created_at__lt=Now() - KEPT).delete()


@transaction.atomic
def once(request: Request, act: Callable[[], Response]) -> Response:
    """Do `act` and remember its answer under the request's Idempotency-Key; without a key just do it.

    Both happen in one transaction, and a second request with the key waits for the first: what failed may be sent again
    with the same key. Raises KeyReused for a key that came with another request before.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return act()
    if not re.fullmatch(KEY_PATTERN, key):
        raise ValidationError({"Idempotency-Key": ["Send 8 to 80 letters, digits, dots or hyphens, such as a random UUID."]})
    forget_old()
    digest = _digest(request)
    # A second request with the same key waits at the unique constraint until the first has ended.
    replay, fresh = Replay.objects.get_or_create(user_id=request.user.pk, key=key, defaults={"request_digest": digest})
    if not fresh:
        if replay.request_digest != digest:
            raise KeyReused
        return Response(replay.body, status=replay.status, headers={"ETag": replay.tag, "Idempotent-Replayed": "true"})
    response = act()
    replay.status, replay.body, replay.tag = response.status_code, response.data, response.headers.get("ETag", "")
    replay.save(update_fields=["status", "body", "tag"])
    return response


def _digest(request: Request) -> str:
    mark = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    # The parser has read the stream; what it understood is what counts.
    mark.update(repr(request.data).encode())
    return mark.hexdigest()
