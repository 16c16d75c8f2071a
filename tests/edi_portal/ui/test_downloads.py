"""Downloads: no text runs as a formula, numbers stay numbers, names are harmless."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from edi_portal.ui.downloads import Sheet, attachment, csv_bytes, csv_response, safe_file_name, safe_text, xlsx_bytes

FORMULAS = (
    "=1+1",
    "==1+1",
    "+1",
    "-1+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "＋1",
    "－1",
    "＠SUM",
    "|cmd",
    " =1",
    "\u00a0=1",
    "\ufeff=1",
    '=HYPERLINK("http://example.invalid")',
    "\x00=1",
)


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.security(21)
def test_text_that_looks_like_a_formula_stays_text(text: str) -> None:
    (_, (cell,)) = list(csv.reader(io.StringIO(csv_bytes(["Text"], [[text]]).decode("utf-8-sig"))))
    assert cell.startswith("'")
    sheet = load_workbook(io.BytesIO(xlsx_bytes([Sheet("A", ["Text"], [[text]])]))).active
    assert sheet is not None and sheet["A2"].data_type == "s" and str(sheet["A2"].value).startswith("'")


@pytest.mark.parametrize("text", ["Aintree", "%0A=1", "1.29 to 2.15", "a=b", "[c]", "−3", "", "3 - 4"])
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert safe_text(text) == text


def test_heads_are_made_safe_as_well() -> None:
    assert csv_bytes(["=1"], []).decode("utf-8-sig") == "'=1\r\n"


@pytest.mark.security(21)
def test_numbers_stay_typed_and_negative_ones_are_no_formula() -> None:
    row = [-3, Decimal("-6.53"), 1482, None, date(2020, 1, 20), True]
    (_, cells) = list(csv.reader(io.StringIO(csv_bytes(list("abcdef"), [row]).decode("utf-8-sig"))))
    assert cells == ["-3", "-6.53", "1482", "", "2020-01-20", "yes"]
    sheet = load_workbook(io.BytesIO(xlsx_bytes([Sheet("A", list("abcdef"), [row])]))).active
    assert sheet is not None
    assert [sheet.cell(2, column).data_type for column in (1, 2, 3)] == ["n", "n", "n"]
    assert sheet["B2"].value == pytest.approx(-6.53) and sheet["E2"].is_date


def test_characters_that_xml_cannot_hold_are_dropped() -> None:
    sheet = load_workbook(io.BytesIO(xlsx_bytes([Sheet("A", ["x"], [["a\x0bb\ud800c"]])]))).active
    assert sheet is not None and sheet["A2"].value == "abc"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("edi-wres-2-2019-20-q2-release-14.csv", "edi-wres-2-2019-20-q2-release-14.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\Return.XLSX", "return.xlsx"),
        ("a\r\nSet-Cookie: x=1.csv", "a-set-cookie-x-1.csv"),
        ("\u202egnp.exe\u202c.csv", "gnp-exe.csv"),
        ('a";x=".csv', "a-x.csv"),
        ("Évaluation été.csv", "evaluation-ete.csv"),
        ("", "download"),
        (".csv", "csv"),
    ],
)
@pytest.mark.security(23)
def test_file_names_are_harmless(given: str, kept: str) -> None:
    assert safe_file_name(given) == kept


def test_long_names_are_cut() -> None:
    assert len(safe_file_name("a" * 300 + ".csv")) <= 130


def test_an_attachment_is_saved_and_not_shown() -> None:
    response = attachment(b"x", "a\r\nb.csv", "text/csv")
    assert response.headers["Content-Disposition"] == 'attachment; filename="a-b.csv"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert csv_response("a.csv", ["x"], [[1]]).content.decode("utf-8-sig") == "x\r\n1\r\n"


def test_sheet_titles_lose_what_a_workbook_refuses() -> None:
    book = load_workbook(io.BytesIO(xlsx_bytes([Sheet("a/b:c*?[x]" + "y" * 40, ["x"], []), Sheet("", ["x"], [])])))
    assert len(book.sheetnames[0]) <= 31 and book.sheetnames[1] == "Sheet"
