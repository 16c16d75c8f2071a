"""The portal's end of the pipe: feed files to a limited child while they arrive, listen to what it says. Pure.

A `Reader` lives as long as one sitting of uploads. If its child dies at a file (out of memory, out of time), that file is
refused and the next one gets a new child.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import select
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from edi_portal import children
from kpis.extract_reading.frames import DATA, END, HEADER, frame

log = logging.getLogger(__name__)
CHILD = Path(__file__).with_name("child.py")
STEP = 0.2
"""Seconds between two looks at a child that has all of its file."""
LARGEST_ANSWER = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use: address space in bytes, seconds of processor time, seconds on the clock after the last byte."""

    memory: int
    seconds: int
    patience: int


@dataclass(frozen=True, slots=True)
class Task:
    """What every file of a sitting has in common: the quarter, the own code, all codes with their names.

    `marks` are keys of very senior managers: they go to the child alone.
    """

    period: str
    organisation: str
    organisations: Mapping[str, str] = field(default_factory=dict)
    mappings: Mapping[tuple[str, str], str] = field(default_factory=dict)
    marks: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file was not read."""

    code: str
    sentence: str
    how_to_mend: str
    sheets: tuple[str, ...] = ()


TOO_LARGE = Refusal(
    "too_large",
    "The file needs more memory or time than there is for it, so it was not read.",
    "Save it as CSV, with only the columns that the list names, and send that.",
)
DAMAGED = Refusal(
    "broken",
    "The file is damaged, or it did not arrive completely.",
    "Open it to see that it is whole, save it and send it again.",
)


@dataclass
class Reading:
    """One file on its way: how many rows were read so far, and the outcome once it is known."""

    rows: int = 0
    doing: str = ""
    aggregate: dict[str, Any] | None = None
    refusal: Refusal | None = None

    @property
    def done(self) -> bool:
        """Whether the child has given its answer."""
        return self.aggregate is not None or self.refusal is not None


class Reader:
    """A sitting: `begin` a file, `send` its pieces, `finish` it; `close` at the end, `kill` when it is not wanted any more."""

    def __init__(self, task: Task, limits: Limits) -> None:
        self._task = task
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._heard = b""
        self.reading = Reading()

    def begin(self, kind: str, *, sheet: str = "", aggregate: bool = False) -> Reading:
        """Announce a file. `sheet` is the one that a person chose, `aggregate` marks counts that were made elsewhere."""
        if self._process is None or self._process.poll() is not None:
            self._start()
        self.reading = Reading()
        self._write(frame(HEADER, json.dumps({"kind": kind, "sheet": sheet, "aggregate": aggregate}).encode()))
        return self.reading

    def send(self, content: bytes) -> Reading:
        """The next piece of the file; the answer may be there before the file has ended."""
        if not self.reading.done:
            self._write(frame(DATA, content))
            self._listen(0)
        return self.reading

    def finish(self, wanted: Callable[[int], bool] | None = None) -> Reading:
        """The file is whole: wait for its answer. `wanted` is asked with the rows read so far, and may end it by False."""
        self._write(frame(END))
        quiet_since = time.monotonic()
        while not self.reading.done:
            if self._listen(STEP):
                quiet_since = time.monotonic()
            elif time.monotonic() - quiet_since > self._limits.patience:
                self._refuse()
            if wanted is not None and not wanted(self.reading.rows):
                break
        return self.reading

    def close(self) -> None:
        """No more files."""
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        self._end(patience=5)

    def kill(self) -> None:
        """Stop at once."""
        if self._process is not None:
            self._process.kill()
        self._end(patience=5)

    def _start(self) -> None:
        self._end(patience=0)
        self._process = children.start(CHILD)
        self._heard = b""
        task = {
            "period": self._task.period,
            "organisation": self._task.organisation,
            "organisations": dict(self._task.organisations),
            "mappings": [[name, value, code] for (name, value), code in self._task.mappings.items()],
            "marks": list(self._task.marks),
            "memory": self._limits.memory,
            "seconds": self._limits.seconds,
        }
        self._write(json.dumps(task).encode() + b"\n")

    def _end(self, patience: float) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _write(self, content: bytes) -> None:
        process = self._process
        if process is None or process.stdin is None:
            return
        rest = memoryview(content)
        try:
            while rest:
                rest = rest[os.write(process.stdin.fileno(), rest) :]
        except OSError:
            self._hear_the_last()

    def _hear_the_last(self) -> None:
        """The child is gone: take the answer that it left, or refuse."""
        while not self.reading.done and self._listen(self._limits.patience):
            pass
        self._refuse()

    def _listen(self, wait: float) -> bool:
        """Take in what the child said; True when it said something. A silent or dead child ends in a refusal."""
        process = self._process
        if process is None or process.stdout is None:
            self._refuse()
            return False
        waiting = select.poll()
        waiting.register(process.stdout, select.POLLIN)
        if not waiting.poll(wait * 1000):
            return False
        piece = os.read(process.stdout.fileno(), 1024 * 1024)
        if not piece or len(self._heard) + len(piece) > LARGEST_ANSWER:
            self._refuse()
            return False
        *lines, self._heard = (self._heard + piece).split(b"\n")
        for line in lines:
            self._take(json.loads(line))
        return True

    def _refuse(self) -> None:
        """A child that a limit stopped ends by a signal; one that met something nobody foresaw ends by itself."""
        process = self._process
        stopped = process is None or self._wait(process) < 0
        self.kill()
        if not self.reading.done:
            self.reading.refusal = TOO_LARGE if stopped else DAMAGED
            log.error("extract child ended", extra={"kind": self.reading.refusal.code})

    @staticmethod
    def _wait(process: subprocess.Popen[bytes]) -> int:
        try:
            return process.wait(1)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()

    def _take(self, message: Mapping[str, Any]) -> None:
        if "progress" in message:
            self.reading.rows, self.reading.doing = message["progress"], message["doing"]
        elif "refused" in message:
            said = message["refused"]
            self.reading.refusal = Refusal(said["code"], said["sentence"], said["how_to_mend"], tuple(said.get("sheets", ())))
        else:
            self.reading.aggregate = message["aggregate"]
