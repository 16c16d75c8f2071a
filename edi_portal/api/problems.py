"""Every refusal of the API in one shape: problem+json (RFC 9457), with a sentence that says what to do."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from edi_portal.errors import NOT_FOUND, PROBLEM_TYPE
from edi_portal.ui.middleware import ANSWERS


class ProblemRenderer(JSONRenderer):
    """Problems are JSON with a media type of their own."""

    media_type = PROBLEM_TYPE
    format = "problem"


class PreconditionRequired(exceptions.APIException):
    """The request changes something and does not say which version it saw."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = "Send If-Match with the ETag that you read, so that nobody's newer work is overwritten."
    default_code = "precondition_required"


class PreconditionFailed(exceptions.APIException):
    """Somebody changed the thing since it was read."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_detail = "This changed since you read it. Read it again, and send your change with its new ETag."
    default_code = "precondition_failed"


class Unusable(exceptions.APIException):
    """What was sent is well formed and still cannot be used; `errors` says by field what and how to mend it."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = "Some of what was sent cannot be used. Nothing was changed."
    default_code = "unusable"

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__()
        self.errors = errors


class KeyReused(exceptions.APIException):
    """An idempotency key came back with another request."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = "This Idempotency-Key was used for another request. Use a new key for each request."
    default_code = "key_reused"


def problem_of(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler: business errors, refusals and bad input as problems; None for what is a fault of ours."""
    if isinstance(error, Http404):
        error = exceptions.NotFound(NOT_FOUND)
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    for kind, (code, _template) in ANSWERS.items():
        if isinstance(error, kind):
            return _problem(code, kind.__name__, str(error))
    if not isinstance(error, exceptions.APIException):
        return None
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
    if getattr(error, "wait", None):
        headers["Retry-After"] = f"{int(error.wait) + 1}"  # type: ignore[attr-defined]
    errors: Any = getattr(error, "errors", None)
    if isinstance(error, exceptions.ValidationError):
        detail, errors = Unusable.default_detail, error.detail
    else:
        detail = str(error.detail)
    return _problem(error.status_code, str(getattr(error, "default_code", "error")), detail, errors=errors, headers=headers)


def _problem(code: int, kind: str, detail: str, *, errors: Any = None, headers: Mapping[str, str] | None = None) -> Response:
    content = {"type": f"about:blank#{kind}", "title": HTTPStatus(code).phrase, "status": code, "detail": detail}
    if errors is not None:
        content["errors"] = errors
    response = Response(content, status=code, headers=headers)
    response.content_type = PROBLEM_TYPE
    return response
