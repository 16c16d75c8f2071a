"""From a stream of bytes to rows of text: what the file is, its encoding and separator, its size and SHA-256. Nothing is spooled.

A CSV file goes through in pieces. A workbook has its table of contents at the end, so its packed bytes are held in memory.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from statistics import multimode
from typing import Any, BinaryIO, Protocol

from kpis.extracts.packages import sheets_of_workbook
from kpis.extracts.refusals import ExtractRefusedError, no_sheet, refused, too_big

MEGABYTE = 1024 * 1024
LARGEST_CSV = 256
LARGEST_WORKBOOK = 32
PEEKED = 256 * 1024
LONGEST_FIELD = 100_000
HEAD_ROWS = 80
MOST_COLUMNS = 500
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_STRANGE = frozenset(range(9)) | frozenset(range(14, 32)) - {26, 27}


class Rows(Protocol):
    """One table: a name, and its rows as text, once."""

    name: str

    def __iter__(self) -> Iterator[list[str]]: ...


@dataclass
class Opened:
    """An opened file. `digest` and `size` are whole once all rows were read."""

    stream: HashedStream
    sheets: Sequence[Rows]
    encoding: str
    separator: str

    def check_end(self) -> None:
        """Refuse a CSV file that breaks off in the middle of its last row."""
        for one in self.sheets:
            if isinstance(one, _CsvRows) and one.breaks_off():
                raise refused("cut_off")

    def sheet(self, name: str) -> Rows:
        """The sheet of a name."""
        for one in self.sheets:
            if one.name == name:
                return one
        raise no_sheet(name, [one.name for one in self.sheets])


class HashedStream(io.RawIOBase):
    """Passes bytes on and keeps their number and hash; refuses more than a limit."""

    def __init__(self, source: BinaryIO, megabytes: int = LARGEST_CSV) -> None:
        self._source = source
        self._hash = hashlib.sha256()
        self._waiting = b""
        self.size = 0
        self.megabytes = megabytes
        self.what = "A CSV file"
        self.last = b""

    def peek(self, number: int) -> bytes:
        """The next bytes, which stay to be read."""
        while len(self._waiting) < number:
            piece = self._take(number - len(self._waiting))
            if not piece:
                break
            self._waiting += piece
        return self._waiting

    def _take(self, number: int) -> bytes:
        piece = self._source.read(number) or b""
        self.size += len(piece)
        if self.size > self.megabytes * MEGABYTE:
            raise too_big(self.what, self.megabytes)
        self._hash.update(piece)
        self.last = piece[-2:] or self.last
        return piece

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer as io.BufferedReader asks."""
        view = memoryview(buffer)
        piece = self._waiting[: len(view)] if self._waiting else self._take(len(view))
        self._waiting = self._waiting[len(piece) :] if self._waiting else b""
        view[: len(piece)] = piece
        return len(piece)

    def rest(self) -> bytes:
        """Everything, in memory."""
        pieces = [self._waiting]
        self._waiting = b""
        while piece := self._take(MEGABYTE):
            pieces.append(piece)
        return b"".join(pieces)

    def drain(self) -> None:
        """Read to the end, so that size and hash are those of the whole file."""
        while self._take(MEGABYTE):
            pass

    @property
    def digest(self) -> str:
        """SHA-256 of what was read."""
        return self._hash.hexdigest()


def open_source(source: BinaryIO) -> Opened:
    """Tell what the bytes are and open them; raises `ExtractRefusedError` for what is no CSV file and no workbook."""
    stream = HashedStream(source)
    start = stream.peek(PEEKED)
    if not start:
        raise refused("empty")
    code = _not_readable(start)
    if code:
        raise refused(code)
    if start.startswith(b"PK\x03\x04"):
        stream.megabytes, stream.what = LARGEST_WORKBOOK, "An Excel workbook"
        return Opened(stream, sheets_of_workbook(stream.rest()), "", "")
    if start.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        stream.megabytes, stream.what = LARGEST_WORKBOOK, "An Excel workbook"
        raise refused("encrypted" if "EncryptedPackage".encode("utf-16-le") in stream.rest() else "old_excel")
    return _open_text(stream, start)


def _not_readable(start: bytes) -> str:
    if start.startswith((b"PK\x05\x06", b"PK\x07\x08")):
        return "zip"
    if start.startswith((b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")):
        return "packed"
    return "pdf" if start.lstrip()[:5] == b"%PDF-" else ""


def _open_text(stream: HashedStream, start: bytes) -> Opened:
    encoding = _encoding(start)
    # An incomplete character at the end of the piece is no fault of the file.
    head = codecs.getincrementaldecoder(encoding)("windows1252").decode(start)
    if sum(ord(letter) in _STRANGE for letter in head[:4096]):
        raise refused("unknown")
    if len(start) == PEEKED and "\n" not in head and "\r" not in head:
        raise refused("too_wide")
    separator = _separator(head)
    text = io.TextIOWrapper(io.BufferedReader(stream, MEGABYTE), encoding=encoding, errors="windows1252", newline="")
    names = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "cp1252": "Windows-1252"}
    return Opened(stream, [_CsvRows(text, separator, stream)], names.get(encoding, "UTF-16"), SEPARATORS[separator])


def _encoding(start: bytes) -> str:
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = start[:2000]
    if sample.count(0) > len(sample) // 4:
        return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _as_windows(fault: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8 are taken as Windows-1252, one by one: files are glued together from both."""
    if not isinstance(fault, UnicodeDecodeError):
        raise fault
    return fault.object[fault.start : fault.start + 1].decode("cp1252", "replace"), fault.start + 1


codecs.register_error("windows1252", _as_windows)


def _separator(head: str) -> str:
    """The separator that cuts most lines into the same number of cells, and into most cells."""
    lines = head.splitlines()[:HEAD_ROWS]
    if lines and lines[0].casefold().startswith("sep=") and lines[0][4:5] in SEPARATORS:
        return lines[0][4]

    def cells(separator: str) -> int:
        try:
            counts = [len(row) for row in csv.reader(lines[:-1] or lines, delimiter=separator) if row]
        except csv.Error:
            return 0
        return max(multimode(counts), default=0)

    return max(SEPARATORS, key=cells)


class _CsvRows:
    """The rows of a CSV file, read as they come."""

    name = ""

    def __init__(self, text: io.TextIOWrapper, separator: str, stream: HashedStream) -> None:
        self._text = text
        self._separator = separator
        self._stream = stream

    def __iter__(self) -> Iterator[list[str]]:
        limit = csv.field_size_limit(LONGEST_FIELD)
        self._widths = (0, 0)
        width = before = 0
        try:
            for row in csv.reader(self._text, delimiter=self._separator):
                before, width = width, len(row)
                yield row
        except csv.Error as fault:
            raise refused("long_cell" if "field limit" in str(fault) else "broken") from None
        except UnicodeError:
            raise refused("broken") from None
        finally:
            self._widths = (before, width)
            csv.field_size_limit(limit)

    def breaks_off(self) -> bool:
        """Whether the last row has fewer cells than the one before and no end of line. A line with a total is one cell."""
        before, width = self._widths
        return 1 < width < before and not self._stream.last.endswith((b"\n", b"\r", b"\n\0", b"\0\n"))


def head_of(rows: Iterator[list[str]]) -> list[list[str]]:
    """The first rows, to find the headings in."""
    head = list(islice(rows, HEAD_ROWS))
    if any(len(row) > MOST_COLUMNS for row in head):
        raise refused("too_wide")
    return head


__all__ = ["ExtractRefusedError", "HashedStream", "Opened", "Rows", "head_of", "open_source"]
