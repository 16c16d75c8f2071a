"""Run apart, under limits of memory and processor time: take the lines of text out of a PDF or Word file that may be hostile.

Started as a script with an empty environment by `strategies.document_reading.reader`; it imports neither Django nor this project.
In: one line of JSON with the kind, then the file. Out: JSON with the pages, each a list of [role, text] (the role is "heading" or
"item" where a Word file says so), or {"refused": why}. Nothing is fetched, run or written.
"""

import io
import json
import logging
import resource
import sys
import time
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

MEGABYTE = 1024 * 1024
MEMORY = 768 * MEGABYTE
SECONDS = 40
READING_SECONDS = 25.0
"""Seconds of processor time after which the rest of a document is left unread, and said to be so."""
MOST_PAGES = 600
MOST_CHARACTERS = 3_000_000
LONGEST_LINE = 4_000
LARGEST_PART = 60 * MEGABYTE
LARGEST_UNPACKED = 300 * MEGABYTE
HIGHEST_RATIO = 200
SMALLEST_JUDGED = 4 * MEGABYTE
"""Parts smaller than this may be packed as tightly as they like: a blank page packs 100 to 1 without any harm."""
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

Line = tuple[str, str]


class Refused(Exception):
    """The file is not read; the code says why."""


def main() -> int:
    """Set the limits, read the task and the file, write the answer."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    task = json.loads(sys.stdin.buffer.readline())
    content = sys.stdin.buffer.read()
    try:
        answer = pdf_lines(content) if task["kind"] == "pdf" else word_lines(content)
    except Refused as refusal:
        answer = {"refused": str(refusal)}
    except MemoryError:
        answer = {"refused": "too_large"}
    json.dump(answer, sys.stdout)
    return 0


class Pages:
    """The pages read so far, up to the limits."""

    def __init__(self) -> None:
        self.pages: list[list[Line]] = []
        self.left = MOST_CHARACTERS

    @property
    def full(self) -> bool:
        """Whether a limit was reached."""
        return self.left <= 0 or len(self.pages) >= MOST_PAGES or time.process_time() > READING_SECONDS

    def add(self, lines: list[Line]) -> None:
        """One more page."""
        self.left -= sum(len(text) for _, text in lines)
        self.pages.append(lines)


def pdf_lines(content: bytes) -> dict[str, Any]:
    """The lines of each page of a PDF. A page that cannot be read is empty, as a picture of a page is."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, PyPdfError

    faults = (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, zlib.error, OSError)
    try:
        document = PdfReader(io.BytesIO(content), strict=False)
        if document.is_encrypted and not document.decrypt(""):
            raise Refused("encrypted")
        number = len(document.pages)
    except DependencyError:
        raise Refused("encrypted") from None
    except faults:
        raise Refused("broken") from None
    if number == 0:
        raise Refused("broken")
    found = Pages()
    for place in range(number):
        if found.full:
            break
        try:
            text = document.pages[place].extract_text()
        except faults:
            text = ""
        found.add([("", line) for raw in text.splitlines() if (line := plain(raw))])
    return {"pages": found.pages, "number": number, "numbered": True}


def word_lines(content: bytes) -> dict[str, Any]:
    """The paragraphs of a Word file, by page as far as it remembers where its pages broke."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            check_package(archive, len(content))
            with archive.open("word/document.xml") as part:
                return paragraphs(part)
    except DefusedXmlException:
        raise Refused("entities") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ParseError, KeyError, ValueError, RuntimeError):
        raise Refused("broken") from None


def check_package(archive: zipfile.ZipFile, size: int) -> None:
    """What the table of contents says, before anything is unpacked."""
    unpacked = 0
    for entry in archive.infolist():
        unpacked += entry.file_size
        if entry.flag_bits & 1:
            raise Refused("encrypted")
        if entry.file_size > SMALLEST_JUDGED and entry.file_size > HIGHEST_RATIO * max(entry.compress_size, 1):
            raise Refused("bomb")
    if unpacked > LARGEST_UNPACKED or archive.getinfo("word/document.xml").file_size > LARGEST_PART:
        raise Refused("bomb")
    types = archive.read("[Content_Types].xml")
    if len(types) > MEGABYTE:
        raise Refused("bomb")
    if b"macroEnabled" in types or any(name.lower().endswith("vbaproject.bin") for name in archive.namelist()):
        raise Refused("macro")


def paragraphs(part: Any) -> dict[str, Any]:
    """Every paragraph with its role, tables and boxes included; text that was struck out is not read."""
    found, lines, breaks = Pages(), [], 0
    for role, text, broke in _paragraphs(part):
        breaks += broke
        if text:
            lines.append((role, text))
        if broke:
            found.add(lines)
            lines = []
            for _ in range(broke - 1):
                found.add([])
        if found.full:
            break
    found.add(lines)
    return {"pages": found.pages, "number": len(found.pages) if breaks else None, "numbered": bool(breaks)}


def _paragraphs(part: Any) -> Iterator[tuple[str, str, int]]:
    """Role, text and page breaks of each paragraph, in order."""
    from defusedxml.ElementTree import iterparse

    for _, element in iterparse(part, forbid_dtd=True):
        if element.tag != f"{_W}p":
            continue
        texts, broke = [], 0
        for node in element.iter():
            if node.tag == f"{_W}t":
                texts.append(node.text or "")
            elif node.tag in {f"{_W}tab", f"{_W}cr"}:
                texts.append(" ")
            elif node.tag == f"{_W}br":
                broke += node.get(f"{_W}type") == "page"
                texts.append(" ")
            elif node.tag == f"{_W}lastRenderedPageBreak":
                broke += 1
        yield _role(element), plain("".join(texts)), broke
        element.clear()


def _role(element: Any) -> str:
    style = element.find(f"{_W}pPr/{_W}pStyle")
    name = (style.get(f"{_W}val") or "").lower() if style is not None else ""
    if name.startswith(("heading", "title", "berschrift")):
        return "heading"
    listed = element.find(f"{_W}pPr/{_W}numPr") is not None or name.startswith(("list", "bullet"))
    return "item" if listed else "text"


def plain(text: str) -> str:
    """One line without control characters and doubled blanks."""
    kept = "".join(" " if char in "\t\x0b\x0c\xa0" else char for char in text if char.isprintable() or char in "\t\x0b\x0c\xa0")
    return " ".join(kept.split())[:LONGEST_LINE]


if __name__ == "__main__":
    sys.exit(main())
