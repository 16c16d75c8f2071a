"""The sheet of organisations to add: its template, and what comes back of it.

It is no register that is taken out and given back, so it has no entries and versions; its file is read like theirs.
"""

import csv
import io
from collections.abc import Mapping, Sequence

from django.core.files.uploadedfile import UploadedFile
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation

from edi_portal.exchange.reading import MAX_BYTES, UnreadableSheet, read_book

MAX_ROWS = 300
SHEET = "Organisations"


def read_rows(upload: UploadedFile, columns: Sequence[str]) -> list[dict[str, str]]:
    """The rows of the sheet as text by column key, empty rows left out. Raises UnreadableSheet."""
    book = read_book(upload.read(MAX_BYTES + 1), upload.name or "", {SHEET: columns}, most=MAX_ROWS)
    rows = [dict(row.cells) for row in book.sheets[SHEET]]
    if not rows:
        raise UnreadableSheet("There is no organisation in the sheet. Fill in one row for each.")
    return rows


def template_csv(columns: Sequence[str], example: Sequence[str]) -> bytes:
    """The template as CSV, with a byte order mark so that spreadsheet programs read it as UTF-8."""
    text = io.StringIO()
    csv.writer(text).writerows([columns, example])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def template_xlsx(columns: Sequence[str], example: Sequence[str], choices: Mapping[str, Sequence[str]]) -> bytes:
    """The template as XLSX: headings, one example row, drop-down lists for the columns with choices."""
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    sheet.append(list(columns))
    sheet.append(list(example))
    lists = book.create_sheet("Lists")
    for number, key in enumerate(columns, start=1):
        cell = sheet.cell(row=1, column=number)
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = max(16, len(example[number - 1]) + 2)
        if key in choices:
            for row, choice in enumerate(choices[key], start=1):
                lists.cell(row=row, column=number, value=choice)
            letter = cell.column_letter
            rule = DataValidation(type="list", formula1=f"Lists!${letter}$1:${letter}${len(choices[key])}", allow_blank=True)
            sheet.add_data_validation(rule)
            rule.add(f"{letter}2:{letter}{MAX_ROWS + 1}")
    sheet.freeze_panes = "A2"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
