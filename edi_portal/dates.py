"""Dates as people write them: 31/3/2020, 31.03.2020, 31 March 2020, 2020-03-31; and the zone whose day counts. Pure."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
PATTERNS = ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y", "%Y-%m-%d", "%d/%m/%y")


def parse_typed_date(text: str) -> date | None:
    """The day that the text names, day before month; None when it names none."""
    plain = " ".join(text.replace(",", " ").split())
    for pattern in PATTERNS:
        try:
            return datetime.strptime(plain, pattern).date()
        except ValueError:
            continue
    return None
