"""Long tables: rows are shown whole up to a hundred, and beyond that fifty at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

MOST_TOGETHER = 100
ROWS = 50


def page_of_rows(request: HttpRequest, rows: Sequence[Any], *, most: int = MOST_TOGETHER, name: str = "page") -> Page[Any]:
    """The rows of the page that the address names; the nearest one for a number that there is not.

    `most`: how many are shown whole, fewer where a row is heavy. `name`: of the number in the address, for a second table.
    """
    return Paginator(rows, min(ROWS, most) if len(rows) > most else most).get_page(request.GET.get(name))
