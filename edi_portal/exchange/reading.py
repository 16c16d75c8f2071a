"""A small workbook with named sheets, read safely: size, kind of file and the zip directory are looked at before it is opened."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import python_calamine

MAX_BYTES = 1024 * 1024
MAX_ROWS = 1_000
MAX_COLUMNS = 60
MAX_ENTRIES = 200
MAX_UNPACKED = 50 * 1024 * 1024
MAX_RATIO = 100


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


def read_book(content: bytes, name: str, wanted: Mapping[str, Sequence[str]]) -> Book:
    """The sheets of a workbook; `wanted`: title → headings that must be there. Raises UnreadableSheet."""
    if len(content) > MAX_BYTES:
        raise UnreadableSheet("The file is larger than 1 MB. Take out pictures and sheets of your own, then choose it again.")
    if not name.lower().endswith(".xlsx"):
        raise UnreadableSheet("Choose an Excel workbook (.xlsx): the download of this page, filled in.")
    check_package(content)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        there = {title.strip().lower(): title for title in book.sheet_names}
        tables = {title: _table(book, there[title.lower()]) for title in wanted if title.lower() in there}
    except python_calamine.CalamineError as error:
        raise UnreadableSheet("The workbook is damaged or protected. Save it again as XLSX and choose it once more.") from error
    if not tables:
        raise UnreadableSheet(f"None of the sheets is there: {', '.join(wanted)}. Use the download of this page.")
    known = {title.lower() for title in wanted}
    sheets = {title: _rows(title, table, wanted[title]) for title, table in tables.items()}
    return Book(sheets, tuple(title for title in book.sheet_names if title.strip().lower() not in known))


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
    """A cell as text: days as 2019-04-01, whole numbers without a point."""
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return str(cell if cell is not None else "").strip()


def _table(book: Any, title: str) -> list[list[Any]]:
    sheet = book.get_sheet_by_name(title)
    if sheet.width > MAX_COLUMNS:
        raise UnreadableSheet(
            f"“{title}” has {sheet.width} columns; at most {MAX_COLUMNS} are read. Use the download of this page."
        )
    if sheet.height > MAX_ROWS + 1:
        raise UnreadableSheet(f"“{title}” has {sheet.height - 1} rows; at most {MAX_ROWS} are read at once.")
    return sheet.to_python(skip_empty_area=False)  # type: ignore[no-any-return]


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
