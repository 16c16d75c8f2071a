"""Run apart, under limits of memory and processor time: open an uploaded workbook that may be hostile.

Started as a script by `kpis.workbooks.reading` and `kpis.workbooks.commenting`, with an empty environment; it imports neither
Django nor this project. In: one line of JSON, then the file. Out for "read": JSON with the cells of the wanted sheets, or
{"refused": why}. Out for "comment": the file with comments.
"""

import contextlib
import io
import json
import re
import resource
import sys
import zipfile
import zlib
from typing import Any
from xml.parsers import expat

MEGABYTE = 1024 * 1024
LIMITS = {"read": (384 * MEGABYTE, 1), "comment": (640 * MEGABYTE, 8)}
"""Address space in bytes and processor seconds, for each command."""
MOST_CELLS = 150_000
MOST_ROWS = 2_000
MOST_COLUMNS = 60
MOST_EMPTY_ROWS = 50_000
LONGEST_TEXT = 4_000
AUTHOR = "EDI portal check"
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


class Refused(Exception):
    """The file is not read; the code says why, the details say where."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.answer = {"refused": code, **details}


def main() -> int:
    """Read the task from standard input, do it, write the answer to standard output."""
    command = sys.argv[1]
    memory, seconds = LIMITS[command]
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    task = json.loads(sys.stdin.buffer.readline())
    content = sys.stdin.buffer.read()
    if command == "comment":
        sys.stdout.buffer.write(add_comments(content, task["notes"], task["plain_colour"]))
        return 0
    try:
        answer = read(content, task["sheets"])
    except Refused as refusal:
        answer = refusal.answer
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, expat.ExpatError, KeyError, ValueError):
        answer = {"refused": "broken"}
    except MemoryError:
        answer = {"refused": "too_large"}
    json.dump(answer, sys.stdout)
    return 0


def read(content: bytes, wanted: list[str]) -> dict[str, Any]:
    """The values, formulas and error values of the wanted sheets, by cell."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = sheet_parts(archive)
        scans = {name: scan(name, part_of(archive, parts[name])) for name in wanted if name in parts}
        seen = {parts[name] for name in scans}
        for name in archive.namelist():
            if name not in seen and name.lower().endswith((".xml", ".rels", ".vml")):
                part_of(archive, name)
    values = values_of(content, scans)
    return {
        "sheets": {name: {"values": values[name], **found} for name, found in scans.items()},
        "others": sorted(set(parts) - set(wanted)),
    }


def part_of(archive: zipfile.ZipFile, name: str) -> bytes:
    """One part of the package. A document type or an entity has no place in a workbook."""
    text = archive.read(name)
    squeezed = text.replace(b"\0", b"")
    if b"<!DOCTYPE" in squeezed or b"<!ENTITY" in squeezed:
        raise Refused("entities")
    return text


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name → its part in the package."""
    relations: dict[str, str] = {}
    sheets: dict[str, str] = {}

    def see_relation(name: str, attributes: dict[str, str]) -> None:
        if name.endswith(" Relationship"):
            target = attributes.get("Target", "")
            relations[attributes.get("Id", "")] = target[1:] if target.startswith("/") else f"xl/{target}"

    def see_sheet(name: str, attributes: dict[str, str]) -> None:
        if name.endswith(" sheet"):
            sheets[attributes["name"]] = attributes.get(f"{_RELATION} id", "")

    parse(part_of(archive, "xl/_rels/workbook.xml.rels"), see_relation)
    parse(part_of(archive, "xl/workbook.xml"), see_sheet)
    return {name: relations[key] for name, key in sheets.items() if relations.get(key, "").startswith("xl/worksheets/")}


def parse(text: bytes, on_start: Any, on_end: Any = None, on_text: Any = None) -> None:
    """Run the parser; names arrive as "namespace name"."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = on_start
    parser.EndElementHandler = on_end
    parser.CharacterDataHandler = on_text

    def refuse(*_: Any) -> None:
        raise Refused("entities")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.Parse(text, True)


