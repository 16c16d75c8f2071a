"""The demonstration of a game day: its own servers, web, worker and beats, each of which can be hurt and started again."""

import contextlib
import os
import signal
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from edi_portal.embedded.broker import redis
from edi_portal.embedded.places import PASSING_PREFIX, CannotRun, Instance, held, own_folder, servers_account, sweep
from edi_portal.embedded.postgresql import postgresql
from edi_portal.embedded.processes import Child, Stopped, start, stop, wait_until, wishes
from edi_portal.embedded.supervisor import PREPARATION, demonstration_environment, require_free, web_command

LEASE, SWEEP = 5, 2  # seconds; a quarter of an hour and a minute in production
WEB_ANSWERS_WITHIN = 90
PATIENCE = 90
CELERY = (sys.executable, "-m", "celery", "--app", "edi_portal.celery:app")


class Stage:
    """Everything that runs, by name. Servers keep their addresses when they start again."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.instance = Instance(f"{PASSING_PREFIX}{os.getpid()}")
        self.addresses: dict[str, str] = {}
        self.children: dict[str, Child] = {}
        self._servers: dict[str, contextlib.ExitStack] = {}

    def start_server(self, name: str) -> None:
        """Start "database" or "broker"."""
        self._servers[name] = running = contextlib.ExitStack()
        begin = postgresql(self.instance, durable=True) if name == "database" else redis(self.instance)
        variable = "DATABASE_URL" if name == "database" else "REDIS_URL"
        self.addresses[variable], self.children[name] = running.enter_context(begin)

    def stop_server(self, name: str) -> None:
        """End "database" or "broker"; its connections are cut."""
        self._servers.pop(name).close()

    def start_process(self, name: str, *, log: str = "", **environment: str) -> Child:
        """Start "web", "worker", or a beat under any other name."""
        if name == "web":
            words = web_command(self.port)
        elif name == "worker":
            words = [*CELERY, "worker", "--concurrency", "1", "--without-gossip", "--without-mingle", "--without-heartbeat"]
        else:
            words = [*CELERY, "beat", "--scheduler", "celery.beat:Scheduler", "--pidfile="]
        own = self.environment() | environment
        self.children[name] = start(name, words, log=self.instance.log(log or name), environment=own)
        return self.children[name]

    def stop_process(self, name: str) -> None:
        """End a process politely."""
        stop(self.children.pop(name))

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to one process."""
        self.children[name].process.send_signal(number)

    def end(self) -> None:
        """Stop everything: what uses the servers first."""
        for name in [name for name in self.children if name not in {"database", "broker"}]:
            self.stop_process(name)
        for name in list(self._servers):
            self.stop_server(name)

    def environment(self) -> dict[str, str]:
        """The settings of the demonstration, with short times so that nobody has to wait a quarter of an hour."""
        times = {
            "PORTAL_JOB_LEASE_SECONDS": str(LEASE),
            "PORTAL_JOB_SWEEP_AFTER_SECONDS": str(SWEEP),
            "PORTAL_JOB_SWEEP_EVERY_SECONDS": str(SWEEP),
        }
        return {**demonstration_environment(self.instance, self.port, self.addresses), **times}

    def ask(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the database directly."""
        import psycopg2

        connection = psycopg2.connect(self.addresses["DATABASE_URL"])
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(question, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def wait(self, what: Callable[[], object], seconds: float = PATIENCE) -> float:
        """Wait until it is true; returns how long it took, in seconds. Raises TimeoutError."""
        began = time.monotonic()
        while not what():
            wishes.check()
            if time.monotonic() - began > seconds:
                raise TimeoutError(f"nothing happened within {seconds:.0f} s")
            time.sleep(0.1)
        return time.monotonic() - began


@contextlib.contextmanager
def stage(port: int, say: Callable[[str], None]) -> Iterator[Stage]:
    """A demonstration that answers; everything has ended and nothing is left when the block is left.

    Raises `CannotRun` when something else uses the port.
    """
    sweep()
    require_free(port)
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)  # servers that somebody else uses are not hurt
    wishes.listen()
    own = Stage(port)
    try:
        with held(own.instance):
            own_folder(own.instance.sockets, account=servers_account())
            try:
                own.start_server("database")
                own.start_server("broker")
                say("database and broker answer; loading the demonstration (about a minute)")
                _prepare(own)
                own.start_process("web")
                own.start_process("worker")
                own.start_process("beat")
                own.wait(lambda: _answers(port), WEB_ANSWERS_WITHIN)
                yield own
            finally:
                own.end()
    finally:
        own.instance.remove()


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live/", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def play_to_exit(main: Callable[[list[str]], int]) -> NoReturn:
    """Play with the words of the command line and leave the process with a status and, where it cannot run, a sentence."""
    try:
        sys.exit(main(sys.argv[1:]))
    except CannotRun as reason:
        print(f"\n{reason}", file=sys.stderr)
        sys.exit(1)
    except Stopped as wish:
        sys.exit(128 + wish.number)


def _prepare(own: Stage) -> None:
    """Tables and demonstration data. Releases that the demonstration would still build are left out: they take minutes."""
    words = [sys.executable, "-m", "edi_portal.embedded.preparation", *PREPARATION]
    child = start("preparation", words, log=own.instance.log("preparation"), environment=own.environment())
    try:
        with contextlib.suppress(CannotRun):
            wait_until(lambda: not child.running(), child, seconds=900)
        if child.running() or child.process.returncode:
            raise CannotRun(child.obituary())
    finally:
        stop(child)
    own.ask("DELETE FROM jobs_job WHERE status = 'queued'")
