"""Health addresses: open to everybody, quick, and honest about what does not answer."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.conf import settings
from django.db import OperationalError

from edi_portal import health, probe


def test_live_asks_nothing(client, monkeypatch):
    monkeypatch.setattr(health, "database_answers", lambda: pytest.fail("the database was asked"))
    answer = client.get("/health/live/")
    assert (answer.status_code, answer.content) == (200, b"live\n")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_ready_when_database_and_broker_answer(client):
    answer = client.get("/health/ready/")
    assert (answer.status_code, answer.json()) == (200, {"database": "answers", "broker": "answers"})


@pytest.mark.django_db
def test_silent_broker_is_named_but_readers_are_served(client, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/health/ready/")
    assert (answer.status_code, answer.json()["broker"]) == (200, "does not answer")


def test_silent_database_is_not_ready(client, monkeypatch):
    class Closed:
        def cursor(self):
            raise OperationalError

    monkeypatch.setattr(health, "connection", Closed())
    answer = client.get("/health/ready/")
    assert (answer.status_code, answer.json()["database"]) == (503, "does not answer")


@pytest.mark.parametrize("address", ["redis://127.0.0.1:1/0", "redis+socket:///nowhere/redis.sock?virtual_host=0"])
def test_broker_that_is_not_there_is_given_up_at_once(address):
    assert health.broker_answers(address) is False


def test_broker_of_this_suite_answers():
    assert health.broker_answers(settings.CELERY_BROKER_URL) is True


@pytest.fixture
def portal():
    """A server that answers like the portal behind its proxy: only to the right host, only as HTTPS."""

    class Handler(BaseHTTPRequestHandler):
        status = 200

        def do_GET(self):
            right = (self.path, self.headers["Host"], self.headers["X-Forwarded-Proto"]) == (
                "/health/ready/",
                "portal.nhs.uk",
                "https",
            )
            self.send_response(self.status if right else 400)
            self.end_headers()
            self.wfile.write(json.dumps({"database": "answers"}).encode())

        def log_message(self, *args):
            """Keep the tests' output clean."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_probe_asks_as_a_proxy_does(portal):
    assert probe.ready(portal.server_port, "portal.nhs.uk") == (True, "ready")


def test_probe_fails_with_the_server(portal):
    portal.RequestHandlerClass.status = 503
    is_ready, said = probe.ready(portal.server_port, "portal.nhs.uk")
    assert not is_ready
    assert "503" in said


def test_probe_fails_when_nobody_listens():
    assert probe.ready(1, "portal.nhs.uk")[0] is False
