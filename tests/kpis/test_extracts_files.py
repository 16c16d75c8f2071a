"""What is read and what is refused: types, encodings, headings, sheets, damage, and hostile files. No refusal quotes a row."""

import io
import json
import time
import zipfile
from random import Random

import openpyxl
import pytest

from edi_portal.periods import Quarter
from kpis.demonstration.extract_files import cases_file, csv_bytes, pay_file, staff_file, survey_file, xlsx_bytes
from kpis.extracts import (
    ExtractAggregate,
    ExtractKind,
    ExtractRefusedError,
    aggregate_as_text,
    aggregate_from_text,
    read_extract,
)
from kpis.extracts.refusals import _OUTSIDE
from kpis.extracts.tally import ranges

PERIOD = Quarter(2019, 3)
ROWS = staff_file(120, code="REM").rows
HEADINGS, PEOPLE = ROWS[4], ROWS[5:-1]
ORGANISATIONS = {"REM": "Liverpool University Hospitals", "RBL": "Wirral University Teaching Hospital"}


def read(content: bytes, **options: object) -> ExtractAggregate:
    return read_extract(io.BytesIO(content), period=PERIOD, organisation_code="REM", organisations=ORGANISATIONS, **options)


def refusal_of(content: bytes, **options: object) -> ExtractRefusedError:
    started = time.process_time()
    with pytest.raises(ExtractRefusedError) as refusal:
        read(content, **options)
    assert time.process_time() - started < 2
    assert refusal.value.sentence.endswith(".") and refusal.value.how_to_mend.endswith(".")
    return refusal.value


