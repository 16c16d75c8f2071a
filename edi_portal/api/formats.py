"""What programs send, as JSON; answers as JSON, and lists as CSV for whoever asks with `Accept: text/csv`."""

from collections.abc import Mapping
from typing import IO, Any

import orjson
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.utils.encoders import JSONEncoder

from edi_portal.ui.downloads import csv_bytes

# Dates as everywhere in the framework, and keys that are numbers as the standard library writes them.
JSON_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS


class JsonParser(BaseParser):
    """JSON as its standard has it: UTF-8, no NaN, and no half of a character, which nothing could store or write back."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """What was sent. Raises ParseError (400) that says where it is no JSON."""
        try:
            return orjson.loads(stream.read())
        except orjson.JSONDecodeError as error:
            raise ParseError(f"What was sent is no JSON: {error}.") from error


class JsonRenderer(BaseRenderer):
    """JSON as UTF-8: the same as that of the framework, in a tenth of its time."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """The content; nothing for an answer without one. Raises TypeError for what JSON cannot hold."""
        return b"" if data is None else orjson.dumps(data, default=JSONEncoder().default, option=JSON_OPTIONS)


class CsvRenderer(BaseRenderer):
    """A list of flat rows as a CSV file in which no text can become a formula. A problem stays JSON."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """The rows of a page, in the order of their fields."""
        rows = data["results"] if isinstance(data, Mapping) and "results" in data else []
        heads = list(rows[0]) if rows else ["nothing"]
        return csv_bytes(heads, ([_cell(row[head]) for head in heads] for row in rows))


def _cell(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, list) else value
