"""ETags: an unchanged answer is not sent again, and a change names the version that it was made from."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.utils.http import parse_etags, quote_etag
from rest_framework.request import Request
from rest_framework.response import Response

from edi_portal.api.problems import PreconditionFailed, PreconditionRequired


def tag_of(*parts: object) -> str:
    """A strong ETag of what an answer depends on."""
    return quote_etag(hashlib.sha256(repr(parts).encode()).hexdigest()[:32])


def unless_known(request: Request, tag: str, make: Callable[[], Any]) -> Response:
    """The content with its tag, or 304 without it when the reader holds it already. `make` is not called then."""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if tag in known or "*" in known:
        return Response(status=304, headers={"ETag": tag})
    return Response(make(), headers={"ETag": tag})


def require_match(request: Request, tag: str) -> None:
    """Pass when If-Match names the present version. Raises PreconditionRequired or PreconditionFailed."""
    named = parse_etags(request.headers.get("If-Match", ""))
    if not named:
        raise PreconditionRequired
    if tag not in named and "*" not in named:
        raise PreconditionFailed
