"""What a visitor sees when a page cannot be shown: not found, not allowed, too old a form, unexpected.

A program that asked below `/api/` gets the same as problem+json.
"""

import logging
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

from edi_portal.logs import request_id

logger = logging.getLogger("edi_portal.requests")


API = "/api/v1/"
PROBLEM_TYPE = "application/problem+json"
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
    """
    if request.path.startswith(API):
        detail = f"Something went wrong on our side. Tell us this number: {request_id.get()}."
        return problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail)
    page = render_to_string("errors/500.html", {"incident": request_id.get()})
    return HttpResponse(page, status=HTTPStatus.INTERNAL_SERVER_ERROR)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was sent without a valid token: open too long, signed in anew elsewhere, or sent from another site."""
    logger.warning("csrf", extra={"status": 403})
    return render(request, "errors/csrf.html", status=HTTPStatus.FORBIDDEN)


handler400 = bad_request
handler403 = not_allowed
handler404 = not_found
handler500 = unexpected
