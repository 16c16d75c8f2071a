"""Log lines: one JSON object each, and nothing in them that came from a person."""

import json
import logging
import sys

import pytest

from edi_portal.logs import LAST_PLACES, JsonFormatter, request_id


def line(message: str, *arguments: object, exc_info: object = None, **extra: object) -> str:
    record = logging.LogRecord("edi_portal.test", logging.WARNING, __file__, 1, message, arguments, exc_info)  # type: ignore[arg-type]
    record.__dict__.update(extra)
    return JsonFormatter().format(record)


def test_a_line_is_one_json_object_with_the_request_number() -> None:
    token = request_id.set("abc123")
    try:
        written = json.loads(line("request", status=200, view="home"))
    finally:
        request_id.reset(token)
    assert written["request"] == "abc123"
    assert (written["status"], written["view"], written["level"], written["message"]) == (200, "home", "warning", "request")


@pytest.mark.parametrize("bad", ["a\nb", "a\r\nb", "a\u2028b", "a\x85b", "a\x1b[31mb", '", "level": "error'])
@pytest.mark.security(33)
def test_text_cannot_start_a_new_line_or_a_new_field(bad: str) -> None:
    written = line("Not Found: %s", bad)
    assert len(written.splitlines()) == 1
    assert written.isascii()
    assert json.loads(written)["message"] == f"Not Found: {bad}"
    assert json.loads(written)["level"] == "warning"


@pytest.mark.security(33)
def test_fields_nobody_named_stay_out() -> None:
    assert "secret" not in line("x", headers={"cookie": "secret"}, query="secret")


@pytest.mark.security(33)
def test_an_exception_gives_its_class_and_places_but_not_its_text() -> None:
    try:
        raise ValueError("3 disabled staff at Halton")
    except ValueError:
        written = line("failed", exc_info=sys.exc_info())
    assert "disabled" not in written
    assert json.loads(written)["error"] == "ValueError"
    assert any("test_logs.py" in place for place in json.loads(written)["at"])


def test_an_error_that_called_itself_without_end_does_not_fill_the_log() -> None:
    def again() -> None:
        again()

    try:
        again()
    except RecursionError:
        written = line("failed", exc_info=sys.exc_info())
    assert len(json.loads(written)["at"]) == LAST_PLACES and json.loads(written)["at"][-1].endswith(" again")
