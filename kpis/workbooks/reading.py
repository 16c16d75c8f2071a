"""Open an uploaded file safely: what it is, whether it may be opened, and the cells it holds. Pure.

Everything that can be told from the outside (size, kind, table of contents of the zip) is told before anything is unpacked;
the rest happens in a child process with limits of memory and time (`kpis.workbooks.child`). A file that cannot be taken is
answered with a `Refused`: what is wrong in one sentence, what to do in the next.
"""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from edi_portal import children

MEGABYTE = 1024 * 1024
LARGEST_FILE = 5 * MEGABYTE
LARGEST_UNPACKED = 50 * MEGABYTE
MOST_ENTRIES = 200
HIGHEST_RATIO = 100
SMALLEST_JUDGED = MEGABYTE
"""Parts smaller than this may be packed as tightly as they like: an empty sheet packs 100 to 1 without any harm."""
CHILD = Path(__file__).with_name("child.py")
PATIENCE = 20.0
"""Seconds on the clock after which a child is given up; its processor time is limited far tighter, by itself."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is not taken: a stable code, and the sentences to show."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet as it was read: values, formulas and error values by cell ("D14"), and empty rows below the last value."""

    values: Mapping[str, Any] = field(default_factory=dict)
    formulas: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    empty_rows: int = 0


@dataclass(frozen=True, slots=True)
class RawWorkbook:
    """The wanted sheets, and the names of all others."""

    sheets: Mapping[str, RawSheet]
    others: tuple[str, ...]


_AGAIN = "Download your workbook from the return and copy your counts into it."
_SAVE_AS = "Save it in your spreadsheet program as “Excel workbook (.xlsx)” and upload that."
_REFUSALS = {
    "empty": f"The file is empty: it has 0 bytes. {_AGAIN}",
    "too_big": "The file is larger than 5 MB; a filled workbook is far smaller. Take out pictures and added sheets, "
    "then upload it again.",
    "encrypted": "The workbook is protected by a password, so it cannot be read. Remove the password and upload it again.",
    "old_excel": f"This is a workbook in the old Excel format (.xls). {_SAVE_AS}",
    "pdf": f"This is a PDF file, not a workbook. {_AGAIN}",
    "text": f"This is a text or CSV file, not a workbook, whatever its name ends with. {_AGAIN}",
    "unknown": f"This is not an Excel workbook (.xlsx). {_AGAIN}",
    "word": f"This is a Word document, not a workbook. {_AGAIN}",
    "slides": f"This is a presentation, not a workbook. {_AGAIN}",
    "open_document": f"This is an OpenDocument file. {_SAVE_AS}",
    "binary_excel": f"This is a binary Excel workbook (.xlsb). {_SAVE_AS}",
    "zip": f"This is a zip archive without a workbook in it. {_AGAIN}",
    "macro": "The workbook contains a macro. Save it as “Excel workbook (.xlsx)”, which holds no macros, and upload that.",
    "external_links": "The workbook has links to other files. In Excel choose Data, Edit Links, Break Link, "
    "save it and upload it again.",
    "entities": f"The workbook contains code that a spreadsheet never writes, so it was not opened. {_AGAIN}",
    "bomb": f"The file unpacks to far more than a workbook holds, so it was not opened. {_AGAIN}",
    "entries": f"The file holds far more parts than a workbook, so it was not opened. {_AGAIN}",
    "broken": f"The file is damaged or was not uploaded completely. Save it again and upload it, or start afresh. {_AGAIN}",
    "too_large": f"The workbook is too large to be read. {_AGAIN}",
    "locked_zip": "The file is protected by a password, so it cannot be read. Remove the password and upload it again.",
}


def refusal(code: str) -> Refused:
    """The refusal of a code, with its sentences."""
    return Refused(code, _REFUSALS[code])


def inspect(content: bytes, size: int | None = None) -> Refused | None:
    """Tell from the outside whether the bytes may be opened as a workbook; None when they may."""
    if (len(content) if size is None else size) > LARGEST_FILE:
        return refusal("too_big")
    code = _kind(content) or _contents(content)
    return refusal(code) if code else None


