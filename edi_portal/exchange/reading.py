"""A small workbook with named sheets, read safely: size, kind of file and the zip directory are looked at before it is opened.

The rest happens in a child process with limits of memory and time (`edi_portal.exchange.child`), for what a sheet asks of memory
is known only when it is read.

Where one sheet is wanted, a CSV file will do as well, and so will a workbook whose only sheet has another name.
"""

from __future__ import annotations

import csv
import io
import json
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edi_portal import children

MAX_BYTES = 1024 * 1024
MAX_ROWS = 1_000
MAX_COLUMNS = 60
MAX_ENTRIES = 200
MAX_UNPACKED = 50 * 1024 * 1024
MAX_RATIO = 100
CHILD = Path(__file__).with_name("child.py")
PATIENCE = 20.0
"""Seconds on the clock after which a child is given up; its processor time is limited far tighter, by itself."""

TOO_LARGE = (
    "The workbook needs more memory or time than there is for it: a cell far below or beside the rows may be filled. "
    "Copy the rows into a fresh download."
)


class UnreadableSheet(Exception):
    """The file cannot be taken; `str(error)` says why and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row that holds something: its number in the sheet, and its cells as text by heading."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Book:
    """The rows of the sheets that are there, by title, and the titles of sheets that nobody reads."""

    sheets: Mapping[str, tuple[Row, ...]]
    unknown: tuple[str, ...] = ()


def read_book(
    content: bytes, name: str, wanted: Mapping[str, Sequence[str]], *, most: int = MAX_ROWS, most_bytes: int = MAX_BYTES
) -> Book:
    """The sheets of a file; `wanted`: title → headings that must be there. Raises UnreadableSheet."""
    if len(content) > most_bytes:
        size = most_bytes // (1024 * 1024)
        raise UnreadableSheet(
            f"The file is larger than {size} MB. Take out pictures and sheets of your own, then choose it again."
        )
    ending = name.lower().rpartition(".")[2]
    if ending == "csv" and len(wanted) == 1:
        return Book({title: _rows(title, _csv(content, title, most), headings) for title, headings in wanted.items()})
    if ending != "xlsx":
        kinds = "an XLSX or CSV file" if len(wanted) == 1 else "an Excel workbook (.xlsx)"
        raise UnreadableSheet(f"Choose {kinds}: the download of this page, filled in.")
    check_package(content)
    answer = _opened(content, tuple(wanted), most)
    tables = answer["tables"]
    if not tables:
        raise UnreadableSheet(f"None of the sheets is there: {', '.join(wanted)}. Use the download of this page.")
    for table in tables.values():
        _refuse_large(table["place"], table["width"], table["height"], most)
    sheets = {title: _rows(title, table["rows"], wanted[title]) for title, table in tables.items()}
    read = {table["place"] for table in tables.values()}
    return Book(sheets, tuple(title for title in answer["titles"] if title not in read))


def check_package(content: bytes) -> None:
    """Refuse what is no whole workbook, unpacks to far too much, or holds macros."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile as error:
        raise UnreadableSheet("This is not a whole XLSX file. Save it again as XLSX and choose it once more.") from error
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(len(content), 1):
        raise UnreadableSheet("The workbook unpacks to far more than a sheet of this kind. Copy the rows into a fresh download.")
    if any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries):
        raise UnreadableSheet("The workbook holds macros. Save it as XLSX without macros.")


def text_of(cell: Any) -> str:
    """A cell as text: whole numbers without a point; days come as 2019-04-01."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return str(cell if cell is not None else "").strip()


def _opened(content: bytes, wanted: Sequence[str], most: int) -> dict[str, Any]:
    """What the child read of an inspected file."""
    task = json.dumps({"wanted": wanted, "columns": MAX_COLUMNS, "rows": most + 1}).encode()
    try:
        done = children.run(CHILD, content=task + b"\n" + content, patience=PATIENCE)
    except subprocess.TimeoutExpired as error:
        raise UnreadableSheet(TOO_LARGE) from error
    if done.returncode != 0:
        raise UnreadableSheet(TOO_LARGE)
    answer: dict[str, Any] = json.loads(done.stdout)
    if "refused" in answer:
        raise UnreadableSheet("The workbook is damaged or protected. Save it again as XLSX and choose it once more.")
    return answer


def _csv(content: bytes, title: str, most: int) -> list[list[Any]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableSheet("The CSV file is not in UTF-8. Choose “CSV UTF-8” when saving it.") from error
    if "\x00" in text:
        raise UnreadableSheet("This is not a CSV file. Save the sheet as “CSV UTF-8”.")
    try:
        table = [list[Any](row) for row in csv.reader(io.StringIO(text))]
    except csv.Error as error:  # such as a cell of more than 131,072 characters
        raise UnreadableSheet("The CSV file cannot be read. Save it again as “CSV UTF-8” and choose it once more.") from error
    _refuse_large(title, max(map(len, table), default=0), len(table), most)
    return table


def _refuse_large(title: str, width: int, height: int, most: int) -> None:
    if width > MAX_COLUMNS:
        raise UnreadableSheet(f"“{title}” has {width} columns; at most {MAX_COLUMNS} are read. Use the download of this page.")
    if height > most + 1:
        raise UnreadableSheet(f"“{title}” has {height - 1} rows; at most {most} are read at once. Split it.")


def _rows(title: str, table: list[list[Any]], headings: Sequence[str]) -> tuple[Row, ...]:
    found = [text_of(cell).lower() for cell in table[0]] if table else []
    missing = [heading for heading in headings if heading.lower() not in found]
    if missing:
        raise UnreadableSheet(
            f"“{title}” lacks these columns: {', '.join(missing)}. Keep the first row of the download as it is."
        )
    places = {heading: found.index(heading.lower()) for heading in headings}
    rows = []
    for number, cells in enumerate(table[1:], start=2):
        texts = {heading: text_of(cells[place]) if place < len(cells) else "" for heading, place in places.items()}
        if any(texts.values()):
            rows.append(Row(number, texts))
    return tuple(rows)
