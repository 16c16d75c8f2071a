"""A Redis and workers of a test's own, which it may kill, hang, empty and start again."""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection, transaction
from kombu import pools
from redis import Redis

from edi_portal.celery import app
from edi_portal.embedded.broker import redis
from edi_portal.embedded.places import PASSING_PREFIX, Instance, held, own_folder, servers_account
from edi_portal.embedded.processes import Child, start, stop
from edi_portal.jobs.models import Job, JobStatus
from edi_portal.jobs.services import enqueue, sweep

KIND, ACTION = "fault_note", "fault.noted"
LEASE = 2  # seconds


class FaultRig:
    """The broker in the hands of a test; the database is that of the test."""

    def __init__(self, instance: Instance, folder: Path) -> None:
        self.instance, self.folder = instance, folder
        self.url = ""
        self._running = contextlib.ExitStack()

    def start_redis(self) -> None:
        """Start it, at the same address each time."""
        self.url, self.redis = self._running.enter_context(redis(self.instance))

    def stop_redis(self) -> None:
        """End it and wait for it; also one that hangs."""
        self.redis.process.kill()
        self._running.close()

    def hang_redis(self) -> None:
        """It keeps its connections and says nothing."""
        self.redis.process.send_signal(signal.SIGSTOP)

    def wake_redis(self) -> None:
        """It goes on where it was."""
        self.redis.process.send_signal(signal.SIGCONT)

    def empty_redis(self) -> None:
        """Every message is lost."""
        with Redis(unix_socket_path=urlsplit(self.url).path) as client:
            client.flushall()

    @contextlib.contextmanager
    def worker(self, name: str, **environment: str) -> Iterator[Child]:
        """A Celery worker with one process on the test's database and this broker."""
        address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
        own = {"DATABASE_URL": address, "REDIS_URL": self.url, "SECRET_KEY": "only-for-this-worker"}
        own |= {"PORTAL_JOB_LEASE_SECONDS": str(LEASE), **environment}
        options = ["--concurrency", "1", "--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"]
        command = [sys.executable, "-m", "celery", "--app", "edi_portal.celery:app", "worker", *options]
        log = self.folder / f"{name}.log"
        child = start("worker", [*command, "--include", "tests.platform.fault_jobs"], log=log, environment=os.environ | own)
        try:
            yield child
        finally:
            stop(child)


@contextlib.contextmanager
def fault_rig(folder: Path) -> Iterator[FaultRig]:
    """A running broker, which this process rings from now on; everything is as before when the block is left."""
    rig = FaultRig(Instance(f"{PASSING_PREFIX}{os.getpid()}f"), folder)
    before = app.conf.broker_url
    try:
        with held(rig.instance):
            own_folder(rig.instance.sockets, account=servers_account())
            rig.start_redis()
            _ring_at(rig.url)
            try:
                yield rig
            finally:
                rig.wake_redis()
                rig.stop_redis()
    finally:
        _ring_at(before)
        rig.instance.remove()


def _ring_at(url: str) -> None:
    """Let Celery forget its connections and use this broker."""
    pools.reset()
    app.conf.broker_url = url
    app._pool = app.amqp._producer_pool = None


def asked(*keys: str) -> list[Job]:
    """Jobs that are committed like those of a request."""
    with transaction.atomic():
        return [enqueue(kind=KIND, key=f"{KIND}:{key}") for key in keys]


def all_done() -> bool:
    """Whether no job waits, runs or failed; rings for what was lost, as beat does."""
    sweep()
    return not Job.objects.exclude(status=JobStatus.DONE).exists()


def wait_for(what: Callable[[], object], child: Child, seconds: float = 180) -> None:
    """Until it is true; the worker's own words when it takes too long."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline and child.running(), child.log.read_text()[-3000:]
        time.sleep(0.1)
