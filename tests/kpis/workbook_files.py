"""Workbooks for tests, made by code: a download filled in, and the kinds of file that must be refused."""

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import openpyxl

SHEET = "Workforce standards"


def edited(content: bytes, edit: Callable[[openpyxl.Workbook], None]) -> bytes:
    """The workbook after a change made with a spreadsheet library."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    edit(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def filled(content: bytes, cells: Mapping[tuple[str, str], Any]) -> bytes:
    """The workbook with values at (sheet, cell)."""

    def fill(book: openpyxl.Workbook) -> None:
        for (sheet, cell), value in cells.items():
            book[sheet][cell].value = value

    return edited(content, fill)


def parts_of(content: bytes) -> dict[str, bytes]:
    """The parts of a package by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    """A package of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def with_part(content: bytes, name: str, text: bytes) -> bytes:
    """The workbook with one part added or replaced."""
    return packed(parts_of(content) | {name: text})


def sheet_part(content: bytes, title: str = SHEET) -> str:
    """The part that holds a sheet; sheets are numbered in their order."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    return f"xl/worksheets/sheet{book.sheetnames.index(title) + 1}.xml"


def with_sheet_xml(content: bytes, change: Callable[[bytes], bytes], title: str = SHEET) -> bytes:
    """The workbook with the XML of one sheet changed by hand."""
    name = sheet_part(content, title)
    return with_part(content, name, change(parts_of(content)[name]))


def rows_after(first: int, number: int, cells: str = "") -> Callable[[bytes], bytes]:
    """Append rows to a sheet; `{row}` in `cells` is the row's number."""
    rows = "".join(f'<row r="{row}">{cells.replace("{row}", str(row))}</row>' for row in range(first, first + number)).encode()
    return lambda text: text.replace(b"</sheetData>", rows + b"</sheetData>")


def bomb(content: bytes) -> bytes:
    """A workbook whose first sheet unpacks to 200 MB of blanks."""
    return with_part(content, "xl/worksheets/sheet1.xml", b" " * (200 * 1024 * 1024))


def lying_bomb(content: bytes) -> bytes:
    """A bomb whose table of contents states a small size."""
    blown = with_part(content, "xl/worksheets/sheet1.xml", b" " * (60 * 1024 * 1024))
    true_size = (60 * 1024 * 1024).to_bytes(4, "little")
    return blown.replace(true_size, (1000).to_bytes(4, "little"))


def billion_laughs(content: bytes) -> bytes:
    """A sheet that declares entities made of entities."""
    levels = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    head = b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY l0 "ha">' + levels + b"]>"
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    return with_part(
        content, sheet_part(content), head + sheet + b'<c r="A1" t="str"><v>&l9;</v></c></row></sheetData></worksheet>'
    )


def compound(*streams: str) -> bytes:
    """The head of an old compound file that names these streams."""
    names = b"".join(name.encode("utf-16-le") + b"\0\0" for name in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + names + b"\0" * 512
