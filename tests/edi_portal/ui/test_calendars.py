"""Calendar files: what RFC 5545 asks of a file of whole days."""

from datetime import UTC, date, datetime

from edi_portal.ui.calendars import OCTETS, Day, calendar_bytes, escaped, folded

NOW = datetime(2020, 1, 20, 12, 30, tzinfo=UTC)
DAYS = [
    Day("b@x", date(2020, 1, 31), "Return is due"),
    Day("a@x", date(2019, 12, 31), "A title; with, marks \\ and\na line", "Some text", "https://example.org/returns/"),
]


def lines() -> list[str]:
    """The file's lines, unfolded."""
    return calendar_bytes("Dates", DAYS, made_at=NOW).decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def test_a_file_of_days_has_everything_a_calendar_needs_in_order_of_the_days() -> None:
    found = lines()
    assert found[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//EDI portal//Dates of returns//EN"]
    assert found[-1] == "END:VCALENDAR"
    assert [line for line in found if line.startswith("UID")] == ["UID:a@x", "UID:b@x"]
    assert [line for line in found if line.startswith("DTSTART")] == [
        "DTSTART;VALUE=DATE:20191231",
        "DTSTART;VALUE=DATE:20200131",
    ]
    assert "DTEND;VALUE=DATE:20200101" in found, "The end of a whole day is the day after."
    assert found.count("DTSTAMP:20200120T123000Z") == 2


def test_text_cannot_break_out_of_its_line() -> None:
    assert "SUMMARY:A title\\; with\\, marks \\\\ and\\na line" in lines()
    assert escaped("one\r\nBEGIN:VEVENT\x00") == "one\\nBEGIN:VEVENT"


def test_long_lines_are_folded_at_75_octets_without_cutting_a_letter() -> None:
    line = "SUMMARY:" + "é" * 100
    pieces = folded(line)
    assert all(len(piece.encode()) <= OCTETS for piece in pieces)
    assert pieces[0] + "".join(piece.removeprefix(" ") for piece in pieces[1:]) == line
    assert b"\n" not in calendar_bytes("x", DAYS, made_at=NOW).replace(b"\r\n", b"")
