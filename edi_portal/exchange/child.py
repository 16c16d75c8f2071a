"""Run apart, under limits of memory and processor time: open a register's workbook, which may be hostile.

Started as a script by `edi_portal.exchange.reading` with an empty environment; it imports neither Django nor this project.
One cell in the last corner of a sheet makes the reading library ask for memory for every cell before it: here that ends this
process alone.
In: one line of JSON, then the file. Out: JSON with the tables of the wanted sheets, or {"refused": "damaged"}.
"""

import io
import json
import resource
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any

MEGABYTE = 1024 * 1024
MEMORY = 512 * MEGABYTE
"""Address space: a workbook of 8 MB full of rows takes less than half of it."""
SECONDS = 10


def main() -> int:
    """Read the task and the file from standard input, write the tables to standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    task = json.loads(sys.stdin.buffer.readline())
    json.dump(read(sys.stdin.buffer.read(), task["wanted"], task["columns"], task["rows"]), sys.stdout, default=day)
    return 0


def read(content: bytes, wanted: Sequence[str], most_columns: int, most_rows: int) -> dict[str, Any]:
    """The titles of all sheets and the tables of the wanted ones; of a table that is too large only its size."""
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        titles = list(book.sheet_names)
        tables = {title: table(book.get_sheet_by_name(place), most_columns, most_rows) for title, place in places(titles, wanted)}
    except python_calamine.CalamineError:
        return {"refused": "damaged"}
    return {"titles": titles, "tables": tables}


def places(there: Sequence[str], wanted: Sequence[str]) -> list[tuple[str, str]]:
    """Wanted title, and the title in the workbook; a lone sheet may have any."""
    if len(wanted) == len(there) == 1:
        return [(wanted[0], there[0])]
    known = {title.strip().lower(): title for title in there}
    return [(title, known[title.lower()]) for title in wanted if title.lower() in known]


def table(sheet: Any, most_columns: int, most_rows: int) -> dict[str, Any]:
    """One sheet: its title, how wide and high it is, and its rows where that is not too much."""
    fits = sheet.width <= most_columns and sheet.height <= most_rows
    rows = sheet.to_python(skip_empty_area=False) if fits else []
    return {"place": sheet.name, "width": sheet.width, "height": sheet.height, "rows": rows}


def day(value: Any) -> str:
    """Dates as text, times of a day left out."""
    return (value.date() if isinstance(value, datetime) else value).isoformat() if hasattr(value, "year") else str(value)


if __name__ == "__main__":
    sys.exit(main())
