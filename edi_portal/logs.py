"""Log lines: one JSON object a line, without figures, names, addresses or query strings.

`JsonFormatter` writes them; `request_id` is the number that ties the lines of one request together
and that the page for an unexpected error shows as its incident number.
"""

import json
import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")

# What may be passed in `extra=`; anything else a library attaches to a record stays out of the log.
FIELDS = ("method", "view", "status", "duration_ms", "user", "kind", "job", "job_kind", "attempt", "count", "release", "thing")

LAST_PLACES = 50
"""Of an error that passed more places, such as a thousand calls of one function by itself, the last ones say where it was."""


class JsonFormatter(logging.Formatter):
    """Format a record as one line of ASCII JSON; line breaks and control characters cannot start a new line.

    Of an exception only its class and the places it passed are written: its text may quote a person's figures.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if current := request_id.get():
            line["request"] = current
        line.update({field: record.__dict__[field] for field in FIELDS if field in record.__dict__})
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__qualname__
            places = traceback.extract_tb(record.exc_info[2], limit=-LAST_PLACES)
            line["at"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in places]
        return json.dumps(line, ensure_ascii=True, default=str)
