"""Middlewares: one log line a request, private pages out of caches, business errors as answers."""

import json
import logging
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings

from edi_portal import errors
from edi_portal.exceptions import BusinessError, Incomplete, InvalidTransition, NotAllowed, StaleData
from edi_portal.logs import JsonFormatter, request_id
from edi_portal.ui.middleware import (
    BusinessErrorMiddleware,
    PrivateResponseMiddleware,
    RequestLogMiddleware,
    WithoutNulMiddleware,
    wants_json,
)

SIGNED_IN = SimpleNamespace(is_authenticated=True, pk=7, is_anonymous=False)


def asked(path: str = "/kpis/", user: object = None, **headers: str) -> HttpRequest:
    request = RequestFactory().get(path, headers=headers)
    request.user = user or AnonymousUser()  # type: ignore[assignment]
    return request


def answer(_: HttpRequest) -> HttpResponse:
    return HttpResponse("x")


def test_a_request_writes_one_line_without_address_or_query(caplog: pytest.LogCaptureFixture) -> None:
    request = asked("/kpis/wres-2/?name=somebody&count=3", SIGNED_IN)
    request.resolver_match = SimpleNamespace(view_name="kpis:detail")  # type: ignore[assignment]
    with caplog.at_level(logging.INFO, "edi_portal.requests"):
        response = RequestLogMiddleware(answer)(request)
    (record,) = caplog.records
    written = json.loads(JsonFormatter().format(record))
    assert (written["view"], written["status"], written["user"], written["method"]) == ("kpis:detail", 200, 7, "GET")
    assert "somebody" not in json.dumps(written) and "wres-2" not in json.dumps(written)
    assert len(response.headers["X-Request-ID"]) == 12
    assert request_id.get() == ""


@pytest.mark.security(33)
@pytest.mark.parametrize(("status", "named"), [(200, False), (403, True), (404, True)])
@pytest.mark.security(33)
def test_what_was_denied_is_named_in_the_log_and_no_secret_of_its_address(
    caplog: pytest.LogCaptureFixture, status: int, named: bool
) -> None:
    request = asked("/anything/", SIGNED_IN)
    parts = {"organisation": "mid-cheshire", "period": "2019-20-q3", "token": "secret-of-a-link"}
    request.resolver_match = SimpleNamespace(view_name="returns:overview", kwargs=parts)  # type: ignore[assignment]
    with caplog.at_level(logging.INFO, "edi_portal.requests"):
        RequestLogMiddleware(lambda _: HttpResponse(status=status))(request)
    written = JsonFormatter().format(caplog.records[-1])
    assert ("mid-cheshire/2019-20-q3" in written) is named
    assert '"user": 7' in written and "secret-of-a-link" not in written


def test_requests_have_numbers_of_their_own_and_the_view_sees_it() -> None:
    seen: list[str] = []

    def view(_: HttpRequest) -> HttpResponse:
        seen.append(request_id.get())
        return HttpResponse()

    answers = [RequestLogMiddleware(view)(asked()).headers["X-Request-ID"] for _ in range(2)]
    assert seen == answers and len(set(answers)) == 2


def test_the_number_is_put_back_when_the_view_fails() -> None:
    def view(_: HttpRequest) -> HttpResponse:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        RequestLogMiddleware(view)(asked())
    assert request_id.get() == ""


@pytest.mark.security(30)
def test_a_signed_in_page_is_stored_nowhere_and_a_public_one_may_be() -> None:
    private = PrivateResponseMiddleware(answer)(asked(user=SIGNED_IN))
    public = PrivateResponseMiddleware(answer)(asked())
    assert private.headers["Cache-Control"] == "no-store, private"
    assert "Cache-Control" not in public.headers
    assert private.headers["X-Content-Type-Options"] == public.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("error", "status", "heading"),
    [
        (NotAllowed("Only the executive sponsor signs."), 403, "You may not do this"),
        (InvalidTransition("This return is signed off."), 409, "This cannot be done now"),
        (StaleData("Recruitment was saved at 14:32 by somebody else."), 409, "Somebody else changed this"),
        (Incomplete("One query has no explanation."), 422, "Something is missing first"),
    ],
)
def test_a_business_error_becomes_a_page_with_its_sentence(error: BusinessError, status: int, heading: str) -> None:
    response = BusinessErrorMiddleware(answer).process_exception(asked(), error)
    assert response is not None and response.status_code == status
    page = response.content.decode()
    assert heading in page and str(error) in page


