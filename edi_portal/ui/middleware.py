"""Five middlewares of the frame: the request log, text without NUL, whose rows, private responses, business errors as pages."""

import logging
import time
import uuid
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render

from edi_portal.exceptions import BusinessError, Incomplete, InvalidTransition, NotAllowed, StaleData
from edi_portal.logs import request_id
from edi_portal.scope import answering

logger = logging.getLogger("edi_portal.requests")

GetResponse = Callable[[HttpRequest], HttpResponse]

DENIED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
NAMED_IN_LOGS = ("organisation", "slug", "period", "release", "pk")
"""Parts of an address that name a thing and are no secret: tokens and keys of links are not among them."""

ANSWERS: dict[type[BusinessError], tuple[int, str]] = {
    NotAllowed: (403, "errors/not_allowed.html"),
    InvalidTransition: (409, "errors/not_now.html"),
    StaleData: (409, "errors/conflict.html"),
    Incomplete: (422, "errors/incomplete.html"),
}


class RequestLogMiddleware:
    """Number each request and write one line when it is answered: which view, how it ended, how long it took.

    The line holds the name of the view and the number of the account, never an address, a query string or a figure.
    Of what was denied it names the thing as well, such as "mid-cheshire/2019-20-q3".
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = uuid.uuid4().hex[:12]
        token = request_id.set(number)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            match = request.resolver_match
            user = getattr(request, "user", None)
            told = {
                "method": request.method,
                "view": (match.view_name or "unnamed") if match else "",
                "status": response.status_code,
                "duration_ms": round((time.perf_counter() - started) * 1000),
                "user": user.pk if user is not None and user.is_authenticated else None,
            }
            if response.status_code in DENIED and (thing := _thing(request)):
                told["thing"] = thing
            logger.info("request", extra=told)
        finally:
            request_id.reset(token)
        response.headers["X-Request-ID"] = number
        return response


class WithoutNulMiddleware:
    """Leave the character NUL out of addresses and forms: no keyboard types it, and PostgreSQL holds it in no text.

    So no page has to think of it. Forms that bring files are read as a stream by their own pages.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.GET = _without_nul(request.GET)  # type: ignore[assignment]
        if request.content_type == "application/x-www-form-urlencoded" and b"%00" in request.body:
            request.POST = _without_nul(request.POST)  # type: ignore[assignment]
        return self.get_response(request)


def _without_nul(sent: QueryDict) -> QueryDict:
    kept = QueryDict(mutable=True)
    for name, texts in sent.lists():
        kept.setlist(name.replace("\x00", ""), [str(text).replace("\x00", "") for text in texts])
    kept._mutable = False
    return kept


class ScopeMiddleware:
    """From here on a query of an organisation's rows says whose they are (edi_portal/scope.py)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with answering():
            return self.get_response(request)


class PrivateResponseMiddleware:
    """Keep what a signed-in person saw out of every cache, and stop browsers from guessing types."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers["Cache-Control"] = "no-store, private"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


class BusinessErrorMiddleware:
    """Turn what a rule refused into a page (or a JSON answer) that says so and how to go on."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The answer to a business error; None for any other, which is then an unexpected one."""
        for kind, (status, template) in ANSWERS.items():
            if isinstance(exception, kind):
                logger.info(
                    "refused",
                    extra={
                        "kind": kind.__name__,
                        "status": status,
                        "view": _view_name(request),
                        "user": request.user.pk,
                        "thing": _thing(request),
                    },
                )
                if wants_json(request):
                    return JsonResponse({"error": str(exception), "kind": kind.__name__}, status=status)
                return render(request, template, {"sentence": str(exception)}, status=status)
        return None


def wants_json(request: HttpRequest) -> bool:
    """True for a script (the autosave, the API), which asks for JSON and not for a page."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _view_name(request: HttpRequest) -> str:
    match = request.resolver_match
    return (match.view_name or "unnamed") if match else ""


def _thing(request: HttpRequest) -> str:
    parts = getattr(request.resolver_match, "kwargs", {}) if request.resolver_match else {}
    return "/".join(str(parts[name]) for name in NAMED_IN_LOGS if name in parts)
