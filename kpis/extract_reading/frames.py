"""The pieces in which files go through the pipe. Pure; used at both ends.

A frame is one letter, its length in four bytes, and its bytes. A file is a header, data and an end; a pipe that closes before
the end was a connection that broke, and the file is not read.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from typing import BinaryIO

HEADER, DATA, END = b"H", b"D", b"E"
_LENGTH = struct.Struct(">cI")
LONGEST = 16 * 1024 * 1024


class BrokenOffError(Exception):
    """The pipe closed before the file was whole."""


def frame(letter: bytes, content: bytes = b"") -> bytes:
    """One frame."""
    return _LENGTH.pack(letter, len(content)) + content


def read_frame(stream: BinaryIO) -> tuple[bytes, bytes] | None:
    """The next frame; None where the pipe was closed between two frames. Raises BrokenOffError inside of one."""
    start = stream.read(_LENGTH.size)
    if not start:
        return None
    if len(start) < _LENGTH.size:
        raise BrokenOffError
    letter, length = _LENGTH.unpack(start)
    content = stream.read(length) if length <= LONGEST else b""
    if len(content) < length:
        raise BrokenOffError
    return letter, content


class FileStream(io.RawIOBase):
    """One file of the pipe as a stream that is read once, from start to end."""

    def __init__(self, pipe: BinaryIO, on_bytes: Callable[[int], None] | None = None) -> None:
        super().__init__()
        self._pipe = pipe
        self._rest = memoryview(b"")
        self._on_bytes = on_bytes
        self.at_end = False
        self.passed = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: object, /) -> int:
        """Fill the buffer with what has come; 0 only at the end of the whole file."""
        target = memoryview(buffer).cast("B")  # type: ignore[arg-type]  # typed as a buffer in newer stubs only
        while not self._rest and not self.at_end:
            self._next()
        taken = min(len(target), len(self._rest))
        target[:taken] = self._rest[:taken]
        self._rest = self._rest[taken:]
        return taken

    def exhaust(self) -> None:
        """Let the rest of the file pass, unread."""
        while not self.at_end:
            self._next()
        self._rest = memoryview(b"")

    def _next(self) -> None:
        found = read_frame(self._pipe)
        if found is None or found[0] == HEADER:
            raise BrokenOffError
        letter, content = found
        if letter == END:
            self.at_end = True
            return
        self._rest = memoryview(content)
        self.passed += len(content)
        if self._on_bytes is not None:
            self._on_bytes(self.passed)
