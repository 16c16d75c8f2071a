"""One PostgreSQL server on a unix socket, with a database of an ordinary role."""

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from edi_portal.embedded.places import CannotRun, Instance, own_folder, servers_account
from edi_portal.embedded.processes import Child, start, stop, wait_until, wishes
from edi_portal.embedded.wheels import postgresql_programs

ROLE = DATABASE = "edi"
SUPERUSER = "postgres"
NEW_CLUSTER = (
    f"--username={SUPERUSER}",
    "--auth=trust",  # only the owner may enter the folder of the socket, and there is no port
    "--encoding=UTF8",
    "--locale=C",  # the same order of texts on every machine, whatever its environment says
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--text-search-config=english",
    "--no-sync",
    "--no-instructions",
)
SETTINGS = {
    "listen_addresses": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "shared_buffers": "96MB",
    "max_connections": "80",
    "jit": "off",  # costs more than it saves on small tables
    "max_parallel_workers_per_gather": "0",  # parallel workers need more of /dev/shm than a container may have
}
# What is thrown away at the end need not survive a power cut.
PASSING_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@contextlib.contextmanager
def postgresql(instance: Instance, *, durable: bool) -> Iterator[tuple[str, Child]]:
    """Run the instance's server; gives the address for `DATABASE_URL` and the process. The caller holds the instance's lock."""
    programs = postgresql_programs()
    data = own_folder(instance.home / "postgresql", account=servers_account())
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC", "HOME": "/"}
    _make_cluster(instance, programs, data, environment)
    _end_forgotten_server(data)
    settings = {**SETTINGS, "unix_socket_directories": str(instance.sockets), **({} if durable else PASSING_SETTINGS)}
    server = start(
        "PostgreSQL",
        [programs / "postgres", "-D", data, *(f"--{name}={value}" for name, value in settings.items())],
        log=instance.log("postgresql"),
        environment=environment,
        account=servers_account(),
        ending=signal.SIGINT,  # ends connections too; SIGTERM would wait for them
        patience=20,
    )
    try:
        wait_until(lambda: _answers(instance.sockets), server, seconds=60)
        _make_database(instance.sockets)
        yield f"postgresql://{ROLE}@/{DATABASE}?host={instance.sockets}", server
    finally:
        stop(server)


def _make_cluster(instance: Instance, programs: Path, data: Path, environment: dict[str, str]) -> None:
    """Make the files of a new server; the rest of an attempt that was cut short is removed first."""
    if (data / "portal-ready").exists():
        return
    for path in data.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    maker = start(
        "initdb",
        [programs / "initdb", f"--pgdata={data}", *NEW_CLUSTER],
        log=instance.log("initdb"),
        environment=environment,
        account=servers_account(),
    )
    _finish(maker)
    (data / "portal-ready").touch()


def _finish(child: Child) -> None:
    """Wait for a short-lived program; `CannotRun` with its log when it fails."""
    try:
        while child.running():
            wishes.check()
            time.sleep(0.02)
    finally:
        stop(child)
    if child.process.returncode:
        raise CannotRun(child.obituary())


def _end_forgotten_server(data: Path) -> None:
    """Make way after everything was killed: stop a server that still runs here, forget one that does not.

    PostgreSQL takes a dead process for a running one where process 1 does not collect the dead, as in many containers,
    and would refuse to start. The instance's lock says that nobody of ours uses the server.
    """
    note = data / "postmaster.pid"
    deadline = time.monotonic() + 20
    while note.exists():
        number = int(note.read_text().split()[0])
        if not _serves(number, data):
            note.unlink(missing_ok=True)
            return
        if time.monotonic() > deadline:
            raise CannotRun(f"An old PostgreSQL on {data} (process {number}) does not stop.")
        os.kill(number, signal.SIGINT)
        time.sleep(0.1)


def _serves(number: int, data: Path) -> bool:
    """Whether a process is alive and a server on this data folder, not a later one with the same number."""
    process = Path(f"/proc/{number}")
    try:
        state = (process / "stat").read_text().rsplit(")", 1)[1].split()[0]
        return state != "Z" and str(data) in (process / "cmdline").read_text()
    except OSError:
        return False


def _answers(sockets: Path) -> bool:
    """Whether the server takes connections."""
    import psycopg2

    try:
        psycopg2.connect(host=str(sockets), user=SUPERUSER, dbname="postgres").close()
    except psycopg2.OperationalError:
        return False
    return True


def _make_database(sockets: Path) -> None:
    """Make the portal's role and database.

    The role is no superuser, as in production: a superuser would hide every missing right. It may make databases
    (tests) and roles (the reader of releases).
    """
    import psycopg2

    connection = psycopg2.connect(host=str(sockets), user=SUPERUSER, dbname="postgres")
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
            if not cursor.fetchone():
                cursor.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB CREATEROLE NOSUPERUSER")
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if not cursor.fetchone():
                cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")
    finally:
        connection.close()
