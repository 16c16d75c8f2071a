"""`run`: the whole portal under one process. `execute`: one command with servers of its own."""

import contextlib
import os
import secrets
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence

from edi_portal.embedded.places import PASSING_PREFIX, ROOT, CannotRun, Instance, sweep
from edi_portal.embedded.processes import Child, Stopped, following, look_after, start, stop, stop_all, wait_until, watch, wishes
from edi_portal.embedded.progress import say
from edi_portal.embedded.servers import servers

WEB_ANSWERS_WITHIN = 90  # seconds
PREPARATION = ("migrate", "load_reference", "load_demonstration", "plant_demonstration")
COMMAND_ENDS_WITHIN = 20  # seconds a command gets after it was asked to stop


def run(port: int) -> int:
    """Prepare and run the portal on `port` of this machine until it is stopped; returns the exit status."""
    require_free(port)
    instance = Instance(str(port))
    wishes.listen()
    children: list[Child] = []
    try:
        with servers(instance, durable=True) as own, contextlib.ExitStack() as ending:
            ending.callback(stop_all, children)
            say("database and broker answer")
            environment = demonstration_environment(instance, port, own.addresses)
            summary = _prepare(instance, environment)
            web = _start_web(instance, port, environment)
            children.append(web)
            wait_until(lambda: _web_answers(port), web, seconds=WEB_ANSWERS_WITHIN)
            # Behind the web server in time, so that the first page does not wait for them; before it in the list,
            # so that web is the first to stop.
            for child in _background_work(instance, environment):
                children.insert(len(children) - 1, child)
            say(summary)
            say(f"ready at http://localhost:{port}/   (logs: {instance.logs}; Ctrl-C stops everything)")
            watch([*own.children, *children])
    except Stopped as wish:
        say("stopped")
        return 0 if wish.number == signal.SIGINT else 128 + wish.number
    return 0


def execute(command: Sequence[str]) -> int:
    """Run one command with fresh servers, or with those the environment names; returns its exit status."""
    sweep()
    instance = Instance(f"{PASSING_PREFIX}{os.getpid()}")
    wishes.listen()
    try:
        with servers(instance, durable=False) as own:
            environment = {"SECRET_KEY": secrets.token_urlsafe(48), **os.environ, **own.addresses}
            # In the supervisor's own session: the command may read from the terminal, and Ctrl-C reaches it directly.
            process = subprocess.Popen(command, cwd=ROOT, env=environment, preexec_fn=following(signal.SIGTERM))
            try:
                while process.poll() is None:
                    look_after(own.children)
                    time.sleep(0.05)
            finally:
                _end(process)
            return process.returncode
    except Stopped as wish:
        return 128 + wish.number
    finally:
        instance.remove()


def demonstration_environment(instance: Instance, port: int, addresses: Mapping[str, str]) -> dict[str, str]:
    """The settings of the demonstration; what the caller's environment says of the same names stands."""
    key = instance.home / "secret-key"
    if not key.exists():
        with open(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
            handle.write(secrets.token_urlsafe(48))
    return {
        "SECRET_KEY": key.read_text(),
        "PORTAL_DEMONSTRATION": "1",
        "PORTAL_HOSTS": "localhost,127.0.0.1",
        "PORTAL_BASE_URL": f"http://localhost:{port}",
        "PORTAL_MEDIA_ROOT": str(instance.home / "media"),
        "PYTHONUNBUFFERED": "1",
        **os.environ,
        **addresses,
    }


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a command that shares the supervisor's session: politely, then by force."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(COMMAND_ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def require_free(port: int) -> None:
    """Refuse a port that something else listens on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise CannotRun(f"Port {port} is in use: try 'make run PORT={port + 1}'.") from None


def _prepare(instance: Instance, environment: Mapping[str, str]) -> str:
    """Bring tables, reference data and demonstration data up to date; returns the last line that was printed.

    One process does all of it, because starting Django takes longer than finding that nothing is to be done.
    """
    child = start(
        "preparation",
        [sys.executable, "-m", "edi_portal.embedded.preparation", *PREPARATION],
        log=instance.log("preparation"),
        environment=environment,
        output=subprocess.PIPE,
    )
    last = ""
    try:
        for line in _lines(child):
            say(line)
            last = line
        if child.process.wait():
            raise CannotRun(child.obituary())
    finally:
        stop(child)
    return last


def _lines(child: Child) -> Iterator[str]:
    """The lines of a child's standard output as they come, until it closes it; raises `Stopped` in between."""
    pipe = child.process.stdout
    if pipe is None:
        return
    rest = b""
    while True:
        wishes.check()
        if not select.select([pipe], [], [], 0.2)[0]:
            continue
        piece = os.read(pipe.fileno(), 65536)
        if not piece:
            break
        *whole, rest = (rest + piece).split(b"\n")
        yield from (line.decode(errors="replace").strip() for line in whole if line.strip())
    if rest.strip():
        yield rest.decode(errors="replace").strip()


def web_command(port: int) -> list[str]:
    """The web server; it loads everything before it makes its processes, so that none of them starts cold."""
    options = ["--no-control-socket", "--preload", "--workers", "2", "--threads", "4", "--bind", f"127.0.0.1:{port}"]
    return [sys.executable, "-m", "gunicorn", *options, "edi_portal.wsgi"]


def _start_web(instance: Instance, port: int, environment: Mapping[str, str]) -> Child:
    return start("web", web_command(port), log=instance.log("web"), environment=environment)


def _background_work(instance: Instance, environment: Mapping[str, str]) -> Iterator[Child]:
    """Start worker and beat, one after the other."""
    celery = [sys.executable, "-m", "celery", "--app", "edi_portal.celery:app"]
    worker = ["worker", "--concurrency", "2", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    # The schedule is kept in memory: every entry is an interval and harmless when it comes again after a start.
    beat = ["beat", "--loglevel", "INFO", "--scheduler", "celery.beat:Scheduler", "--pidfile="]
    for name, options in (("worker", worker), ("beat", beat)):
        yield start(name, [*celery, *options], log=instance.log(name), environment=environment)


def _web_answers(port: int) -> bool:
    """Whether the web server answers a request."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live/", timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False
