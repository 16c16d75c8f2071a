"""Opening a workbook (.xlsx) that may be hostile: its table of contents first, then its sheets, row by row.

Everything that can be told from outside is told before a sheet is opened: size unpacked, macros, links, entities, cells far away.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kpis.extracts.refusals import refused

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

MEGABYTE = 1024 * 1024
LARGEST_UNPACKED = 512 * MEGABYTE
MOST_ENTRIES = 200
HIGHEST_RATIO = 200
SMALLEST_JUDGED = MEGABYTE
PANIC = "PanicException"
"""What the reader of workbooks raises when it gives up on one; its class can be told by its name alone."""
PROLOG = 64 * 1024
MOST_EMPTY_ROWS = 200_000
_ELEMENT = re.compile(rb"<[A-Za-z]")
_FAR_COLUMN = re.compile(rb'r="(?:[T-Z][A-Z]|[A-Z]{3})\d')
_ROW_NUMBER = re.compile(rb'<row r="(\d{1,9})"')


class SheetRows:
    """The rows of one sheet as text, from row 1 and column A on."""

    def __init__(self, book: CalamineWorkbook, name: str) -> None:
        self._book = book
        self.name = name

    def __iter__(self) -> Iterator[list[str]]:
        from python_calamine import CalamineError

        try:
            sheet = self._book.get_sheet_by_name(self.name)
            down, right = sheet.start or (0, 0)
            for _ in range(down):
                yield []
            margin = [""] * right
            for row in sheet.iter_rows():
                cells: list[str] = [cell if cell.__class__ is str else text_of(cell) for cell in row]  # type: ignore[misc]
                yield margin + cells if right else cells
        except CalamineError:
            raise refused("broken") from None
        except BaseException as fault:
            if fault.__class__.__name__ == PANIC:
                raise refused("broken") from None
            raise


def sheets_of_workbook(content: bytes) -> list[SheetRows]:
    """The visible sheets of a workbook, none of them read yet; refuses what should not be opened."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    _inspect(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    except PasswordError:
        raise refused("encrypted") from None
    except CalamineError:
        raise refused("broken") from None
    shown = [
        one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible and one.typ == SheetTypeEnum.WorkSheet
    ]
    if not shown:
        raise refused("broken")
    return [SheetRows(book, name) for name in shown]


def _inspect(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            code = _contents(archive.infolist(), len(content)) or _parts(archive)
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError, KeyError, RuntimeError):
        code = "broken"
    if code:
        raise refused(code)


def _contents(entries: list[zipfile.ZipInfo], size: int) -> str:
    """What the zip's table of contents says against opening it; "" for nothing."""
    if len(entries) > MOST_ENTRIES:
        return "entries"
    if any(entry.flag_bits & 1 for entry in entries):
        return "locked_zip"
    if _is_bomb(entries, size):
        return "bomb"
    names = {entry.filename.lower() for entry in entries}
    return _not_a_workbook(names) or _unwanted(names)


def _is_bomb(entries: Iterable[zipfile.ZipInfo], size: int) -> bool:
    unpacked = 0
    for entry in entries:
        unpacked += entry.file_size
        tight = entry.file_size > HIGHEST_RATIO * max(entry.compress_size, 1)
        if (entry.file_size > SMALLEST_JUDGED and tight) or entry.compress_size > size:
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
    return "external_links" if any(name.startswith("xl/externallinks/") for name in names) else ""


def _parts(archive: zipfile.ZipFile) -> str:
    """Each XML part is looked into: a document type stands before its first element, cells far away in the sheets."""
    for entry in archive.infolist():
        name = entry.filename.lower()
        if not name.endswith((".xml", ".rels", ".vml")):
            continue
        with archive.open(entry) as part:
            prolog = part.read(PROLOG)
            squeezed = prolog.replace(b"\0", b"")
            if b"<!DOCTYPE" in squeezed or b"<!ENTITY" in squeezed:
                return "entities"
            if prolog and not _ELEMENT.search(squeezed):
                return "broken"
            if name.startswith("xl/worksheets/"):
                code = _far(prolog, part)
                if code:
                    return code
    return ""


def _far(piece: bytes, part: Any) -> str:
    """Whether a sheet has cells so far out that the table would be mostly empty. The sheet is unpacked in pieces, to its end."""
    rows = highest = 0
    carried = b""
    while piece:
        piece = carried + piece
        if _FAR_COLUMN.search(piece):
            return "too_wide"
        rows += piece.count(b"<row ")
        last = piece.rfind(b'<row r="')
        number = _ROW_NUMBER.match(piece, last) if last >= 0 else None
        highest = max(highest, int(number[1])) if number else highest
        cut = max(piece.rfind(b"<"), len(piece) - 200)
        carried = piece[cut:] if cut > 0 else b""
        rows -= carried.count(b"<row ")
        piece = part.read(MEGABYTE)
    return "empty_cells" if highest - rows > MOST_EMPTY_ROWS else ""


def text_of(value: object) -> str:
    """A cell as text: whole numbers without a point, days as 2019-12-31."""
    if value.__class__ is float:
        return _number(value)  # type: ignore[arg-type]
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value)


def _number(value: float) -> str:
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    # Fifteen digits are all that a spreadsheet keeps.
    return format(Decimal(f"{value:.15g}"), "f") if abs(value) < 1e15 else str(value)
