"""Files that people download: CSV and XLSX in which no text can become a formula, and safe file names.

A spreadsheet program runs text that starts with `=`, `+`, `-`, `@`, a tab or a line break, full-width forms included.
Such text gets an apostrophe in front (CSV) or is stored as text with one in front (XLSX); numbers stay numbers.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.http import HttpResponse

Cell = str | int | float | Decimal | date | datetime | bool | None

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\uff5c")
# XML 1.0 has no way to write these.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")
_UNSAFE_NAME = re.compile(r"[^a-z0-9.]+")
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_NAME = 120
PUBLIC_FOR_AN_HOUR = "public, max-age=3600"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook: its title (at most 31 characters are kept), the heads and the rows."""

    title: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def safe_text(text: str) -> str:
    """The text, with an apostrophe in front when a spreadsheet would take it for a formula, and without control characters.

    Blanks in front do not hide a formula; a lone minus sign or dash that stands for "nothing" gets the apostrophe as well.
    """
    cleaned = _CONTROL.sub("", text)
    return f"'{cleaned}" if cleaned.startswith(_STARTS) or cleaned.lstrip(" \u00a0\ufeff").startswith(_STARTS) else cleaned


def safe_cell(value: Cell) -> Cell:
    """A cell as it may be written: text made safe, everything else typed as it is."""
    return safe_text(value) if isinstance(value, str) else value


def csv_bytes(heads: Sequence[str], rows: Iterable[Sequence[Cell]], *, for_people: bool = True) -> bytes:
    """A CSV file (UTF-8, CRLF) whose text cannot run; dates as 2020-01-20, no value as an empty cell.

    With a byte order mark, by which spreadsheets know the encoding; without it for programs (`for_people` False).
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([safe_text(head) for head in heads])
    for row in rows:
        writer.writerow([_plain(safe_cell(value)) for value in row])
    return buffer.getvalue().encode("utf-8-sig" if for_people else "utf-8")


def xlsx_bytes(sheets: Iterable[Sheet]) -> bytes:
    """A workbook whose numbers and dates are typed and whose text is text."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet(title=_sheet_title(sheet.title))
        page.freeze_panes = "A2"
        heads = []
        for head in sheet.heads:
            cell = WriteOnlyCell(page, value=safe_text(head))
            cell.font = Font(bold=True)
            heads.append(cell)
        page.append(heads)
        for row in sheet.rows:
            page.append([_naive(safe_cell(value)) for value in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def safe_file_name(name: str) -> str:
    """A file name of lower-case letters, digits, hyphens and one ending; without folders, line breaks or direction marks."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = plain.replace("\\", "/").rsplit("/", 1)[-1]
    stem, _, ending = base.rpartition(".")
    if not stem:
        stem, ending = base, ""
    stem = _UNSAFE_NAME.sub("-", stem).replace(".", "-").strip("-")[:LONGEST_NAME] or "download"
    ending = re.sub(r"[^a-z0-9]", "", ending)[:8]
    return f"{stem}.{ending}" if ending else stem


class _FileAnswer(HttpResponse):
    """Calls `sent` when the server asks for more after the last byte, which it does only once the network took that."""

    sent: Callable[[], None] | None = None

    def __iter__(self) -> Iterator[bytes]:
        yield from super().__iter__()
        if self.sent is not None:
            self.sent()


def attachment(content: bytes, name: str, content_type: str, *, sent: Callable[[], None] | None = None) -> HttpResponse:
    """A response that is saved under a safe name and never shown in the browser or kept in a cache.

    `sent` is called when all of it has left, and not when it broke off.
    """
    response = _FileAnswer(content, content_type=content_type)
    response.sent = sent
    response.headers["Content-Disposition"] = f'attachment; filename="{safe_file_name(name)}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store, private"
    return response


def public_file(content: bytes, name: str, content_type: str, *, shown: bool = False) -> HttpResponse:
    """A file that everybody may have and keep: the same bytes for all, so caches may hold it for an hour.

    `shown` lets a browser show it, as it does JSON; otherwise it is saved under its name.
    """
    response = attachment(content, name, content_type)
    response.headers["Cache-Control"] = PUBLIC_FOR_AN_HOUR
    if shown:
        del response.headers["Content-Disposition"]
    return response


def csv_response(name: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """Download of one table as CSV, such as `edi-wres-2-2019-20-q2-release-14.csv`."""
    return attachment(csv_bytes(heads, rows), name, CSV_TYPE)


def xlsx_response(name: str, sheets: Iterable[Sheet]) -> HttpResponse:
    """Download of one or more tables as a workbook."""
    return attachment(xlsx_bytes(sheets), name, XLSX_TYPE)


def _plain(value: Cell) -> str | int | float | Decimal:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else value


def _naive(value: Cell) -> Cell:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def _sheet_title(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", _CONTROL.sub("", title)).strip()[:31] or "Sheet"
