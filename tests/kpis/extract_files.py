"""Files as a trust's systems write them, with planted identifiers: whatever of these is found afterwards should not be."""

import csv
import io
import random
from collections.abc import Iterable, Sequence

import openpyxl

HEADINGS = (
    "Employee Number",
    "Surname",
    "NI Number",
    "Date Of Birth",
    "Primary",
    "Assignment Status",
    "Assignment Category",
    "FTE",
    "Staff Group",
    "Pay Scale",
    "Ethnic Origin",
    "Disability",
    "Sexual Orientation",
    "Religious Belief",
)
SURNAMES = ("Quillfeather", "Wrenthorpe-Oakes", "Zabrinsky", "Okonkwo-Vale")
NI_NUMBERS = ("QQ123456C", "ZX987654A", "TN445566D")
BIRTHDAYS = ("17/03/1971", "1984-11-29", "05-Jun-1963")
KEYS = ("20481632", "20481633", "20481634", "20481635")
PLANTED = (*SURNAMES, *NI_NUMBERS, *BIRTHDAYS, *KEYS)

_PAY = (
    ("Nursing and Midwifery Registered", "NHS|XR05|Review Body Band 5"),
    ("Nursing and Midwifery Registered", "NHS|XR06|Review Body Band 6"),
    ("Administrative and Clerical", "NHS|XN03|Non Review Body Band 3"),
    ("Administrative and Clerical", "NHS|XR08|Review Body Band 8 - Range A"),
    ("Medical and Dental", "NHS|YC72|Consultant"),
)
_ETHNIC = ("A White - British", "A White - British", "A White - British", "H Asian or Asian British - Indian", "Z Not Stated", "")


def staff_rows(people: int, *, seed: int = 7, odd_scale: int = 0) -> list[list[str]]:
    """Rows of a staff file; the first rows carry the planted identifiers, `odd_scale` of the last have a scale nobody knows."""
    draw = random.Random(seed)
    rows = []
    for number in range(people):
        group, scale = draw.choice(_PAY)
        if number >= people - odd_scale:
            group, scale = _PAY[0][0], "Ad Hoc"
        rows.append(
            [
                KEYS[number] if number < len(KEYS) else str(30_000_000 + number),
                SURNAMES[number % len(SURNAMES)],
                NI_NUMBERS[number % len(NI_NUMBERS)],
                BIRTHDAYS[number % len(BIRTHDAYS)],
                "Y",
                "Active Assignment",
                "Permanent",
                "1.00",
                group,
                scale,
                draw.choice(_ETHNIC),
                draw.choice(("Yes", "No", "No", "Not Declared")),
                draw.choice(("Heterosexual or Straight", "Bisexual", "")),
                draw.choice(("Christianity", "Islam", "I do not wish to disclose my religion/belief")),
            ]
        )
    return rows


def as_csv(rows: Iterable[Sequence[str]], *, headings: Sequence[str] = HEADINGS, separator: str = ",") -> bytes:
    """The rows as a CSV file."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator)
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue().encode()


def as_workbook(rows: Iterable[Sequence[str]], *, headings: Sequence[str] = HEADINGS, copies: int = 1) -> bytes:
    """The rows as a workbook, on as many sheets as wanted."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    rows = list(rows)
    for number in range(copies):
        sheet = book.create_sheet(f"Staff {number + 1}")
        for row in (headings, *rows):
            sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def staff_file(people: int = 400, **options: int) -> bytes:
    """A staff file as CSV."""
    return as_csv(staff_rows(people, **options))
