"""Reading a small sheet, such as one of organisations, safely, and writing its template.

Checked before anything is opened: size, kind of file, and what the zip directory promises.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import python_calamine
from django.core.files.uploadedfile import UploadedFile
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation

from edi_portal.exchange.reading import UnreadableSheet, check_package, text_of

MAX_BYTES = 1024 * 1024
MAX_ROWS = 300
MAX_COLUMNS = 40
SHEET = "Organisations"


def read_rows(upload: UploadedFile, columns: Sequence[str], *, one: str = "organisation") -> list[dict[str, str]]:
    """The rows of the sheet as text by column key, empty rows left out; a row is `one` of something. Raises UnreadableSheet."""
    if (upload.size or 0) > MAX_BYTES:
        raise UnreadableSheet("The file is larger than 1 MB. Keep only the sheet of the template in it.")
    content = upload.read()
    name = (upload.name or "").lower()
    if name.endswith(".xlsx"):
        table = _xlsx(content)
    elif name.endswith(".csv"):
        table = _csv(content)
    else:
        raise UnreadableSheet("Choose an XLSX or CSV file. The template can be downloaded on this page.")
    return _rows(table, columns, one)


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


def _xlsx(content: bytes) -> list[list[Any]]:
    check_package(content)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        name = SHEET if SHEET in book.sheet_names else book.sheet_names[0]
        sheet = book.get_sheet_by_name(name)
    except (python_calamine.CalamineError, IndexError) as error:
        raise UnreadableSheet("The workbook is damaged or protected. Save it again as XLSX and choose it once more.") from error
    if sheet.width > MAX_COLUMNS:
        raise UnreadableSheet(f"The sheet has {sheet.width} columns; at most {MAX_COLUMNS} are read. Use the template.")
    if sheet.height > MAX_ROWS + 1:
        raise UnreadableSheet(f"The sheet has {sheet.height - 1} rows; at most {MAX_ROWS} are read at once. Split it.")
    return sheet.to_python(skip_empty_area=False)


def _csv(content: bytes) -> list[list[Any]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableSheet("The CSV file is not in UTF-8. Choose 'CSV UTF-8' when saving it.") from error
    if "\x00" in text:
        raise UnreadableSheet("This is not a CSV file. Save the sheet as 'CSV UTF-8'.")
    table = list(csv.reader(io.StringIO(text)))
    if len(table) > MAX_ROWS + 1:
        raise UnreadableSheet(f"The file has {len(table) - 1} rows; at most {MAX_ROWS} are read at once. Split it.")
    return table


def _rows(table: list[list[Any]], columns: Sequence[str], one: str) -> list[dict[str, str]]:
    if not table:
        raise UnreadableSheet(f"The sheet is empty. Fill in the template, one {one} in each row.")
    headings = [text_of(cell).lower() for cell in table[0]]
    missing = [column for column in columns if column not in headings]
    if missing:
        raise UnreadableSheet(f"These columns are missing: {', '.join(missing)}. Keep the headings of the template as they are.")
    positions = {column: headings.index(column) for column in columns}
    rows = []
    for cells in table[1:]:
        row = {column: text_of(cells[place]) if place < len(cells) else "" for column, place in positions.items()}
        if any(row.values()):
            rows.append(row)
    if not rows:
        raise UnreadableSheet(f"There is no {one} in the sheet. Fill in one row for each.")
    return rows
