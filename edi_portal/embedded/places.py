"""Where things are: the project, the state of its instances, and the folders only their owner may enter.

An instance is one set of servers: `8000` for `make run` on that port, `t4711` for the tests of process 4711.
Its state folder holds the lock, the logs, the database and the secret key; its socket folder the servers' sockets.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IS_ROOT = os.geteuid() == 0
# Of this folder and this user alone, so two checkouts or two users never share a server.
MARK = hashlib.sha256(f"{ROOT}:{os.geteuid()}".encode()).hexdigest()[:8]
# As root the servers run as `nobody`, who may not be able to enter the project's path.
STATE = Path(f"/var/tmp/edi-portal-{MARK}") if IS_ROOT else ROOT / ".run"
# Others may pass through root's folder on the way to the database, but not list it.
PASSABLE = 0o711 if IS_ROOT else 0o700
# The instances of tests and checks begin with this letter, those of ports with a digit.
PASSING_PREFIX = "t"


class CannotRun(Exception):
    """Something on this machine stands in the way; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """The user the servers run as when the supervisor is root: PostgreSQL refuses to run as root."""

    uid: int
    gid: int


def servers_account() -> Account | None:
    """The unprivileged account of the servers, or None where they run as the user who started them."""
    if not IS_ROOT:
        return None
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid)


def own_folder(path: Path, *, mode: int = 0o700, account: Account | None = None) -> Path:
    """Make a folder, or take one that is already ours; one of somebody else or a link is refused with `CannotRun`."""
    path.mkdir(mode=mode, exist_ok=True)
    found = path.lstat()
    owners = {os.geteuid()} | ({account.uid} if account else set())
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners:
        raise CannotRun(f"{path} belongs to somebody else: remove it and try again.")
    path.chmod(mode)
    if account:
        os.chown(path, account.uid, account.gid)
    return path


@dataclass(frozen=True, slots=True)
class Instance:
    """One set of servers and processes, by name."""

    name: str

    @property
    def home(self) -> Path:
        """State that outlives the processes: database, logs, secret key."""
        return STATE / self.name

    @property
    def logs(self) -> Path:
        """One log file a process."""
        return self.home / "logs"

    @property
    def sockets(self) -> Path:
        """The servers' sockets. The path of a socket may have 107 bytes, so it cannot lie in the project."""
        return Path("/tmp") / f"edi-{MARK}-{self.name}"

    def log(self, process: str) -> Path:
        """The log file of a process."""
        return self.logs / f"{process}.log"

    def remove(self) -> None:
        """Forget everything about an instance that does not run."""
        shutil.rmtree(self.sockets, ignore_errors=True)
        shutil.rmtree(self.home, ignore_errors=True)


@contextmanager
def held(instance: Instance) -> Iterator[None]:
    """Make the instance's folders and hold its lock; raises `CannotRun` when another process holds it."""
    own_folder(STATE, mode=PASSABLE)
    own_folder(instance.home, mode=PASSABLE)
    own_folder(instance.logs)
    with open(instance.home / "lock", "w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotRun(f"The instance '{instance.name}' of this folder is already running.") from None
        yield


def idle_instances() -> list[Instance]:
    """The instances of this folder whose lock nobody holds."""
    idle = []
    for lock in sorted(STATE.glob("*/lock")):
        with open(lock) as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
        idle.append(Instance(lock.parent.name))
    return idle


def sweep() -> None:
    """Remove what tests and checks left behind when they were killed."""
    for instance in idle_instances():
        if instance.name.startswith(PASSING_PREFIX):
            instance.remove()
