"""Writing invented extracts: CSV in any encoding, and a small XLSX writer that is fast enough for 100,000 rows."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from xml.sax.saxutils import escape, quoteattr

Row = Sequence[object]
_FIRST_SERIAL = date(1899, 12, 30)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KINDS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>'
)


def csv_bytes(rows: Iterable[Row], *, encoding: str = "utf-8", separator: str = ",", newline: str = "\r\n") -> bytes:
    """A CSV file; days as 31/12/2019, as a spreadsheet writes them here."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator=newline)
    writer.writerows([cell.strftime("%d/%m/%Y") if isinstance(cell, date) else cell for cell in row] for row in rows)
    return text.getvalue().encode(encoding, "replace")


def xlsx_bytes(sheets: Mapping[str, Iterable[Row]], *, merged: Mapping[str, Sequence[str]] | None = None) -> bytes:
    """A workbook: texts shared as Excel does it, numbers as numbers, days as serials with a date format."""
    texts: dict[str, int] = {}
    buffer = io.BytesIO()
    names = list(sheets)
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number, (name, rows) in enumerate(sheets.items(), start=1):
            ranges = (merged or {}).get(name, ())
            archive.writestr(f"xl/worksheets/sheet{number}.xml", _sheet(rows, texts, ranges))
        shared = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
        archive.writestr("xl/sharedStrings.xml", f'{_HEAD}<sst xmlns="{_MAIN}">{shared}</sst>')
        archive.writestr("xl/styles.xml", _STYLES)
        archive.writestr("xl/workbook.xml", _workbook(names))
        archive.writestr("xl/_rels/workbook.xml.rels", _workbook_relations(names))
        archive.writestr("_rels/.rels", _relations([("rId1", "officeDocument", "xl/workbook.xml")]))
        archive.writestr("[Content_Types].xml", _content_types(names))
    return buffer.getvalue()


def _sheet(rows: Iterable[Row], texts: dict[str, int], merged: Sequence[str]) -> str:
    pieces = [f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>']
    letters: list[str] = []
    for number, row in enumerate(rows, start=1):
        while len(letters) < len(row):
            letters.append(_letters(len(letters)))
        cells = "".join(
            _cell(f"{letters[place]}{number}", value, texts) for place, value in enumerate(row) if value not in ("", None)
        )
        pieces.append(f'<row r="{number}">{cells}</row>')
    pieces.append("</sheetData>")
    if merged:
        pieces.append(f"<mergeCells>{''.join(f'<mergeCell ref={quoteattr(one)}/>' for one in merged)}</mergeCells>")
    return "".join(pieces) + "</worksheet>"


def _cell(address: str, value: object, texts: dict[str, int]) -> str:
    if isinstance(value, date):
        return f'<c r="{address}" s="1"><v>{(value - _FIRST_SERIAL).days}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{address}"><v>{value}</v></c>'
    return f'<c r="{address}" t="s"><v>{texts.setdefault(str(value), len(texts))}</v></c>'


def _letters(column: int) -> str:
    return ("" if column < 26 else chr(ord("A") + column // 26 - 1)) + chr(ord("A") + column % 26)


def _workbook(names: Sequence[str]) -> str:
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"/>' for number, name in enumerate(names, start=1)
    )
    return f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{sheets}</sheets></workbook>'


def _workbook_relations(names: Sequence[str]) -> str:
    last = len(names)
    found = [(f"rId{number}", "worksheet", f"worksheets/sheet{number}.xml") for number in range(1, last + 1)]
    found += [(f"rId{last + 1}", "sharedStrings", "sharedStrings.xml"), (f"rId{last + 2}", "styles", "styles.xml")]
    return _relations(found)


def _relations(found: Iterable[tuple[str, str, str]]) -> str:
    inside = "".join(f'<Relationship Id="{key}" Type="{_RELATIONS}/{kind}" Target="{target}"/>' for key, kind, target in found)
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{inside}</Relationships>'


def _content_types(names: Sequence[str]) -> str:
    parts = {"/xl/workbook.xml": "sheet.main+xml", "/xl/sharedStrings.xml": "sharedStrings+xml", "/xl/styles.xml": "styles+xml"}
    parts |= {f"/xl/worksheets/sheet{number}.xml": "worksheet+xml" for number in range(1, len(names) + 1)}
    inside = "".join(f'<Override PartName="{name}" ContentType="{_KINDS}.{kind}"/>' for name, kind in parts.items())
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    xml = '<Default Extension="xml" ContentType="application/xml"/>'
    return f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">{rels}{xml}{inside}</Types>'
