"""What a visitor sees when a page cannot be shown: not found, not allowed, too old a form, no database, unexpected.

A program that asked below `/api/` gets the same as problem+json.
"""

import errno
import logging
import sys
from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

from edi_portal.logs import request_id

logger = logging.getLogger("edi_portal.requests")


API = "/api/v1/"
PROBLEM_TYPE = "application/problem+json"
AGAIN_AFTER = 30
"""Seconds after which a program may ask again when the database was away."""
ACCOUNT = "/account/"
"""Below it, forms hold passwords and one-time codes, which never stand in a page."""
NOT_SAVED = "The portal cannot reach its database at the moment. What you sent last may not have been saved."
NO_ROOM = "The portal has no room left to keep anything. What you sent last was not saved."
DISK_FULL = "53100"
"""PostgreSQL's code for it."""
NOT_FOUND = "There is nothing at this address, or it is not open to you."


def problem(status: HTTPStatus, detail: str) -> JsonResponse:
    """A refusal for programs (RFC 9457), in the shape of `edi_portal.api.problems`."""
    content = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
    return JsonResponse(content, status=status, content_type=PROBLEM_TYPE)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, also for what exists but is not this visitor's to see: the page does not tell the two apart."""
    if request.path.startswith(API):
        return problem(HTTPStatus.NOT_FOUND, NOT_FOUND)
    return render(request, "errors/404.html", status=HTTPStatus.NOT_FOUND)


@requires_csrf_token
def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 raised by Django itself; refusals of our own rules come with a sentence through the middleware."""
    return render(request, "errors/not_allowed.html", {"sentence": ""}, status=HTTPStatus.FORBIDDEN)


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: a request that cannot be read, such as one with too many fields."""
    if request.path.startswith(API):
        return problem(HTTPStatus.BAD_REQUEST, "The request cannot be read.")
    return render(request, "errors/400.html", status=HTTPStatus.BAD_REQUEST)


def unexpected(request: HttpRequest) -> HttpResponse:
    """500 without details: only the incident number, which stands in the log as `request`.

    Rendered without the request's context, because that context may be what failed.
    A database that is away for a moment is no incident: then the answer is `no_database`. Nor is a full disk.
    Where the database refused, the answer carries PostgreSQL's code for why (`database_code`), by which a form is tried again.
    """
    fault = sys.exc_info()[1]
    response = _unexpected(request, fault)
    response.database_code = getattr(getattr(fault, "__cause__", None), "pgcode", "") or ""  # type: ignore[attr-defined]
    return response


def _unexpected(request: HttpRequest, fault: BaseException | None) -> HttpResponse:
    full = is_full(fault)
    if full:
        logger.error("no room", extra={"status": int(HTTPStatus.SERVICE_UNAVAILABLE)})
    if full or isinstance(fault, (OperationalError, InterfaceError)):
        return no_database(request, NO_ROOM if full else NOT_SAVED)
    if request.path.startswith(API):
        detail = f"Something went wrong on our side. Tell us this number: {request_id.get()}."
        return problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail)
    page = render_to_string("errors/500.html", {"incident": request_id.get()})
    return HttpResponse(page, status=HTTPStatus.INTERNAL_SERVER_ERROR)


def is_full(error: BaseException | None) -> bool:
    """Whether the disk of the database, or the one of files that are being uploaded, is full."""
    if isinstance(error, OperationalError):
        return getattr(error.__cause__, "pgcode", None) == DISK_FULL
    return isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}


def no_database(request: HttpRequest, sentence: str = NOT_SAVED) -> HttpResponse:
    """503: the database is away, has no room, or gave up on a question. What was typed comes back, to be sent again.

    Each service saves in one transaction, so nothing is saved by halves. What one had saved before the database went, or saved
    although the answer was lost, is met by the checks that every form has against being sent twice.
    """
    if request.path.startswith(API):
        answer: HttpResponse = problem(HTTPStatus.SERVICE_UNAVAILABLE, sentence)
    elif request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        answer = JsonResponse({"problem": f"{sentence} What you typed stays here."}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    else:
        words = {"sentence": sentence, "full": sentence == NO_ROOM}
        page = render_to_string("errors/no_database.html", _to_send_again(request) | words)
        answer = HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE)
    answer.headers["Retry-After"] = str(AGAIN_AFTER)
    answer.headers["Cache-Control"] = "no-store, private"
    return answer


def _to_send_again(request: HttpRequest) -> dict[str, object]:
    """Address and fields of a form that was sent, files and secrets left out; no fields for a page that was only asked for.

    The token against forged forms is among the fields: it stays the one that the browser's cookie belongs to.
    """
    found: dict[str, object] = {"address": request.get_full_path(), "sent": request.method == "POST"}
    if request.method != "POST" or _holds_an_unread_file(request):
        return found
    try:
        posted, files = request.POST, request.FILES
    except (RequestDataTooBig, SuspiciousOperation, OSError):  # the form itself cannot be read: nothing to send again
        return found
    if not request.path.startswith(ACCOUNT) and not any("password" in name for name in posted):
        found["fields"] = [(name, value) for name, values in posted.lists() for value in values]
    return found | {"files": bool(files)}


def _holds_an_unread_file(request: HttpRequest) -> bool:
    """Whether the body may hold a file that nobody has read: reading it here could write rows of people to the disk."""
    return request.content_type == "multipart/form-data" and not hasattr(request, "_post")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was sent without a valid token: open too long, signed in anew elsewhere, or sent from another site."""
    logger.warning("csrf", extra={"status": 403})
    return render(request, "errors/csrf.html", status=HTTPStatus.FORBIDDEN)


handler400 = bad_request
handler403 = not_allowed
handler404 = not_found
handler500 = unexpected
