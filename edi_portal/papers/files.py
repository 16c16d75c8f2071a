"""A paper as a workbook and as a CSV file: the same texts as in the PDF, the same bytes whenever they are made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from edi_portal.papers.content import Block, Bullets, Callout, Facts, Figure, Heading, Paper, Paragraph, Table
from edi_portal.ui.downloads import Sheet, csv_bytes, xlsx_bytes

CSV_HEADS = ("Chapter", "Part", "Row", "Column", "Text")
_WRITTEN = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_LONGEST_SHEET_NAME = 31


def paper_csv(paper: Paper) -> bytes:
    """Every cell and every sentence as one line: chapter, part, row, column, text."""
    return csv_bytes(CSV_HEADS, _lines(paper))


def paper_xlsx(paper: Paper) -> bytes:
    """The running text on the first sheet, every table on a sheet of its own."""
    tables = list(_tables(paper))
    names = _sheet_names(tables)
    text = Sheet("Report", ("Chapter", "What", "Text"), [*_front(paper), *_running_text(paper, names)])
    sheets = [Sheet(name, table.columns, table.rows) for name, table in zip(names, tables, strict=True)]
    return steady_workbook(xlsx_bytes([text, *sheets]), paper.day)


def steady_workbook(content: bytes, day: date) -> bytes:
    """A workbook whose inner dates are `day`, so that the same content is the same file."""
    found = BytesIO()
    stamp = f"{day.isoformat()}T12:00:00Z".encode()
    with ZipFile(BytesIO(content)) as old, ZipFile(found, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = _WRITTEN.sub(lambda match: match[1] + stamp, part)
            new.writestr(archive_entry(name, day), part)
    return found.getvalue()


def archive_entry(name: str, day: date) -> ZipInfo:
    """An entry of an archive with a fixed date and without the marks of the machine it was made on."""
    entry = ZipInfo(name, (day.year, day.month, day.day, 12, 0, 0))
    entry.compress_type = ZIP_DEFLATED
    entry.create_system = 3
    entry.external_attr = 0o600 << 16
    return entry


def _front(paper: Paper) -> Iterator[tuple[str, str, str]]:
    yield "", "Title", paper.title
    yield "", "Paper", paper.kind
    for line in (*paper.lines, paper.mark):
        if line:
            yield "", "Note", line


def _tables(paper: Paper) -> Iterator[Table]:
    for block in paper.blocks:
        if isinstance(block, Table):
            yield block
        elif isinstance(block, Figure):
            yield block.table


def _sheet_names(tables: list[Table]) -> list[str]:
    """A name for each sheet, none twice: workbooks know no difference of capitals, and cut long names."""
    taken = {"report"}
    names = []
    for number, table in enumerate(tables, start=1):
        stem = re.sub(r"[\[\]:*?/\\']", " ", table.name or table.caption)[:_LONGEST_SHEET_NAME].strip() or f"Table {number}"
        name = stem
        if name.lower() in taken:
            name = f"{stem[: _LONGEST_SHEET_NAME - 4].strip()} {number}"
        taken.add(name.lower())
        names.append(name)
    return names


def _running_text(paper: Paper, names: list[str]) -> Iterator[tuple[str, str, str]]:
    sheet = iter(names)
    for chapter, block in paper.sections():
        if isinstance(block, Table | Figure):
            caption = block.title if isinstance(block, Figure) else block.caption
            yield chapter, "Table on a sheet of its own", f"{caption} (sheet “{next(sheet)}”)"
        else:
            for what, words in _words(block):
                yield chapter, what, words


def _words(block: Block) -> Iterator[tuple[str, str]]:
    """What a block without a table of its own says: (what it is, its words)."""
    if isinstance(block, Heading):
        yield "Heading", block.text
    elif isinstance(block, Paragraph):
        yield "Text", f"{block.strong} {block.text}".strip()
    elif isinstance(block, Bullets):
        for item in block.items:
            yield "Item", item
    elif isinstance(block, Callout):
        yield block.title, block.text
    elif isinstance(block, Facts):
        yield from block.items


def _lines(paper: Paper) -> Iterator[tuple[str, str, str, str, str]]:
    for _, what, words in _front(paper):
        yield "", "", what, "", words
    for chapter, block in paper.sections():
        if isinstance(block, Figure):
            yield chapter, block.title, "What the chart shows", "", block.alternative
            yield from _cells(chapter, block.table)
        elif isinstance(block, Table):
            yield from _cells(chapter, block)
        else:
            part = block.caption if isinstance(block, Facts) else ""
            for what, words in _words(block):
                yield chapter, part, what, "", words


def _cells(chapter: str, table: Table) -> Iterator[tuple[str, str, str, str, str]]:
    for row in table.rows:
        for column, text in zip(table.columns[1:], row[1:], strict=True):
            yield chapter, table.caption, row[0], column, text
        if len(row) == 1:
            yield chapter, table.caption, row[0], table.columns[0], row[0]