def _kind(content: bytes) -> str:
    """What the first bytes say, where they say that it is no zip; "" for a zip."""
    if not content:
        return "empty"
    if content.startswith(b"PK\x03\x04"):
        return ""
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        encrypted = "EncryptedPackage".encode("utf-16-le")
        return "encrypted" if encrypted in content else "old_excel"
    if content.startswith((b"PK\x05\x06", b"PK\x07\x08")):
        return "zip"
    if content.lstrip()[:5] == b"%PDF-":
        return "pdf"
    return "text" if _is_text(content[:4096]) else "unknown"


def _is_text(start: bytes) -> bool:
    if b"\0" in start and not start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    strange = sum(byte < 9 or 13 < byte < 32 for byte in start.replace(b"\0", b""))
    return strange == 0


def _contents(content: bytes) -> str:
    """What the zip's table of contents says; "" for a workbook that may be unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        return "broken"
    if len(entries) > MOST_ENTRIES:
        return "entries"
    if any(entry.flag_bits & 1 for entry in entries):
        return "locked_zip"
    if _is_bomb(entries, len(content)):
        return "bomb"
    names = {entry.filename.lower() for entry in entries}
    return _not_a_workbook(names) or _unwanted(names)


def _is_bomb(entries: Iterable[zipfile.ZipInfo], size: int) -> bool:
    unpacked = 0
    for entry in entries:
        unpacked += entry.file_size
        if entry.file_size > SMALLEST_JUDGED and entry.file_size > HIGHEST_RATIO * max(entry.compress_size, 1):
            return True
        if entry.compress_size > size:
            return True
    return unpacked > LARGEST_UNPACKED


def _not_a_workbook(names: set[str]) -> str:
    if "xl/workbook.bin" in names:
        return "binary_excel"
    if "xl/workbook.xml" in names:
        return "" if {"[content_types].xml", "xl/_rels/workbook.xml.rels"} <= names else "broken"
    if "word/document.xml" in names:
        return "word"
    if "ppt/presentation.xml" in names:
        return "slides"
    return "open_document" if "mimetype" in names else "zip"


def _unwanted(names: set[str]) -> str:
    if any("vbaproject" in name or name.startswith("xl/macrosheets/") for name in names):
        return "macro"
    if any(name.startswith("xl/externallinks/") for name in names):
        return "external_links"
    return ""


def open_workbook(content: bytes, sheets: Iterable[str]) -> RawWorkbook | Refused:
    """Read the named sheets of an inspected file in a child process."""
    task = json.dumps({"sheets": list(sheets)}).encode()
    try:
        done = run_child("read", task, content)
    except subprocess.TimeoutExpired:
        return refusal("too_large")
    if done.returncode != 0:
        return refusal("too_large")
    answer = json.loads(done.stdout)
    if "refused" in answer:
        return _refusal_of(answer)
    found = {
        name: RawSheet(sheet["values"], sheet["formulas"], sheet["errors"], sheet["empty_rows"])
        for name, sheet in answer["sheets"].items()
    }
    return RawWorkbook(found, tuple(answer["others"]))


def run_child(command: str, task: bytes, content: bytes) -> subprocess.CompletedProcess[bytes]:
    """Run `child.py` apart from the portal: no environment, no project code, limits of its own."""
    return children.run(CHILD, command, content=task + b"\n" + content, patience=PATIENCE)


def _refusal_of(answer: Mapping[str, Any]) -> Refused:
    code = str(answer["refused"])
    sheet = f"The sheet “{answer.get('sheet', '')}”"
    if code == "wide_sheet":
        return Refused(
            code,
            f"{sheet} has {answer['columns']} columns; the workbook of the portal has 12. {_AGAIN}",
        )
    if code == "tall_sheet":
        return Refused(code, f"{sheet} has entries down to row {answer['rows']:,}, far below the last question. {_AGAIN}")
    if code in {"long_sheet", "many_cells"}:
        return Refused(
            code,
            f"{sheet} goes on for more than {answer['rows']:,} rows of empty cells. Delete the rows below the last question, "
            f"or start afresh. {_AGAIN}",
        )
    return refusal(code)
