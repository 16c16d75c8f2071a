"""The same rows as CSV for whoever asks with `Accept: text/csv`."""

from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import BaseRenderer

from edi_portal.ui.downloads import csv_bytes


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