def test_a_script_gets_the_sentence_as_json() -> None:
    response = BusinessErrorMiddleware(answer).process_exception(asked(accept="application/json"), StaleData("Changed at 14:32."))
    assert response is not None and response.status_code == 409
    assert json.loads(response.content) == {"error": "Changed at 14:32.", "kind": "StaleData"}


def test_a_browser_is_not_a_script() -> None:
    assert not wants_json(asked(accept="text/html,application/xhtml+xml,*/*;q=0.8"))
    assert not wants_json(asked(accept="*/*"))
    assert wants_json(asked(accept="application/json"))


def test_the_sentence_is_escaped() -> None:
    response = BusinessErrorMiddleware(answer).process_exception(asked(), NotAllowed("<script>alert(1)</script>"))
    assert response is not None and b"<script>alert" not in response.content


def test_any_other_error_is_not_swallowed() -> None:
    assert BusinessErrorMiddleware(answer).process_exception(asked(), ValueError("3 people")) is None


@pytest.mark.security(34)
def test_the_page_for_the_unexpected_shows_its_number_and_no_detail() -> None:
    token = request_id.set("feed12345678")
    try:
        response = errors.unexpected(asked("/kpis/?secret=1"))
    finally:
        request_id.reset(token)
    page = response.content.decode()
    assert response.status_code == 500
    assert "feed12345678" in page and "secret" not in page and "Traceback" not in page


@pytest.mark.security(34)
def test_the_number_on_the_page_stands_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    from django.core.handlers.exception import convert_exception_to_response

    def broken(_: HttpRequest) -> HttpResponse:
        raise RuntimeError("4 people")

    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(JsonFormatter().format(record))

    keep = Keep()
    logging.getLogger("django.request").addHandler(keep)
    try:
        with override_settings(ROOT_URLCONF="edi_portal.urls", DEBUG_PROPAGATE_EXCEPTIONS=False):
            response = RequestLogMiddleware(convert_exception_to_response(broken))(asked())
    finally:
        logging.getLogger("django.request").removeHandler(keep)
    number = response.headers["X-Request-ID"]
    assert number in response.content.decode()
    (entry,) = [json.loads(text) for text in lines]
    assert entry["request"] == number and entry["error"] == "RuntimeError" and "4 people" not in lines[0]


@pytest.mark.parametrize("view", [errors.not_found, errors.not_allowed, errors.bad_request, errors.csrf_failure])
def test_error_pages_say_what_to_do_in_plain_words(view: object) -> None:
    response = view(asked("/somewhere/"))  # type: ignore[operator]
    page = response.content.decode()
    assert response.status_code in (400, 403, 404)
    assert page.count("<h1") == 1
    assert "Oops" not in page and "Forbidden" not in page


FORM = "application/x-www-form-urlencoded"


def test_the_character_nul_is_left_out_of_addresses_and_forms_and_nothing_else_is() -> None:
    request = RequestFactory().post("/kpis/?q=a%00b&q=c", "reason=The+ward%00+moved&reason=%C3%A9&%00sent=1", content_type=FORM)
    WithoutNulMiddleware(answer)(request)
    assert request.GET.getlist("q") == ["ab", "c"]
    assert request.POST.getlist("reason") == ["The ward moved", "é"] and request.POST["sent"] == "1"
    with pytest.raises(AttributeError):
        request.POST["sent"] = "2"


def test_what_holds_no_nul_is_not_touched() -> None:
    request = RequestFactory().post("/kpis/?q=a", "reason=x", content_type=FORM)
    before = request.GET
    WithoutNulMiddleware(answer)(request)
    assert request.GET is before and "_post" not in vars(request)
