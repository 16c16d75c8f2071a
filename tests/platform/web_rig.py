"""A web server of a test's own on the test's database, and a client that reads a download slowly, over real sockets."""

import contextlib
import http.client
import os
import signal
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from edi_portal.embedded.processes import Child, start, stop, wait_until
from tests.platform.process_watch import gone

SMALL = 2_048
"""Bytes that a slow client's socket takes."""


def database_address() -> str:
    """The address of the database of this test, for a process of its own."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


@dataclass(frozen=True, slots=True)
class Web:
    """A running server: one process that answers, and its master, which replaces it when it dies."""

    child: Child
    port: int

    def kill_worker(self) -> None:
        """SIGKILL to the process that answers."""
        master = self.child.process.pid
        [worker] = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        os.kill(int(worker), signal.SIGKILL)
        assert gone(int(worker))

    def ask(self, path: str, browser: Client, *, slowly: bool = False) -> http.client.HTTPResponse:
        """The answer to GET as far as its head; the body is read by whoever wants it."""
        asking = _SlowConnection("127.0.0.1", self.port) if slowly else http.client.HTTPConnection("127.0.0.1", self.port)
        asking.request("GET", path, headers=_headers(browser))
        return asking.getresponse()

    def send(
        self, path: str, browser: Client, fields: Mapping[str, str], files: Mapping[str, tuple[str, bytes]]
    ) -> http.client.HTTPResponse:
        """The answer to a form with files; the browser has seen a page before, so it has a token against forged forms."""
        given = {name: SimpleUploadedFile(file, content) for name, (file, content) in files.items()}
        body = encode_multipart(BOUNDARY, {"csrfmiddlewaretoken": browser.cookies["edi_csrf"].value, **fields, **given})
        asking = http.client.HTTPConnection("127.0.0.1", self.port)
        asking.request("POST", path, body, headers=_headers(browser) | {"Content-Type": MULTIPART_CONTENT})
        return asking.getresponse()


def _headers(browser: Client) -> dict[str, str]:
    cookies = "; ".join(f"{name}={cookie.value}" for name, cookie in browser.cookies.items())
    return {"Cookie": cookies, "Connection": "close"}


class _SlowConnection(http.client.HTTPConnection):
    """Room for little: the server cannot hand over a file at one go (its own socket has as little, see web_settings.py)."""

    def connect(self) -> None:
        """The sizes hold only when they are set before the connection is made."""
        self.sock = socket.socket()
        self.sock.settimeout(60)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
        self.sock.connect((self.host, self.port))


@contextlib.contextmanager
def web_server(folder: Path, **environment: str) -> Iterator[Web]:
    """Gunicorn as in production, with one process, plain HTTP, and the leave to start while a test has moved the clock."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {"DATABASE_URL": database_address(), "SECRET_KEY": settings.SECRET_KEY, "PORTAL_DEMONSTRATION": "1", **environment}
    options = [
        "--config",
        "python:tests.platform.web_settings",
        "--no-control-socket",
        "--workers",
        "1",
        "--threads",
        "2",
        "--bind",
        f"127.0.0.1:{port}",
    ]
    command = [sys.executable, "-m", "gunicorn", *options, "edi_portal.wsgi"]
    child = start("web", command, log=folder / "web.log", environment=os.environ | own)
    try:
        wait_until(lambda: _answers(port), child, seconds=90)
        yield Web(child, port)
    finally:
        stop(child)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live/", timeout=20) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False