class Scan:
    """One pass over a sheet: which cells hold formulas or errors, and how far the sheet reaches."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.formulas: dict[str, str] = {}
        self.errors: dict[str, str] = {}
        self.row = self.column = self.cells = self.rows = 0
        self.last_row = self.last_column = 0
        self.cell = ""
        self.kind = ""
        self.filled = False
        self.keep = ""
        self.words: list[str] = []

    def start(self, full_name: str, attributes: dict[str, str]) -> None:
        name = full_name.rpartition(" ")[2]
        if name == "c":
            self._start_cell(attributes)
        elif name == "row":
            self._start_row(attributes)
        elif name in {"f", "v", "is"}:
            self._fill()
            self.keep = name
            self.words = []

    def _start_row(self, attributes: dict[str, str]) -> None:
        self.rows += 1
        self.row = int(attributes.get("r") or self.row + 1)
        self.column = 0
        if self.rows > MOST_EMPTY_ROWS:
            raise Refused("long_sheet", sheet=self.name, rows=self.row)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self.cells += 1
        if self.cells > MOST_CELLS:
            raise Refused("many_cells", sheet=self.name, rows=self.row)
        match = _CELL.fullmatch(attributes.get("r", ""))
        if match:
            self.column = column_number(match[1])
            self.row = int(match[2])
        else:
            self.column += 1
        self.cell = f"{letters_of(self.column)}{self.row}"
        self.kind = attributes.get("t", "n")

    def _fill(self) -> None:
        self.last_row = max(self.last_row, self.row)
        self.last_column = max(self.last_column, self.column)

    def end(self, full_name: str) -> None:
        name = full_name.rpartition(" ")[2]
        if name == "f" and self.keep == "f":
            self.formulas[self.cell] = "=" + "".join(self.words)[:80]
        elif name == "v" and self.keep == "v" and self.kind == "e":
            self.errors[self.cell] = "".join(self.words)[:20]
        if name == self.keep:
            self.keep = ""

    def text(self, words: str) -> None:
        if self.keep in {"f", "v"}:
            self.words.append(words)


def scan(name: str, text: bytes) -> dict[str, Any]:
    """Look a sheet over before its values are read; refuses one that is far larger than the template."""
    found = Scan(name)
    parse(text, found.start, found.end, found.text)
    if found.last_column > MOST_COLUMNS:
        raise Refused("wide_sheet", sheet=name, columns=found.last_column)
    if found.last_row > MOST_ROWS:
        raise Refused("tall_sheet", sheet=name, rows=found.last_row)
    return {"formulas": found.formulas, "errors": found.errors, "empty_rows": max(0, found.row - found.last_row)}


def column_number(letters: str) -> int:
    """A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def letters_of(number: int) -> str:
    """1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def values_of(content: bytes, names: Any) -> dict[str, dict[str, Any]]:
    """Sheet → cell → value. Dates come as {"date": "2020-03-31"}."""
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        return {name: cells_of(book.get_sheet_by_name(name)) for name in names}
    except (python_calamine.CalamineError, python_calamine.WorksheetNotFound):
        raise Refused("broken") from None


def cells_of(sheet: Any) -> dict[str, Any]:
    """The filled cells of one sheet."""
    found = {}
    for row_number, row in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        for column, value in enumerate(row, start=1):
            if value not in ("", None):
                found[f"{letters_of(column)}{row_number}"] = plain(value)
    return found


def plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return value[:LONGEST_TEXT]
    if hasattr(value, "year"):
        return {"date": value.isoformat()[:10]}
    return {"other": str(value)}


def add_comments(content: bytes, notes: list[dict[str, str]], plain_colour: str) -> bytes:
    """The same workbook with a comment and a red ground at each named cell; comments of an earlier check are taken away."""
    import warnings

    import openpyxl
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    warnings.simplefilter("ignore")
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment is not None and cell.comment.author == AUTHOR:
                    cell.comment = None
                    cell.fill = PatternFill("solid", fgColor=plain_colour)
    red = PatternFill("solid", fgColor="FFFBDCD9")
    for note in notes:
        with contextlib.suppress(KeyError):  # a sheet that is gone: its finding stands on the page
            cell = book[note["sheet"]][note["cell"]]
            cell.comment = Comment(note["text"], AUTHOR, width=320, height=140)
            if note["is_input"]:
                cell.fill = red
    if notes and notes[0]["sheet"] in book.sheetnames:
        book.active = book.sheetnames.index(notes[0]["sheet"])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


if __name__ == "__main__":
    sys.exit(main())
