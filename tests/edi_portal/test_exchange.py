"""Cells of a register's workbook: what is written is read back as it was; what a person writes is understood or named."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from edi_portal.exchange.columns import Column, Kind, UnreadableCell
from edi_portal.exchange.reading import UnreadableSheet, read_book
from edi_portal.ui.downloads import Sheet, xlsx_bytes

HEADS = ("Entry", "Text", "Amount", "Day")
TEXT, AMOUNT, DAY = Column("text", "Text"), Column("amount", "Amount", Kind.NUMBER), Column("day", "Day", Kind.DAY)
CHOICES = {"race": "Race", "sex": "Sex"}


ROW = st.tuples(
    st.text("ab1 ;é漢<&\"'=+-@|€\u200b\u202e\ufeff", max_size=30),
    st.decimals(0, 10**6, places=2),
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
)


@settings(max_examples=8, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=12))
def test_a_row_that_nobody_changed_is_read_back_as_it_is_stored(rows: list[tuple[str, Decimal, date]]) -> None:
    columns = (TEXT, AMOUNT, DAY)
    written = [[column.written(value) for column, value in zip(columns, row, strict=True)] for row in rows]
    content = xlsx_bytes([Sheet("Things", HEADS, [["key", *cells] for cells in written])])
    found = read_book(content, "things.xlsx", {"Things": HEADS}).sheets["Things"]
    for row, read in zip(rows, found, strict=True):
        for column, value in zip(columns, row, strict=True):
            assert column.text(column.read(read.cells[column.heading])) == column.canonical(value)


@pytest.mark.parametrize("text", ["=1+1", "+44 151", "-", "@here", "=cmd|' /C calc'!A0", "\ufeff=1"])
@pytest.mark.security(21)
def test_text_that_a_spreadsheet_would_run_is_written_safely_and_comes_back(text: str) -> None:
    content = xlsx_bytes([Sheet("Things", HEADS, [["key", text, None, None]])])
    (row,) = read_book(content, "things.xlsx", {"Things": HEADS}).sheets["Things"]
    assert row.cells["Text"].startswith("'") and TEXT.read(row.cells["Text"]) == text


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        (Column("a", "A", Kind.YES), "Yes", True),
        (Column("a", "A", Kind.YES), "", False),
        (Column("a", "A", Kind.CHOICE, CHOICES), "RACE", "race"),
        (Column("a", "A", Kind.SEVERAL, CHOICES), "sex;  Race ;", ["race", "sex"]),
        (DAY, "31/12/2019", "2019-12-31"),
        (AMOUNT, "£1,482.50", "1482.5"),
        (AMOUNT, "about 5", "about 5"),
    ],
)
def test_what_people_write_is_understood(column: Column, cell: str, value: Any) -> None:
    assert column.read(cell) == value


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        (Column("a", "A", Kind.YES), "perhaps", "yes or no"),
        (Column("a", "A", Kind.CHOICE, CHOICES), "hair", "none of the choices. Write one of “Race”, “Sex”"),
        (DAY, "31/2/2019", "real date"),
    ],
)
def test_what_is_not_understood_is_named(column: Column, cell: str, said: str) -> None:
    with pytest.raises(UnreadableCell, match=said):
        column.read(cell)


def book(**sheets: list[list[Any]]) -> bytes:
    made = Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        page = made.create_sheet(title)
        for row in rows:
            page.append(row)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"x" * (1024 * 1024 + 1), "big.xlsx", "larger than 1 MB"),
        (b"a,b", "register.pdf", "Choose an XLSX or CSV file"),
        (b"Entry,Text\nk,t", "heads.csv", "lacks these columns: Amount, Day"),
        (b"Entry\n" * 1002, "long.csv", "has 1001 rows; at most 1000 are read"),
        (b"x," * 61, "wide.csv", "has 62 columns; at most 60"),
        (b"\xff\xfe\x00", "latin.csv", "not in UTF-8"),
        (b"Entry\x00", "odd.csv", "not a CSV file"),
        (b"PK\x03\x04 cut", "cut.xlsx", "not a whole XLSX"),
        (book(Other=[["a"]], More=[["b"]]), "other.xlsx", "None of the sheets is there: Things"),
        (book(Other=[["a"]]), "lone.xlsx", "“Things” lacks these columns: Entry"),
        (book(Things=[["Entry", "Text"]]), "heads.xlsx", "lacks these columns: Amount, Day"),
        (book(Things=[["Entry"], *([[str(n)] for n in range(1001)])]), "long.xlsx", "at most 1000 are read"),
    ],
)
def test_a_file_that_is_no_such_workbook_is_refused_with_what_to_do(content: bytes, name: str, said: str) -> None:
    with pytest.raises(UnreadableSheet, match=said):
        read_book(content, name, {"Things": HEADS})


def test_sheets_of_ones_own_are_named_and_left_alone() -> None:
    found = read_book(book(Things=[list(HEADS), ["k", "t", 1, None]], Mine=[["a"]]), "things.xlsx", {"Things": HEADS})
    assert found.unknown == ("Mine",) and found.sheets["Things"][0].number == 2


def test_a_register_of_one_sheet_is_read_from_csv_and_from_a_sheet_of_another_name() -> None:
    kept = {"Entry": "k", "Text": "=1", "Amount": "2", "Day": "31/12/2019"}
    text = "\ufeffDay,Entry,Text,Amount,My notes\n,,,,\n31/12/2019,k,=1,2,mine\n"
    (row,) = read_book(text.encode(), "THINGS.CSV", {"Things": HEADS}).sheets["Things"]
    assert row.number == 3 and row.cells == kept
    content = book(Sheet1=[list(HEADS), ["k", "t", 1, None]])
    assert read_book(content, "things.xlsx", {"Things": HEADS}).sheets["Things"][0].cells["Text"] == "t"


def test_a_register_of_several_sheets_is_a_workbook() -> None:
    with pytest.raises(UnreadableSheet, match="Choose an Excel workbook"):
        read_book(b"a,b", "register.csv", {"Things": HEADS, "More": HEADS})
