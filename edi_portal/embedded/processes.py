"""Child processes that never outlive their supervisor, and the signals that end it.

Every child has a session of its own: Ctrl-C on the terminal reaches the supervisor alone, which then ends the children
in the right order, each with its whole process group.
"""

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from edi_portal.embedded.places import ROOT, Account, CannotRun

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PAUSE = 0.05  # seconds between two looks
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class Stopped(Exception):
    """Somebody asked for the end: Ctrl-C, a signal, or a terminal that went away."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Wishes:
    """Remembers the first signal that asks for the end. The handler only notes it, so two at once do no harm."""

    def __init__(self) -> None:
        self.number: int | None = None
        self.ended = False
        self._terminal = select.poll()

    def listen(self) -> None:
        """Take the signals over, ask the kernel to tell when make is killed, and watch the terminal."""
        for number in ENDING_SIGNALS:
            signal.signal(number, self._note)
        if LIBC is not None:
            LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.isatty(0):
            self._terminal.register(0, 0)  # reports only that the other end was closed

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.number = self.number or number

    def check(self) -> None:
        """Raise `Stopped` once when the end was asked for; while tidying up it stays silent."""
        if self.number is None and self._terminal.poll(0):
            self.number = signal.SIGHUP
        if self.number is not None and not self.ended:
            self.ended = True
            raise Stopped(self.number)


wishes = Wishes()


@dataclass(frozen=True, slots=True)
class Child:
    """A started process with what is needed to end it and to say why it ended."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    ending: signal.Signals = signal.SIGTERM
    patience: float = 10  # seconds until it is killed

    def running(self) -> bool:
        """Whether the process is alive."""
        return self.process.poll() is None

    def obituary(self) -> str:
        """How the process ended, with the last lines of its log."""
        code = self.process.returncode
        how = "still runs" if code is None else f"was killed by signal {-code}" if code < 0 else f"ended with exit status {code}"
        return f"{self.name} {how}. The last lines of {self.log}:\n{tail(self.log)}"


def following(ending: signal.Signals) -> Callable[[], None]:
    """What a child calls before it becomes its program: the kernel then sends it `ending` when its supervisor dies."""
    supervisor = os.getpid()

    def follow() -> None:
        # After the change of user, which would clear the wish.
        if LIBC is not None:
            LIBC.prctl(PR_SET_PDEATHSIG, ending, 0, 0, 0)
            if os.getppid() != supervisor:
                os._exit(1)

    return follow


def start(
    name: str,
    command: Sequence[object],
    *,
    log: Path,
    environment: Mapping[str, str],
    account: Account | None = None,
    ending: signal.Signals = signal.SIGTERM,
    patience: float = 10,
    output: int | None = None,
) -> Child:
    """Start a process in a session of its own that the kernel ends with `ending` when the supervisor dies.

    Standard error goes to `log`, and standard output too unless `output` (as in `subprocess`) says otherwise.
    """
    with open(log, "wb") as handle:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=handle if output is None else output,
            stderr=handle,
            cwd="/" if account else ROOT,
            env=dict(environment),
            start_new_session=True,
            preexec_fn=following(ending),
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    return Child(name, process, log, ending, patience)


def stop(child: Child) -> None:
    """End a child and whatever is left of its process group; kill it when its patience runs out."""
    if child.running():
        child.process.send_signal(child.ending)
        try:
            child.process.wait(child.patience)
        except subprocess.TimeoutExpired:
            print(f"          {child.name} did not stop within {child.patience:.0f} s and is killed", flush=True)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.process.pid, signal.SIGKILL)
    child.process.wait()


def stop_all(children: Sequence[Child]) -> None:
    """End children, the youngest first."""
    for child in reversed(children):
        stop(child)


def wait_until(ready: Callable[[], bool], child: Child, *, seconds: float) -> None:
    """Wait until `ready()`; raises `CannotRun` with the reason when the child ends first or time runs out."""
    deadline = time.monotonic() + seconds
    while not ready():
        wishes.check()
        if not child.running():
            raise CannotRun(child.obituary())
        if time.monotonic() > deadline:
            raise CannotRun(
                f"{child.name} did not answer within {seconds:.0f} s. The last lines of {child.log}:\n{tail(child.log)}"
            )
        time.sleep(PAUSE)


def watch(children: Sequence[Child]) -> None:
    """Look after the children until the end is asked for or one of them ends."""
    while True:
        look_after(children)
        time.sleep(0.2)


def look_after(children: Sequence[Child]) -> None:
    """Raise `Stopped` when the end is asked for, `CannotRun` with the reason when a child has ended by itself."""
    wishes.check()
    for child in children:
        if not child.running():
            raise CannotRun(child.obituary())


def tail(log: Path, lines: int = 20) -> str:
    """The last lines of a log file."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