def workbook_with(extra: dict[str, str], *, without: tuple[str, ...] = ()) -> bytes:
    source = zipfile.ZipFile(io.BytesIO(xlsx_bytes({"Staff": ROWS})))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            if name not in extra and name not in without:
                archive.writestr(name, source.read(name))
        for name, text in extra.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def zip_of(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
LAUGHS = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + SHEET.format("<row r='1'/>")
REFUSED = {
    "empty": lambda: b"",
    "pdf": lambda: b"%PDF-1.7\n%\xe2\xe3",
    "unknown": lambda: bytes(range(256)) * 40,
    "packed": lambda: b"\x1f\x8b\x08" + b"x" * 40,
    "old_excel": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4000,
    "encrypted": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 400 + "EncryptedPackage".encode("utf-16-le"),
    "zip": lambda: zip_of({"staff.csv": csv_bytes(ROWS)}),
    "word": lambda: zip_of({"word/document.xml": b"<w/>"}),
    "binary_excel": lambda: zip_of({"xl/workbook.bin": b"x"}),
    "entries": lambda: zip_of({f"part{number}": b"x" for number in range(10_000)}),
    "bomb": lambda: workbook_with({"xl/media/bomb.xml": " " * 90_000_000}),
    "macro": lambda: workbook_with({"xl/vbaProject.bin": "x"}),
    "external_links": lambda: workbook_with({"xl/externalLinks/externalLink1.xml": "<x/>"}),
    "entities": lambda: workbook_with({"xl/worksheets/sheet1.xml": LAUGHS}),
    "broken": lambda: xlsx_bytes({"Staff": ROWS})[:-400],
    "too_wide": lambda: workbook_with(
        {"xl/worksheets/sheet1.xml": SHEET.format('<row r="1"><c r="XFD1"><v>1</v></c></row>')},
    ),
    "empty_cells": lambda: workbook_with(
        {
            "xl/worksheets/sheet1.xml": SHEET.format(
                '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>'
            )
        },
    ),
    "no_rows": lambda: csv_bytes([HEADINGS]),
    "cut_off": lambda: csv_bytes(ROWS[:50])[:-40],
    "no_header": lambda: csv_bytes(PEOPLE),
    "long_cell": lambda: csv_bytes(ROWS[:9]) + b'"' + b"an open quotation mark, " * 5000,
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_cannot_be_read_is_refused_in_words(code: str) -> None:
    refusal = refusal_of(REFUSED[code]())
    assert refusal.code == code
    assert not any(str(person[0]) in str(refusal) for person in PEOPLE)


def test_every_refusal_without_details_is_tried_here() -> None:
    tried = set(REFUSED) | {"locked_zip", "slides", "open_document"}
    assert set(_OUTSIDE) <= tried


@pytest.mark.parametrize("half", [0.3, 0.5, 0.9])
def test_a_workbook_that_arrived_in_part_is_refused(half: float) -> None:
    content = xlsx_bytes({"Staff": ROWS})
    assert refusal_of(content[: int(len(content) * half)]).code == "broken"


def test_a_file_larger_than_its_limit_is_refused_while_it_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpis.extracts.sources.MEGABYTE", 1000)
    assert refusal_of(csv_bytes(ROWS * 12)).code == "too_big"


def test_a_row_of_headings_that_is_not_ours_names_what_was_looked_for_and_the_nearest() -> None:
    refusal = refusal_of(csv_bytes([["Employe Numbr", "Etnic Origins", "Colour"], ["1", "A", "blue"]]))
    assert refusal.code == "no_header"
    assert "“Employee number”" in refusal.sentence and "“Etnic Origins”" in refusal.sentence
    assert "blue" not in str(refusal)


def test_two_sheets_with_staff_are_a_question_and_the_answer_is_taken() -> None:
    content = xlsx_bytes({"December": ROWS, "September": ROWS[:60]})
    refusal = refusal_of(content)
    assert refusal.code == "two_sheets" and "“December” and “September”" in refusal.sentence
    assert read(content, sheet="September").rows_read == 55
    assert refusal_of(content, sheet="June").code == "no_sheet"


def test_hidden_sheets_are_not_read() -> None:
    book = openpyxl.Workbook()
    for name, rows in (("Staff", ROWS), ("Old", ROWS)):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.remove(book["Sheet"])
    book["Old"].sheet_state = "hidden"
    buffer = io.BytesIO()
    book.save(buffer)
    assert read(buffer.getvalue()).sheet == "Staff"


def test_a_workbook_written_by_another_program_gives_the_same_counts() -> None:
    book = openpyxl.Workbook()
    for row in [[], [], *ROWS]:
        book.active.append(["", *row])
    buffer = io.BytesIO()
    book.save(buffer)
    assert read(buffer.getvalue()).lines == read(csv_bytes(ROWS)).lines


def test_merged_headings_in_two_rows_are_found() -> None:
    upper = ["", "", "", "Assignment", "", *[""] * 6, "Equality", "", "", "", "", "", ""]
    lower = list(HEADINGS)
    upper[3], lower[3], upper[4], lower[4] = "Assignment", "Status", "Assignment", "Category"
    upper[11], lower[11] = "Ethnic Origin", ""
    content = xlsx_bytes({"Staff": [["Staff list"], upper, lower, *PEOPLE]}, merged={"Staff": ["D2:E2", "L2:L3"]})
    assert read(content).lines == read(csv_bytes(ROWS)).lines


def test_the_kind_that_was_announced_has_to_be_the_kind_of_the_file() -> None:
    refusal = refusal_of(csv_bytes(ROWS), kind=ExtractKind.RECRUITMENT)
    assert refusal.code == "other_kind" and "“Staff in post”" in refusal.sentence


def test_a_file_of_another_organisation_is_refused_by_its_banner_and_by_its_column() -> None:
    other = staff_file(30, code="RBL").rows
    assert "Wirral University Teaching Hospital" in refusal_of(csv_bytes(other)).sentence
    column = [[*HEADINGS, "ODS Code"], *([*person, "RBL"] for person in PEOPLE)]
    assert refusal_of(csv_bytes(column)).code == "other_organisation"


def test_rows_of_another_organisation_among_ours_are_left_out_and_counted() -> None:
    mixed = [[*HEADINGS, "ODS Code"], *([*person, "REM"] for person in PEOPLE), [*PEOPLE[0], "RBL"]]
    aggregate = read(csv_bytes(mixed))
    assert ("other_organisation", 1) in [(step.rule, step.removed) for step in aggregate.steps]


def test_headings_again_blank_lines_and_totals_are_no_people() -> None:
    rows = [*ROWS[:20], [], HEADINGS, *ROWS[20:], ["", "", "Grand Total"], ["Total", 500]]
    assert read(csv_bytes(rows)).lines == read(csv_bytes(ROWS)).lines


def test_a_column_that_moved_is_noticed() -> None:
    place = HEADINGS.index("Ethnic Origin")
    moved = [[*person[:place], f"value {number} of many"] + person[place + 1 :] for number, person in enumerate(PEOPLE * 3)]
    refusal = refusal_of(csv_bytes([HEADINGS, *moved]))
    assert refusal.code == "wrong_column" and "value" not in refusal.sentence.replace("values", "")


def test_dates_where_bands_were_are_located() -> None:
    place = HEADINGS.index("Pay Scale")
    damaged = [list(person) for person in PEOPLE[:10]]
    for row in (3, 4, 5, 8):
        damaged[row][place] = "05-Jul"
        damaged[row][HEADINGS.index("Staff Group")] = "Administrative and Clerical"
        damaged[row][HEADINGS.index("Assignment Category")] = "Permanent"
        damaged[row][HEADINGS.index("Assignment Status")] = "Active Assignment"
    problem = next(one for one in read(csv_bytes([HEADINGS, *damaged])).problems if one.code == "band_as_date")
    assert (problem.rows, problem.where, problem.column) == (4, "5 to 7, 10", "Pay Scale (column K)")


def test_the_day_of_the_file_is_compared_with_the_quarter() -> None:
    assert read(csv_bytes(ROWS)).notes == {"as_at": "2019-12-31"}
    late = [["As at 12/01/2020"], *ROWS[3:]]
    problem = read(csv_bytes(late)).problems[0]
    assert problem.code == "other_day" and problem.what.startswith("The file stands on 12 January 2020;")
    assert not any(one.code == "other_day" for one in read(csv_bytes(ROWS)).problems)


def test_a_file_of_another_year_is_told_before_its_zeros_are_taken_over() -> None:
    cases = cases_file(staff_file(50).people, 40, PERIOD).rows
    now = read(csv_bytes(cases))
    later = read_extract(io.BytesIO(csv_bytes(cases)), period=Quarter(2023, 1))
    assert later.problems[0].code == "nothing_counted" and "April to June 2023" in later.problems[0].what
    assert not any(one.code == "nothing_counted" for one in now.problems)


def test_quarters_of_pay_that_stand_upside_down_are_computed_and_told() -> None:
    file = pay_file(staff_file(300).people)
    right = read(xlsx_bytes(file.sheets))
    for row in file.sheets["Hourly rates"][9:]:
        row[4] = 5 - int(row[4]) if row[4] else ""
    turned = read(xlsx_bytes(file.sheets))
    assert turned.lines == right.lines
    assert [one.code for one in turned.problems] == ["quarters_computed"]


def test_unweighted_figures_of_the_survey_are_told() -> None:
    sheets = survey_file("REM").sheets
    assert not read(xlsx_bytes(sheets)).problems
    for row in sheets["Benchmark"][2:]:
        row[5] = "No"
    assert [one.code for one in read(xlsx_bytes(sheets)).problems] == ["unweighted"]


def test_nothing_of_a_person_is_kept() -> None:
    planted = ["Planted Person", "QQ123456C", "planted@example.org", "943 476 5919", "12/03/1984", "CH41 9ZZ"]
    place = HEADINGS.index("Ethnic Origin")
    rows = [list(person) for person in PEOPLE]
    for number, secret in enumerate(planted):
        rows[number][place + number % 3] = secret
        rows[number + 10][HEADINGS.index("Pay Scale")] = secret
        rows[number + 20].append(secret)
        rows[number + 30][HEADINGS.index("Job Role")] = secret
    kept = json.dumps(read(csv_bytes([[*HEADINGS, "Full Name"], *rows])).as_data(), ensure_ascii=False).casefold()
    for secret in [*planted, *(str(person[0]) for person in PEOPLE)]:
        assert secret.casefold() not in kept


def test_a_number_that_a_spreadsheet_shortened_is_no_key() -> None:
    shortened = [["2.01E+07", "", *person[2:]] for person in PEOPLE[:4]]
    aggregate = read(csv_bytes([HEADINGS, *PEOPLE[4:], *shortened]))
    assert ("no_key", 4) in [(step.rule, step.removed) for step in aggregate.steps]


def test_codes_of_our_sites_and_numbers_of_the_payroll_are_not_another_organisation() -> None:
    for code in ("REM21", "381", "", "rem"):
        rows = [[*HEADINGS, "Org Code"], *([*person, code] for person in PEOPLE)]
        assert read(csv_bytes(rows)).lines == read(csv_bytes(ROWS)).lines


def test_a_file_that_is_wrong_everywhere_is_told_in_bounded_words() -> None:
    assert ranges([1, 2, 3, 7, 9, 10]) == "1 to 3, 7, 9 to 10"
    told = ranges(range(0, 100_000, 2))
    assert told.endswith(" and 40,000 rows more") and len(told) < 100_000


def test_what_is_shown_of_a_value_has_no_characters_that_cannot_be_seen() -> None:
    place = HEADINGS.index("Pay Scale")
    rows = [[*person[:place], "Ad\0 \u202eHoc\x07", *person[place + 1 :]] for person in PEOPLE]
    aggregate = read(csv_bytes([HEADINGS, *PEOPLE, *rows]))
    assert "Ad Hoc" in {value.shown for value in aggregate.unmapped}
    assert not any(sign in aggregate_as_text(aggregate) for sign in ("u0000", "u202e", "u0007", "\u202e"))


@pytest.mark.parametrize("seed", range(60))
def test_damaged_files_are_read_or_refused_but_never_fail(seed: int) -> None:
    draw = Random(seed)
    content = bytearray(
        draw.choice((csv_bytes(ROWS[:30]), xlsx_bytes({"Staff": ROWS[:30]}), csv_bytes(ROWS[:30], encoding="utf-16")))
    )
    for _ in range(draw.randrange(1, 20)):
        place = draw.randrange(len(content))
        content[place : place + draw.randrange(3)] = draw.choice(
            (b'"', b",", b"\n", b"\0", b"\xff", b"9" * 30, b"1E+07", b"=cmd|")
        )
    try:
        aggregate = read(bytes(content))
    except ExtractRefusedError:
        return
    assert aggregate_from_text(aggregate_as_text(aggregate)) == aggregate


def test_progress_is_told_and_may_cancel() -> None:
    told: list[tuple[int, str]] = []
    rows = staff_file(6000).rows
    read(csv_bytes(rows), progress=lambda number, what: told.append((number, what)))
    assert told[0] == (0, "opening") and (5000, "counting") in told and told[-1][1] == "adding up"

    def cancel(number: int, what: str) -> None:
        if number:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        read(csv_bytes(rows), progress=cancel)
