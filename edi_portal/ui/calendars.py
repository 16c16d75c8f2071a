"""Calendar files (RFC 5545) of whole days: what calendar programs subscribe to.

Only what is needed: events without times, in UTF-8, with lines folded at 75 octets and text that cannot break out of its line.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

OCTETS = 75
TYPE = "text/calendar; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Day:
    """One event of a whole day. `uid` stays the same when the event moves, so that a program moves it too."""

    uid: str
    on: date
    title: str
    text: str = ""
    url: str = ""


def calendar_bytes(name: str, days: Iterable[Day], *, made_at: datetime) -> bytes:
    """The calendar as a file; the same days give the same bytes at the same moment."""
    stamp = made_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//EDI portal//Dates of returns//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
    ]
    for day in sorted(days, key=lambda one: (one.on, one.uid)):
        lines += _event(day, stamp)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in folded(line)).encode()


def _event(day: Day, stamp: str) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{day.uid}",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{day.on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day.on + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escaped(day.title)}",
        "TRANSP:TRANSPARENT",
    ]
    if day.text:
        lines.append(f"DESCRIPTION:{escaped(day.text)}")
    if day.url:
        lines.append(f"URL:{day.url}")
    return [*lines, "END:VEVENT"]


def escaped(text: str) -> str:
    """Text of a property: backslash, semicolon and comma marked, line breaks as \\n, other control characters left out."""
    for plain, marked in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n")):
        text = text.replace(plain, marked)
    return "".join(letter for letter in text if letter >= " " and letter != "\x7f")


def folded(line: str) -> list[str]:
    """The line in pieces of at most 75 octets, each after the first begun with a blank; no letter is cut in two."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > OCTETS:
            pieces.append(piece)
            piece = " "
        piece += letter
    return [*pieces, piece]
