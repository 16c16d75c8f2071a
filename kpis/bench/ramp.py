"""Contest W6: 40 people arrive within 5 seconds and read the six main pages, on a real web server over the loopback.

Each person signs in before the clock starts, then opens the six pages one after another, each in another order, with five
seconds to look at a page: the rhythm of the readers of `make load`. The same without any pause says what the server can do; it
has no limit. A page counts only when it is the right one; a single error, or a page that is not, stops the measurement.
"""

from __future__ import annotations

import math
import os
import socket
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection

from edi_portal.bench import BenchResult, within
from edi_portal.embedded.processes import start, stop, wait_until
from edi_portal.gameday.visitor import Answer, Visitor
from kpis.bench.pages import PAGES, Page, WrongPage
from organisations.services.demonstration_accounts import DOMAIN

PEOPLE, ARRIVE_WITHIN, LOOKS = 40, 5.0, 5.0  # seconds
P95_MILLISECONDS = 300.0
ANSWERS_WITHIN = 60.0
READ = ("Steering home", "Steering overview", "Exceptions", "Completeness", "Page of WRES-2", "KPI catalogue")
SIX = tuple(page for page in PAGES if page.name in READ)


def measure(people: int = PEOPLE, arrive_within: float = ARRIVE_WITHIN, looks: float = LOOKS) -> list[BenchResult]:
    """The times of all pages, as their readers waited for them."""
    load = os.getloadavg()[0]
    with web_server() as port:
        readers = [_signed_in(port, SIX[0].account) for _ in range(people)]
        for page in SIX:
            _right(page, readers[0].get(page.address))  # what each web process reads once is read
        seconds = sorted(_ramp(readers, arrive_within, looks))
        began = time.monotonic()
        hurried = sorted(_ramp(readers, arrive_within, 0.0))
        rate = len(hurried) / (time.monotonic() - began)
    p95 = percentile(seconds, 95) * 1000
    name = f"{people} people over {arrive_within:g} s on six pages"
    return [
        within(f"{name}: p95", p95, "ms", P95_MILLISECONDS),
        BenchResult(f"{name}: median", percentile(seconds, 50) * 1000, "ms", None, True),
        BenchResult(f"{name}: pages, none with an error", len(seconds), "", None, True),
        BenchResult(f"{name}, without a pause: p95", percentile(hurried, 95) * 1000, "ms", None, True),
        BenchResult(f"{name}, without a pause: pages a second", rate, "", None, True),
        BenchResult(f"{name}: load of the machine before", load, "", None, True),
    ]


def percentile(ordered: list[float], share: float) -> float:
    """The smallest value that at least this share of all values (in percent) does not exceed."""
    return ordered[max(0, math.ceil(len(ordered) * share / 100) - 1)]


def _ramp(readers: list[Visitor], arrive_within: float, looks: float) -> list[float]:
    """Everybody reads; seconds of every page. Raises WrongPage for the first that was not answered rightly."""
    seconds: list[float] = []
    wrong: list[WrongPage] = []
    began = time.monotonic()

    def read(number: int, reader: Visitor) -> None:
        time.sleep(max(0.0, began + number * arrive_within / len(readers) - time.monotonic()))
        first = number % len(SIX)
        for page in (*SIX[first:], *SIX[:first]):
            answer = reader.get(page.address)
            try:
                _right(page, answer)
            except WrongPage as problem:
                wrong.append(problem)
                return
            seconds.append(answer.seconds)
            time.sleep(looks)

    threads = [threading.Thread(target=read, args=pair, daemon=True) for pair in enumerate(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(ANSWERS_WITHIN)
    if wrong:
        raise wrong[0]
    if len(seconds) != len(readers) * len(SIX):
        raise WrongPage(f"{len(readers) * len(SIX) - len(seconds)} pages were not answered in time.")
    return seconds


def _right(page: Page, answer: Answer) -> None:
    if answer.status != 200 or page.holds not in answer.text:
        raise WrongPage(f"{page.name} at {page.address} answered {answer.status} without “{page.holds}”.")


def _signed_in(port: int, account: str) -> Visitor:
    visitor = Visitor(port)
    visitor.sign_in(f"{account}@{DOMAIN}")
    return visitor


@contextmanager
def web_server() -> Iterator[int]:
    """The portal's web server as `make run` starts it, on the database in use and a free port, while the body runs."""
    port = _free_port()
    options = ["--no-control-socket", "--preload", "--workers", "2", "--threads", "4", "--bind", f"127.0.0.1:{port}"]
    command = [sys.executable, "-m", "gunicorn", *options, "edi_portal.wsgi"]
    with TemporaryDirectory() as folder:
        web = start("web", command, log=Path(folder) / "web.log", environment=_environment(port, folder))
        try:
            wait_until(_answers(port), web, seconds=ANSWERS_WITHIN)
            yield port
        finally:
            stop(web)


def _environment(port: int, folder: str) -> dict[str, str]:
    given = urlsplit(os.environ["DATABASE_URL"])
    return {
        **os.environ,
        "DATABASE_URL": urlunsplit(given._replace(path=f"/{connection.settings_dict['NAME']}")),
        "SECRET_KEY": settings.SECRET_KEY,
        "PORTAL_DEMONSTRATION": "1",
        "PORTAL_HOSTS": "localhost,127.0.0.1",
        "PORTAL_BASE_URL": f"http://localhost:{port}",
        "PORTAL_MEDIA_ROOT": folder,
    }


def _answers(port: int) -> Callable[[], bool]:
    def look() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live/", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    return look


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
